//! The trained network as an ONNX file, and its profile.
//!
//! The file has operator set 13 and maps `image` `[N, 3, 128, 128]` (standardised as the profile says) to `logits`
//! `[N, 8]`. The weights are stored as 16-bit floats, each followed by a cast to 32 bits.

use super::net::{FEATURES, LAYERS, MEAN, STD, STEM, STEM_CHANNELS, Step, Weights};
use crate::classifier::{OnnxClassifier, Profile};
use crate::critters::KINDS;
use crate::critters::SIZE;
use crate::{Error, ErrorKind, Result};
use burn::tensor::Device;
use half::f16;
use onnx_ir::{AttributeProto, AttributeType, GraphProto, Message, ModelProto, NodeProto, TensorProto, ValueInfoProto};

/// ONNX's codes of element types.
const FLOAT: i32 = 1;
const FLOAT16: i32 = 10;

/// Returns the file's bytes.
pub fn write(name: &str, weights: &Weights) -> Result<Vec<u8>> {
    let mut model = ModelProto::new();
    model.ir_version = 8;
    model.producer_name = "vanish".to_owned();
    model.opset_import.push(Default::default());
    if let Some(opset) = model.opset_import.last_mut() {
        opset.version = 13;
    }
    model.graph = Some(graph(name, weights)).into();
    model.write_to_bytes().map_err(|error| Error::new(ErrorKind::Model, error.to_string()))
}

/// Returns the weights of a file that [`write()`] made.
pub fn read(bytes: &[u8]) -> Result<Weights> {
    let foreign = || Error::new(ErrorKind::Model, "this is not a model that `vanish critters train` wrote");
    let model = ModelProto::parse_from_bytes(bytes).map_err(|_| foreign())?;
    let stored: Vec<Vec<f32>> = model.graph.initializer.iter().map(|tensor| floats(&tensor.raw_data)).collect();
    let fits = stored.iter().map(Vec::len).eq(Weights::sizes());
    if fits { Ok(Weights(stored)) } else { Err(foreign()) }
}

/// Returns the model of a file that [`write()`] made, on the processor.
///
/// # Errors
/// Fails with [`ErrorKind::Model`] for another file.
pub fn classifier(name: &str, bytes: &[u8]) -> Result<OnnxClassifier> {
    read(bytes)?;
    let profile = Profile::from_json(&profile(name))?;
    OnnxClassifier::from_bytes(name, bytes, Some(profile), None, &Device::flex())
}

/// Returns the preprocessing profile of the file.
pub fn profile(name: &str) -> String {
    let profile = serde_json::json!({
        "name": name, "size": SIZE, "resize": SIZE, "channels": "RGB", "range": [0, 1],
        "mean": [MEAN, MEAN, MEAN], "std": [STD, STD, STD], "output": "logits", "labels": KINDS,
    });
    format!("{profile:#}\n")
}

fn graph(name: &str, weights: &Weights) -> GraphProto {
    let mut graph = GraphProto::new();
    graph.name = name.to_owned();
    graph.input.push(port("image", &[3, SIZE, SIZE]));
    graph.output.push(port("logits", &[KINDS.len()]));
    store(&mut graph, weights);
    let (kernel, stride, padding) = STEM;
    convolve(&mut graph, "stem", "image", (kernel, stride, padding));
    let mut now = relu(&mut graph, "stem", "stem.conv");
    let mut kept = now.clone();
    for layer in LAYERS {
        if layer.step == Step::Open {
            kept.clone_from(&now);
        }
        convolve(&mut graph, layer.name, &now, (3, if layer.step == Step::Halve { 2 } else { 1 }, 1));
        let mut sum = format!("{}.conv", layer.name);
        if layer.step == Step::Close {
            let added = format!("{}.sum", layer.name);
            graph.node.push(node("Add", &[&sum, &kept], &added));
            sum = added;
        }
        now = relu(&mut graph, layer.name, &sum);
    }
    graph.node.push(node("GlobalAveragePool", &[&now], "pooled"));
    graph.node.push(node("Flatten", &["pooled"], "features"));
    graph.node.push(node("Gemm", &["features", "linear.weight", "linear.bias"], "logits"));
    graph
}

fn store(graph: &mut GraphProto, weights: &Weights) {
    let mut shapes = vec![("stem", vec![STEM_CHANNELS, 3, STEM.0, STEM.0], STEM_CHANNELS)];
    shapes.extend(LAYERS.iter().map(|l| (l.name, vec![l.channels_out, l.channels_in, 3, 3], l.channels_out)));
    shapes.push(("linear", vec![FEATURES, KINDS.len()], KINDS.len()));
    for (index, (name, shape, outputs)) in shapes.into_iter().enumerate() {
        tensor(graph, &format!("{name}.weight"), &shape, &weights.0[2 * index]);
        tensor(graph, &format!("{name}.bias"), &[outputs], &weights.0[2 * index + 1]);
    }
}

/// Stores a tensor in 16 bits, with a cast that restores 32 bits under its own name.
fn tensor(graph: &mut GraphProto, name: &str, shape: &[usize], values: &[f32]) {
    let mut stored = TensorProto::new();
    stored.name = format!("{name}.f16");
    stored.data_type = FLOAT16;
    stored.dims = shape.iter().map(|&n| n as i64).collect();
    stored.raw_data = values.iter().flat_map(|&v| half(v).to_le_bytes()).collect::<Vec<u8>>().into();
    let mut cast = node("Cast", &[&stored.name], name);
    cast.attribute.push(integer("to", i64::from(FLOAT)));
    graph.initializer.push(stored);
    graph.node.push(cast);
}

fn convolve(graph: &mut GraphProto, name: &str, from: &str, (kernel, stride, padding): (usize, usize, usize)) {
    let mut convolution =
        node("Conv", &[from, &format!("{name}.weight"), &format!("{name}.bias")], &format!("{name}.conv"));
    convolution.attribute.push(integers("kernel_shape", &[kernel; 2]));
    convolution.attribute.push(integers("strides", &[stride; 2]));
    convolution.attribute.push(integers("pads", &[padding; 4]));
    graph.node.push(convolution);
}

fn relu(graph: &mut GraphProto, name: &str, from: &str) -> String {
    let to = format!("{name}.relu");
    graph.node.push(node("Relu", &[from], &to));
    to
}

fn node(operator: &str, inputs: &[&str], output: &str) -> NodeProto {
    let mut node = NodeProto::new();
    node.op_type = operator.to_owned();
    node.name = format!("{output}/{operator}");
    node.input = inputs.iter().map(|&name| name.to_owned()).collect();
    node.output.push(output.to_owned());
    node
}

fn integer(name: &str, value: i64) -> AttributeProto {
    let mut attribute = AttributeProto::new();
    attribute.name = name.to_owned();
    attribute.type_ = AttributeType::INT.into();
    attribute.i = value;
    attribute
}

fn integers(name: &str, values: &[usize]) -> AttributeProto {
    let mut attribute = AttributeProto::new();
    attribute.name = name.to_owned();
    attribute.type_ = AttributeType::INTS.into();
    attribute.ints = values.iter().map(|&v| v as i64).collect();
    attribute
}

/// Returns an input or output of the graph: floats of shape `[N, …]`.
fn port(name: &str, rest: &[usize]) -> ValueInfoProto {
    let mut port = ValueInfoProto::new();
    port.name = name.to_owned();
    let kind = port.type_.mut_or_insert_default().mut_tensor_type();
    kind.elem_type = FLOAT;
    let shape = kind.shape.mut_or_insert_default();
    shape.dim.push(Default::default());
    shape.dim[0].set_dim_param("N".to_owned());
    for &size in rest {
        shape.dim.push(Default::default());
        if let Some(dim) = shape.dim.last_mut() {
            dim.set_dim_value(size as i64);
        }
    }
    port
}

/// Returns the nearest 16-bit float. A weight that is too large becomes the largest one.
fn half(value: f32) -> f16 {
    f16::from_f32(value.clamp(f16::MIN.to_f32(), f16::MAX.to_f32()))
}

fn floats(raw: &[u8]) -> Vec<f32> {
    raw.as_chunks().0.iter().map(|&pair| f16::from_le_bytes(pair).to_f32()).collect()
}
