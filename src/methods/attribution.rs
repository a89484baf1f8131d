//! The other methods, for comparison side by side, each as its own paper defines it.
//!
//! Each module documents one method: what it computes, its equation, its reference and its deviations. All give a map
//! at the picture's size, where larger means more evidence. [`Passes`] runs one pass (a batch of pictures) at a time.
//! It turns the map, scaled to e in [0, 1], into the mask 1 − e that every [`crate::explain::Explanation`] holds.
//!
//! Two things are the same for all. The answer is the score of [`crate::explain::Settings::score`], by default the one
//! of the method's paper. Of a map with signs only the positive part is evidence, because it speaks *for* the class.

use super::method::Method;
use super::optimise;
use super::optimise::{Beginning, Problem, Search, Trace};
use super::settings::Settings;
use crate::array::Array;
use crate::error::Result;

/// A method that attributes the answer to pixels, in one pass or many.
pub(crate) trait Attribution {
    /// Returns the number of passes in all.
    fn passes(&self) -> usize;

    /// Makes the pass of this number and adds its result to the map.
    ///
    /// # Errors
    /// Fails when the classifier rejects its input or the device is lost ([`crate::ErrorKind::Device`]).
    fn pass(&mut self, problem: &Problem, number: usize) -> Result<()>;

    /// Returns the map so far, `[1, 1, S, S]`, larger = more evidence. `None` before the first pass.
    fn map(&self) -> Option<Array>;

    /// Returns the map's value that means no evidence; `None` stands for the map's least value.
    fn zero(&self) -> Option<f32> {
        Some(0.0)
    }
}

/// Runs an attribution step by step, as a [`Search`].
pub(crate) struct Passes {
    method: Box<dyn Attribution>,
    side: usize,
    taken: usize,
    nothing: Array,
}

/// Returns the preset of a method that attributes: its map has the picture's size, so nothing is smoothed.
pub(super) fn preset(method: Method) -> Settings {
    Settings { iterations: 1, jitter: 0, cell_px: 1, smoothing_px: 0.0, ..Settings::paper(method) }
}

/// Returns the search that steps an attribution.
pub(super) fn begin<'a>(problem: &Problem, method: impl Attribution + 'static) -> Beginning<'a> {
    let side = problem.side();
    let nothing = Array::full(&[1, 1, side, side], 1.0, problem.device());
    optimise::ready(Passes { method: Box::new(method), side, taken: 0, nothing })
}

impl Search for Passes {
    fn total(&self) -> usize {
        self.method.passes()
    }

    fn step(&mut self, problem: &mut Problem) -> Result<Option<Trace>> {
        self.method.pass(problem, self.taken)?;
        self.taken += 1;
        Ok(None)
    }

    fn grid(&self) -> Array {
        let Some(map) = self.method.map() else { return self.nothing.clone() };
        let map = map.reshape(&[1, self.side * self.side]);
        let evidence = scaled(map, self.method.zero());
        evidence.mul_scalar(-1.0).add_scalar(1.0).reshape(&[1, 1, self.side, self.side])
    }

    fn mask(&self, grid: Array) -> Array {
        grid
    }
}

/// Scales a map `[1, P]` so that `zero` (or its least value) becomes 0 and its largest value 1.
fn scaled(map: Array, zero: Option<f32>) -> Array {
    let above = match zero {
        Some(zero) => map.add_scalar(-zero),
        None => {
            let negated_least = map.clone().mul_scalar(-1.0).max_axis(1);
            map.add(negated_least)
        }
    };
    // A map without any evidence stays at 0 instead of 0/0.
    let largest = above.clone().max_axis(1).clamp(f32::MIN_POSITIVE, f32::MAX);
    above.div(largest).clamp(0.0, 1.0)
}

/// Adds a part to a sum, which is `None` at first.
pub(super) fn accumulate(sum: &mut Option<Array>, part: Array) {
    *sum = Some(match sum.take() {
        Some(sum) => sum.add(part),
        None => part,
    });
}

/// Returns the gradient of f_c with respect to pictures `[N, 3, S, S]`, each by itself.
pub(super) fn picture_gradient(problem: &Problem, pictures: Array) -> Result<Array> {
    let weights = vec![1.0; pictures.shape()[0]];
    Ok(problem.question.pass(pictures, &weights)?.gradient)
}

/// Returns max over the channels of |∂|, `[1, 1, S, S]`.
pub(super) fn largest_channel(gradient: Array) -> Array {
    gradient.unary(crate::array::Unary::Abs).max_axis(1)
}

/// Returns how many of `total` samples pass `number` takes, in batches of `batch`.
pub(super) fn share(total: usize, batch: usize, number: usize) -> usize {
    batch.min(total - (number * batch).min(total))
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    use super::*;

    fn scale(values: &[f32], zero: Option<f32>) -> Vec<f32> {
        let map = Array::new(values.to_vec(), &[1, values.len()], &Device::flex());
        pollster::block_on(scaled(map, zero).read()).expect("the CPU reads")
    }

    #[test]
    fn maps_are_scaled_from_what_is_no_evidence_to_the_most() {
        assert_eq!(scale(&[-2.0, 0.0, 1.0, 4.0], Some(0.0)), [0.0, 0.0, 0.25, 1.0]);
        assert_eq!(scale(&[2.0, 3.0, 6.0], None), [0.0, 0.25, 1.0]);
        assert_eq!(scale(&[0.0, -1.0], Some(0.0)), [0.0, 0.0]);
        assert_eq!(scale(&[0.5, 0.5], None), [0.0, 0.0]);
    }

    #[test]
    fn the_last_pass_takes_what_is_left() {
        let taken: Vec<usize> = (0..4).map(|number| share(10, 4, number)).collect();
        assert_eq!(taken, [4, 4, 2, 0]);
    }
}
