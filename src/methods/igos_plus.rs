//! iGOS++: a deleting and a preserving mask at once, multiplied into one.
//!
//! min over m_x, m_y of f(Φ(x, m_x)) − f(Φ(x, 1 − m_y)) + f(Φ(x, m)) − f(Φ(x, 1 − m)) + reg(m), m = m_x ∘ m_y:
//! m_x must delete the evidence, the complement of m_y must keep it, and their product must do both. Each
//! term is descended along its integrated gradient, as in [`super::igos`]; the variation is weighted by the
//! picture's edges, exp(−|dI|²/0.01).
//!
//! Reference: S. Khorram, T. Lawson and F. Li, "iGOS++: Integrated Gradient Optimized Saliency by Bilateral
//! Perturbations", CHIL 2021. Deviations: those of [`super::igos`]; no noise is added to the scaled
//! masks; the step is chosen by the energy of the product alone.

use super::entry::Entry;
use super::game::Game;
use super::igos;
use super::igos::{STEPS, candidates, last, lowest};
use super::method::{COMMON, Definition, ENERGY, Kind, Method, ORDER, SAMPLED};
use super::optimise;
use super::optimise::{Objective, Problem, Search, Trace, integrated_gradient, objective};
use super::settings::Settings;
use crate::array::Array;
use crate::error::Result;
use crate::picture::View;

/// What is known of this method.
pub const METHOD: Method = Method(&Definition {
    name: "igos++",
    title: "iGOS++",
    summary: "The same, with a deleting and a preserving mask at once.",
    kind: Kind::Learned,
    needs_null: true,
    games: &[Game::Delete],
    settings: &[COMMON, ORDER, ENERGY, SAMPLED],
});

/// The method's entry in the registry.
pub const ENTRY: Entry = Entry::new(METHOD, preset, |problem| optimise::ready(IgosPlus::new(problem)));

fn preset() -> Settings {
    Settings { method: METHOD, edge_aware: true, ..igos::preset() }
}

/// The deleting and the preserving grid, and what descends them.
pub(super) struct IgosPlus {
    objective: Objective,
    deleting: Array,
    preserving: Array,
    iterations: usize,
}

impl IgosPlus {
    /// Begins with masks that keep everything.
    pub(super) fn new(problem: &Problem) -> Self {
        let objective = objective(problem);
        let cells = objective.upsampler().grid();
        let grid = Array::full(&[1, 1, cells, cells], 1.0, problem.device());
        Self { objective, deleting: grid.clone(), preserving: grid, iterations: problem.settings.iterations }
    }

    /// Returns the integrated gradient of f(Φ(x, m)) with respect to a grid m that deletes (weight 1).
    fn deletion(&self, problem: &Problem, view: &View, grid: &Array) -> Result<Array> {
        let mask = self.mask(grid.clone());
        Ok(self.objective.upsampler().gradient(integrated_gradient(
            problem,
            view,
            &mask,
            problem.settings.samples,
            1.0,
        )?))
    }

    /// Returns the integrated gradient of −f(Φ(x, 1 − m)) with respect to a grid m whose complement keeps.
    fn preservation(&self, problem: &Problem, view: &View, grid: &Array) -> Result<Array> {
        let mask = self.mask(grid.clone()).complement();
        let gradient = integrated_gradient(problem, view, &mask, problem.settings.samples, -1.0)?;
        Ok(self.objective.upsampler().gradient(gradient).mul_scalar(-1.0))
    }

    /// Directions for both grids.
    fn directions(&self, problem: &Problem, view: &View) -> Result<(Array, Array)> {
        let product = self.grid();
        let (_, regulariser) = self.objective.regulariser(product.clone());
        let shared = self.deletion(problem, view, &product)?;
        let shared = shared.add(self.preservation(problem, view, &product)?).add(regulariser);
        let deleting = self.deletion(problem, view, &self.deleting)?.add(shared.clone().mul(self.preserving.clone()));
        let preserving = self.preservation(problem, view, &self.preserving)?.add(shared.mul(self.deleting.clone()));
        Ok((deleting, preserving))
    }

    /// f(Φ(m)) − f(Φ(1 − m)) + reg(m) for grids `[N, 1, g, g]`: energies `[N, 1]`, and the probabilities of Φ(m).
    fn energies(&self, problem: &Problem, view: &View, grids: Array) -> Result<(Array, Array)> {
        let count = grids.shape()[0];
        let masks = self.mask(grids.clone());
        let deleted = problem.question.logits(view.blend(masks.clone()))?;
        let preserved = problem.question.logits(view.blend(masks.complement()))?;
        let (value, _) = self.objective.regulariser(grids);
        let answers =
            problem.question.target().answer(deleted.clone()).sub(problem.question.target().answer(preserved));
        Ok((answers.add(value.reshape(&[count, 1])), problem.question.target().probability(deleted)))
    }
}

impl Search for IgosPlus {
    fn total(&self) -> usize {
        self.iterations
    }

    fn step(&mut self, problem: &mut Problem) -> Result<Option<Trace>> {
        let view = problem.next_view();
        let (deleting, preserving) = self.directions(problem, &view)?;
        let deleting = candidates(&self.deleting, deleting, problem);
        let preserving = candidates(&self.preserving, preserving, problem);
        let (energies, scores) = self.energies(problem, &view, deleting.clone().mul(preserving.clone()))?;
        let trace = Trace { energy: last(energies.clone()), score: last(scores) };
        debug_assert_eq!(energies.len(), STEPS.len());
        self.deleting = lowest(deleting, energies.clone());
        self.preserving = lowest(preserving, energies);
        Ok(Some(trace))
    }

    fn grid(&self) -> Array {
        self.deleting.clone().mul(self.preserving.clone())
    }

    fn mask(&self, grid: Array) -> Array {
        self.objective.upsampler().upsample(grid)
    }
}
