//! What a concept rule is tested on: labelled pictures, what they show, and where.

use crate::error::Result;
use crate::picture::RgbImage;

/// Something that a picture may contain.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Concept {
    /// The concept's name for people.
    pub name: String,
    /// Whether it covers most of a picture, so that it is exchanged for another instead of being blurred.
    pub wide: bool,
    /// Whether it is a part by which the classes truly differ: a model may rightly rely on it.
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
    /// [`crate::ErrorKind::Image`] or [`crate::ErrorKind::Io`] if it cannot be read.
    fn picture(&self, number: usize) -> Result<Labelled>;

    /// Says where a concept lies, a grey picture of the picture's own size: 255 where it is. Of a wide concept also in
    /// pictures that do not show it: where it would be.
    fn region(&self, number: usize, concept: usize) -> Option<RgbImage>;

    /// Named places of the main object, in pixels of the picture (right, down); only those that are seen.
    fn keypoints(&self, _number: usize) -> Vec<(String, [f32; 2])> {
        vec![]
    }

    /// Returns the same picture made again with the concept or without it, and nothing else changed; `None` where that
    /// is not known.
    fn rerendered(&self, _number: usize, _concept: usize, _with: bool) -> Option<RgbImage> {
        None
    }
}

/// What is known of a picture after it was looked at.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub(super) struct Seen {
    pub(super) truth: usize,
    pub(super) answer: usize,
    pub(super) shown: Vec<usize>,
}
