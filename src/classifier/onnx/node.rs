//! The parts of a file's graph: its nodes, inputs and outputs.

use std::collections::{HashMap, HashSet};

use onnx_ir::{AttributeProto, NodeProto, ValueInfoProto};

use super::tensor::{TEXT, kind_of, limits_of, read_tensor};
use crate::classifier::host::{HostTensor, Kind};
use crate::classifier::refusal::misfit;
use crate::error::Result;

/// A node of the file: one operator with its inputs and outputs.
#[derive(Clone, Debug)]
pub struct Node {
    /// The operator's name, such as `Conv`. An operator outside ONNX's own domain has the domain before its name.
    pub op: String,
    /// The node's own name, or that of its first output.
    pub name: String,
    /// Names of the inputs. An optional input that is left out is empty.
    pub inputs: Vec<String>,
    /// Names of the outputs.
    pub outputs: Vec<String>,
    /// Version of ONNX's operator set in which the node is written.
    pub opset: i64,
    /// The graphs inside the node, such as the branches of an `If`, by attribute.
    pub(super) blocks: Vec<(String, Block)>,
    pub(super) attributes: HashMap<String, AttributeProto>,
}

/// A graph inside a node. It reads tensors of the surrounding graphs by name.
#[derive(Clone, Debug, Default)]
pub struct Block {
    /// The nodes, in order.
    pub nodes: Vec<Node>,
    /// The constants by name.
    pub constants: HashMap<String, HostTensor>,
    /// Names of the inputs, to which its node gives values.
    pub inputs: Vec<String>,
    /// Names of the outputs.
    pub outputs: Vec<String>,
}

/// An input or output of the graph.
#[derive(Clone, Debug, PartialEq)]
pub struct Port {
    /// The port's name.
    pub name: String,
    /// The dimensions; `None` for one that the file leaves open. Empty if no shape is given.
    pub shape: Vec<Option<usize>>,
    /// Whether its elements are real numbers, whole numbers or booleans.
    pub kind: Kind,
    /// The least and greatest value of its element type, if that is a small integer.
    pub limits: Option<(f32, f32)>,
    /// Whether its elements are text.
    pub text: bool,
}

impl Node {
    /// Makes a node from the file's, without the graphs inside it.
    pub(super) fn from_proto(proto: NodeProto, opset: i64) -> Self {
        let op =
            if is_onnx_domain(&proto.domain) { proto.op_type } else { format!("{}.{}", proto.domain, proto.op_type) };
        let name = if proto.name.is_empty() { proto.output.first().cloned().unwrap_or_default() } else { proto.name };
        let attributes = proto.attribute.into_iter().map(|a| (a.name.clone(), a)).collect();
        Self { op, name, inputs: proto.input, outputs: proto.output, opset, blocks: vec![], attributes }
    }

    /// Returns the graph that this attribute holds.
    pub fn block(&self, name: &str) -> Option<&Block> {
        self.blocks.iter().find(|(key, _)| key == name).map(|(_, block)| block)
    }

    /// Returns what the node reads: its inputs, and what the graphs inside it read from around them.
    pub fn reads(&self) -> Vec<&str> {
        let mut reads: Vec<&str> = self.inputs.iter().map(String::as_str).filter(|name| !name.is_empty()).collect();
        self.blocks.iter().for_each(|(_, block)| reads.extend(block.captures()));
        reads
    }

    /// Returns every reading of a tensor by its name, including those inside its graphs.
    pub fn all_reads(&self) -> Vec<&str> {
        let inner = self.blocks.iter().flat_map(|(_, block)| {
            block.nodes.iter().flat_map(Self::all_reads).chain(block.outputs.iter().map(String::as_str))
        });
        self.inputs.iter().map(String::as_str).chain(inner).collect()
    }

    /// Returns whether the node has the attribute.
    pub fn has(&self, name: &str) -> bool {
        self.attributes.contains_key(name)
    }

    /// Returns a whole-number attribute.
    pub fn int(&self, name: &str, default: i64) -> i64 {
        self.attributes.get(name).map_or(default, |a| a.i)
    }

    /// Returns a real-number attribute.
    pub fn float(&self, name: &str, default: f32) -> f32 {
        self.attributes.get(name).map_or(default, |a| a.f)
    }

    /// Returns an attribute that is a list of whole numbers.
    pub fn ints(&self, name: &str) -> Option<&[i64]> {
        self.attributes.get(name).map(|a| a.ints.as_slice())
    }

    /// Returns an attribute that is a list of real numbers.
    pub fn floats(&self, name: &str) -> Option<&[f32]> {
        self.attributes.get(name).map(|a| a.floats.as_slice())
    }

    /// Returns an attribute that is a list of texts.
    pub fn texts(&self, name: &str) -> Vec<String> {
        let list = self.attributes.get(name).map_or(&[][..], |a| a.strings.as_slice());
        list.iter().map(|text| String::from_utf8_lossy(text).into_owned()).collect()
    }

    /// Returns a text attribute.
    pub fn text(&self, name: &str, default: &str) -> String {
        self.attributes.get(name).map_or_else(|| default.to_owned(), |a| String::from_utf8_lossy(&a.s).into_owned())
    }

    /// Returns a tensor attribute.
    ///
    /// # Errors
    /// Fails with [`crate::ErrorKind::Model`] if the tensor is malformed.
    pub fn tensor(&self, name: &str) -> Result<Option<HostTensor>> {
        self.attributes.get(name).and_then(|a| a.t.as_ref()).map(read_tensor).transpose()
    }
}

impl Block {
    /// Returns the tensors that the block's nodes read but that neither they nor the block's own node define.
    fn captures(&self) -> Vec<&str> {
        let written = self.nodes.iter().flat_map(|node| &node.outputs).chain(&self.inputs);
        let written: HashSet<&str> = written.map(String::as_str).collect();
        let read = self.nodes.iter().flat_map(Node::reads).chain(self.outputs.iter().map(String::as_str));
        read.filter(|name| !written.contains(name) && !self.constants.contains_key(*name)).collect()
    }
}

/// Returns an input or output as the file declares it.
///
/// # Errors
/// Fails with [`ErrorKind::Model`](crate::ErrorKind::Model) if a dimension is below −1. −1 itself stands for any.
pub(super) fn port(info: &ValueInfoProto) -> Result<Port> {
    let tensor = info.type_.tensor_type();
    let mut shape = vec![];
    for dim in &tensor.shape.dim {
        shape.push(match (dim.has_dim_value(), dim.dim_value()) {
            // Older converters write −1 where they mean "any".
            (true, value) if value < -1 => {
                return Err(misfit(format!(
                    "\"{}\" has the dimension {value}; no dimension may be negative",
                    info.name
                )));
            }
            // Some exporters write 0 where they mean "any".
            (true, value) if value > 0 => Some(value as usize),
            _ => None,
        });
    }
    let kind = kind_of(tensor.elem_type).unwrap_or(Kind::Float);
    Ok(Port {
        name: info.name.clone(),
        shape,
        kind,
        limits: limits_of(tensor.elem_type),
        text: tensor.elem_type == TEXT,
    })
}

/// Returns whether a domain is ONNX's own.
pub(super) fn is_onnx_domain(domain: &str) -> bool {
    domain.is_empty() || domain == "ai.onnx"
}

/// Returns dimensions as the file gives them, with `N` for one that is open.
pub fn dimensions(shape: &[Option<usize>]) -> String {
    let parts: Vec<String> = shape.iter().map(|d| d.map_or_else(|| "N".to_owned(), |d| d.to_string())).collect();
    format!("[{}]", parts.join(", "))
}
