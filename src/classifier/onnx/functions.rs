//! The functions that a file defines for itself. Each call is replaced by the nodes of the function.
//!
//! PyTorch's exporter nests functions, and a hostile file can expand a few bytes without end. So the depth is bounded,
//! and so is the total size of all copies.

use std::collections::HashMap;

use onnx_ir::{AttributeProto, GraphProto, Message, ModelProto, NodeProto};

use super::node::is_onnx_domain;
use crate::classifier::refusal::misfit;
use crate::error::Result;

/// Greatest depth of calls between functions.
const MAX_DEPTH: usize = 16;
/// Largest total size of all copies of nodes, in bytes, counted with [`NODE_BYTES`] for each node.
const MAX_BYTES: u64 = 1 << 27;
/// Bytes that a node takes in memory besides its bytes in the file.
const NODE_BYTES: u64 = 1024;

/// A function defined in the file.
struct Function {
    inputs: Vec<String>,
    outputs: Vec<String>,
    nodes: Vec<NodeProto>,
    /// Attributes that have a value if the call gives none.
    defaults: Vec<AttributeProto>,
    opset: Option<i64>,
}

/// A node with the version of ONNX's operator set in which it is written.
pub(super) struct Placed {
    pub node: NodeProto,
    pub opset: i64,
}

/// The functions of a file, by domain, name and overload.
#[derive(Default)]
pub(super) struct Functions {
    known: HashMap<(String, String, String), Function>,
    calls: usize,
    spent: u64,
}

impl Functions {
    /// Takes the functions out of a file.
    pub fn of(model: &mut ModelProto) -> Self {
        let mut known = HashMap::new();
        for function in std::mem::take(&mut model.functions) {
            let opset = function.opset_import.iter().find(|set| is_onnx_domain(&set.domain)).map(|set| set.version);
            let key = (plain_domain(&function.domain), function.name, function.overload);
            let (inputs, outputs, nodes) = (function.input, function.output, function.node);
            known.insert(key, Function { inputs, outputs, nodes, defaults: function.attribute_proto, opset });
        }
        Self { known, ..Self::default() }
    }

    /// Returns the nodes with all calls replaced.
    ///
    /// # Errors
    /// Fails with [`ErrorKind::Model`](crate::ErrorKind::Model) if calls are nested too deeply or expand to too many
    /// bytes.
    pub fn inlined(&mut self, nodes: Vec<NodeProto>, opset: i64) -> Result<Vec<Placed>> {
        let mut placed = vec![];
        self.inline(nodes, opset, 0, &mut placed)?;
        Ok(placed)
    }

    fn inline(&mut self, nodes: Vec<NodeProto>, opset: i64, depth: usize, placed: &mut Vec<Placed>) -> Result<()> {
        if depth > MAX_DEPTH {
            return Err(misfit(format!(
                "the model's functions call each other more than {MAX_DEPTH} deep, or themselves; export it with its \
                    functions inlined"
            )));
        }
        for node in nodes {
            match self.called(&node)? {
                Some((body, inner)) => self.inline(body, inner.unwrap_or(opset), depth + 1, placed)?,
                None => placed.push(Placed { node, opset }),
            }
        }
        Ok(())
    }

    /// Returns the nodes of the function that a node calls, and the function's operator set; `None` if it calls none.
    fn called(&mut self, call: &NodeProto) -> Result<Option<(Vec<NodeProto>, Option<i64>)>> {
        let key = (plain_domain(&call.domain), call.op_type.clone(), call.overload.clone());
        let Some(function) = self.known.get(&key) else { return Ok(None) };
        let size = function.nodes.iter().map(|node| node.compute_size() + NODE_BYTES).sum::<u64>();
        self.spent = self.spent.saturating_add(size);
        if self.spent > MAX_BYTES {
            return Err(misfit(
                "the model's functions expand to far more than any classifier holds; export it with its functions \
                    inlined",
            ));
        }
        self.calls += 1;
        Ok(Some((instance(function, call, self.calls), function.opset)))
    }
}

fn plain_domain(domain: &str) -> String {
    if is_onnx_domain(domain) { String::new() } else { domain.to_owned() }
}

/// Returns the function's nodes with the names and attributes of a call.
fn instance(function: &Function, call: &NodeProto, number: usize) -> Vec<NodeProto> {
    let mut names: HashMap<&str, String> = HashMap::new();
    for (i, formal) in function.inputs.iter().enumerate() {
        names.insert(formal, call.input.get(i).cloned().unwrap_or_default());
    }
    let mut passed_through = vec![];
    for (formal, actual) in function.outputs.iter().zip(&call.output).filter(|(_, actual)| !actual.is_empty()) {
        match names.get(formal.as_str()) {
            Some(input) => passed_through.push((input.clone(), actual.clone())),
            None => drop(names.insert(formal, actual.clone())),
        }
    }
    let scope = Scope { names, prefix: format!("f{number}/"), call, defaults: &function.defaults };
    let mut nodes = function.nodes.clone();
    nodes.iter_mut().for_each(|node| scope.enter(node));
    nodes.extend(passed_through.into_iter().map(|(input, output)| identity(input, output)));
    nodes
}

fn identity(input: String, output: String) -> NodeProto {
    NodeProto { op_type: "Identity".into(), input: vec![input], output: vec![output], ..NodeProto::default() }
}

/// What the names and attributes inside a function stand for in one call.
struct Scope<'a> {
    names: HashMap<&'a str, String>,
    prefix: String,
    call: &'a NodeProto,
    defaults: &'a [AttributeProto],
}

impl Scope<'_> {
    fn enter(&self, node: &mut NodeProto) {
        node.input.iter_mut().chain(&mut node.output).for_each(|name| self.rename(name));
        if !node.name.is_empty() {
            node.name = format!("{}{}", self.prefix, node.name);
        }
        let attributes = std::mem::take(&mut node.attribute);
        node.attribute = attributes.into_iter().filter_map(|attribute| self.resolve(attribute)).collect();
        for graph in node.attribute.iter_mut().filter_map(|attribute| attribute.g.as_mut()) {
            self.enter_graph(graph);
        }
    }

    fn enter_graph(&self, graph: &mut GraphProto) {
        graph.initializer.iter_mut().for_each(|tensor| self.rename(&mut tensor.name));
        graph.input.iter_mut().chain(&mut graph.output).for_each(|port| self.rename(&mut port.name));
        graph.node.iter_mut().for_each(|node| self.enter(node));
    }

    fn rename(&self, name: &mut String) {
        if name.is_empty() {
            return;
        }
        *name = match self.names.get(name.as_str()) {
            Some(actual) => actual.clone(),
            None => format!("{}{name}", self.prefix),
        };
    }

    /// Returns the attribute with the value that the call gives, or else the function's own; `None` if neither has one.
    fn resolve(&self, attribute: AttributeProto) -> Option<AttributeProto> {
        if attribute.ref_attr_name.is_empty() {
            return Some(attribute);
        }
        let wanted = |given: &&AttributeProto| given.name == attribute.ref_attr_name;
        let value = self.call.attribute.iter().find(wanted).or_else(|| self.defaults.iter().find(wanted))?;
        Some(AttributeProto { name: attribute.name, ..value.clone() })
    }
}
