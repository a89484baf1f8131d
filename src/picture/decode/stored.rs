//! A picture between its file and its pixels: what is left to be done is the same for every format.

use image::metadata::Orientation;
use image::{DynamicImage, RgbImage};

use super::colour::{self, Colours};
use crate::error::Result;
use crate::picture::planes::from_rgba;
use crate::picture::size::check_size;

/// A decoded picture.
pub struct Decoded {
    /// Its pixels, upright, 8-bit sRGB.
    pub pixels: RgbImage,
    /// What a person should know of how it was read, one sentence each.
    pub notes: Vec<String>,
}

/// A picture as its file holds it, shrunk where it has to be.
pub(super) struct Stored {
    /// Its samples, of 8 or 16 bits.
    pub(super) picture: DynamicImage,
    /// Width and height in the file.
    pub(super) size: [u32; 2],
    /// The colours of its samples; sRGB where it says nothing.
    pub(super) colours: Colours,
    /// How it has to be turned.
    pub(super) orientation: Orientation,
}

impl Stored {
    /// Converts its colours, lays it on white and turns it upright.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Image`] if what is left of it is too small.
    pub(super) fn finish(self) -> Result<Decoded> {
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
