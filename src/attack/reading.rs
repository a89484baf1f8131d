//! The answers of a model to a picture and to light edits of it.

use serde::{Deserialize, Serialize};

use super::AsIs;
use super::views::{LOOKS, Look};
use crate::array::Array;
use crate::classifier::{Answers, Classifier};
use crate::error::Result;
use crate::picture::Planes;

/// Number of classes that are kept of each answer.
const KEPT: usize = 5;

/// A class and its probability.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// Position of the class in the model's output.
    pub class: usize,
    /// The class's probability, by the softmax or its own sigmoid.
    pub probability: f32,
}

/// Returns the most probable class of one picture's logits; `None` if a logit is not a number.
pub fn best(logits: &[f32], answers: Answers) -> Option<Answer> {
    if logits.iter().any(|logit| logit.is_nan()) {
        return None;
    }
    first(&answers.probabilities(logits)).into_iter().next()
}

/// Returns the [`KEPT`] most probable classes, the first one first.
pub(super) fn first(probabilities: &[f32]) -> Vec<Answer> {
    let mut order: Vec<usize> = (0..probabilities.len()).collect();
    order.sort_by(|&a, &b| probabilities[b].total_cmp(&probabilities[a]));
    order.into_iter().take(KEPT).map(|class| Answer { class, probability: probabilities[class] }).collect()
}

/// The answer to one light edit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Looked {
    /// The edit.
    pub look: Look,
    /// ‖p(x) − p(Tx)‖₁, in [0, 2].
    pub change: f32,
    /// The most probable classes.
    pub top: Vec<Answer>,
}

/// The answers to a picture and to every light edit of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    /// The most probable classes of the picture.
    pub top: Vec<Answer>,
    /// Those of each of [`LOOKS`].
    pub looks: Vec<Looked>,
    /// The classes that many random views agree on most ([`super::ensemble()`]); empty if they were not asked.
    #[serde(default)]
    pub ensemble: Vec<Answer>,
}

impl Reading {
    /// Asks about a picture `[3, S, S]` of the classifier's size: one pass, and one for each light edit.
    ///
    /// # Errors
    /// Fails as [`Reading::after_looks`] does.
    pub async fn of(classifier: &AsIs, picture: &Planes) -> Result<Self> {
        Self::after_looks(classifier, picture, &LOOKS).await
    }

    /// Asks about a picture and these light edits alone.
    ///
    /// # Errors
    /// Fails with [`ErrorKind::Device`](crate::ErrorKind::Device) if the device is lost, and otherwise as
    /// [`Classifier::logits`] does.
    pub async fn after_looks(classifier: &AsIs, picture: &Planes, looks: &[Look]) -> Result<Self> {
        let side = picture.side;
        let edited = looks.iter().flat_map(|look| look.apply(picture).values);
        let values = picture.values.iter().copied().chain(edited).collect();
        let pictures = Array::new(values, &[1 + looks.len(), 3, side, side], classifier.device());
        let logits = classifier.question(picture, 0).logits(pictures)?.read().await?;
        let rows: Vec<Vec<f32>> =
            logits.chunks(classifier.classes()).map(|row| classifier.answers().probabilities(row)).collect();
        let looked = |(&look, row): (&Look, &Vec<f32>)| Looked { look, change: l1(&rows[0], row), top: first(row) };
        let looks = looks.iter().zip(&rows[1..]).map(looked).collect();
        Ok(Self { top: first(&rows[0]), looks, ensemble: vec![] })
    }

    /// Returns the answer to the unedited picture.
    pub fn answer(&self) -> Answer {
        self.top[0]
    }

    /// Returns the answer to one light edit; `None` if the edit is not one of [`LOOKS`].
    pub fn after(&self, look: Look) -> Option<&Looked> {
        self.looks.iter().find(|looked| looked.look == look)
    }
}

fn l1(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(x, y)| (x - y).abs()).sum()
}
