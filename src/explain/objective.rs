//! The energy of a mask, and its gradient with respect to the grid.

use burn::tensor::Device;

use super::settings::{Game, Settings};
use crate::array::Array;
use crate::classifier::Classifier;
use crate::error::Result;
use crate::mask::{Area, Upsampler, Variation};
use crate::perturbation::View;

/// The classes whose probabilities are summed: f_c.
#[derive(Clone)]
pub struct Target {
    /// `[1, K]`: 1 for each class of the target.
    weights: Array,
}

impl Target {
    /// The sum over these classes' probabilities, of `classes` in all.
    pub fn new(indices: &[usize], classes: usize, device: &Device) -> Self {
        let values = (0..classes).map(|k| if indices.contains(&k) { 1.0 } else { 0.0 }).collect();
        Self { weights: Array::new(values, &[1, classes], device) }
    }

    /// f_c of logits `[N, K]`: `[N, 1]`.
    pub fn score(&self, logits: Array) -> Array {
        logits.softmax(1).mul(self.weights.clone()).sum_axis(1)
    }

    /// ∂f_c/∂logits = p ∘ (w − Σ p w), `[N, K]`.
    fn gradient(&self, logits: Array) -> Array {
        let p = logits.softmax(1);
        let score = p.clone().mul(self.weights.clone()).sum_axis(1);
        p.mul(self.weights.clone().sub(score))
    }
}

/// The energy that a game gives a mask.
pub struct Objective {
    game: Game,
    target: Target,
    area: Area,
    variation: Variation,
    upsampler: Upsampler,
}

/// The energy and its parts at one grid, still on the device.
pub struct Evaluated {
    /// The whole energy, `[1]`.
    pub energy: Array,
    /// f_c of the blended picture, `[1]`.
    pub score: Array,
    /// Gradient with respect to the grid, `[1, 1, g, g]`.
    pub gradient: Array,
}

impl Objective {
    /// The energy that these settings describe.
    pub fn new(settings: &Settings, target: Target, upsampler: Upsampler, device: &Device) -> Self {
        let free_value = if settings.game == Game::Preserve { 0.0 } else { 1.0 };
        let area = Area { weight: settings.l1, free_value };
        let variation = Variation::new(settings.l2, settings.beta, upsampler.grid(), device);
        Self { game: settings.game, target, area, variation, upsampler }
    }

    /// The mask of a grid.
    pub fn upsampler(&self) -> &Upsampler {
        &self.upsampler
    }

    /// The energy of a grid `[1, 1, g, g]` under one jittered view.
    ///
    /// # Errors
    /// As the classifier's.
    pub fn evaluate(&self, classifier: &dyn Classifier, view: &View, grid: Array) -> Result<Evaluated> {
        let mask = self.upsampler.upsample(grid.clone());
        // Each blended picture comes with its sign in the energy; the mask enters the second of the
        // dual game as 1 − m, which turns its gradient round.
        let (masks, signs): (Array, &[f32]) = match self.game {
            Game::Delete => (mask, &[1.0]),
            Game::Preserve => (mask, &[-1.0]),
            Game::Dual => (Array::concat(vec![mask.clone(), complement(mask)], 0), &[1.0, -1.0]),
        };
        let device = classifier.device();
        let sign = Array::new(signs.to_vec(), &[signs.len(), 1], device);
        let gradient_of = |logits: Array| self.target.gradient(logits).mul(sign.clone());
        let (logits, pictures) = classifier.logits_and_gradient(view.blend(masks), &gradient_of)?;
        let scores = self.target.score(logits);
        let signed = scores.clone().mul(sign).sum();
        let mut mask_gradient = view.mask_gradient(pictures);
        if self.game == Game::Dual {
            let turned = Array::new(vec![1.0, -1.0], &[2, 1, 1, 1], device);
            mask_gradient = mask_gradient.mul(turned).sum_axis(0);
        }
        let (variation, variation_gradient) = self.variation.value_and_gradient(grid.clone());
        let regulariser = self.area.value(grid.clone()).add(variation).reshape(&[1]);
        let gradient = self
            .upsampler
            .gradient(mask_gradient)
            .add(variation_gradient)
            .add(self.area.gradient(&grid.shape(), device));
        let score = scores.slice(&[(0, 1, 1), (0, 1, 1)]).reshape(&[1]);
        Ok(Evaluated { energy: signed.add(regulariser), score, gradient })
    }
}

fn complement(mask: Array) -> Array {
    mask.mul_scalar(-1.0).add_scalar(1.0)
}
