//! The model, asked about one picture with parts of it deleted.

use crate::array::Array;
use crate::classifier::Classifier;
use crate::error::Result;
use crate::picture::{Jitterable, Scene, View};
use crate::question::Target;

/// Pictures scored in one pass.
const BATCH: usize = 16;

/// Scores a picture under masks that no explanation was learned on.
pub struct Judge<'a> {
    classifier: &'a dyn Classifier,
    target: Target,
    view: View,
    side: usize,
    /// Probability of the class in the whole picture.
    pub original: f32,
    /// The same with everything deleted.
    pub null: f32,
}

impl<'a> Judge<'a> {
    /// For a class of a scene of the model's size.
    ///
    /// # Errors
    /// As the classifier's.
    pub async fn new(classifier: &'a dyn Classifier, scene: &Scene, class: usize) -> Result<Self> {
        let (side, device) = (classifier.size(), classifier.device());
        let target = Target::new(&[class], classifier.classes(), device);
        let view = Jitterable::new(scene, side, device).view((0, 0));
        let mut judge = Self { classifier, target, view, side, original: f32::NAN, null: f32::NAN };
        let ends = judge.scores(&[vec![1.0; side * side], vec![0.0; side * side]]).await?;
        (judge.original, judge.null) = (ends[0], ends[1]);
        Ok(judge)
    }

    /// Side of the pictures, in pixels.
    pub fn side(&self) -> usize {
        self.side
    }

    /// Probabilities of the class under masks `[S, S]`: 1 keeps, 0 deletes.
    ///
    /// # Errors
    /// As the classifier's.
    pub async fn scores(&self, masks: &[Vec<f32>]) -> Result<Vec<f32>> {
        let mut scores = vec![];
        for batch in masks.chunks(BATCH) {
            let masks = Array::new(batch.concat(), &[batch.len(), 1, self.side, self.side], self.classifier.device());
            let logits = self.classifier.logits(self.view.blend(masks))?;
            scores.extend(self.target.probability(logits).read().await?);
        }
        Ok(scores)
    }

    /// (s − s_null) / (s_original − s_null).
    pub fn normalise(&self, score: f32) -> f32 {
        (score - self.null) / (self.original - self.null)
    }

    /// Whether there is anything to judge: the answer above `least`, and under half of it when all is deleted.
    pub fn is_sound(&self, least: f32) -> bool {
        self.original > least && self.null < 0.5 * self.original
    }
}
