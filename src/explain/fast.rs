//! The paper's energy in a fraction of its steps: all scales at once, along a falling price of area.
//!
//! min_m λ Σ|1 − m| + λ₂ Σ‖∇m‖^β + E_τ f_c(Φ(x(· − τ), m)), for λ = p₁ λ₁, p₂ λ₁, …, one after the other, each from
//! the last one's mask. Three things differ from [`super::descent`]:
//!
//! - *All scales at once.* A step moves the grid by Σ_k P_k a_k P_kᵀ, where a_k is Adam's direction on a grid of a
//!   quarter, a half and all of the cells, and P_k interpolates it. The coarse grids settle *where* within a few
//!   steps while the fine one sharpens; nothing has to be handed over between stages.
//! - *A falling rate.* Within each price the rate falls to 0 by half a cosine, so the last iterate needs no choosing
//!   among noisy energies. The offsets of the jitter are drawn without replacement.
//! - *A path of prices* (`path`, of λ₁). A high price leaves only what matters most; as it falls the region grows around
//!   that. The mask of the last price is the answer. The mean over the path is its *ranking*: it orders pixels that the
//!   answer deletes alike, and judges that draw boxes or curves by a map's order take it.
//!
//! The start is the paper's disc, searched among every fourth radius.
//!
//! This is not a published method: scale space, warm starts and regularisation paths are old ideas of optimisation, and the
//! energy is \[MP\]'s. What it takes to come as far as 300 plain steps is measured by `benches/fast_vs_reference.py`.

use super::adam::Adam;
use super::descent::objective;
use super::objective::Objective;
use super::problem::Problem;
use super::search::{Search, Seen, Trace};
use super::start;
use crate::array::Array;
use crate::error::Result;
use crate::mask::Resize;

/// Of the paper's radii, every this many-th is tried for the start.
const DISC_STRIDE: usize = 4;
/// Cells of the scales, as divisors of the finest.
const SCALES: [usize; 3] = [4, 2, 1];
/// Adam's β₁ and β₂. Moments are forgotten sooner than usual: there are fifty steps, not thousands.
const DECAYS: (f32, f32) = (0.8, 0.99);
/// Steps whose mean energy is compared with that of as many before, to see whether more are worth it.
const WINDOW: usize = 8;
/// Less gain than this share between two windows ends the search.
const LEAST_GAIN: f32 = 0.002;

/// A scale: its moments, and how its grid becomes the finest.
struct Scale {
    cells: usize,
    to_finest: Resize,
    adam: Adam,
}

/// The grid and where on the path it stands.
pub(super) struct Fast {
    objective: Objective,
    scales: Vec<Scale>,
    grid: Array,
    /// Sum of the grids of the later half of each price, and how many they are.
    sum: Array,
    summed: usize,
    path: Vec<f32>,
    taken: usize,
    total: usize,
    rate: f32,
}

impl Fast {
    /// Ready to step at the first price.
    pub(super) async fn new(problem: &Problem) -> Result<Self> {
        let (settings, device) = (&problem.settings, problem.device());
        let mut objective = objective(problem);
        let finest = objective.upsampler().grid();
        let path = if settings.path.is_empty() { vec![1.0] } else { settings.path.clone() };
        objective.scale_area(path[0]);
        let grid = Array::new(start::grid(problem, DISC_STRIDE, finest).await?, &[1, 1, finest, finest], device);
        let scale = |divisor: usize| {
            let cells = finest.div_ceil(divisor);
            Scale { cells, to_finest: Resize::linear(cells, finest, device), adam: adam(cells, problem) }
        };
        Ok(Self {
            objective,
            scales: SCALES.map(scale).into(),
            sum: Array::full(&[1, 1, finest, finest], 0.0, device),
            grid,
            summed: 0,
            // Each price gets a step at least.
            total: settings.iterations.max(path.len()),
            path,
            taken: 0,
            rate: settings.learning_rate,
        })
    }

    /// The price on the path at a step, and the steps at which it begins and ends.
    fn price(&self, step: usize) -> (usize, usize, usize) {
        let prices = self.path.len();
        let first = |price: usize| price * self.total / prices;
        let price = (0..prices).rev().find(|&price| first(price) <= step).unwrap_or(0);
        (price, first(price), first(price + 1))
    }

    /// Goes to the next price where this one's steps are taken: its energy is another, so its moments start anew.
    fn lower_price(&mut self, problem: &Problem) {
        let (price, first, _) = self.price(self.taken);
        if price > 0 && first == self.taken {
            self.objective.scale_area(self.path[price] / self.path[price - 1]);
            self.scales.iter_mut().for_each(|scale| scale.adam = adam(scale.cells, problem));
        }
    }

    /// Half a cosine from the settings' rate to nearly nothing, within the price.
    fn falling_rate(&self) -> f32 {
        let (_, first, end) = self.price(self.taken);
        let part = (self.taken - first) as f32 / (end - first) as f32;
        self.rate * 0.5 * (1.0 + (std::f32::consts::PI * part).cos())
    }

    /// Σ_k P_k a_k P_kᵀ.
    fn direction(&mut self, gradient: &Array) -> Array {
        let move_of = |scale: &mut Scale| {
            let coarse = scale.to_finest.adjoint(gradient.clone());
            scale.to_finest.apply(scale.adam.direction(coarse))
        };
        self.scales.iter_mut().map(move_of).reduce(Array::add).expect("there are scales")
    }

    /// Adds the grid to the mean of the path, in the later half of each price.
    fn remember(&mut self) {
        let (_, first, end) = self.price(self.taken);
        if 2 * (self.taken - first) >= end - first {
            self.sum = self.sum.clone().add(self.grid.clone());
            self.summed += 1;
        }
    }
}

fn adam(cells: usize, problem: &Problem) -> Adam {
    let shape = [1, 1, cells, cells];
    Adam::new(problem.settings.learning_rate, &shape, problem.device()).with_decays(DECAYS.0, DECAYS.1)
}

impl Search for Fast {
    fn total(&self) -> usize {
        self.total
    }

    fn step(&mut self, problem: &mut Problem) -> Result<Option<Trace>> {
        self.lower_price(problem);
        let view = problem.views.views(&problem.jitter.take(problem.settings.views));
        let at = self.objective.evaluate(problem.classifier.as_ref(), &view, self.grid.clone())?;
        let change = self.direction(&at.gradient).mul_scalar(self.falling_rate());
        self.grid = self.grid.clone().sub(change).clamp(0.0, 1.0);
        self.remember();
        self.taken += 1;
        Ok(Some(Trace { energy: at.energy, score: at.score }))
    }

    fn grid(&self) -> Array {
        self.grid.clone()
    }

    fn mask(&self, grid: Array) -> Array {
        self.objective.upsampler().upsample(grid)
    }

    fn ranking(&self) -> Option<Array> {
        (self.summed > 0).then(|| self.mask(self.sum.clone().mul_scalar(1.0 / self.summed as f32)))
    }

    fn wants_to_see(&self, taken: usize) -> bool {
        // Only at the last price, and not before its rate has fallen: larger steps first lose what they gain later.
        let (price, first, end) = self.price(taken);
        let since = taken - first;
        price + 1 == self.path.len() && since.is_multiple_of(WINDOW) && since >= 2 * WINDOW.max((end - first) / 4)
    }

    fn see(&mut self, seen: &Seen) -> bool {
        let mean = |energies: &[f32]| energies.iter().sum::<f32>() / energies.len() as f32;
        let recent = &seen.energies[seen.energies.len() - 2 * WINDOW..];
        let (before, now) = (mean(&recent[..WINDOW]), mean(&recent[WINDOW..]));
        before - now < LEAST_GAIN * before.abs()
    }
}
