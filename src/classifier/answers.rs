//! How a model's scores become a probability for each class.

use serde::Serialize;

use super::profile::Labels;
use crate::array::{Array, Unary};

/// How scores become probabilities.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum Answers {
    /// By a softmax. Exactly one class is right, and the probabilities sum to 1.
    #[default]
    Softmax,
    /// By a sigmoid of each score. Each label is judged by itself, so several may be right, or none.
    Independent,
}

impl Answers {
    /// Returns the probabilities `[N, K]` of logits `[N, K]`, on the device of the logits.
    pub fn of(self, logits: Array) -> Array {
        match self {
            Self::Softmax => logits.softmax(1),
            Self::Independent => logits.unary(Unary::Sigmoid),
        }
    }

    /// Returns the probability of each class from one picture's logits.
    pub fn probabilities(self, logits: &[f32]) -> Vec<f32> {
        match self {
            Self::Softmax => softmax(logits),
            Self::Independent => logits.iter().map(|z| 1.0 / (1.0 + (-z).exp())).collect(),
        }
    }
}

/// A class with its score.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Prediction {
    /// The class's index in the model's output.
    pub index: usize,
    /// The class's name.
    pub label: String,
    /// The class's probability, from the softmax or from its own sigmoid.
    pub probability: f32,
    /// The score from which the probability is computed.
    pub logit: f32,
}

/// Returns the `count` most probable classes of one picture's logits, the most probable first.
pub fn top(logits: &[f32], answers: Answers, labels: &Labels, count: usize) -> Vec<Prediction> {
    let probabilities = answers.probabilities(logits);
    let mut order: Vec<usize> = (0..logits.len()).collect();
    order.sort_by(|&a, &b| logits[b].total_cmp(&logits[a]));
    let prediction = |index: usize| Prediction {
        index,
        label: labels.short(index),
        probability: probabilities[index],
        logit: logits[index],
    };
    order.into_iter().take(count).map(prediction).collect()
}

/// Returns the softmax of one picture's logits.
pub fn softmax(logits: &[f32]) -> Vec<f32> {
    let largest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let exponentials: Vec<f32> = logits.iter().map(|l| (l - largest).exp()).collect();
    let sum: f32 = exponentials.iter().sum();
    exponentials.into_iter().map(|e| e / sum).collect()
}
