//! Composes ONNX operators from primitives. Each file holds one family of operators.
//!
//! To add an operator: find its family below, add a line to that file's `OPERATORS`, compose it from the [`Builder`]'s
//! primitives, and add it to the case table in `tests/operators.rs`, which checks its gradient by finite differences. A
//! new primitive ([`super::graph::op::Op`]) is needed only if no composition will do.

mod activation;
mod attention;
mod call;
mod control;
mod conv;
mod einsum;
mod elementwise;
mod fused;
mod gaps;
mod legacy;
mod linear;
mod norm;
mod operator;
mod pool;
mod quantized;
mod recurrent;
mod reduce;
mod repeat;
mod resize;
mod sample;
mod shape;
mod table;

use std::collections::{HashMap, HashSet};

use burn::tensor::Device;

use super::graph::Graph;
use super::graph::builder::Builder;
use super::graph::ir::Value;
use super::host::HostTensor;
use super::onnx::{Block, Model, Node, Port};
use super::refusal::{misfit, unsupported};
use crate::error::{Error, ErrorKind, Result};
use call::Call;
use gaps::Gaps;
pub use operator::Operator;
pub(super) use repeat::along_axis;
pub use table::operators;

/// How an input of the graph is given.
pub enum Binding {
    /// As a shape for one unit of the batch. The input depends on the picture.
    Shape(Vec<usize>),
    /// As a value known at load.
    Known(HostTensor),
}

/// Lowers a file with its inputs bound, and puts it on a device.
///
/// # Errors
/// Fails with [`ErrorKind::Unsupported`] and the operator's name, or with [`ErrorKind::Model`], what does not fit, and
/// where.
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

/// Adds the nodes that the outputs `wanted` need to a graph under construction, and returns the values of these
/// outputs. `inputs` binds the file's inputs by name.
///
/// # Errors
/// Fails as [`lower`] does. Everything that is not supported is named at once.
pub fn lower_into(
    model: &Model,
    builder: &mut Builder,
    inputs: &[(String, Value)],
    wanted: &[&str],
) -> Result<Vec<Value>> {
    builder.allowance.for_parameters(model.parameters);
    let nodes = needed(model, wanted);
    builder.simplified.dead_removed += model.nodes.len() - nodes.len();
    let mut lowering = Lowering {
        builder,
        texts: &model.texts,
        uses: input_uses(model),
        values: HashMap::new(),
        gaps: Gaps::default(),
    };
    lowering.know(&model.constants);
    lowering.values.extend(inputs.iter().cloned());
    lowering.nodes(nodes)?;
    if !lowering.gaps.is_empty() {
        return Err(lowering.gaps.into_error());
    }
    wanted.iter().map(|name| output(&lowering.values, name)).collect()
}

/// A file while it is being lowered.
struct Lowering<'a> {
    builder: &'a mut Builder,
    /// The names of constants that are text.
    texts: &'a HashSet<String>,
    /// How often each tensor is read.
    uses: HashMap<&'a str, usize>,
    /// The tensors that have been lowered so far, by their names in the file.
    values: HashMap<String, Value>,
    gaps: Gaps,
}

impl Lowering<'_> {
    fn know(&mut self, constants: &HashMap<String, HostTensor>) {
        self.values.extend(constants.iter().map(|(name, host)| (name.clone(), Value::Const(host.clone()))));
    }

    fn nodes<'n>(&mut self, nodes: impl IntoIterator<Item = &'n Node>) -> Result<()> {
        nodes.into_iter().try_for_each(|node| self.node(node))
    }

    fn node(&mut self, node: &Node) -> Result<()> {
        let Some(operator) = table::find(&node.op) else {
            self.gaps.operator(&node.op, &node.name);
            return Ok(());
        };
        if node.inputs.iter().any(|name| !name.is_empty() && !self.values.contains_key(name)) {
            // The node depends on a gap, or on an input that is not bound.
            return if self.gaps.is_empty() { Err(self.unbound(node)) } else { Ok(()) };
        }
        if let Some(branch) = self.branch(node) {
            return self.block(node, branch);
        }
        match self.outputs(operator, node) {
            Ok(outputs) => self.write(node, outputs),
            Err(error) if error.kind() == ErrorKind::Unsupported => self.gaps.form(&error, &node.name),
            Err(error) if self.gaps.is_empty() => {
                return Err(error.context(format!("at the node \"{}\" ({})", node.name, node.op)));
            }
            Err(_) => {}
        }
        Ok(())
    }

    fn outputs(&mut self, operator: &Operator, node: &Node) -> Result<Vec<Value>> {
        let mut inputs: Vec<_> = node.inputs.iter().map(|name| self.values.get(name).cloned()).collect();
        let first_input_uses = node.inputs.first().and_then(|name| self.uses.get(name.as_str())).copied().unwrap_or(0);
        self.builder.enter(&node.name);
        legacy::align(node, &mut inputs, self.builder)?;
        operator.lower(&Call { node, inputs, opset: node.opset, first_input_uses }, self.builder)
    }

    fn write(&mut self, node: &Node, outputs: Vec<Value>) {
        let named = node.outputs.iter().zip(outputs).filter(|(name, _)| !name.is_empty());
        self.values.extend(named.map(|(name, value)| (name.clone(), value)));
    }

    /// Returns the branch that an `If` takes, if its condition is known.
    fn branch<'n>(&self, node: &'n Node) -> Option<&'n Block> {
        if node.op != "If" {
            return None;
        }
        let Some(Value::Const(condition)) = node.inputs.first().and_then(|name| self.values.get(name)) else {
            return None;
        };
        node.block(if condition.single().ok()? == 0.0 { "else_branch" } else { "then_branch" })
    }

    fn unbound(&self, node: &Node) -> Error {
        let missing = node.inputs.iter().find(|name| !name.is_empty() && !self.values.contains_key(*name));
        let missing = missing.map_or("", String::as_str);
        if self.texts.contains(missing) {
            return unsupported(format!("the constant \"{missing}\": its element type (STRING)"));
        }
        misfit(format!(
            "the node \"{}\" ({}) reads \"{missing}\", which nothing gives a value; export the model again",
            node.name, node.op
        ))
    }

    /// Puts the nodes of a block in place of the node. Names cannot collide, because a file gives no two tensors the
    /// same name.
    fn block(&mut self, node: &Node, block: &Block) -> Result<()> {
        self.builder.simplified.identities_dropped += 1;
        self.know(&block.constants);
        self.nodes(&block.nodes)?;
        let outputs: Option<Vec<Value>> = block.outputs.iter().map(|name| self.values.get(name).cloned()).collect();
        match outputs {
            Some(outputs) => self.write(node, outputs),
            None if self.gaps.is_empty() => return Err(self.unbound(node)),
            None => {}
        }
        Ok(())
    }
}

/// Returns the nodes that the outputs `wanted` depend on, in order.
fn needed<'a>(model: &'a Model, wanted: &[&'a str]) -> Vec<&'a Node> {
    let mut read: HashSet<&str> = wanted.iter().copied().collect();
    let mut needed = vec![];
    for node in model.nodes.iter().rev() {
        if node.outputs.iter().any(|name| read.contains(name.as_str())) {
            read.extend(node.reads());
            needed.push(node);
        }
    }
    needed.reverse();
    needed
}

fn output(values: &HashMap<String, Value>, name: &str) -> Result<Value> {
    let missing =
        || Error::new(ErrorKind::Model, format!("no node writes the output \"{name}\"; export the model again"));
    values.get(name).cloned().ok_or_else(missing)
}

/// Returns how often each tensor is read, including in graphs inside nodes and as an output.
fn input_uses(model: &Model) -> HashMap<&str, usize> {
    let mut uses = HashMap::new();
    let outputs = model.outputs.iter().map(|output| output.name.as_str());
    for name in model.nodes.iter().flat_map(Node::all_reads).chain(outputs) {
        *uses.entry(name).or_default() += 1;
    }
    uses
}
