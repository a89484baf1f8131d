//! WebP, GIF, BMP and TIFF: decoded whole, the first frame of each.

use std::io::Cursor;

use image::codecs::bmp::BmpDecoder;
use image::codecs::gif::GifDecoder;
use image::codecs::tiff::TiffDecoder;
use image::codecs::webp::WebPDecoder;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageError, ImageResult, Limits};

use super::colour;
use super::kind::Format;
use super::refusal::{broken, too_large, unread};
use super::shrink::shrunk;
use super::stored::Stored;
use crate::error::Result;
use crate::picture::size::{MAX_BYTES, divisor};

/// The longest side of a BMP that its decoder takes.
const LARGEST_BMP_SIDE: u32 = 0xffff;

/// Reads a file of this format.
///
/// # Errors
/// [`crate::ErrorKind::Image`] naming what is wrong with it.
pub(super) fn read(bytes: &[u8], format: Format) -> Result<Stored> {
    if format == Format::Bmp {
        refuse_large(bmp_size(bytes))?;
    }
    if announced(bytes, format) > bytes.len() as u64 {
        return Err(broken(format, "it is shorter than it says"));
    }
    let unreadable = |error: ImageError| match error {
        ImageError::Unsupported(cause) => unread(format, cause),
        ImageError::Limits(_) => too_large(format),
        error => broken(format, error),
    };
    let mut decoder = decoder(bytes, format).map_err(unreadable)?;
    let (width, height) = decoder.dimensions();
    let divisor = divisor(width, height)?;
    if decoder.total_bytes() > MAX_BYTES {
        return Err(too_large(format));
    }
    // Before the limits are set: those of TIFF would keep its profile back.
    let colours = colour::from_icc(decoder.icc_profile().ok().flatten().as_deref());
    let orientation = if format == Format::Tiff { decoder.orientation().ok() } else { None };
    decoder.set_limits(limits()).map_err(unreadable)?;
    let picture = shrunk(DynamicImage::from_decoder(decoder).map_err(unreadable)?, divisor);
    let orientation = orientation.unwrap_or(Orientation::NoTransforms);
    Ok(Stored { picture, size: [width, height], colours, orientation })
}

fn decoder<'a>(bytes: &'a [u8], format: Format) -> ImageResult<Box<dyn ImageDecoder + 'a>> {
    let bytes = Cursor::new(bytes);
    Ok(match format {
        Format::WebP => Box::new(WebPDecoder::new(bytes)?),
        Format::Gif => Box::new(GifDecoder::new(bytes)?),
        Format::Bmp => Box::new(BmpDecoder::new(bytes)?),
        _ => Box::new(TiffDecoder::new(bytes)?),
    })
}

fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_BYTES);
    limits
}

/// Width and height as the head of a BMP says them, where it has them: its decoder calls a file damaged whose size it
/// does not take.
fn bmp_size(bytes: &[u8]) -> Option<[u32; 2]> {
    let short = |at: usize| Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?));
    let long = |at: usize| Some(i32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
    // The oldest head has 12 bytes, and short numbers. A negative height says that the rows come from the top.
    match long(14)? {
        12 => Some([short(18)?.into(), short(20)?.into()]),
        _ => Some([long(18)?.unsigned_abs(), long(22)?.unsigned_abs()]),
    }
}

fn refuse_large(size: Option<[u32; 2]>) -> Result<()> {
    let Some([width, height]) = size else { return Ok(()) };
    divisor(width, height)?;
    if width.max(height) > LARGEST_BMP_SIDE { Err(too_large(Format::Bmp)) } else { Ok(()) }
}

/// How many bytes the file says it has, where its format says that at its beginning.
fn announced(bytes: &[u8], format: Format) -> u64 {
    let word = |at: usize| {
        let word = bytes.get(at..at + 4).and_then(|b| b.try_into().ok());
        word.map_or(0, |b| u64::from(u32::from_le_bytes(b)))
    };
    match format {
        Format::WebP => word(4) + 8,
        Format::Bmp => word(2),
        _ => 0,
    }
}
