//! Reads the bytes of an ONNX file into plain nodes and constants. Everything that a hostile or broken file claims is
//! checked before anything is allocated for it.
//!
//! `onnx-ir`'s protobuf bindings read the wire format. Its graph pipeline is not used: it panics on malformed graphs
//! and types operators for code generation, while this crate needs exact error messages and run-time shapes.

use std::collections::{HashMap, HashSet};

use onnx_ir::{GraphProto, Message, ModelProto, NodeProto, TensorProto};

use super::beside::Beside;
use super::functions::{Functions, Placed};
use super::node::{Block, Node, Port, is_onnx_domain, port};
use super::order::in_order;
use super::scan;
use super::tensor::{TEXT, read_tensor};
use crate::classifier::host::HostTensor;
use crate::classifier::refusal::misfit;
use crate::error::Result;

/// A file, read and checked.
#[derive(Clone, Debug)]
pub struct Model {
    /// The nodes, each after the nodes on which it depends.
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
    /// The program that wrote the file, according to the file.
    pub producer: String,
    /// The names of the constants that are text. They take part in no computation.
    pub texts: HashSet<String>,
    /// The names of the classes in the graph's last node, if that is a `ZipMap`.
    pub class_names: Option<Vec<String>>,
    /// The file's own metadata: names with their values.
    metadata: Vec<(String, String)>,
}

impl Model {
    /// Reads a file that contains all its weights.
    ///
    /// # Errors
    /// Fails with [`ErrorKind::Model`](crate::ErrorKind::Model) and a sentence that names what is wrong with the file.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        Self::from_files(bytes, &Beside::nothing())
    }

    /// Reads a file whose weights may lie in other files beside it.
    ///
    /// # Errors
    /// Fails as [`Model::from_bytes`] does. A file that is missing is named.
    pub fn from_files(bytes: &[u8], beside: &Beside) -> Result<Self> {
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
        let mut reader = Reader { functions: Functions::of(&mut proto), beside };
        let metadata = proto.metadata_props.into_iter().map(|entry| (entry.key, entry.value)).collect();
        Ok(Self { metadata, producer: proto.producer_name, ..reader.model(graph, opset.unwrap_or(1))? })
    }

    /// Returns the file's metadata of this name.
    pub fn metadata(&self, name: &str) -> Option<&str> {
        self.metadata.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Returns the constant of this name, even if a node holds it.
    pub fn constant(&self, name: &str) -> Option<HostTensor> {
        let held = || self.writer(name).filter(|node| node.op == "Constant")?.tensor("value").ok().flatten();
        self.constants.get(name).cloned().or_else(held)
    }

    /// Returns the node that writes the tensor.
    pub fn writer(&self, name: &str) -> Option<&Node> {
        self.nodes.iter().find(|node| node.outputs.iter().any(|output| output == name))
    }

    /// Returns whether a node reads the tensor.
    pub fn reads(&self, name: &str) -> bool {
        self.nodes.iter().any(|node| node.reads().contains(&name))
    }

    /// Returns how often each operator occurs, the most frequent first.
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

/// Turns the parts of a file into plain nodes and constants.
struct Reader<'a> {
    functions: Functions,
    beside: &'a Beside<'a>,
}

impl Reader<'_> {
    fn model(&mut self, graph: GraphProto, opset: i64) -> Result<Model> {
        let (constants, texts) = self.constants(graph.initializer, graph.sparse_initializer.len())?;
        let parameters = constants.values().map(|host| host.values.len()).sum();
        let known = |name: &str| constants.contains_key(name) || texts.contains(name);
        let inputs = graph.input.iter().filter(|i| !known(&i.name)).map(port).collect::<Result<Vec<_>>>()?;
        let outputs = graph.output.iter().map(port).collect::<Result<Vec<_>>>()?;
        let nodes = self.nodes(graph.node, opset)?;
        let names: HashSet<&str> = constants.keys().chain(&texts).map(String::as_str).collect();
        let nodes = in_order(nodes, &inputs, &names)?;
        let class_names = nodes.iter().find_map(class_names);
        Ok(Model {
            nodes,
            constants,
            inputs,
            outputs,
            opset,
            parameters,
            producer: String::new(),
            texts,
            class_names,
            metadata: vec![],
        })
    }

    /// Returns the constants, and the names of those that are text. The bytes of each tensor are freed once it has been
    /// read, so that weights are never held three times.
    fn constants(
        &self,
        tensors: Vec<TensorProto>,
        sparse: usize,
    ) -> Result<(HashMap<String, HostTensor>, HashSet<String>)> {
        if sparse > 0 {
            return Err(misfit("the model keeps sparse weights, which are not supported; export them dense"));
        }
        let (mut constants, mut texts) = (HashMap::new(), HashSet::new());
        for mut tensor in tensors {
            let name = tensor.name.clone();
            if tensor.data_type == TEXT {
                texts.insert(name);
                continue;
            }
            let read = self.beside.fill(&mut tensor).and_then(|()| read_tensor(&tensor));
            let host = read.map_err(|e| e.context(format!("the constant \"{name}\"")))?;
            if constants.insert(name.clone(), host).is_some() {
                return Err(misfit(format!("the constant \"{name}\" is defined twice; export the model again")));
            }
        }
        Ok((constants, texts))
    }

    fn nodes(&mut self, nodes: Vec<NodeProto>, opset: i64) -> Result<Vec<Node>> {
        let placed = self.functions.inlined(nodes, opset)?;
        placed.into_iter().map(|Placed { node, opset }| self.node(node, opset)).collect()
    }

    fn node(&mut self, mut proto: NodeProto, opset: i64) -> Result<Node> {
        let mut blocks = vec![];
        for attribute in &mut proto.attribute {
            if let Some(tensor) = attribute.t.as_mut() {
                self.beside.fill(tensor)?;
            }
            if let Some(graph) = attribute.g.take() {
                blocks.push((attribute.name.clone(), self.block(graph, opset)?));
            }
        }
        Ok(Node { blocks, ..Node::from_proto(proto, opset) })
    }

    fn block(&mut self, graph: GraphProto, opset: i64) -> Result<Block> {
        let (constants, _) = self.constants(graph.initializer, graph.sparse_initializer.len())?;
        let [inputs, outputs] =
            [graph.input, graph.output].map(|ports| ports.into_iter().map(|port| port.name).collect());
        Ok(Block { nodes: self.nodes(graph.node, opset)?, constants, inputs, outputs })
    }
}

/// Returns the names that a `ZipMap` gives to the classes.
fn class_names(node: &Node) -> Option<Vec<String>> {
    if node.op != "ai.onnx.ml.ZipMap" {
        return None;
    }
    let numbers = || node.ints("classlabels_int64s").unwrap_or(&[]).iter().map(i64::to_string).collect();
    let names = Some(node.texts("classlabels_strings")).filter(|names| !names.is_empty()).unwrap_or_else(numbers);
    Some(names).filter(|names| !names.is_empty())
}
