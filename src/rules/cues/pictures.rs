//! What cues are looked for in: pictures of which no label needs to be known.

use crate::error::Result;
use crate::picture::RgbImage;

/// A set of pictures without labels.
pub trait Pictures {
    /// Returns how many pictures there are.
    fn size(&self) -> usize;

    /// Returns the picture of a number below [`Pictures::size`].
    ///
    /// # Errors
    /// Fails with [`crate::ErrorKind::Image`] or [`crate::ErrorKind::Io`] if it cannot be read.
    fn pixels(&self, number: usize) -> Result<RgbImage>;

    /// Says where the annotated objects lie, a grey picture of the picture's own size: 255 where they are; `None` where
    /// that is not known.
    fn object(&self, _number: usize) -> Option<RgbImage> {
        None
    }
}
