//! What the lowering of an operator is given, and what all lowerings share.

use crate::classifier::graph::cost;
use crate::classifier::graph::ir::Value;
use crate::classifier::host::{HostTensor, Kind};
use crate::classifier::onnx::Node;
use crate::classifier::refusal::{misfit, unsupported};
use crate::error::Result;

/// A node while it is lowered: its attributes and its inputs.
pub(super) struct Call<'a> {
    /// The node.
    pub node: &'a Node,
    /// Its inputs. An optional input that is left out is `None`.
    pub inputs: Vec<Option<Value>>,
    /// Version of the operator set.
    pub opset: i64,
    /// Number of readings of the tensor that is this node's first input, this node's own included.
    pub first_input_uses: usize,
}

impl Call<'_> {
    /// Returns the input at a position.
    pub fn input(&self, position: usize) -> Result<Value> {
        self.optional(position)
            .ok_or_else(|| misfit(format!("{} lacks its input {position}; export the model again", self.node.op)))
    }

    /// Returns the input at a position, if it is given.
    pub fn optional(&self, position: usize) -> Option<Value> {
        self.inputs.get(position).cloned().flatten()
    }

    /// Returns the input at a position, which must be known at load.
    pub fn constant(&self, position: usize, what: &str) -> Result<HostTensor> {
        match self.input(position)? {
            Value::Const(host) => Ok(host),
            Value::Dynamic(_) => Err(unsupported(format!("{} with {what} computed from the picture", self.node.op))),
        }
    }

    /// As [`Call::constant`], but `None` if the input is not given.
    pub fn optional_constant(&self, position: usize, what: &str) -> Result<Option<HostTensor>> {
        if self.optional(position).is_none() {
            return Ok(None);
        }
        self.constant(position, what).map(Some)
    }

    /// Returns a list that older operator sets give as an attribute and newer ones as an input.
    pub fn ints(&self, attribute: &str, position: usize) -> Result<Option<Vec<i64>>> {
        if let Some(list) = self.node.ints(attribute) {
            return Ok(Some(list.to_vec()));
        }
        Ok(self.optional_constant(position, attribute)?.map(|host| host.to_ints()))
    }
}

/// Returns an axis counted from the start; a negative one counts from the end.
pub(super) fn axis(axis: i64, rank: usize) -> Result<usize> {
    let from_start = if axis < 0 { axis + rank as i64 } else { axis };
    usize::try_from(from_start)
        .ok()
        .filter(|&a| a < rank)
        .ok_or_else(|| misfit(format!("axis {axis} does not exist in a tensor of {rank} axes")))
}

/// Refuses a shape that is too large, before anything is allocated for it.
pub(super) fn bounded(shape: &[usize]) -> Result<()> {
    cost::elements(shape).map(|_| ())
}

/// Returns a constant.
pub(super) fn number(value: f32) -> Value {
    Value::Const(HostTensor::scalar(Kind::Float, value))
}
