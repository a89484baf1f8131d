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
mod gaps;
mod linear;
mod norm;
mod pool;
mod quantized;
mod reduce;
mod repeat;
mod resize;
mod shape;

use std::collections::{HashMap, HashSet};

use burn::tensor::Device;

use super::builder::{Builder, Value};
use super::cost;
use super::graph::Graph;
use super::host::{HostTensor, Kind};
use super::onnx::{Model, Node, Port};
use crate::error::{Error, ErrorKind, Result};
use gaps::Gaps;
pub(crate) use gaps::unsupported;

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

/// Refuses a shape before anything is allocated for it.
pub(super) fn bounded(shape: &[usize]) -> Result<()> {
    cost::elements(shape).map(|_| ())
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
            Binding::Shape(shape) => builder.input(&shape, port.kind)?,
            Binding::Known(host) => Value::Const(host),
        };
        bound.push((port.name.clone(), value));
    }
    let wanted: Vec<&str> = model.outputs.iter().map(|port| port.name.as_str()).collect();
    let outputs = lower_into(model, &mut builder, &bound, &wanted)?;
    let inputs: Vec<Value> = bound.into_iter().map(|(_, value)| value).collect();
    Graph::new(builder, &inputs, &outputs, device)
}

/// Adds the nodes that the outputs `wanted` need to a graph under construction; `inputs` binds the file's inputs by name.
///
/// # Errors
/// As [`lower`]; all that is not supported is named at once.
pub fn lower_into(
    model: &Model,
    builder: &mut Builder,
    inputs: &[(String, Value)],
    wanted: &[&str],
) -> Result<Vec<Value>> {
    builder.allowance.for_parameters(model.parameters);
    let constants = model.constants.iter().map(|(name, host)| (name.clone(), Value::Const(host.clone())));
    let mut values: HashMap<String, Value> = constants.chain(inputs.iter().cloned()).collect();
    let (nodes, uses) = (needed(model, wanted), input_uses(model));
    builder.simplified.dead_removed += model.nodes.len() - nodes.len();
    let mut gaps = Gaps::default();
    for node in nodes {
        if node.inputs.iter().any(|name| !name.is_empty() && !values.contains_key(name)) {
            // It comes after a gap, or after an input that is not bound.
            if !is_known(node, model.opset) {
                gaps.operator(&node.op, &node.name);
            } else if gaps.is_empty() {
                return Err(unbound(node, &values));
            }
            continue;
        }
        match lower_node(node, model.opset, builder, &values, &uses) {
            Ok(Some(outputs)) => {
                let named = node.outputs.iter().zip(outputs).filter(|(name, _)| !name.is_empty());
                values.extend(named.map(|(name, value)| (name.clone(), value)));
            }
            Ok(None) => gaps.operator(&node.op, &node.name),
            Err(error) if error.kind() == ErrorKind::Unsupported => gaps.form(&error, &node.name),
            Err(error) if gaps.is_empty() => {
                return Err(error.context(format!("at the node \"{}\" ({})", node.name, node.op)));
            }
            Err(_) => {}
        }
    }
    if !gaps.is_empty() {
        return Err(gaps.into_error());
    }
    wanted.iter().map(|name| output(&values, name)).collect()
}

/// The nodes that the outputs `wanted` depend on, in order.
fn needed<'a>(model: &'a Model, wanted: &[&'a str]) -> Vec<&'a Node> {
    let mut read: HashSet<&str> = wanted.iter().copied().collect();
    let mut needed = vec![];
    for node in model.nodes.iter().rev() {
        if node.outputs.iter().any(|name| read.contains(name.as_str())) {
            read.extend(node.inputs.iter().map(String::as_str));
            needed.push(node);
        }
    }
    needed.reverse();
    needed
}

fn unbound(node: &Node, values: &HashMap<String, Value>) -> Error {
    let missing = node.inputs.iter().find(|name| !name.is_empty() && !values.contains_key(*name));
    let missing = missing.map_or("", String::as_str);
    Error::new(
        ErrorKind::Model,
        format!(
            "the node \"{}\" ({}) reads \"{missing}\", which nothing gives a value; export the model again",
            node.name, node.op
        ),
    )
}

fn output(values: &HashMap<String, Value>, name: &str) -> Result<Value> {
    let missing =
        || Error::new(ErrorKind::Model, format!("no node writes the output \"{name}\"; export the model again"));
    values.get(name).cloned().ok_or_else(missing)
}

fn input_uses(model: &Model) -> HashMap<String, usize> {
    let mut uses = HashMap::new();
    let names = model.nodes.iter().flat_map(|n| &n.inputs).chain(model.outputs.iter().map(|o| &o.name));
    for name in names {
        *uses.entry(name.clone()).or_default() += 1;
    }
    uses
}

/// The node's outputs; `None` if the operator is not known.
fn lower_node(
    node: &Node,
    opset: i64,
    builder: &mut Builder,
    values: &HashMap<String, Value>,
    uses: &HashMap<String, usize>,
) -> Lowered {
    let inputs = node.inputs.iter().map(|name| values.get(name).cloned()).collect();
    let first_input_uses = node.inputs.first().and_then(|name| uses.get(name)).copied().unwrap_or(0);
    builder.enter(&node.name);
    by_family(&Call { node, inputs, opset, first_input_uses }, builder)
}

fn by_family(call: &Call, builder: &mut Builder) -> Lowered {
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
        if let Some(outputs) = family(call, builder)? {
            return Ok(Some(outputs));
        }
    }
    Ok(None)
}

/// Whether a family knows the operator: without inputs it then fails, or has none.
fn is_known(node: &Node, opset: i64) -> bool {
    let call = Call { node, inputs: vec![], opset, first_input_uses: 0 };
    !matches!(by_family(&call, &mut Builder::new()), Ok(None))
}

/// A constant that is read as the kind of another tensor.
pub(super) fn number(value: f32) -> Value {
    Value::Const(HostTensor::scalar(Kind::Float, value))
}
