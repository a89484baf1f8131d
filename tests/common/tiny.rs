//! ONNX files built in code.

#![allow(dead_code)]

use onnx_ir::{AttributeProto, AttributeType, GraphProto, Message, ModelProto, NodeProto, TensorProto, ValueInfoProto};

/// ONNX's number of an element type.
pub const FLOAT: i32 = 1;
/// 64-bit whole numbers.
pub const INT64: i32 = 7;
/// Half precision.
pub const FLOAT16: i32 = 10;
/// Bytes.
pub const UINT8: i32 = 2;
/// Two bytes, none below 0.
pub const UINT16: i32 = 4;
/// Whole numbers of four bytes.
pub const INT32: i32 = 6;
/// Text.
pub const TEXT: i32 = 8;

/// An attribute's value.
#[derive(Clone)]
pub enum Set {
    Int(i64),
    Ints(Vec<i64>),
    Float(f32),
    Text(&'static str),
    Texts(Vec<&'static str>),
    Graph(Box<GraphProto>),
}

/// A node, with its attributes by name.
pub fn node(op: &str, inputs: &[&str], outputs: &[&str], set: &[(&str, Set)]) -> NodeProto {
    NodeProto {
        op_type: op.into(),
        name: format!("the {op}"),
        input: inputs.iter().map(|&s| s.into()).collect(),
        output: outputs.iter().map(|&s| s.into()).collect(),
        attribute: set.iter().map(|(name, value)| attribute(name, value)).collect(),
        ..NodeProto::default()
    }
}

/// An attribute.
pub fn attribute(name: &str, value: &Set) -> AttributeProto {
    let mut proto = AttributeProto { name: name.into(), ..AttributeProto::default() };
    let kind = match value {
        Set::Int(v) => {
            proto.i = *v;
            AttributeType::INT
        }
        Set::Ints(v) => {
            proto.ints.clone_from(v);
            AttributeType::INTS
        }
        Set::Float(v) => {
            proto.f = *v;
            AttributeType::FLOAT
        }
        Set::Text(v) => {
            proto.s = v.as_bytes().to_vec().into();
            AttributeType::STRING
        }
        Set::Texts(v) => {
            proto.strings = v.iter().map(|text| text.as_bytes().to_vec().into()).collect();
            AttributeType::STRINGS
        }
        Set::Graph(v) => {
            proto.g = Some((**v).clone()).into();
            AttributeType::GRAPH
        }
    };
    proto.type_ = kind.into();
    proto
}

/// An input or output; a dimension below 0 is left open.
pub fn port(name: &str, element: i32, shape: &[i64]) -> ValueInfoProto {
    let mut info = ValueInfoProto { name: name.into(), ..ValueInfoProto::default() };
    let mut kind = onnx_ir::TypeProto::default();
    let tensor = kind.mut_tensor_type();
    tensor.elem_type = element;
    let dims = &mut tensor.shape.mut_or_insert_default().dim;
    for &size in shape {
        dims.push(Default::default());
        match dims.last_mut() {
            Some(dim) if size < 0 => dim.set_dim_param("N".into()),
            Some(dim) => dim.set_dim_value(size),
            None => {}
        }
    }
    info.type_ = Some(kind).into();
    info
}

/// A constant of real numbers.
pub fn floats(name: &str, shape: &[i64], values: &[f32]) -> TensorProto {
    TensorProto {
        name: name.into(),
        data_type: FLOAT,
        dims: shape.to_vec(),
        raw_data: values.iter().flat_map(|v| v.to_le_bytes()).collect::<Vec<u8>>().into(),
        ..TensorProto::default()
    }
}

/// A constant list of whole numbers.
pub fn ints(name: &str, values: &[i64]) -> TensorProto {
    TensorProto {
        name: name.into(),
        data_type: INT64,
        dims: vec![values.len() as i64],
        int64_data: values.to_vec(),
        ..TensorProto::default()
    }
}

/// A call of one of the file's own functions.
pub fn call(function: &str, inputs: &[&str], outputs: &[&str]) -> NodeProto {
    NodeProto { domain: OWN.into(), ..node(function, inputs, outputs, &[]) }
}

/// The domain of the file's own functions.
const OWN: &str = "own";

/// Adds a function to a file.
pub fn function(file: &mut ModelProto, name: &str, inputs: &[&str], outputs: &[&str], nodes: Vec<NodeProto>) {
    file.functions.push(Default::default());
    let function = file.functions.last_mut().expect("just added");
    (function.name, function.domain) = (name.into(), OWN.into());
    function.input = inputs.iter().map(|&name| name.into()).collect();
    function.output = outputs.iter().map(|&name| name.into()).collect();
    function.node = nodes;
}

/// A graph of these parts.
pub fn graph(
    nodes: Vec<NodeProto>,
    constants: Vec<TensorProto>,
    inputs: Vec<ValueInfoProto>,
    outputs: Vec<ValueInfoProto>,
) -> GraphProto {
    GraphProto {
        name: "tiny".into(),
        node: nodes,
        initializer: constants,
        input: inputs,
        output: outputs,
        ..GraphProto::default()
    }
}

/// A file with this graph.
pub fn model(graph: GraphProto, opset: i64) -> ModelProto {
    let mut model = ModelProto { ir_version: 10, producer_name: "a test".into(), ..ModelProto::default() };
    model.graph = Some(graph).into();
    model.opset_import.push(Default::default());
    model.opset_import[0].version = opset;
    model
}

/// Its bytes.
pub fn bytes(model: &ModelProto) -> Vec<u8> {
    model.write_to_bytes().expect("a message in memory serialises")
}

/// Side of [`classifier`]'s pictures, in pixels, and its number of classes.
pub const SIDE: usize = 16;
pub const CLASSES: usize = 4;

/// A small network: convolution 3 → 4 of 3 × 3, batch normalisation, rectifier, mean over the picture, and then `head`,
/// which reads `pooled` `[1, 4, 1, 1]`.
pub fn classifier(head: Vec<NodeProto>, outputs: Vec<ValueInfoProto>) -> GraphProto {
    let weights: Vec<f32> = (0..108).map(|i| ((i * 37 % 23) as f32 - 11.0) / 20.0).collect();
    let side = SIDE as i64;
    let body = vec![
        node("Conv", &["picture", "w", "b"], &["conv"], &[("pads", Set::Ints(vec![1; 4]))]),
        node("BatchNormalization", &["conv", "gamma", "beta", "mean", "variance"], &["norm"], &[]),
        node("Relu", &["norm"], &["relu"], &[]),
        node("GlobalAveragePool", &["relu"], &["pooled"], &[]),
    ];
    let constants = vec![
        floats("w", &[4, 3, 3, 3], &weights),
        floats("b", &[4], &[0.1, 0.2, -0.1, 0.3]),
        floats("gamma", &[4], &[1.0, 0.5, 2.0, 1.5]),
        floats("beta", &[4], &[0.4, 0.3, 0.2, 0.1]),
        floats("mean", &[4], &[0.1, -0.1, 0.2, 0.0]),
        floats("variance", &[4], &[1.0, 0.8, 1.2, 0.9]),
    ];
    graph([body, head].concat(), constants, vec![port("picture", FLOAT, &[1, 3, side, side])], outputs)
}

/// [`classifier`] with its scores flattened: a file that loads.
pub fn good() -> GraphProto {
    classifier(vec![node("Flatten", &["pooled"], &["scores"], &[])], vec![port("scores", FLOAT, &[1, CLASSES as i64])])
}
