//! Reads a picture's file as a browser does, so that the command and the page answer alike.
//!
//! JPEG, PNG, WebP, GIF, BMP and TIFF (which browsers do not read) become 8-bit sRGB:
//!
//! - A file that is cut short or damaged is refused, as browsers refuse it.
//! - An ICC profile is applied; so are a PNG's code points (`cICP`), gamma and primaries, in the order that the PNG
//!   standard gives them. Browsers do the same by default (`colorSpaceConversion` of `createImageBitmap`).
//! - EXIF's orientation is applied to JPEG, PNG and TIFF; browsers disregard that of WebP.
//! - An animation is read as its first frame.
//! - Transparency is laid on white, after the colours were converted.
//! - A picture of more than [`super::MAX_PIXELS`] is shrunk while it is read, and a note says so.

mod colour;
mod general;
mod jpeg;
mod kind;
mod png;
mod refusal;
mod shrink;
mod stored;

pub use stored::Decoded;

use crate::error::Result;

/// Decodes a picture's file.
///
/// # Errors
/// [`crate::ErrorKind::Image`] naming what the file is instead, or what is wrong with it.
pub fn decode(bytes: &[u8]) -> Result<Decoded> {
    let stored = match kind::of(bytes)? {
        kind::Format::Jpeg => jpeg::read(bytes),
        kind::Format::Png => png::read(bytes),
        format => general::read(bytes, format),
    }?;
    stored.finish()
}
