//! RISE: the answer's mean over random masks that show a pixel.
//!
//! E(u) = 1 / (N p) Σ_i f(x ∘ M_i) · M_i(u). Each M is a grid of 8 × 8 cells, each on with probability p = ½. The grid
//! is upsampled linearly to one cell more than the picture on each axis and cropped at a random shift. N = 4000, and f
//! is the class's probability. The masks are the same for every class. The device makes each by two matrix products.
//!
//! Reference: V. Petsiuk, A. Das and K. Saenko, "RISE: Randomized Input Sampling for Explanation of Black-box Models",
//! BMVC 2018, section 3. Deviations: masked pixels become the picture's mean colour (`null` chooses another) instead of
//! the data set's. The map is scaled from its least value, which means no evidence.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::attribution;
use super::attribution::{Attribution, accumulate, share};
use super::entry::Entry;
use super::method::{COMMON, Definition, Kind, Method, SAMPLED};
use super::optimise::Problem;
use super::settings::Settings;
use crate::array::Array;
use crate::error::Result;
use crate::mask::linear;
use crate::picture::Null;

/// What is known of this method.
pub const METHOD: Method = Method(&Definition {
    name: "rise",
    title: "RISE",
    summary: "Random masks, weighted by the score they leave.",
    kind: Kind::Attribution,
    needs_null: true,
    games: &[],
    settings: &[COMMON, SAMPLED],
});

/// The method's entry in the registry.
pub const ENTRY: Entry = Entry::new(METHOD, preset, |problem| attribution::begin(problem, Rise::new(problem)));

fn preset() -> Settings {
    Settings { null: Null::Mean, samples: 4000, batch: 32, ..attribution::preset(METHOD) }
}

/// Cells of a mask on each axis, upsampled to the picture and one cell more.
const CELLS: usize = 8;

/// The weighted sum of the masks so far.
pub(crate) struct Rise {
    sum: Option<Array>,
    random: ChaCha8Rng,
    /// Linear upsampling of the cells to the picture and one cell more, `[rows, CELLS]`.
    upsampling: Vec<f32>,
    side: usize,
    samples: usize,
    batch: usize,
}

impl Rise {
    pub(crate) fn new(problem: &Problem) -> Self {
        let side = problem.side();
        Self {
            sum: None,
            random: ChaCha8Rng::seed_from_u64(problem.settings.seed),
            upsampling: linear(CELLS, side + side.div_ceil(CELLS)),
            side,
            samples: problem.settings.samples,
            batch: problem.settings.batch,
        }
    }

    /// The rows of the upsampling that a random shift leaves, `[S, CELLS]`.
    fn shifted(&mut self) -> Vec<f32> {
        let spare = self.upsampling.len() / CELLS - self.side;
        let shift = self.random.next_u32() as usize % spare.max(1);
        self.upsampling[shift * CELLS..(shift + self.side) * CELLS].to_vec()
    }

    /// Random masks `[count, 1, S, S]`.
    fn masks(&mut self, count: usize, problem: &Problem) -> Array {
        let (side, device) = (self.side, problem.device());
        let cell = |random: &mut ChaCha8Rng| if random.next_u32() >> 31 == 1 { 1.0 } else { 0.0 };
        let (mut grids, mut rows, mut columns) = (vec![], vec![], vec![]);
        for _ in 0..count {
            grids.extend((0..CELLS * CELLS).map(|_| cell(&mut self.random)));
            rows.extend(self.shifted());
            columns.extend(self.shifted());
        }
        let rows = Array::new(rows, &[count, 1, side, CELLS], device);
        let columns = Array::new(columns, &[count, 1, side, CELLS], device).permute(&[0, 1, 3, 2]);
        rows.matmul(Array::new(grids, &[count, 1, CELLS, CELLS], device)).matmul(columns)
    }
}

impl Attribution for Rise {
    fn passes(&self) -> usize {
        self.samples.div_ceil(self.batch)
    }

    fn pass(&mut self, problem: &Problem, number: usize) -> Result<()> {
        let count = share(self.samples, self.batch, number);
        let masks = self.masks(count, problem);
        let answers = problem.question.answers(problem.centre_view().blend(masks.clone()))?;
        let scores = answers.reshape(&[1, count]);
        accumulate(&mut self.sum, scores.matmul(masks.reshape(&[count, self.side * self.side])));
        Ok(())
    }

    fn map(&self) -> Option<Array> {
        self.sum.clone()
    }

    fn zero(&self) -> Option<f32> {
        None
    }
}
