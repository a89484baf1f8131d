//! Integrated gradients: the difference to a baseline, distributed over the pixels.
//!
//! E(u) = Σ_c (x − x̃)_c(u) · ∫₀¹ ∂f / ∂x_c (x̃ + α (x − x̃))(u) dα, f the class's probability. The integral is a sum
//! over n = 50 midpoints. The sum of the map over all pixels is f(x) − f(x̃) (completeness).
//!
//! Reference: M. Sundararajan, A. Taly and Q. Yan, "Axiomatic Attribution for Deep Networks", ICML 2017,
//! sections 3 and 5. Deviation: the baseline x̃ is the null image (the blurred picture), not black, so that the
//! method is asked about the same deletion as the others.

use super::attribution;
use super::attribution::{Attribution, accumulate, picture_gradient, share};
use super::entry::Entry;
use super::method::{COMMON, Definition, Kind, Method, SAMPLED};
use super::optimise::Problem;
use super::settings::Settings;
use crate::array::Array;
use crate::error::Result;

/// What is known of this method.
pub const METHOD: Method = Method(&Definition {
    name: "integrated",
    title: "Integrated gradients",
    summary: "The gradient, averaged from the blurred picture to the sharp one.",
    kind: Kind::Attribution,
    needs_null: true,
    games: &[],
    settings: &[COMMON, SAMPLED],
});

/// The method's entry in the registry.
pub const ENTRY: Entry = Entry::new(METHOD, preset, |problem| attribution::begin(problem, Integrated::new(problem)));

fn preset() -> Settings {
    Settings { samples: 50, ..attribution::preset(METHOD) }
}

/// The sum of the gradients along the path so far.
pub(crate) struct Integrated {
    sum: Option<Array>,
    samples: usize,
    batch: usize,
}

impl Integrated {
    pub(crate) fn new(problem: &Problem) -> Self {
        Self { sum: None, samples: problem.settings.samples, batch: problem.settings.batch }
    }
}

impl Attribution for Integrated {
    fn passes(&self) -> usize {
        self.samples.div_ceil(self.batch)
    }

    fn pass(&mut self, problem: &Problem, number: usize) -> Result<()> {
        let count = share(self.samples, self.batch, number);
        let alpha = |i: usize| ((number * self.batch + i) as f32 + 0.5) / self.samples as f32;
        let alphas = Array::new((0..count).map(alpha).collect(), &[count, 1, 1, 1], problem.device());
        let view = problem.centre_view();
        let gradient = picture_gradient(problem, view.blend(alphas))?;
        let contribution = view.mask_gradient(gradient).sum_axis(0).mul_scalar(1.0 / self.samples as f32);
        accumulate(&mut self.sum, contribution);
        Ok(())
    }

    fn map(&self) -> Option<Array> {
        self.sum.clone()
    }
}
