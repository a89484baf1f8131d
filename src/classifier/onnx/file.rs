//! From the bytes of an ONNX file to plain nodes and constants, with every check that a hostile or
//! broken file needs before anything is allocated from what it claims.
//!
//! The wire format is read by `onnx-ir`'s protobuf bindings. Its graph pipeline is not used: it
//! panics on malformed graphs and types operators for code generation, where this crate needs exact
//! sentences and run-time shapes.

use std::collections::HashMap;

use onnx_ir::{GraphProto, Message, ModelProto, ValueInfoProto};

use super::node::{Node, Port, is_onnx_domain};
use super::order::in_order;
use super::scan;
use super::tensor::{kind_of, read_tensor};
use crate::classifier::host::{HostTensor, Kind};
use crate::classifier::refusal::misfit;
use crate::error::Result;

/// A file, read and checked.
#[derive(Debug)]
pub struct Model {
    /// The nodes, each after those it depends on.
    pub nodes: Vec<Node>,
    /// The constants by name.
    pub constants: HashMap<String, HostTensor>,
    /// The inputs that are not constants.
    pub inputs: Vec<Port>,
    /// The outputs.
    pub outputs: Vec<Port>,
    /// Version of the ONNX operator set.
    pub opset: i64,
    /// Number of trained values.
    pub parameters: usize,
    /// The program that wrote the file, as it says.
    pub producer: String,
    /// What else the file says of itself: names with their values.
    metadata: Vec<(String, String)>,
}

impl Model {
    /// Reads a file.
    ///
    /// # Errors
    /// [`ErrorKind::Model`](crate::ErrorKind::Model) with a sentence that names what is wrong with the file.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        scan::check(bytes)?;
        let mut proto = ModelProto::parse_from_bytes(bytes)
            .map_err(|cause| misfit(format!("the file is damaged ({cause}); fetch or export the model again")))?;
        let graph = proto.graph.take().ok_or_else(|| {
            misfit("this is not an ONNX file: it holds no graph; choose the .onnx file of an image classifier")
        })?;
        if graph.node.is_empty() {
            return Err(misfit("the model's graph has no nodes; export it again"));
        }
        let opset = proto.opset_import.iter().filter(|set| is_onnx_domain(&set.domain)).map(|set| set.version).max();
        let metadata = proto.metadata_props.into_iter().map(|entry| (entry.key, entry.value)).collect();
        Ok(Self { metadata, ..Self::from_graph(graph, opset.unwrap_or(1), proto.producer_name)? })
    }

    /// What the file says of itself under this name.
    pub fn metadata(&self, name: &str) -> Option<&str> {
        self.metadata.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    fn from_graph(graph: GraphProto, opset: i64, producer: String) -> Result<Self> {
        if !graph.sparse_initializer.is_empty() {
            return Err(misfit("the model keeps sparse weights, which are not supported; export them dense"));
        }
        let mut constants = HashMap::new();
        let mut parameters = 0;
        // Each tensor's bytes are given back once read: weights are never held three times.
        for tensor in graph.initializer {
            let host = read_tensor(&tensor).map_err(|e| e.context(format!("the constant \"{}\"", tensor.name)))?;
            parameters += host.values.len();
            if constants.insert(tensor.name.clone(), host).is_some() {
                return Err(misfit(format!(
                    "the constant \"{}\" is defined twice; export the model again",
                    tensor.name
                )));
            }
        }
        let inputs =
            graph.input.iter().filter(|i| !constants.contains_key(&i.name)).map(port).collect::<Result<Vec<_>>>()?;
        let outputs = graph.output.iter().map(port).collect::<Result<Vec<_>>>()?;
        let nodes: Vec<Node> = graph.node.into_iter().map(Node::from_proto).collect();
        let nodes = in_order(nodes, &inputs, &constants)?;
        Ok(Self { nodes, constants, inputs, outputs, opset, parameters, producer, metadata: vec![] })
    }

    /// Whether a node reads the tensor.
    pub fn reads(&self, name: &str) -> bool {
        self.nodes.iter().any(|node| node.inputs.iter().any(|input| input == name))
    }

    /// How often each operator occurs, most frequent first.
    pub fn operators(&self) -> Vec<(String, usize)> {
        let mut counts: HashMap<&str, usize> = HashMap::new();
        for node in &self.nodes {
            *counts.entry(&node.op).or_default() += 1;
        }
        let mut counts: Vec<_> = counts.into_iter().map(|(op, n)| (op.to_owned(), n)).collect();
        counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        counts
    }
}

fn port(info: &ValueInfoProto) -> Result<Port> {
    let tensor = info.type_.tensor_type();
    let mut shape = vec![];
    for dim in &tensor.shape.dim {
        shape.push(match (dim.has_dim_value(), dim.dim_value()) {
            (true, value) if value < 0 => {
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
    Ok(Port { name: info.name.clone(), shape, kind })
}
