//! Meaningful perturbations as published: Adam on one grid.
//!
//! min_m λ₁ Σ|1 − m| + λ₂ Σ‖∇m‖^β + E_τ f_c(Φ(x(· − τ), m)), one offset τ a step, m clamped to [0, 1].
//!
//! Reference: \[MP\] R. Fong and A. Vedaldi, "Interpretable Explanations of Black Boxes by Meaningful
//! Perturbation", ICCV 2017, section 4.

use super::entry::Entry;
use super::game::Game;
use super::method::{ADAM, COMMON, Definition, ENERGY, Kind, Method, ORDER};
use super::optimise::{Adam, Best, Objective, Problem, Search, Trace, objective, start};
use super::settings::Settings;
use crate::array::Array;
use crate::error::Result;

/// What is known of this method.
pub const METHOD: Method = Method(&Definition {
    name: "meaningful",
    title: "Meaningful perturbation",
    summary: "The paper’s own values: the probability of one class, a soft and generous mask.",
    kind: Kind::Learned,
    needs_null: true,
    games: Game::ALL,
    settings: &[COMMON, ORDER, ENERGY, ADAM],
});

/// The method's entry in the registry.
pub const ENTRY: Entry = Entry::new(METHOD, preset, |problem| Box::pin(Descent::begin(problem)));

fn preset() -> Settings {
    Settings::paper(METHOD)
}

/// The grid, its optimiser and the best grid so far.
pub(super) struct Descent {
    objective: Objective,
    adam: Adam,
    grid: Array,
    best: Best,
    iterations: usize,
}

impl Descent {
    /// Begins outside the paper's disc.
    pub(super) async fn begin(problem: &Problem) -> Result<Box<dyn Search>> {
        let objective = objective(problem);
        let cells = objective.upsampler().grid();
        let shape = [1, 1, cells, cells];
        let grid = Array::new(start::outside_disc(problem, 1, cells).await?, &shape, problem.device());
        let adam = Adam::new(problem.settings.learning_rate, &shape, problem.device());
        let best = Best::new(grid.clone(), problem);
        Ok(Box::new(Self { objective, adam, grid, best, iterations: problem.settings.iterations }))
    }
}

impl Search for Descent {
    fn total(&self) -> usize {
        self.iterations
    }

    fn step(&mut self, problem: &mut Problem) -> Result<Option<Trace>> {
        let view = problem.next_views();
        let at = self.objective.evaluate(&problem.question, &view, self.grid.clone())?;
        self.best.offer(at.energy.clone(), self.grid.clone());
        self.grid = self.adam.step(self.grid.clone(), at.gradient);
        Ok(Some(Trace { energy: at.energy, score: at.score }))
    }

    fn grid(&self) -> Array {
        self.grid.clone()
    }

    fn best(&self) -> Array {
        self.best.grid()
    }

    fn mask(&self, grid: Array) -> Array {
        self.objective.upsampler().upsample(grid)
    }
}
