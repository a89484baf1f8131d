//! An attacked picture and the effects of the attack.

use serde::{Deserialize, Serialize};

use super::Attack;
use super::as_text::{numbers_text, picture_text};
use super::reading::Answer;
use crate::picture::RgbImage;

/// An attacked picture and the effects of the attack.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Attacked {
    /// The attack.
    pub attack: Attack,
    /// The clean picture at the model's size.
    #[serde(with = "picture_text")]
    pub clean: RgbImage,
    /// The attacked picture, of the same size.
    #[serde(with = "picture_text")]
    pub picture: RgbImage,
    /// The answer to the clean picture.
    pub before: Answer,
    /// The answer to the attacked picture, written and read back.
    pub after: Answer,
    /// The answer to the clean picture with the same changes of values at random places, which is noise of equal norm.
    pub noise: Answer,
    /// The class towards which the attack moves, if it has one.
    pub goal: Option<usize>,
    /// The largest change of a value, in 1/255.
    pub l_inf: f32,
    /// The Euclidean norm of the change, values in [0, 1].
    pub l2: f32,
    /// The share of all gradients that were 0 or not finite. If it is above 0, a failure may be due to the gradient and
    /// not the attack.
    pub zero_gradients: f32,
    /// The loss of the best start before each step and at the end.
    #[serde(with = "numbers_text")]
    pub losses: Vec<f32>,
    /// How long it took.
    pub seconds: f64,
}

impl Attacked {
    /// Returns whether the answer changed.
    pub fn succeeded(&self) -> bool {
        self.after.class != self.before.class
    }

    /// Draws the change as a picture: grey where there is none, `gain` times as strong as it is.
    pub fn difference(&self, gain: f32) -> RgbImage {
        let shown = |attacked: u8, clean: u8| (127.5 + gain * (f32::from(attacked) - f32::from(clean))).round() as u8;
        let mut picture = self.clean.clone();
        for (value, (&a, &c)) in picture.iter_mut().zip(self.picture.iter().zip(self.clean.iter())) {
            *value = shown(a, c);
        }
        picture
    }
}
