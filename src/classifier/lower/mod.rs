//! From ONNX operators to primitives: one family a file.
//!
//! To add an operator: find its family below, add a line to that file's `OPERATORS`, compose it from the
//! [`Builder`]'s primitives, and add it to the case table in `tests/operators.rs`, which checks its
//! gradient by finite differences. Only where no composition serves is a new primitive
//! ([`super::graph::op::Op`]) needed.

mod activation;
mod call;
mod conv;
mod einsum;
mod elementwise;
mod gaps;
mod linear;
mod norm;
mod operator;
mod pool;
mod quantized;
mod reduce;
mod repeat;
mod resize;
mod shape;
mod table;

use std::collections::{HashMap, HashSet};

use burn::tensor::Device;

use super::graph::Graph;
use super::graph::builder::Builder;
use super::graph::ir::Value;
use super::host::HostTensor;
use super::onnx::{Model, Node, Port};
use crate::error::{Error, ErrorKind, Result};
use call::Call;
use gaps::Gaps;
pub use operator::Operator;
pub use table::operators;

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
        let Some(operator) = table::find(&node.op) else {
            gaps.operator(&node.op, &node.name);
            continue;
        };
        if node.inputs.iter().any(|name| !name.is_empty() && !values.contains_key(name)) {
            // It comes after a gap, or after an input that is not bound.
            if gaps.is_empty() {
                return Err(unbound(node, &values));
            }
            continue;
        }
        match lower_node(operator, node, model.opset, builder, &values, &uses) {
            Ok(outputs) => {
                let named = node.outputs.iter().zip(outputs).filter(|(name, _)| !name.is_empty());
                values.extend(named.map(|(name, value)| (name.clone(), value)));
            }
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

fn lower_node(
    operator: &Operator,
    node: &Node,
    opset: i64,
    builder: &mut Builder,
    values: &HashMap<String, Value>,
    uses: &HashMap<String, usize>,
) -> Result<Vec<Value>> {
    let inputs = node.inputs.iter().map(|name| values.get(name).cloned()).collect();
    let first_input_uses = node.inputs.first().and_then(|name| uses.get(name)).copied().unwrap_or(0);
    builder.enter(&node.name);
    operator.lower(&Call { node, inputs, opset, first_input_uses }, builder)
}
