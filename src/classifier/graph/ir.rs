//! The parts of a graph: its tensors, and the steps that compute them.

use super::op::Op;
use crate::classifier::host::{HostTensor, Kind};

/// Number of a tensor that depends on the picture.
pub type ValueId = usize;

/// A tensor while the graph is being built.
#[derive(Clone, Debug)]
pub enum Value {
    /// Known at load.
    Const(HostTensor),
    /// Dependent on the picture, so computed at each run.
    Dynamic(ValueId),
}

/// An operand of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operand {
    /// A tensor that is computed at each run.
    Value(ValueId),
    /// The constant with this number.
    Constant(usize),
}

/// One primitive with its operands.
#[derive(Clone, Debug)]
pub struct Step {
    /// The primitive.
    pub op: Op,
    /// Its operands.
    pub inputs: Vec<Operand>,
    /// The tensor that it computes.
    pub output: ValueId,
    /// Name of the file's node from which the step was built.
    pub node: String,
}

/// Shape, batch axis and kind of a dynamic tensor.
#[derive(Clone, Debug)]
pub struct Info {
    /// The dimensions for one unit.
    pub shape: Vec<usize>,
    /// The axis in which further pictures are stacked.
    pub batch_axis: Option<usize>,
    /// How its elements are to be read.
    pub kind: Kind,
}

/// Counts of what was simplified while the graph was built.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Simplified {
    /// Primitives whose result was known at load.
    pub constants_folded: usize,
    /// Batch normalisations that became part of a convolution.
    pub batch_norms_folded: usize,
    /// Nodes that change nothing (identity, dropout).
    pub identities_dropped: usize,
    /// Nodes and primitives whose result is never read.
    pub dead_removed: usize,
}
