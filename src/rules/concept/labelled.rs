//! The data of a concept rule: labelled pictures, the concepts they show, and their regions.

use crate::error::Result;
use crate::picture::RgbImage;

/// Something that a picture may contain.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Concept {
    /// The concept's name for people.
    pub name: String,
    /// Whether the concept covers most of a picture, so that it is exchanged for another instead of being blurred.
    pub wide: bool,
    /// Whether the classes truly differ in this part, so that a model may rightly rely on it.
    pub own: bool,
}

/// A labelled picture.
#[derive(Clone, Debug)]
pub struct Labelled {
    /// The picture's pixels.
    pub picture: RgbImage,
    /// Position of its true class in the model's output.
    pub truth: usize,
    /// The numbers of the concepts that it shows.
    pub shown: Vec<usize>,
}

/// A set of pictures with concepts and regions.
pub trait Annotated {
    /// Returns every concept that a picture may show.
    fn concepts(&self) -> &[Concept];

    /// Returns how many pictures there are.
    fn count(&self) -> usize;

    /// Returns the picture of a number below [`Annotated::count`].
    ///
    /// # Errors
    /// Fails with [`crate::ErrorKind::Image`] or [`crate::ErrorKind::Io`] if the picture cannot be read.
    fn picture(&self, number: usize) -> Result<Labelled>;

    /// Returns the region of a concept as a grey picture of the picture's own size, 255 inside. A wide concept also has
    /// a region in pictures that do not show it: the place where it would be.
    fn region(&self, number: usize, concept: usize) -> Option<RgbImage>;

    /// Returns the visible keypoints of the main object, with names, in pixels of the picture (right, down).
    fn keypoints(&self, _number: usize) -> Vec<(String, [f32; 2])> {
        vec![]
    }

    /// Returns the picture drawn again with or without the concept, with nothing else changed; `None` if that is not
    /// possible.
    fn rerendered(&self, _number: usize, _concept: usize, _with: bool) -> Option<RgbImage> {
        None
    }
}

/// A classified picture.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub(super) struct Seen {
    pub(super) truth: usize,
    pub(super) answer: usize,
    pub(super) shown: Vec<usize>,
}
