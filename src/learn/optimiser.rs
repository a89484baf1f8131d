//! AdamW (Loshchilov and Hutter, 2019) with a warm-up, a cosine rate, a bound on the gradient's
//! norm, and a running average of the weights.
//!
//! There are few numbers (a third of a million), so they stay in host memory. An interrupted run continues from plain
//! arrays, and nothing depends on a device.

use super::net::Weights;

/// Settings of the optimiser.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// The highest learning rate. Default 2e-3.
    pub rate: f32,
    /// Number of steps until it is reached. Default 150.
    pub warmup: usize,
    /// Share by which a kernel shrinks at each step, times the rate. Default 0.02.
    pub decay: f32,
    /// Largest norm of the gradient; a larger one is scaled down to it. Default 1.
    pub norm: f32,
    /// Share of the averaged weights that each step keeps. Default 0.995.
    pub keep: f32,
}

impl Default for Settings {
    fn default() -> Self {
        Self { rate: 2e-3, warmup: 150, decay: 0.02, norm: 1.0, keep: 0.995 }
    }
}

/// The weights, and everything that the next step needs.
#[derive(Debug, Clone, PartialEq)]
pub struct Optimiser {
    pub weights: Weights,
    pub first: Weights,
    pub second: Weights,
    /// The running average of the weights, which is evaluated and written.
    pub average: Weights,
    pub step: usize,
}

impl Optimiser {
    /// Begins with these weights.
    pub fn new(weights: Weights) -> Self {
        Self { average: weights.clone(), weights, first: Weights::zeros(), second: Weights::zeros(), step: 0 }
    }

    /// Takes one of `total` steps down the gradient.
    pub fn descend(&mut self, gradient: &Weights, total: usize, settings: &Settings) {
        self.step += 1;
        let rate = rate(self.step, total, settings);
        let norm = gradient.0.iter().flatten().map(|g| g * g).sum::<f32>().sqrt();
        let scale = (settings.norm / norm.max(1e-12)).min(1.0);
        let keep = settings.keep.min(self.step as f32 / (self.step as f32 + 10.0));
        for (index, gradient) in gradient.0.iter().enumerate() {
            // Kernels come first in each pair. Biases are not pulled towards zero.
            let decay = if index % 2 == 0 { rate * settings.decay } else { 0.0 };
            self.update(index, gradient, (scale, rate, decay, keep));
        }
    }

    fn update(&mut self, index: usize, gradient: &[f32], (scale, rate, decay, keep): (f32, f32, f32, f32)) {
        let correct = |beta: f32, steps: usize| 1.0 - beta.powi(steps.min(100_000) as i32);
        let (first_bias, second_bias) = (correct(0.9, self.step), correct(0.999, self.step));
        for (i, &raw) in gradient.iter().enumerate() {
            let g = raw * scale;
            let first = &mut self.first.0[index][i];
            let second = &mut self.second.0[index][i];
            *first = 0.9 * *first + 0.1 * g;
            *second = 0.999 * *second + 0.001 * g * g;
            let weight = &mut self.weights.0[index][i];
            *weight -= rate * (*first / first_bias) / ((*second / second_bias).sqrt() + 1e-8) + decay * *weight;
            let average = &mut self.average.0[index][i];
            *average = keep * *average + (1.0 - keep) * *weight;
        }
    }
}

/// Returns the rate of a step. It rises to the highest rate during the warm-up, then falls along a cosine to a
/// hundredth of it.
fn rate(step: usize, total: usize, settings: &Settings) -> f32 {
    if step < settings.warmup {
        return settings.rate * step as f32 / settings.warmup as f32;
    }
    let share = (step - settings.warmup) as f32 / total.saturating_sub(settings.warmup).max(1) as f32;
    settings.rate * (0.01 + 0.99 * 0.5 * (1.0 + (std::f32::consts::PI * share.min(1.0)).cos()))
}
