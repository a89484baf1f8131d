//! A picture's pixels as bytes, as floats and as the planes that a model takes.

use image::{Rgb, Rgb32FImage};

use crate::error::{Error, ErrorKind, Result};

/// A picture: 8-bit sRGB, row by row.
pub use image::RgbImage;

/// Returns a picture from RGBA bytes, with transparency composited on white.
pub fn from_rgba(rgba: &[u8], width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        let at = 4 * (y as usize * width as usize + x as usize);
        let alpha = u32::from(rgba[at + 3]);
        let over = |c: u8| ((u32::from(c) * alpha + 255 * (255 - alpha) + 127) / 255) as u8;
        Rgb([over(rgba[at]), over(rgba[at + 1]), over(rgba[at + 2])])
    })
}

/// Returns a picture as `f32` in [0, 1].
pub fn to_float(picture: &RgbImage) -> Rgb32FImage {
    let values = picture.as_raw().iter().map(|&v| f32::from(v) / 255.0).collect();
    Rgb32FImage::from_raw(picture.width(), picture.height(), values).expect("as many values as before")
}

/// A picture as three planes `[3, side, side]`, in [0, 1].
#[derive(Clone, Debug, PartialEq)]
pub struct Planes {
    /// Side of the square, in pixels.
    pub side: usize,
    /// Red, green, blue, each row by row.
    pub values: Vec<f32>,
}

impl Planes {
    /// Returns the planes of a square picture.
    pub fn of(picture: &RgbImage) -> Self {
        let side = picture.width() as usize;
        debug_assert_eq!(picture.width(), picture.height(), "planes are square");
        let bytes = picture.as_raw();
        let plane = |c: usize| bytes.iter().skip(c).step_by(3).map(|&v| f32::from(v) / 255.0);
        Self { side, values: (0..3).flat_map(plane).collect() }
    }

    /// Returns the square of `side` pixels whose corner lies at (`top`, `left`).
    pub fn crop(&self, top: usize, left: usize, side: usize) -> Self {
        let values = (0..3 * side)
            .flat_map(|i| {
                let (channel, row) = (i / side, i % side);
                let start = (channel * self.side + top + row) * self.side + left;
                self.values[start..start + side].iter().copied()
            })
            .collect();
        Self { side, values }
    }

    /// Converts the planes to an 8-bit picture.
    pub fn to_picture(&self) -> RgbImage {
        let plane = self.side * self.side;
        RgbImage::from_fn(self.side as u32, self.side as u32, |x, y| {
            let at = y as usize * self.side + x as usize;
            Rgb(std::array::from_fn(|c| (self.values[c * plane + at].clamp(0.0, 1.0) * 255.0).round() as u8))
        })
    }
}

/// Encodes a picture as PNG.
///
/// # Errors
/// Fails with [`ErrorKind::Image`] if the encoder runs out of memory.
pub fn to_png(picture: &RgbImage) -> Result<Vec<u8>> {
    let mut bytes = std::io::Cursor::new(vec![]);
    let failed = |cause| Error::new(ErrorKind::Image, format!("the picture cannot be encoded as PNG ({cause})"));
    picture.write_to(&mut bytes, image::ImageFormat::Png).map_err(failed)?;
    Ok(bytes.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transparency_is_laid_on_white() {
        let picture = from_rgba(&[0, 0, 0, 0, 10, 20, 30, 255], 2, 1);
        assert_eq!(picture.as_raw(), &[255, 255, 255, 10, 20, 30]);
    }
}
