//! The paper's energy in a fraction of its steps: all scales at once, along a falling price of area.
//!
//! min_m λ Σ|1 − m| + λ₂ Σ‖∇m‖^β + E_τ f_c(Φ(x(· − τ), m)), for λ = p₁ λ₁, p₂ λ₁, …, one after the other, each starting
//! from the previous mask. That is the deletion game. By default the method plays both games at once and descends the
//! dual game's energy. Five things differ from [`super::meaningful`]:
//!
//! - *All scales at once.* A step moves the grid by Σ_k P_k a_k P_kᵀ, where a_k is Adam's direction on a grid of a
//!   quarter, a half and all of the cells, and P_k interpolates it. The coarse grids find the place within a few steps
//!   while the fine grid sharpens it. There are no stages and nothing is handed over between them.
//! - *A falling rate.* Within each price the rate falls to 0 by half a cosine. So the last iterate is the answer, and
//!   no choice among noisy energies is needed. The offsets of the jitter are drawn without replacement.
//! - *A path of prices* (`path`, of λ₁). A high price deletes only the most important pixels, and the region grows
//!   around them as the price falls. The mask of the last price is the answer. The mean over the path is the
//!   *order*, which [`super::order`] refines.
//! - *A relief* (`relief`, ρ). The last price deletes many pixels equally. The answer (1 − ρ) m + ρ r ranks them by r,
//!   the mean over the path as [`super::trim`] weighs it: its evidence counts half outside the nested boxes that the
//!   answer cannot do without. In the preservation game r is the mean itself.
//! - *A new null image at each step* (`random_null`), so that the region holds under deletions it was not learned on.
//!   Prices, null images and relief were chosen by this criterion (docs/lab.md).
//!
//! The start is the paper's disc, searched among every fourth radius. The energy has many minima, and the start decides
//! in which one a descent ends. So several `starts` ([`super::optimise::start`]) give several descents. One more
//! descent, at the last price, continues from the lowest end, and the lowest of all ends is the answer.
//!
//! This is not a published method. Scale space, warm starts and regularisation paths are old ideas of optimisation, and
//! the energy is that of \[MP\]. `benches/fast_vs_reference.py` measures how soon it matches 300 plain steps.

mod descent;

use descent::Descent;

use super::entry::Entry;
use super::game::Game;
use super::method::{ADAM, COMMON, Definition, ENERGY, Kind, Method, ORDER};
use super::optimise::{Answer, Objective, Problem, Search, Seen, Trace, expected_energy, objective, start};
use super::settings::Settings;
use super::start::Start;
use super::trim;
use crate::array::Array;
use crate::error::Result;
use crate::map::Map;
use crate::mask::to_grid;

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
        path: vec![3.0, 1.0, 0.15],
        relief: 0.2,
        random_null: true,
        refine: true,
        iterations: 64,
        learning_rate: 0.07,
        ..Settings::paper(METHOD)
    }
}

/// The last descent's share of the rate. At the full rate it would leave the minimum from which it continues.
const LAST_RATE: f32 = 0.2;

/// Descents from each start in turn, and from the lowest end. The one that ends lowest is the answer.
pub(crate) struct Fast {
    objective: Objective,
    starts: Vec<Start>,
    /// The prices of every descent but the last.
    path: Vec<f32>,
    descent: Descent,
    ends: Vec<End>,
    iterations: usize,
    /// The share of the relief in the answer.
    relief: f32,
    /// The mean of the path as trimmed ([`super::trim`]), once the last descent has ended.
    trimmed: Option<Array>,
}

/// The end of a descent: its energy averaged over all offsets of the jitter, its grid, and the mean of its path.
struct End {
    energy: f32,
    grid: Array,
    mean: Array,
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
            trimmed: None,
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
            // What a region that is kept can do without is another question than what a deleted one can.
            if self.relief > 0.0 && problem.settings.game != Game::Preserve {
                self.trimmed = Some(self.trim(problem).await?);
            }
            return Ok(true);
        }
        let steps = length(self.iterations, descents(&self.starts), number);
        self.descent = if self.goes_on() {
            Descent::new(problem, self.lowest_grid(), vec![1.0], steps).at_rate(LAST_RATE)
        } else {
            let start = start::of_fast(problem, self.starts[number], self.objective.upsampler().grid()).await?;
            self.objective.scale_area(self.path[0] / self.path[self.path.len() - 1]);
            Descent::new(problem, start, self.path.clone(), steps)
        };
        Ok(false)
    }

    /// The mean of the path of the lowest end, its evidence weighed by the nested boxes that hold it.
    async fn trim(&self, problem: &Problem) -> Result<Array> {
        let mean = self.lowest_mean();
        let mask = Map::new(self.mask(mean.clone()).read().await?);
        let depth = trim::depth(problem, &mask.complement()).await?;
        let cells = mean.shape()[3];
        let weights = to_grid(&depth.values, problem.side(), cells).into_iter().map(trim::weight).collect();
        let weights = Array::new(weights, &[1, 1, cells, cells], problem.device());
        // 1 − w (1 − m̄)
        Ok(mean.complement().mul(weights).complement())
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
        let relief = self.trimmed.clone().unwrap_or_else(|| self.lowest_mean());
        self.lowest_grid().mul_scalar(1.0 - self.relief).add(relief.mul_scalar(self.relief))
    }

    fn mask(&self, grid: Array) -> Array {
        self.objective.upsampler().upsample(grid)
    }

    fn order(&self) -> Option<Array> {
        Some(self.mask(self.lowest_mean()))
    }

    fn wants_to_see(&self, _taken: usize) -> bool {
        self.descent.has_ended()
    }

    fn see<'a>(&'a mut self, _seen: Seen, problem: &'a Problem) -> Answer<'a> {
        Box::pin(self.end_descent(problem))
    }
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::*;
    use crate::common::{bright_square, picture_with_square, square};
    use crate::question::Subject;

    const SIDE: usize = 64;

    fn problem(game: Game) -> Problem {
        let subject = Subject { picture: picture_with_square(SIDE as u32), target: 1, label: "bright".into() };
        let settings = Settings { game, cell_px: 28, smoothing_px: 0.0, jitter: 0, ..METHOD.preset() };
        pollster::block_on(Problem::new(Rc::new(bright_square(SIDE)), subject, settings)).expect("explainable")
    }

    /// The answer where a descent ended at a grid, its path too.
    fn answer(game: Game, ended: &[f32], cells: usize) -> Vec<f32> {
        let problem = problem(game);
        pollster::block_on(async {
            let mut fast = Fast::new(&problem).await.expect("the CPU computes");
            fast.descent.grid = Array::new(ended.to_vec(), &[1, 1, cells, cells], problem.device());
            fast.end_descent(&problem).await.expect("the CPU computes");
            fast.best().read().await.expect("the CPU computes")
        })
    }

    #[test]
    fn the_relief_tells_what_the_answer_needs_from_what_is_deleted_with_it() {
        let (cells, inside) = (8, square(SIDE));
        let evidence: Vec<f32> = (0..SIDE * SIDE).map(|i| if inside(i) { 0.0 } else { 1.0 }).collect();
        let mut ended = to_grid(&evidence, SIDE, cells);
        let middle = ended.iter().position(|&m| m == 0.0).expect("the square covers a cell");
        // A corner that is deleted as the square is, though nothing is there.
        *ended.last_mut().expect("there are cells") = 0.0;
        let told_apart = answer(Game::Delete, &ended, cells);
        assert!(told_apart[middle] < 0.05, "{told_apart:?}");
        assert!(told_apart[cells * cells - 1] > told_apart[middle] + 0.05, "{told_apart:?}");
        let kept = answer(Game::Preserve, &ended, cells);
        assert_eq!(kept[cells * cells - 1], kept[middle], "a region that is kept is not trimmed");
    }

    #[test]
    fn descents_share_out_all_steps_and_the_first_is_the_shortest() {
        for (iterations, descents) in [(48, 1), (448, 5), (455, 5), (100, 2), (5, 5)] {
            let lengths: Vec<usize> = (0..descents).map(|number| length(iterations, descents, number)).collect();
            assert_eq!(lengths.iter().sum::<usize>(), iterations);
            assert!(lengths[1..].iter().all(|&further| further >= lengths[0]), "{lengths:?}");
        }
    }
}
