//! One descent along the path of prices, on all scales at once.

use crate::array::Array;
use crate::error::Result;
use crate::mask::Resize;
use crate::methods::optimise::{Adam, Objective, Problem, Trace};

/// Cells of the scales, as divisors of the finest.
const SCALES: [usize; 3] = [4, 2, 1];
/// Adam's β₁ and β₂. Moments decay sooner than usual, because there are fifty steps and not thousands.
const DECAYS: (f32, f32) = (0.8, 0.99);

/// A scale: its moments, and the interpolation from its grid to the finest grid.
struct Scale {
    cells: usize,
    to_finest: Resize,
    adam: Adam,
}

/// A descent along the path of prices: its grid and its place on the path.
pub(super) struct Descent {
    scales: Vec<Scale>,
    pub(super) grid: Array,
    /// Sum of the grids from the later half of each price, and their number.
    sum: Array,
    summed: usize,
    path: Vec<f32>,
    taken: usize,
    total: usize,
    rate: f32,
}

impl Descent {
    /// Begins at a grid, to take so many steps along the path.
    pub(super) fn new(problem: &Problem, start: Array, path: Vec<f32>, steps: usize) -> Self {
        let device = problem.device();
        let shape = start.shape();
        let finest = shape[3];
        let scale = |divisor: usize| {
            let cells = finest.div_ceil(divisor);
            Scale { cells, to_finest: Resize::linear(cells, finest, device), adam: adam(cells, problem) }
        };
        Self {
            scales: SCALES.map(scale).into(),
            sum: Array::full(&shape, 0.0, device),
            grid: start,
            summed: 0,
            // Each price gets at least one step.
            total: steps.max(path.len()),
            path,
            taken: 0,
            rate: problem.settings.learning_rate,
        }
    }

    /// Falls from a share of the settings' rate instead of all of it.
    pub(super) fn at_rate(self, share: f32) -> Self {
        Self { rate: share * self.rate, ..self }
    }

    /// The price on the path at a step, and the steps at which it begins and ends.
    fn price(&self, step: usize) -> (usize, usize, usize) {
        let prices = self.path.len();
        // A dearer price only finds the place, which it does early. So it gets three steps for five of the last price,
        // and at least one.
        let before_last = |price: usize| price.max(3 * price * self.total / (3 * prices + 2));
        let first = |price: usize| if price == prices { self.total } else { before_last(price) };
        let price = (0..prices).rev().find(|&price| first(price) <= step).unwrap_or(0);
        (price, first(price), first(price + 1))
    }

    /// Goes to the next price once the steps of this one are taken. The energy changes, so the moments are reset.
    fn lower_price(&mut self, problem: &Problem, objective: &mut Objective) {
        let (price, first, _) = self.price(self.taken);
        if price > 0 && first == self.taken {
            objective.scale_area(self.path[price] / self.path[price - 1]);
            self.scales.iter_mut().for_each(|scale| scale.adam = adam(scale.cells, problem));
        }
    }

    /// Half a cosine from the settings' rate to nearly 0, within the price.
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

    /// Takes a step of all scales under the price whose turn it is.
    pub(super) fn step(&mut self, problem: &mut Problem, objective: &mut Objective) -> Result<Trace> {
        self.lower_price(problem, objective);
        let view = problem.next_views();
        let at = objective.evaluate(&problem.question, &view, self.grid.clone())?;
        let change = self.direction(&at.gradient).mul_scalar(self.falling_rate());
        self.grid = self.grid.clone().sub(change).clamp(0.0, 1.0);
        self.remember();
        self.taken += 1;
        Ok(Trace { energy: at.energy, score: at.score })
    }

    /// Returns whether all steps are taken.
    pub(super) fn has_ended(&self) -> bool {
        self.taken == self.total
    }

    /// Returns the mean grid over the path so far.
    pub(super) fn mean(&self) -> Array {
        if self.summed == 0 { self.grid.clone() } else { self.sum.clone().mul_scalar(1.0 / self.summed as f32) }
    }
}

fn adam(cells: usize, problem: &Problem) -> Adam {
    let shape = [1, 1, cells, cells];
    Adam::new(problem.settings.learning_rate, &shape, problem.device()).with_decays(DECAYS.0, DECAYS.1)
}
