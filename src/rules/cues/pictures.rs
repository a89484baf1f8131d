//! The pictures in which cues are searched; they need no labels.

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

    /// Returns the annotated objects as a grey picture of the picture's own size, 255 inside; `None` if there are no
    /// annotations.
    fn object(&self, _number: usize) -> Option<RgbImage> {
        None
    }
}
