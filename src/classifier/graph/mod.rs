//! The typed graph: its parts ([`ir`], [`op`]), how it is built ([`builder`]), the limits on its cost ([`cost`]) and
//! how it runs ([`Graph`]; on a graphics card by a `plan`).

pub mod builder;
pub(super) mod cost;
pub mod ir;
#[cfg(feature = "gpu")]
mod launch;
mod loading;
pub mod op;
#[cfg(feature = "gpu")]
mod plan;
mod run;
#[cfg(feature = "gpu")]
pub mod sample;

pub use run::{Rectifier, Tape};

use std::collections::HashSet;

use burn::tensor::Device;
use burn::tensor::ops::ConvOptions;

use crate::array::{Array, Unary};
use cost::Cost;
use ir::{Info, Operand, Simplified, Step, ValueId};
use op::Op;
#[cfg(feature = "gpu")]
use plan::Plan;

/// A graph ready to run. Weights are uploaded once and never differentiated.
pub struct Graph {
    steps: Vec<Step>,
    infos: Vec<Info>,
    inputs: Vec<ValueId>,
    outputs: Vec<Operand>,
    constants: Vec<Array>,
    /// The numbers of the constants that were uploaded.
    uploaded: HashSet<usize>,
    /// Weights turned for the input gradient of each step, where [`loading`] turned them.
    turned: Vec<Option<(Array, ConvOptions<2>)>>,
    uses: Vec<usize>,
    batchable: bool,
    simplified: Simplified,
    cost: Cost,
    device: Device,
    /// How the steps are launched on a graphics card.
    #[cfg(feature = "gpu")]
    plan: Option<Plan>,
}

impl Graph {
    /// Returns the cost of a pass over one unit of the batch.
    pub fn cost(&self) -> Cost {
        self.cost
    }

    /// Returns the bytes of the constants on the device, including the weights turned for the gradient.
    pub fn constant_bytes(&self) -> usize {
        let uploaded = self.uploaded.iter().map(|&number| self.constants[number].len());
        let turned = self.turned.iter().flatten().map(|(weight, _)| weight.len());
        let bytes = 4 * uploaded.chain(turned).sum::<usize>();
        #[cfg(feature = "gpu")]
        let bytes = bytes + self.plan.as_ref().map_or(0, Plan::bytes);
        bytes
    }

    /// Returns the device that the graph runs on.
    pub fn device(&self) -> &Device {
        &self.device
    }

    /// Returns what was simplified at load.
    pub fn simplified(&self) -> Simplified {
        self.simplified
    }

    /// Returns the primitives, in order.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Returns how many of the primitives are rectifiers.
    pub fn rectifiers(&self) -> usize {
        self.steps.iter().filter(|step| is_rectifier(&step.op)).count()
    }

    /// Returns whether several pictures can run in one pass.
    pub fn batchable(&self) -> bool {
        self.batchable
    }

    /// Returns the dimensions of a tensor, for one unit of the file's batch.
    pub fn shape(&self, value: ValueId) -> &[usize] {
        &self.infos[value].shape
    }

    /// Returns the shape of each input, for one unit.
    pub fn input_shapes(&self) -> Vec<Vec<usize>> {
        self.inputs.iter().map(|&id| self.infos[id].shape.clone()).collect()
    }

    /// Returns the shape of each output, for one unit.
    pub fn output_shapes(&self) -> Vec<Vec<usize>> {
        self.outputs
            .iter()
            .map(|o| match o {
                Operand::Value(id) => self.infos[*id].shape.clone(),
                Operand::Constant(number) => self.constants[*number].shape(),
            })
            .collect()
    }
}

fn is_rectifier(op: &Op) -> bool {
    matches!(op, Op::Unary(Unary::Relu)) || matches!(op, Op::Clamp { low, .. } if *low == 0.0)
}
