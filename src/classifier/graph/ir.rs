//! What a graph is made of: its tensors, and the steps that compute them.

use super::op::Op;
use crate::classifier::host::{HostTensor, Kind};

/// The number of a tensor that depends on the picture.
pub type ValueId = usize;

/// A tensor while the graph is built: known already, or dependent on the picture.
#[derive(Clone, Debug)]
pub enum Value {
    /// Known at load.
    Const(HostTensor),
    /// Computed at each run.
    Dynamic(ValueId),
}

/// What a step reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operand {
    /// A tensor computed at each run.
    Value(ValueId),
    /// The constant of this number.
    Constant(usize),
}

/// One primitive with its operands.
#[derive(Clone, Debug)]
pub struct Step {
    /// What is computed.
    pub op: Op,
    /// From what.
    pub inputs: Vec<Operand>,
    /// Into what.
    pub output: ValueId,
    /// Name of the file's node it stems from.
    pub node: String,
}

/// Shape, batch axis and kind of a dynamic tensor.
#[derive(Clone, Debug)]
pub struct Info {
    /// The dimensions for one unit.
    pub shape: Vec<usize>,
    /// The axis in which further pictures are stacked.
    pub batch_axis: Option<usize>,
    /// What its elements stand for.
    pub kind: Kind,
}

/// What was simplified while building.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Simplified {
    /// Primitives whose result was known at load.
    pub constants_folded: usize,
    /// Batch normalisations that became part of a convolution.
    pub batch_norms_folded: usize,
    /// Nodes that change nothing (identity, dropout).
    pub identities_dropped: usize,
    /// Nodes and primitives whose result nobody reads.
    pub dead_removed: usize,
}
