//! SmoothGrad: the gradient, averaged over noisy copies of the picture.
//!
//! E(u) = max_c |(1/n) Σ_i ∂f / ∂x_c (x + ε_i)(u)|, ε ~ N(0, σ²), σ = 15 % of the picture's range, n = 50.
//!
//! Reference: D. Smilkov, N. Thorat, B. Kim, F. Viégas and M. Wattenberg, "SmoothGrad: Removing Noise by Adding
//! Noise", arXiv 1706.03825, 2017 (σ of 10 to 20 %, n of 50).

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::attribution;
use super::attribution::{Attribution, accumulate, largest_channel, picture_gradient, share};
use super::entry::Entry;
use super::method::{COMMON, Definition, Kind, Method, SAMPLED};
use super::optimise::Problem;
use super::settings::Settings;
use crate::array::Array;
use crate::error::Result;
use crate::map::range;
use crate::picture::standard_normal;
use crate::question::Score;

/// What is known of this method.
pub const METHOD: Method = Method(&Definition {
    name: "smoothgrad",
    title: "SmoothGrad",
    summary: "The gradient, averaged over noisy copies.",
    kind: Kind::Attribution,
    needs_null: false,
    games: &[],
    settings: &[COMMON, SAMPLED],
});

/// The method's entry in the registry.
pub const ENTRY: Entry = Entry::new(METHOD, preset, |problem| attribution::begin(problem, SmoothGrad::new(problem)));

fn preset() -> Settings {
    Settings { samples: 50, score: Score::Logit, ..attribution::preset(METHOD) }
}

/// σ as a share of the picture's range.
const NOISE: f32 = 0.15;

/// The sum of the gradients so far.
pub(crate) struct SmoothGrad {
    sum: Option<Array>,
    random: ChaCha8Rng,
    deviation: f32,
    samples: usize,
    batch: usize,
}

impl SmoothGrad {
    pub(crate) fn new(problem: &Problem) -> Self {
        let (least, largest) = range(&problem.question.scene().photo.values);
        Self {
            sum: None,
            random: ChaCha8Rng::seed_from_u64(problem.settings.seed),
            deviation: NOISE * (largest - least),
            samples: problem.settings.samples,
            batch: problem.settings.batch,
        }
    }
}

impl Attribution for SmoothGrad {
    fn passes(&self) -> usize {
        self.samples.div_ceil(self.batch)
    }

    fn pass(&mut self, problem: &Problem, number: usize) -> Result<()> {
        let (count, side) = (share(self.samples, self.batch, number), problem.side());
        let shape = [count, 3, side, side];
        let noise = (0..count * 3 * side * side).map(|_| self.deviation * standard_normal(&mut self.random)).collect();
        let noisy = problem.centre_view().photo().add(Array::new(noise, &shape, problem.device()));
        accumulate(&mut self.sum, picture_gradient(problem, noisy)?.sum_axis(0));
        Ok(())
    }

    fn map(&self) -> Option<Array> {
        self.sum.clone().map(largest_channel)
    }
}
