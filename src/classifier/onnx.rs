//! From the bytes of an ONNX file to plain nodes and constants, with every check that a hostile or
//! broken file needs before anything is allocated from what it claims.
//!
//! The wire format is read by `onnx-ir`'s protobuf bindings. Its graph pipeline is not used: it
//! panics on malformed graphs and types operators for code generation, where this crate needs exact
//! sentences and run-time shapes.

use std::collections::HashMap;

use onnx_ir::{AttributeProto, GraphProto, Message, ModelProto, NodeProto, TensorProto, ValueInfoProto};

use super::host::{HostTensor, Kind};
use super::order::in_order;
use super::scan;
use crate::error::{Error, ErrorKind, Result};

/// The largest number of elements a tensor may have: 1 GiB of `f32`.
pub const MAX_ELEMENTS: usize = 1 << 28;

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
    /// [`ErrorKind::Model`] with a sentence that names what is wrong with the file.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        scan::check(bytes)?;
        let mut proto = ModelProto::parse_from_bytes(bytes)
            .map_err(|cause| model_error(format!("the file is damaged ({cause}); fetch or export the model again")))?;
        let graph = proto.graph.take().ok_or_else(|| {
            model_error(
                "this is not an ONNX file: it holds no graph; choose the .onnx file of an image classifier".into(),
            )
        })?;
        if graph.node.is_empty() {
            return Err(model_error("the model's graph has no nodes; export it again".into()));
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
            return Err(model_error(
                "the model keeps sparse weights, which are not supported; export them dense".into(),
            ));
        }
        let mut constants = HashMap::new();
        let mut parameters = 0;
        // Each tensor's bytes are given back once read: weights are never held three times.
        for tensor in graph.initializer {
            let host = read_tensor(&tensor).map_err(|e| e.context(format!("the constant \"{}\"", tensor.name)))?;
            parameters += host.values.len();
            if constants.insert(tensor.name.clone(), host).is_some() {
                return Err(model_error(format!(
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

impl Node {
    fn from_proto(proto: NodeProto) -> Self {
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

fn is_onnx_domain(domain: &str) -> bool {
    domain.is_empty() || domain == "ai.onnx"
}

fn model_error(sentence: String) -> Error {
    Error::new(ErrorKind::Model, sentence)
}

fn port(info: &ValueInfoProto) -> Result<Port> {
    let tensor = info.type_.tensor_type();
    let mut shape = vec![];
    for dim in &tensor.shape.dim {
        shape.push(match (dim.has_dim_value(), dim.dim_value()) {
            (true, value) if value < 0 => {
                return Err(model_error(format!(
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

/// The kind of an ONNX element type (`TensorProto.DataType`), if it is one that can be computed with.
pub fn kind_of(data_type: i32) -> Option<Kind> {
    match data_type {
        1 | 10 | 11 | 16 => Some(Kind::Float),
        2..=7 | 12 | 13 => Some(Kind::Int),
        9 => Some(Kind::Bool),
        _ => None,
    }
}

/// The range of an ONNX element type that quantised graphs use.
pub fn limits_of(data_type: i32) -> Option<(f32, f32)> {
    match data_type {
        2 => Some((0.0, 255.0)),
        3 => Some((-128.0, 127.0)),
        4 => Some((0.0, 65_535.0)),
        5 => Some((-32_768.0, 32_767.0)),
        _ => None,
    }
}

/// The values of a tensor in the file, converted to `f32`.
///
/// # Errors
/// [`ErrorKind::Model`] if the shape is absurd, the data are missing or of an unknown type.
pub fn read_tensor(tensor: &TensorProto) -> Result<HostTensor> {
    let shape = checked_shape(&tensor.dims)?;
    let count: usize = shape.iter().product();
    if !tensor.external_data.is_empty() {
        return Err(model_error("its values lie in a second file (external data), which a single dropped file cannot carry; export the model with its weights inside".into()));
    }
    let kind = kind_of(tensor.data_type)
        .ok_or_else(|| model_error(format!("its element type ({}) is not supported", tensor.data_type)))?;
    let values = if tensor.raw_data.is_empty() {
        typed_values(tensor)
    } else {
        raw_values(&tensor.raw_data, tensor.data_type, count)?
    };
    if values.len() != count {
        return Err(model_error(format!(
            "{count} values were promised and {} are there; the file is cut short or damaged",
            values.len()
        )));
    }
    Ok(HostTensor { limits: limits_of(tensor.data_type), ..HostTensor::new(kind, &shape, values) })
}

fn checked_shape(dims: &[i64]) -> Result<Vec<usize>> {
    let mut count = 1usize;
    dims.iter()
        .map(|&dim| {
            let size =
                usize::try_from(dim).map_err(|_| model_error(format!("a dimension is {dim}; none may be negative")))?;
            count = count
                .checked_mul(size)
                .filter(|&c| c <= MAX_ELEMENTS)
                .ok_or_else(|| model_error(format!("its shape {dims:?} asks for more than {MAX_ELEMENTS} elements")))?;
            Ok(size)
        })
        .collect()
}

fn typed_values(tensor: &TensorProto) -> Vec<f32> {
    match tensor.data_type {
        10 => tensor.int32_data.iter().map(|&v| half_to_f32(v as u16)).collect(),
        16 => tensor.int32_data.iter().map(|&v| f32::from_bits((v as u32 & 0xffff) << 16)).collect(),
        7 => tensor.int64_data.iter().map(|&v| v as f32).collect(),
        11 => tensor.double_data.iter().map(|&v| v as f32).collect(),
        12 | 13 => tensor.uint64_data.iter().map(|&v| v as f32).collect(),
        1 => tensor.float_data.clone(),
        _ => tensor.int32_data.iter().map(|&v| v as f32).collect(),
    }
}

fn raw_values(raw: &[u8], data_type: i32, count: usize) -> Result<Vec<f32>> {
    let width = match data_type {
        2 | 3 | 9 => 1,
        4 | 5 | 10 | 16 => 2,
        1 | 6 | 12 => 4,
        _ => 8,
    };
    if raw.len() != count * width {
        return Err(model_error(format!(
            "{} bytes were expected and {} are there; the file is cut short or damaged",
            count * width,
            raw.len()
        )));
    }
    let words = raw.chunks_exact(width);
    Ok(match data_type {
        1 => words.map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect(),
        2 | 9 => raw.iter().map(|&b| f32::from(b)).collect(),
        3 => raw.iter().map(|&b| f32::from(b as i8)).collect(),
        4 => words.map(|b| f32::from(u16::from_le_bytes([b[0], b[1]]))).collect(),
        5 => words.map(|b| f32::from(i16::from_le_bytes([b[0], b[1]]))).collect(),
        10 => words.map(|b| half_to_f32(u16::from_le_bytes([b[0], b[1]]))).collect(),
        16 => words.map(|b| f32::from_bits(u32::from(u16::from_le_bytes([b[0], b[1]])) << 16)).collect(),
        6 => words.map(|b| i32::from_le_bytes([b[0], b[1], b[2], b[3]]) as f32).collect(),
        12 => words.map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]) as f32).collect(),
        _ => words.map(|b| wide_value(b, data_type)).collect(),
    })
}

fn wide_value(b: &[u8], data_type: i32) -> f32 {
    let bytes = [b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7]];
    match data_type {
        7 => i64::from_le_bytes(bytes) as f32,
        11 => f64::from_le_bytes(bytes) as f32,
        _ => u64::from_le_bytes(bytes) as f32,
    }
}

/// IEEE 754 binary16 to binary32; exact.
fn half_to_f32(bits: u16) -> f32 {
    let sign = if bits & 0x8000 == 0 { 1.0 } else { -1.0 };
    let exponent = i32::from(bits >> 10 & 0x1f);
    let fraction = f32::from(bits & 0x3ff);
    match exponent {
        0 => sign * fraction * 2f32.powi(-24),
        31 if fraction == 0.0 => sign * f32::INFINITY,
        31 => f32::NAN,
        _ => sign * (1.0 + fraction / 1024.0) * 2f32.powi(exponent - 15),
    }
}
