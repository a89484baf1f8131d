//! Runs a graph on a graphics card by its [`Plan`], forward and backward.

mod backward;
mod forward;
mod held;

use super::ir::{Step, ValueId};
use super::plan::{Convolve, Kept, Plan};
use super::{Graph, Rectifier};
use crate::array::Array;
use backward::Backward;
use forward::Forward;

impl Graph {
    /// Returns the outputs and, if the pass is `taped`, what the backward pass needs.
    pub(super) fn launch(&self, plan: &Plan, inputs: Vec<Array>, units: usize, taped: bool) -> (Vec<Array>, Vec<Kept>) {
        Forward::new(self, plan, inputs, units, taped).run()
    }

    /// Returns the gradient with respect to each input.
    pub(super) fn launched_gradient(
        &self,
        plan: &Plan,
        kept: Vec<Kept>,
        units: usize,
        gradient: Array,
        rectifier: Rectifier,
    ) -> Vec<Option<Array>> {
        Backward::new(self, plan, gradient, units, rectifier).run(kept)
    }

    fn channels(&self, value: ValueId) -> usize {
        self.infos[value].shape[1]
    }

    /// Returns the height and width of maps.
    pub(super) fn size(&self, value: ValueId) -> [usize; 2] {
        let shape = &self.infos[value].shape;
        [shape[2], shape[3]]
    }

    /// Returns the value that a convolution's launch writes after the steps that it includes.
    fn written_by(&self, step: &Step, convolve: &Convolve) -> ValueId {
        let last = convolve.limit.map(|(at, _)| at).or(convolve.add.map(|(at, _)| at));
        last.map_or(step.output, |at| self.steps[at].output)
    }
}
