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
mod shrink;

use image::metadata::Orientation;
use image::{DynamicImage, RgbImage};
use moxcms::ColorProfile;

use super::{check_size, from_rgba};
use crate::error::{Error, ErrorKind, Result};

/// The most bytes that a decoder may hold of a picture's samples: what keeps a hostile file from taking all memory.
const MAX_BYTES: u64 = 1 << 30;

/// A decoded picture.
pub struct Decoded {
    /// The picture's pixels, upright, 8-bit sRGB.
    pub pixels: RgbImage,
    /// What a person should know of how it was read, one sentence each.
    pub notes: Vec<String>,
}

/// Decodes a picture's file.
///
/// # Errors
/// Fails with [`ErrorKind::Image`] naming what the file is instead, or what is wrong with it.
pub fn decode(bytes: &[u8]) -> Result<Decoded> {
    let stored = match kind::of(bytes)? {
        kind::Format::Jpeg => jpeg::read(bytes),
        kind::Format::Png => png::read(bytes),
        format => general::read(bytes, format),
    }?;
    stored.finish()
}

/// A picture as its file holds it, shrunk where it has to be.
struct Stored {
    /// Its samples, of 8 or 16 bits.
    picture: DynamicImage,
    /// Width and height in the file.
    size: [u32; 2],
    /// The colours of its samples; sRGB where it says nothing.
    colours: Colours,
    /// How it has to be turned.
    orientation: Orientation,
}

/// Which colours a file says that its samples are.
enum Colours {
    Srgb,
    Profile(Box<ColorProfile>),
    /// There is a profile, but none that can be used.
    Unusable,
}

impl Stored {
    fn finish(self) -> Result<Decoded> {
        let mut notes = self.shrinking();
        let (picture, understood) = match &self.colours {
            Colours::Profile(profile) => colour::to_srgb(self.picture, profile),
            other => (self.picture, matches!(other, Colours::Srgb)),
        };
        if !understood {
            notes.push("Its colour profile cannot be used, so its colours are taken as sRGB.".into());
        }
        let mut upright = DynamicImage::ImageRgb8(on_white(picture));
        upright.apply_orientation(self.orientation);
        let pixels = upright.into_rgb8();
        check_size(pixels.width(), pixels.height())?;
        Ok(Decoded { pixels, notes })
    }

    /// The note that it was shrunk, if it was.
    fn shrinking(&self) -> Vec<String> {
        let ([width, height], read) = (self.size, [self.picture.width(), self.picture.height()]);
        if read == self.size {
            return vec![];
        }
        vec![format!("It has {width} × {height} pixels and was shrunk to {} × {} while it was read.", read[0], read[1])]
    }
}

fn on_white(picture: DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.into_rgb8();
    }
    let rgba = picture.into_rgba8();
    from_rgba(rgba.as_raw(), rgba.width(), rgba.height())
}

/// The error for what a decoder says of a file that it cannot read to its end.
fn broken(format: kind::Format, cause: impl std::fmt::Display) -> Error {
    refused(format!("the {format} file is cut short or damaged ({cause}); copy it again"))
}

fn refused(sentence: String) -> Error {
    Error::new(ErrorKind::Image, sentence)
}
