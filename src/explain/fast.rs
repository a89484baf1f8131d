//! Fast: the energy of meaningful perturbations, from coarse to fine.
//!
//! The energy is that of [`super::descent`] on the finest grid m, whatever the stage; but m = P c Pᵀ is
//! interpolated from a coarser grid c (a quarter, a half, then all of the cells), which Adam moves by
//! Pᵀ (∂E/∂m) P. A coarse grid settles *where* within a few steps, a fine one only sharpens. Within each
//! stage the rate falls to 0 by half a cosine, so that the last iterate needs no choosing among noisy
//! energies, and the offsets of the jitter are drawn without replacement. The start is the paper's disc,
//! searched among every fourth radius in fewer passes.
//!
//! This is not a published method: coarse to fine is an old idea of optimisation, and the energy is
//! \[MP\]'s. What it takes to come as far as 300 plain steps is measured by `benches/fast_vs_reference.py`.

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
/// The fewest cells of a coarse grid.
const FEWEST_CELLS: usize = 4;
/// Steps whose mean energy is compared with that of as many before, to see whether more are worth it.
const WINDOW: usize = 8;
/// Less gain than this share between two windows ends the search.
const LEAST_GAIN: f32 = 0.002;

/// A stretch of steps on one coarse grid.
struct Stage {
    cells: usize,
    first: usize,
    steps: usize,
    to_finest: Resize,
}

/// The coarse grid, its optimiser and where it stands.
pub(super) struct Fast {
    objective: Objective,
    stages: Vec<Stage>,
    stage: usize,
    taken: usize,
    adam: Adam,
    coarse: Array,
    rate: f32,
}

impl Fast {
    /// Ready to step on the coarsest grid.
    pub(super) async fn new(problem: &Problem) -> Result<Self> {
        let objective = objective(problem);
        let stages = stages(objective.upsampler().grid(), problem);
        let cells = stages[0].cells;
        let shape = [1, 1, cells, cells];
        let coarse = Array::new(start::grid(problem, DISC_STRIDE, cells).await?, &shape, problem.device());
        let rate = problem.settings.learning_rate;
        let adam = Adam::new(rate, &shape, problem.device());
        Ok(Self { objective, stages, stage: 0, taken: 0, adam, coarse, rate })
    }

    /// Goes to the next stage where this one's steps are taken.
    fn refine(&mut self, problem: &Problem) {
        let Some(next) = self.stages.get(self.stage + 1) else { return };
        if self.taken < next.first {
            return;
        }
        let finer = Resize::linear(self.stages[self.stage].cells, next.cells, problem.device());
        self.coarse = finer.apply(self.coarse.clone());
        self.adam = Adam::new(self.rate, &[1, 1, next.cells, next.cells], problem.device());
        self.stage += 1;
    }

    /// Half a cosine from the settings' rate to nearly nothing, within the stage.
    fn falling_rate(&self) -> f32 {
        let stage = &self.stages[self.stage];
        let part = (self.taken - stage.first) as f32 / stage.steps as f32;
        // Finer cells see smaller gradients less surely: each stage begins at half the step of the one before.
        self.rate * 0.5f32.powi(self.stage as i32) * 0.5 * (1.0 + (std::f32::consts::PI * part).cos())
    }
}

/// A quarter, a half and all of the cells, for a quarter, a quarter and half of the steps.
fn stages(finest: usize, problem: &Problem) -> Vec<Stage> {
    let total = problem.settings.iterations;
    let plan = [(4, 0, total / 4), (2, total / 4, total / 4), (1, total / 4 * 2, total - total / 4 * 2)];
    let stage = |(divisor, first, steps): (usize, usize, usize)| {
        let cells = finest.div_ceil(divisor).max(FEWEST_CELLS.min(finest));
        Stage { cells, first, steps, to_finest: Resize::linear(cells, finest, problem.device()) }
    };
    plan.into_iter().filter(|&(_, _, steps)| steps > 0).map(stage).collect()
}

impl Search for Fast {
    fn total(&self) -> usize {
        self.stages.iter().map(|stage| stage.steps).sum()
    }

    fn step(&mut self, problem: &mut Problem) -> Result<Option<Trace>> {
        self.refine(problem);
        let view = problem.views.views(&problem.jitter.take(problem.settings.views));
        let grid = self.grid();
        let at = self.objective.evaluate(problem.classifier.as_ref(), &view, grid)?;
        let gradient = self.stages[self.stage].to_finest.adjoint(at.gradient);
        self.adam.set_rate(self.falling_rate());
        self.coarse = self.adam.step(self.coarse.clone(), gradient);
        self.taken += 1;
        Ok(Some(Trace { energy: at.energy, score: at.score }))
    }

    fn grid(&self) -> Array {
        self.stages[self.stage].to_finest.apply(self.coarse.clone()).clamp(0.0, 1.0)
    }

    fn mask(&self, grid: Array) -> Array {
        self.objective.upsampler().upsample(grid)
    }

    fn wants_to_see(&self, taken: usize) -> bool {
        let first = self.stages.last().map_or(0, |stage| stage.first);
        taken > first && (taken - first).is_multiple_of(WINDOW) && taken - first >= 2 * WINDOW
    }

    fn see(&mut self, seen: &Seen) -> bool {
        let mean = |energies: &[f32]| energies.iter().sum::<f32>() / energies.len() as f32;
        let recent = &seen.energies[seen.energies.len() - 2 * WINDOW..];
        let (before, now) = (mean(&recent[..WINDOW]), mean(&recent[WINDOW..]));
        before - now < LEAST_GAIN * before.abs()
    }
}
