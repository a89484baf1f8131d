//! Adam (Kingma & Ba 2015) on one tensor, with a projection to [0, 1] after each step.
//!
//! It is written by hand because Burn's optimiser requires an autodiff module. Here the gradient comes from the graph
//! without tracking, and no step waits for the device.

use burn::tensor::Device;

#[cfg(feature = "gpu")]
use crate::array::gpu::AdamStep;
use crate::array::{Array, Unary};

const BETA1: f32 = 0.9;
const BETA2: f32 = 0.999;
/// PyTorch's ε, which the published code used.
const EPSILON: f32 = 1e-8;

/// First and second moment, and the number of steps taken.
pub struct Adam {
    learning_rate: f32,
    mean_decay: f32,
    square_decay: f32,
    shared: bool,
    mean: Array,
    square: Array,
    steps: i32,
}

impl Adam {
    /// Makes an optimiser for a tensor of this shape.
    pub fn new(learning_rate: f32, shape: &[usize], device: &Device) -> Self {
        let zero = Array::full(shape, 0.0, device);
        Self {
            learning_rate,
            mean_decay: BETA1,
            square_decay: BETA2,
            shared: false,
            mean: zero.clone(),
            square: zero,
            steps: 0,
        }
    }

    /// Sets the step from here on.
    pub fn set_rate(&mut self, learning_rate: f32) {
        self.learning_rate = learning_rate;
    }

    /// Returns the same optimiser with other values of β₁ and β₂ than .9 and .999.
    #[must_use]
    pub fn with_decays(mut self, mean_decay: f32, square_decay: f32) -> Self {
        (self.mean_decay, self.square_decay) = (mean_decay, square_decay);
        self
    }

    /// Returns the same optimiser with one second moment for each entry of the first axis, the mean over its elements.
    /// Steps then keep the proportions of the gradient. Plain Adam takes nearly equal steps even for elements that
    /// hardly matter.
    #[must_use]
    pub fn with_shared_scale(mut self) -> Self {
        self.shared = true;
        self
    }

    /// Returns the parameters after one step against the gradient, clamped to [0, 1].
    pub fn step(&mut self, parameters: Array, gradient: Array) -> Array {
        #[cfg(feature = "gpu")]
        if self.is_one_launch() {
            return self.launch(&gradient, Some((&parameters, self.learning_rate)));
        }
        let update = self.direction(gradient).mul_scalar(self.learning_rate);
        parameters.sub(update).clamp(0.0, 1.0)
    }

    /// Returns the step to subtract at a rate of 1: the corrected mean divided by the root of the corrected square.
    pub fn direction(&mut self, gradient: Array) -> Array {
        #[cfg(feature = "gpu")]
        if self.is_one_launch() {
            return self.launch(&gradient, None);
        }
        self.steps += 1;
        let mut squared = gradient.clone().mul(gradient.clone());
        if self.shared {
            let shape = gradient.shape();
            let each = [shape[0], shape[1..].iter().product()];
            let mean = squared.reshape(&each).mean_axis(1);
            squared = mean.broadcast(&each).reshape(&shape);
        }
        self.mean = self.mean.clone().mul_scalar(self.mean_decay).add(gradient.mul_scalar(1.0 - self.mean_decay));
        self.square =
            self.square.clone().mul_scalar(self.square_decay).add(squared.mul_scalar(1.0 - self.square_decay));
        let mean = self.mean.clone().mul_scalar(1.0 / (1.0 - self.mean_decay.powi(self.steps)));
        let root = self.square.clone().mul_scalar(1.0 / (1.0 - self.square_decay.powi(self.steps))).unary(Unary::Sqrt);
        mean.div(root.add_scalar(EPSILON))
    }

    #[cfg(feature = "gpu")]
    fn is_one_launch(&self) -> bool {
        self.mean.is_on_card() && !self.shared
    }

    /// A step on the graphics card.
    #[cfg(feature = "gpu")]
    fn launch(&mut self, gradient: &Array, step: Option<(&Array, f32)>) -> Array {
        self.steps += 1;
        let scale = |decay: f32| 1.0 / (1.0 - decay.powi(self.steps));
        let numbers = AdamStep {
            mean_decay: self.mean_decay,
            square_decay: self.square_decay,
            mean_scale: scale(self.mean_decay),
            square_scale: scale(self.square_decay),
            epsilon: EPSILON,
        };
        let left = gradient.adam(&self.mean, &self.square, numbers, step);
        (self.mean, self.square) = (left.mean, left.square);
        left.moved
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// min (x − 0.3)² from 1: after the first step x = 1 − lr, whatever the gradient's size.
    #[test]
    fn the_first_step_has_the_length_of_the_learning_rate_and_later_ones_converge() {
        let device = Device::flex();
        let mut adam = Adam::new(0.1, &[1], &device);
        let mut x = Array::full(&[1], 1.0, &device);
        let mut trace = vec![];
        for _ in 0..100 {
            let gradient = x.clone().add_scalar(-0.3).mul_scalar(2.0);
            x = adam.step(x, gradient);
            trace.push(pollster::block_on(x.clone().read()).expect("the CPU reads")[0]);
        }
        assert!((trace[0] - 0.9).abs() < 1e-5, "{}", trace[0]);
        assert!((trace[99] - 0.3).abs() < 0.02, "{}", trace[99]);
    }
}
