//! What is explained, and the scores that say what an explanation does to it.

use serde::{Deserialize, Serialize};

use crate::classifier::Labels;
use crate::picture::RgbImage;

/// Deleting everything must take away at least this share of the score.
const LEAST_DROP: f32 = 0.2;

/// What is explained: a picture and a class of it.
#[derive(Clone, Debug)]
pub struct Subject {
    /// The picture, at its own size.
    pub picture: RgbImage,
    /// Position of the class in the model's output.
    pub target: usize,
    /// The class's name.
    pub label: String,
}

impl Subject {
    /// Returns the names a class of a picture with those that it is summed `with` or held `against`: `cat + dog − fox`.
    pub fn new(picture: RgbImage, target: usize, labels: &Labels, with: &[usize], against: &[usize]) -> Self {
        let signed = |sign: &str, classes: &[usize]| -> String {
            classes.iter().map(|&class| format!(" {sign} {}", labels.short(class))).collect()
        };
        let label = labels.short(target) + &signed("+", with) + &signed("−", against);
        Self { picture, target, label }
    }
}

/// The probabilities of the target (less those it is held against) with nothing and with everything deleted.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Ends {
    /// The probability in the whole picture.
    pub original: f32,
    /// The probability in the null image, in which everything is deleted.
    pub null: f32,
}

impl Ends {
    /// Returns (s − s_null) / (s_original − s_null): 1 if a deletion changes nothing, 0 if it does what deleting
    /// everything does (\[MP\] section 4.3).
    pub fn normalise(&self, score: f32) -> f32 {
        (score - self.null) / (self.original - self.null)
    }

    /// Returns whether deleting everything takes away at least a fifth of the score: else no deletion says anything.
    pub fn differ(&self) -> bool {
        self.original - self.null >= LEAST_DROP * self.original
    }

    /// Returns whether a picture can judge anything: its answer is above `least`, and under half of it when all is
    /// deleted.
    pub fn are_sound(&self, least: f32) -> bool {
        self.original > least && self.null < 0.5 * self.original
    }
}

/// Probabilities of the target (less those it is held against) in the pictures that matter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Scores {
    /// The probability in the whole picture.
    pub original: f32,
    /// The probability in the null image, in which everything is deleted.
    pub null: f32,
    /// The probability with the evidence deleted.
    pub deleted: f32,
    /// The probability with everything but the evidence deleted.
    pub preserved: f32,
    /// The deleted picture's, normalised: 1 if deletion changes nothing, 0 if it does what deleting everything does.
    pub normalised: f32,
}

impl Scores {
    /// Returns the scores of both ends; what an explanation does is not known yet.
    pub fn of_ends(ends: Ends) -> Self {
        let Ends { original, null } = ends;
        Self { original, null, deleted: f32::NAN, preserved: f32::NAN, normalised: f32::NAN }
    }

    /// Returns the scores of the whole and of the deleted picture.
    pub fn ends(&self) -> Ends {
        Ends { original: self.original, null: self.null }
    }

    /// Normalises a score as [`Ends::normalise`] does.
    pub fn normalise(&self, score: f32) -> f32 {
        self.ends().normalise(score)
    }
}
