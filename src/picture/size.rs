//! The largest size of a picture, and the factor by which a larger one is shrunk while it is read.

use crate::error::{Error, ErrorKind, Result};

/// The most pixels that a picture may have in memory, those of a 40-megapixel camera. A larger one is shrunk while it
/// is read.
pub const MAX_PIXELS: u64 = 40_000_000;
/// The most pixels that a picture's file may hold: 16,384², the limit of a browser's canvas.
pub const MAX_STORED_PIXELS: u64 = 1 << 28;
/// The most bytes of samples that a decoder may hold, so that no hostile file takes all memory.
#[cfg(feature = "cli")]
pub(super) const MAX_BYTES: u64 = 1 << 30;
/// The shortest side that holds anything to explain.
pub const MIN_SIDE: u32 = 8;

/// Refuses a picture in memory whose size is out of bounds.
///
/// # Errors
/// Fails with [`ErrorKind::Image`], which names the figure.
pub fn check_size(width: u32, height: u32) -> Result<()> {
    refuse_above(MAX_PIXELS, width, height)?;
    if width.min(height) < MIN_SIDE {
        return Err(image_error(format!(
            "the picture has {width} × {height} pixels; at least {MIN_SIDE} on each side are needed"
        )));
    }
    Ok(())
}

/// Returns the divisor (1, 2 or 4) by which a stored picture is shrunk, so that it has at most [`MAX_PIXELS`]
/// afterwards.
///
/// # Errors
/// Fails with [`ErrorKind::Image`], which names the figure, if it has more than [`MAX_STORED_PIXELS`].
pub fn divisor(width: u32, height: u32) -> Result<u32> {
    refuse_above(MAX_STORED_PIXELS, width, height)?;
    let fits = |divisor: &u32| pixels(width.div_ceil(*divisor), height.div_ceil(*divisor)) <= MAX_PIXELS;
    Ok([1, 2].into_iter().find(fits).unwrap_or(4))
}

fn pixels(width: u32, height: u32) -> u64 {
    u64::from(width) * u64::from(height)
}

fn refuse_above(limit: u64, width: u32, height: u32) -> Result<()> {
    if pixels(width, height) <= limit {
        return Ok(());
    }
    Err(image_error(format!(
        "the picture has {width} × {height} pixels, more than the {} million that fit; make it smaller first",
        limit / 1_000_000
    )))
}

fn image_error(sentence: String) -> Error {
    Error::new(ErrorKind::Image, sentence)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_out_of_bounds_are_refused_with_the_figure() {
        assert!(check_size(12_000, 9_000).is_err_and(|e| e.to_string().contains("12000 × 9000")));
        assert!(check_size(1, 1).is_err_and(|e| e.to_string().contains("1 × 1")));
        assert!(check_size(4000, 3000).is_ok());
        assert!(divisor(60_000, 60_000).is_err_and(|e| e.to_string().contains("268 million")));
    }

    #[test]
    fn the_divisor_leaves_no_more_than_fit() {
        for (size, right) in [((8000, 5000), 1), ((8000, 5001), 2), ((16_320, 12_240), 4), ((16_384, 16_384), 4)] {
            assert_eq!(divisor(size.0, size.1).ok(), Some(right), "{size:?}");
        }
    }
}
