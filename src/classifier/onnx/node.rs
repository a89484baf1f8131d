//! The parts of a file's graph: its nodes, and its inputs and outputs.

use std::collections::HashMap;

use onnx_ir::{AttributeProto, NodeProto};

use super::tensor::read_tensor;
use crate::classifier::host::{HostTensor, Kind};
use crate::error::Result;

/// One operator of the file.
#[derive(Debug)]
pub struct Node {
    /// The operator's name, such as `Conv`; of another domain than ONNX's, with the domain before it.
    pub op: String,
    /// The node's own name, or that of its first output.
    pub name: String,
    /// Names of the inputs; empty where an optional one is left out.
    pub inputs: Vec<String>,
    /// Names of the outputs.
    pub outputs: Vec<String>,
    attributes: HashMap<String, AttributeProto>,
}

/// An input or output of the graph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Port {
    /// Its name.
    pub name: String,
    /// Its dimensions; `None` where the file leaves one open. Empty if no shape is given.
    pub shape: Vec<Option<usize>>,
    /// Whether its elements are whole numbers or booleans.
    pub kind: Kind,
}

impl Node {
    pub(super) fn from_proto(proto: NodeProto) -> Self {
        let op =
            if is_onnx_domain(&proto.domain) { proto.op_type } else { format!("{}.{}", proto.domain, proto.op_type) };
        let name = if proto.name.is_empty() { proto.output.first().cloned().unwrap_or_default() } else { proto.name };
        let attributes = proto.attribute.into_iter().map(|a| (a.name.clone(), a)).collect();
        Self { op, name, inputs: proto.input, outputs: proto.output, attributes }
    }

    /// Whether the attribute is there.
    pub fn has(&self, name: &str) -> bool {
        self.attributes.contains_key(name)
    }

    /// A whole-number attribute.
    pub fn int(&self, name: &str, default: i64) -> i64 {
        self.attributes.get(name).map_or(default, |a| a.i)
    }

    /// A real-number attribute.
    pub fn float(&self, name: &str, default: f32) -> f32 {
        self.attributes.get(name).map_or(default, |a| a.f)
    }

    /// A list of whole numbers.
    pub fn ints(&self, name: &str) -> Option<&[i64]> {
        self.attributes.get(name).map(|a| a.ints.as_slice())
    }

    /// A list of real numbers.
    pub fn floats(&self, name: &str) -> Option<&[f32]> {
        self.attributes.get(name).map(|a| a.floats.as_slice())
    }

    /// A text attribute.
    pub fn text(&self, name: &str, default: &str) -> String {
        self.attributes.get(name).map_or_else(|| default.to_owned(), |a| String::from_utf8_lossy(&a.s).into_owned())
    }

    /// A tensor attribute.
    ///
    /// # Errors
    /// [`ErrorKind::Model`] if the tensor is malformed.
    pub fn tensor(&self, name: &str) -> Result<Option<HostTensor>> {
        self.attributes.get(name).and_then(|a| a.t.as_ref()).map(read_tensor).transpose()
    }
}

/// Whether a domain is ONNX's own.
pub(super) fn is_onnx_domain(domain: &str) -> bool {
    domain.is_empty() || domain == "ai.onnx"
}

/// Dimensions as the file gives them, open ones as N.
pub fn dimensions(shape: &[Option<usize>]) -> String {
    let parts: Vec<String> = shape.iter().map(|d| d.map_or_else(|| "N".to_owned(), |d| d.to_string())).collect();
    format!("[{}]", parts.join(", "))
}
