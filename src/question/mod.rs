//! What a model is asked: a picture, a class of it, and the number that stands for the answer.

mod target;

pub use target::{Score, Target};

use crate::classifier::Labels;
use crate::picture::RgbImage;

/// What is explained: a picture and a class of it.
#[derive(Clone, Debug)]
pub struct Subject {
    /// The picture, at its own size.
    pub picture: RgbImage,
    /// Position of the class in the model's output.
    pub target: usize,
    /// Its name.
    pub label: String,
}

impl Subject {
    /// A class of a picture, named with those that it is summed `with` or held `against`: `cat + dog − fox`.
    pub fn new(picture: RgbImage, target: usize, labels: &Labels, with: &[usize], against: &[usize]) -> Self {
        let signed = |sign: &str, classes: &[usize]| -> String {
            classes.iter().map(|&class| format!(" {sign} {}", labels.short(class))).collect()
        };
        let label = labels.short(target) + &signed("+", with) + &signed("−", against);
        Self { picture, target, label }
    }
}

/// Probabilities of the target (less those it is held against) in the pictures that matter.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Scores {
    /// Of the whole picture.
    pub original: f32,
    /// Of the null image, in which everything is deleted.
    pub null: f32,
    /// Of the picture with the evidence deleted.
    pub deleted: f32,
    /// Of the picture with everything but the evidence deleted.
    pub preserved: f32,
    /// The deleted picture's, normalised: 1 if deletion changes nothing, 0 if it does what deleting everything does.
    pub normalised: f32,
}

impl Scores {
    /// (s − s_null) / (s_original − s_null).
    pub fn normalise(&self, score: f32) -> f32 {
        (score - self.null) / (self.original - self.null)
    }
}
