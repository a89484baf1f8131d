//! The paper's energy in a fraction of its steps: all scales at once, along a falling price of area.
//!
//! min_m λ Σ|1 − m| + λ₂ Σ‖∇m‖^β + E_τ f_c(Φ(x(· − τ), m)), for λ = p₁ λ₁, p₂ λ₁, …, one after the other, each starting
//! from the previous mask. That is the deletion game. By default the method plays both games at once and descends the
//! dual game's energy. Four things differ from [`super::meaningful`]:
//!
//! - *All scales at once.* A step moves the grid by Σ_k P_k a_k P_kᵀ, where a_k is Adam's direction on a grid of a
//!   quarter, a half and all of the cells, and P_k interpolates it. The coarse grids find the place within a few steps
//!   while the fine grid sharpens it. There are no stages and nothing is handed over between them.
//! - *A falling rate.* Within each price the rate falls to 0 by half a cosine. So the last iterate is the answer, and
//!   no choice among noisy energies is needed. The offsets of the jitter are drawn without replacement.
//! - *A path of prices* (`path`, of λ₁). A high price deletes only the most important pixels, and the region grows
//!   around them as the price falls. The mask of the last price is the answer. A share of the mean over the path is
//!   added to it (`relief`), which orders pixels that the answer deletes equally. The mean alone is the *order*, which
//!   [`super::order`] refines.
//! - *A new null image at each step* (`random_null`), so that the region holds under deletions it was not learned on.
//!   Prices and null images were chosen by this criterion, on photographs that no table judges (docs/lab.md).
//!
//! The start is the paper's disc, searched among every fourth radius. The energy has many minima, and the start decides
//! in which one a descent ends. So several `starts` ([`super::optimise::start`]) give several descents. One more
//! descent, at the last price, continues from the lowest end, and the lowest of all ends is the answer.
//!
//! This is not a published method. Scale space, warm starts and regularisation paths are old ideas of optimisation, and
//! the energy is that of \[MP\]. `benches/fast_vs_reference.py` measures how soon it matches 300 plain steps.

use super::entry::Entry;
use super::game::Game;
use super::method::{ADAM, COMMON, Definition, ENERGY, Kind, Method, ORDER};
use super::optimise::{Adam, Answer, Objective, Problem, Search, Seen, Trace, expected_energy, objective, start};
use super::settings::Settings;
use super::start::Start;
use crate::array::Array;
use crate::error::Result;
use crate::mask::Resize;

/// What is known of this method.
pub const METHOD: Method = Method(&Definition {
    name: "fast",
    title: "Fast",
    summary: "Both games at once, on coarse and fine grids together, in a fifth of the steps.",
    kind: Kind::Learned,
    needs_null: true,
    games: Game::ALL,
    settings: &[COMMON, ORDER, ENERGY, ADAM, &["path", "starts", "relief"]],
});

/// The method's entry in the registry.
pub const ENTRY: Entry = Entry::new(METHOD, preset, |problem| Box::pin(Fast::begin(problem)));

fn preset() -> Settings {
    Settings {
        game: Game::Dual,
        l1: 1e-3,
        path: vec![3.0, 1.0, 0.3],
        relief: 0.1,
        random_null: true,
        refine: true,
        iterations: 64,
        learning_rate: 0.07,
        ..Settings::paper(METHOD)
    }
}

/// Cells of the scales, as divisors of the finest.
const SCALES: [usize; 3] = [4, 2, 1];
/// Adam's β₁ and β₂. Moments decay sooner than usual, because there are fifty steps and not thousands.
const DECAYS: (f32, f32) = (0.8, 0.99);
/// The last descent's share of the rate. At the full rate it would leave the minimum from which it continues.
const LAST_RATE: f32 = 0.2;

/// A scale: its moments, and the interpolation from its grid to the finest grid.
struct Scale {
    cells: usize,
    to_finest: Resize,
    adam: Adam,
}

/// Descents from each start in turn, and from the lowest end. The one that ends lowest is the answer.
pub(crate) struct Fast {
    objective: Objective,
    starts: Vec<Start>,
    /// The prices of every descent but the last.
    path: Vec<f32>,
    descent: Descent,
    ends: Vec<End>,
    iterations: usize,
    /// The share of the path's mean in the answer.
    relief: f32,
}

/// The end of a descent: its energy averaged over all offsets of the jitter, its grid, and the mean of its path.
struct End {
    energy: f32,
    grid: Array,
    mean: Array,
}

/// A descent along the path of prices: its grid and its place on the path.
struct Descent {
    scales: Vec<Scale>,
    grid: Array,
    /// Sum of the grids from the later half of each price, and their number.
    sum: Array,
    summed: usize,
    path: Vec<f32>,
    taken: usize,
    total: usize,
    rate: f32,
}

impl Fast {
    /// Draws the offsets of the jitter without replacement, and is ready to step.
    async fn begin(problem: &mut Problem) -> Result<Box<dyn Search>> {
        problem.shuffle_jitter();
        Ok(Box::new(Self::new(problem).await?))
    }

    /// Begins at the first start and the first price.
    pub(crate) async fn new(problem: &Problem) -> Result<Self> {
        let settings = &problem.settings;
        let mut objective = objective(problem);
        let starts = if settings.starts.is_empty() { vec![Start::Disc] } else { settings.starts.clone() };
        let start = start::of_fast(problem, starts[0], objective.upsampler().grid()).await?;
        let path = if settings.path.is_empty() { vec![1.0] } else { settings.path.clone() };
        let steps = length(settings.iterations, descents(&starts), 0);
        objective.scale_area(path[0]);
        let descent = Descent::new(problem, start, path.clone(), steps);
        Ok(Self {
            objective,
            starts,
            path,
            descent,
            ends: vec![],
            iterations: settings.iterations,
            relief: settings.relief,
        })
    }

    /// Returns the mask `[1, 1, S, S]` of the mean over the path of the descent that is under way.
    pub(crate) fn path_mask(&self) -> Array {
        self.mask(self.descent.mean())
    }

    /// Notes where the descent ended, and begins the next unless it was the last.
    async fn end_descent(&mut self, problem: &Problem) -> Result<bool> {
        // The energies of the last steps are too noisy: at single offsets they differ by more than ends do.
        let energy = match self.starts.len() {
            1 => 0.0,
            _ => expected_energy(problem, &self.objective, self.grid()).await?,
        };
        // The last descent has one price, so the path is that of the descent from which it continues.
        let mean = if self.goes_on() { self.lowest_mean() } else { self.descent.mean() };
        self.ends.push(End { energy, grid: self.grid(), mean });
        let number = self.ends.len();
        if number == descents(&self.starts) {
            return Ok(true);
        }
        let steps = length(self.iterations, descents(&self.starts), number);
        self.descent = if self.goes_on() {
            Descent {
                rate: LAST_RATE * problem.settings.learning_rate,
                ..Descent::new(problem, self.lowest_grid(), vec![1.0], steps)
            }
        } else {
            let start = start::of_fast(problem, self.starts[number], self.objective.upsampler().grid()).await?;
            self.objective.scale_area(self.path[0] / self.path[self.path.len() - 1]);
            Descent::new(problem, start, self.path.clone(), steps)
        };
        Ok(false)
    }

    /// Whether this is the last descent, which continues from the lowest end after every start has ended.
    fn goes_on(&self) -> bool {
        self.ends.len() == self.starts.len()
    }

    /// The grid of the lowest end so far, or of the current descent if none has ended.
    fn lowest_grid(&self) -> Array {
        self.lowest().map_or_else(|| self.grid(), |end| end.grid.clone())
    }

    /// The mean over the path that led to the lowest end.
    fn lowest_mean(&self) -> Array {
        self.lowest().map_or_else(|| self.descent.mean(), |end| end.mean.clone())
    }

    /// The lowest end so far.
    fn lowest(&self) -> Option<&End> {
        self.ends.iter().min_by(|a, b| a.energy.total_cmp(&b.energy))
    }
}

/// The number of descents: with several starts one more than there are starts.
fn descents(starts: &[Start]) -> usize {
    starts.len() + usize::from(starts.len() > 1)
}

/// Steps of a descent. All get the same number, except the first, which gets seven twelfths of it: with a good start it
/// is quick.
fn length(iterations: usize, descents: usize, number: usize) -> usize {
    let first = |number: usize| (12 * number).saturating_sub(5) * iterations / (12 * descents - 5);
    first(number + 1) - first(number)
}

impl Descent {
    fn new(problem: &Problem, start: Array, path: Vec<f32>, steps: usize) -> Self {
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

    fn step(&mut self, problem: &mut Problem, objective: &mut Objective) -> Result<Trace> {
        self.lower_price(problem, objective);
        let view = problem.next_views();
        let at = objective.evaluate(&problem.question, &view, self.grid.clone())?;
        let change = self.direction(&at.gradient).mul_scalar(self.falling_rate());
        self.grid = self.grid.clone().sub(change).clamp(0.0, 1.0);
        self.remember();
        self.taken += 1;
        Ok(Trace { energy: at.energy, score: at.score })
    }

    /// The mean over the path so far.
    fn mean(&self) -> Array {
        if self.summed == 0 { self.grid.clone() } else { self.sum.clone().mul_scalar(1.0 / self.summed as f32) }
    }
}

fn adam(cells: usize, problem: &Problem) -> Adam {
    let shape = [1, 1, cells, cells];
    Adam::new(problem.settings.learning_rate, &shape, problem.device()).with_decays(DECAYS.0, DECAYS.1)
}

impl Search for Fast {
    fn total(&self) -> usize {
        let (prices, iterations, descents) = (self.path.len(), self.iterations, descents(&self.starts));
        (0..descents).map(|number| length(iterations, descents, number).max(prices)).sum()
    }

    fn step(&mut self, problem: &mut Problem) -> Result<Option<Trace>> {
        self.descent.step(problem, &mut self.objective).map(Some)
    }

    fn grid(&self) -> Array {
        self.descent.grid.clone()
    }

    fn best(&self) -> Array {
        if self.relief == 0.0 {
            return self.lowest_grid();
        }
        self.lowest_grid().mul_scalar(1.0 - self.relief).add(self.lowest_mean().mul_scalar(self.relief))
    }

    fn mask(&self, grid: Array) -> Array {
        self.objective.upsampler().upsample(grid)
    }

    fn order(&self) -> Option<Array> {
        Some(self.mask(self.lowest_mean()))
    }

    fn wants_to_see(&self, _taken: usize) -> bool {
        self.descent.taken == self.descent.total
    }

    fn see<'a>(&'a mut self, _seen: Seen, problem: &'a Problem) -> Answer<'a> {
        Box::pin(self.end_descent(problem))
    }
}

#[cfg(test)]
mod tests {
    use super::length;

    #[test]
    fn descents_share_out_all_steps_and_the_first_is_the_shortest() {
        for (iterations, descents) in [(48, 1), (448, 5), (455, 5), (100, 2), (5, 5)] {
            let lengths: Vec<usize> = (0..descents).map(|number| length(iterations, descents, number)).collect();
            assert_eq!(lengths.iter().sum::<usize>(), iterations);
            assert!(lengths[1..].iter().all(|&further| further >= lengths[0]), "{lengths:?}");
        }
    }
}
