//! I-GOS: the energy of meaningful perturbations, along the integrated gradient.
//!
//! The gradient at the mask alone is nearly zero where the answer is already certain or already gone. I-GOS averages
//! the gradient over S scaled masks, as one batch:
//!
//! d = ∇reg(m) + (1/S) Σ_{s=1..S} ∇_m f_c(Φ(x, (s/S) · m)),
//!
//! and moves m ← clamp(m − α d). Fifteen such steps replace hundreds of plain ones.
//!
//! Reference: \[IGOS\] Z. Qi, S. Khorram and F. Li, "Visualizing Deep Networks by Optimizing with Integrated
//! Gradients", AAAI 2020, section 3. Deviations: the grid, the smoothing and the jitter are those of the other learned
//! methods. The step α is chosen among eight halvings by their energies in one batch, on the device, instead of one
//! after another by Armijo's rule. If the score has not moved by step 7, λ₁ is divided by 10, and by step 12 by another
//! 5 (rescue from an empty mask).

use super::entry::Entry;
use super::game::Game;
use super::method::{COMMON, Definition, ENERGY, Kind, Method, ORDER, SAMPLED};
use super::optimise;
use super::optimise::{Answer, Objective, Problem, Search, Seen, Trace, integrated_gradient, objective};
use super::settings::Settings;
use crate::array::{Array, Comparison, Unary};
use crate::error::Result;

/// What is known of this method.
pub const METHOD: Method = Method(&Definition {
    name: "igos",
    title: "I-GOS",
    summary: "The same energy along the integrated gradient: few steps of many passes.",
    kind: Kind::Learned,
    needs_null: true,
    games: &[Game::Delete],
    settings: &[COMMON, ORDER, ENERGY, SAMPLED],
});

/// The method's entry in the registry.
pub const ENTRY: Entry = Entry::new(METHOD, preset, |problem| optimise::ready(Igos::new(problem)));

pub(super) fn preset() -> Settings {
    Settings { iterations: 15, l1: 1e-3, beta: 2.0, samples: 20, batch: 20, ..Settings::paper(METHOD) }
}

/// The steps tried, as the largest change of a cell.
pub(super) const STEPS: [f32; 8] = [1.0, 0.5, 0.25, 0.125, 0.062_5, 0.031_25, 0.015_625, 0.0];
/// The steps after which a mask without effect is rescued, and the divisors of λ₁.
const RESCUES: [(usize, f32); 2] = [(7, 10.0), (12, 5.0)];
/// A normalised score above this has not moved.
const UNMOVED: f32 = 0.9;

/// The grid. Each step lowers its energy or stands still, so the last is the answer.
pub(super) struct Igos {
    objective: Objective,
    grid: Array,
    iterations: usize,
}

impl Igos {
    /// Begins with a mask that keeps everything.
    pub(super) fn new(problem: &Problem) -> Self {
        let objective = objective(problem);
        let cells = objective.upsampler().grid();
        let grid = Array::full(&[1, 1, cells, cells], 1.0, problem.device());
        Self { objective, grid, iterations: problem.settings.iterations }
    }
}

impl Search for Igos {
    fn total(&self) -> usize {
        self.iterations
    }

    fn step(&mut self, problem: &mut Problem) -> Result<Option<Trace>> {
        let view = problem.next_view();
        let mask = self.mask(self.grid.clone());
        let integrated = integrated_gradient(problem, &view, &mask, problem.settings.samples, 1.0)?;
        let (_, regulariser) = self.objective.regulariser(self.grid.clone());
        let direction = self.objective.upsampler().gradient(integrated).add(regulariser);
        let tried = candidates(&self.grid, direction, problem);
        let masks = self.mask(tried.clone());
        let logits = problem.question.logits(view.blend(masks))?;
        let (value, _) = self.objective.regulariser(tried.clone());
        let energies = problem.question.target().answer(logits.clone()).add(value.reshape(&[STEPS.len(), 1]));
        let (energy, score) = (last(energies.clone()), last(problem.question.target().probability(logits)));
        self.grid = lowest(tried, energies);
        Ok(Some(Trace { energy, score }))
    }

    fn grid(&self) -> Array {
        self.grid.clone()
    }

    fn mask(&self, grid: Array) -> Array {
        self.objective.upsampler().upsample(grid)
    }

    fn wants_to_see(&self, taken: usize) -> bool {
        RESCUES.iter().any(|&(step, _)| step == taken)
    }

    fn see<'a>(&'a mut self, seen: Seen, _problem: &'a Problem) -> Answer<'a> {
        let divisor = RESCUES.iter().find(|&&(step, _)| step == seen.normalised.len()).map(|&(_, divisor)| divisor);
        if let (Some(divisor), Some(&score)) = (divisor, seen.normalised.last())
            && score > UNMOVED
        {
            self.objective.scale_area(1.0 / divisor);
        }
        Box::pin(std::future::ready(Ok(false)))
    }
}

/// Returns the grid after each of [`STEPS`] against a direction, `[8, 1, g, g]`. The last is the unchanged grid.
pub(super) fn candidates(grid: &Array, direction: Array, problem: &Problem) -> Array {
    let count = direction.len();
    let largest = direction.clone().unary(Unary::Abs).reshape(&[1, count]).max_axis(1).add_scalar(1e-20);
    let unit = direction.div(largest.reshape(&[1, 1, 1, 1]));
    let steps = Array::new(STEPS.to_vec(), &[STEPS.len(), 1, 1, 1], problem.device());
    grid.clone().sub(unit.mul(steps)).clamp(0.0, 1.0)
}

/// Returns the last of `[8, 1]`: the energy of standing still.
pub(super) fn last(values: Array) -> Array {
    let count = values.shape()[0];
    values.part(count - 1..count).reshape(&[1])
}

/// Returns the candidate with the lowest energy (the mean of those that share it), without asking the device which it
/// is.
pub(super) fn lowest(candidates: Array, energies: Array) -> Array {
    let count = energies.len();
    let row = energies.reshape(&[1, count]);
    let least = row.clone().mul_scalar(-1.0).max_axis(1).mul_scalar(-1.0);
    let chosen = row.compare(Comparison::LessOrEqual, least);
    let share = chosen.clone().div(chosen.sum_axis(1)).reshape(&[count, 1, 1, 1]);
    candidates.mul(share).sum_axis(0)
}
