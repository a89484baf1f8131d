//! Meaningful perturbations as published: Adam on one grid.
//!
//! min_m λ₁ Σ|1 − m| + λ₂ Σ‖∇m‖^β + E_τ f_c(Φ(x(· − τ), m)), one offset τ a step, m clamped to [0, 1].
//!
//! Reference: \[MP\] R. Fong and A. Vedaldi, "Interpretable Explanations of Black Boxes by Meaningful
//! Perturbation", ICCV 2017, section 4.

use super::optimise::{Adam, Best, Objective, Problem, Search, Trace, objective, start};
use crate::array::Array;
use crate::error::Result;

/// The grid, its optimiser and the best grid so far.
pub(super) struct Descent {
    objective: Objective,
    adam: Adam,
    grid: Array,
    best: Best,
    iterations: usize,
}

impl Descent {
    /// From the paper's disc.
    pub(super) async fn new(problem: &Problem) -> Result<Self> {
        let objective = objective(problem);
        let cells = objective.upsampler().grid();
        let shape = [1, 1, cells, cells];
        let grid = Array::new(start::outside_disc(problem, 1, cells).await?, &shape, problem.device());
        let adam = Adam::new(problem.settings.learning_rate, &shape, problem.device());
        let best = Best::new(grid.clone(), problem);
        Ok(Self { objective, adam, grid, best, iterations: problem.settings.iterations })
    }
}

impl Search for Descent {
    fn total(&self) -> usize {
        self.iterations
    }

    fn step(&mut self, problem: &mut Problem) -> Result<Option<Trace>> {
        let view = problem.views.views(&problem.jitter.take(problem.settings.views));
        let at = self.objective.evaluate(problem.classifier.as_ref(), &view, self.grid.clone())?;
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
