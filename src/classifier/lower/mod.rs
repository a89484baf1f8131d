//! From ONNX operators to primitives: one family a file.
//!
//! To add an operator: find its family below, add an arm to that file's `lower`, compose it from the
//! [`Builder`]'s primitives, and add it to the case table in `tests/operators.rs`, which checks its
//! gradient by finite differences. Only where no composition serves is a new primitive
//! ([`super::op::Op`]) needed.

mod activation;
mod conv;
mod einsum;
mod elementwise;
mod linear;
mod norm;
mod pool;
mod quantized;
mod reduce;
mod repeat;
mod resize;
mod shape;

use std::collections::HashMap;

use burn::tensor::Device;

use super::builder::{Builder, Value, misfit};
use super::graph::Graph;
use super::host::{HostTensor, Kind};
use super::onnx::{MAX_ELEMENTS, Model, Node, Port};
use crate::error::{Error, ErrorKind, Result};

/// One node while it is lowered: its attributes and its inputs.
pub(super) struct Call<'a> {
    /// The node.
    pub node: &'a Node,
    /// Its inputs; `None` where an optional one is left out.
    pub inputs: Vec<Option<Value>>,
    /// Version of the operator set.
    pub opset: i64,
    /// How many other nodes read the same tensor as this one's first input.
    pub first_input_uses: usize,
}

/// What a family's `lower` answers: the outputs, or that it does not know the operator.
pub(super) type Lowered = Result<Option<Vec<Value>>>;

impl Call<'_> {
    /// The input at a position.
    pub fn input(&self, position: usize) -> Result<Value> {
        self.optional(position).ok_or_else(|| {
            Error::new(ErrorKind::Model, format!("{} lacks its input {position}; export the model again", self.node.op))
        })
    }

    /// The input at a position, if it is given.
    pub fn optional(&self, position: usize) -> Option<Value> {
        self.inputs.get(position).cloned().flatten()
    }

    /// The input at a position, which must be known at load.
    pub fn constant(&self, position: usize, what: &str) -> Result<HostTensor> {
        match self.input(position)? {
            Value::Const(host) => Ok(host),
            Value::Dynamic(_) => Err(unsupported(format!("{} with {what} computed from the picture", self.node.op))),
        }
    }

    /// As [`Call::constant`], if it is given.
    pub fn optional_constant(&self, position: usize, what: &str) -> Result<Option<HostTensor>> {
        if self.optional(position).is_none() {
            return Ok(None);
        }
        self.constant(position, what).map(Some)
    }

    /// A list that older operator sets give as an attribute and newer ones as an input.
    pub fn ints(&self, attribute: &str, position: usize) -> Result<Option<Vec<i64>>> {
        if let Some(list) = self.node.ints(attribute) {
            return Ok(Some(list.to_vec()));
        }
        Ok(self.optional_constant(position, attribute)?.map(|host| host.to_ints()))
    }
}

/// An axis that may count from the end.
pub(super) fn axis(axis: i64, rank: usize) -> Result<usize> {
    let from_start = if axis < 0 { axis + rank as i64 } else { axis };
    usize::try_from(from_start)
        .ok()
        .filter(|&a| a < rank)
        .ok_or_else(|| Error::new(ErrorKind::Model, format!("axis {axis} does not exist in a tensor of {rank} axes")))
}

/// An operator, or a form of one, that is not there.
pub(super) fn unsupported(what: impl std::fmt::Display) -> Error {
    Error::new(
        ErrorKind::Unsupported,
        format!("{what} is not supported; please report the model, or export it with simpler operators"),
    )
}

/// Refuses a shape before anything is allocated for it.
pub(super) fn bounded(shape: &[usize]) -> Result<()> {
    let count = shape.iter().try_fold(1usize, |count, &size| count.checked_mul(size));
    if count.is_none_or(|count| count > MAX_ELEMENTS) {
        return Err(misfit(format!("a tensor of shape {shape:?} has more than {MAX_ELEMENTS} elements")));
    }
    Ok(())
}

/// How the graph's inputs are given: a shape for one unit of the batch, or a known value.
pub enum Binding {
    /// Depends on the picture.
    Shape(Vec<usize>),
    /// Known at load.
    Known(HostTensor),
}

/// Lowers a file with its inputs bound, and puts it on a device.
///
/// # Errors
/// [`ErrorKind::Unsupported`] with the operator's name, or [`ErrorKind::Model`] with what does not fit, and where.
pub fn lower(model: &Model, bind: impl Fn(&Port) -> Result<Binding>, device: &Device) -> Result<Graph> {
    let mut builder = Builder::new();
    let mut bound = vec![];
    for port in &model.inputs {
        let value = match bind(port)? {
            Binding::Shape(shape) => builder.input(&shape, port.kind),
            Binding::Known(host) => Value::Const(host),
        };
        bound.push((port.name.clone(), value));
    }
    let outputs = lower_into(model, &mut builder, &bound)?;
    let inputs: Vec<Value> = bound.into_iter().map(|(_, value)| value).collect();
    Ok(Graph::new(builder, &inputs, &outputs, device))
}

/// Adds a file's nodes to a graph under construction; `inputs` binds its inputs by name.
///
/// # Errors
/// As [`lower`].
pub fn lower_into(model: &Model, builder: &mut Builder, inputs: &[(String, Value)]) -> Result<Vec<Value>> {
    let constants = model.constants.iter().map(|(name, host)| (name.clone(), Value::Const(host.clone())));
    let mut values: HashMap<String, Value> = constants.chain(inputs.iter().cloned()).collect();
    let uses = input_uses(model);
    for node in &model.nodes {
        let at = || format!("at the node \"{}\" ({})", node.name, node.op);
        let outputs = lower_node(node, model.opset, builder, &values, &uses).map_err(|e| e.context(at()))?;
        for (name, value) in node.outputs.iter().zip(outputs).filter(|(name, _)| !name.is_empty()) {
            builder.check_size(&value).map_err(|e| e.context(at()))?;
            values.insert(name.clone(), value);
        }
    }
    model.outputs.iter().map(|port| output(&values, port)).collect()
}

fn output(values: &HashMap<String, Value>, port: &Port) -> Result<Value> {
    let missing =
        || Error::new(ErrorKind::Model, format!("no node writes the output \"{}\"; export the model again", port.name));
    values.get(&port.name).cloned().ok_or_else(missing)
}

fn input_uses(model: &Model) -> HashMap<String, usize> {
    let mut uses = HashMap::new();
    let names = model.nodes.iter().flat_map(|n| &n.inputs).chain(model.outputs.iter().map(|o| &o.name));
    for name in names {
        *uses.entry(name.clone()).or_default() += 1;
    }
    uses
}

fn lower_node(
    node: &Node,
    opset: i64,
    builder: &mut Builder,
    values: &HashMap<String, Value>,
    uses: &HashMap<String, usize>,
) -> Result<Vec<Value>> {
    let inputs = node.inputs.iter().map(|name| values.get(name).cloned()).collect();
    let first_input_uses = node.inputs.first().and_then(|name| uses.get(name)).copied().unwrap_or(0);
    let call = Call { node, inputs, opset, first_input_uses };
    builder.enter(&node.name);
    let families = [
        elementwise::lower,
        activation::lower,
        conv::lower,
        pool::lower,
        norm::lower,
        linear::lower,
        einsum::lower,
        reduce::lower,
        shape::lower,
        repeat::lower,
        resize::lower,
        quantized::lower,
    ];
    for family in families {
        if let Some(outputs) = family(&call, builder)? {
            return Ok(outputs);
        }
    }
    Err(unsupported(format!("the operator {}", node.op)))
}

/// A constant that is read as the kind of another tensor.
pub(super) fn number(value: f32) -> Value {
    Value::Const(HostTensor::scalar(Kind::Float, value))
}
