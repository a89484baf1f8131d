//! One-node graphs for every differentiable operator.
//!
//! To add an operator: add a line to [`cases`]. Inputs are smooth waves away from kinks; what an exporter
//! writes as a constant (weights, axes) is a constant here.

#![allow(dead_code)]

use onnx_ir::{AttributeProto, AttributeType, GraphProto, ModelProto, NodeProto, ValueInfoProto};
use vanish::classifier::host::{HostTensor, Kind};

/// An input of a case.
#[derive(Clone)]
pub enum Given {
    /// Depends on the picture: centre + spread · wave.
    Wave(&'static [usize], f32, f32),
    /// Known at load: whole numbers.
    Ints(&'static [i64]),
    /// Known at load: the same kind of wave.
    Fixed(&'static [usize], f32, f32),
    /// Left out.
    Absent,
}

/// An attribute of a case.
#[derive(Clone, Copy)]
pub enum Set {
    Int(&'static str, i64),
    Ints(&'static str, &'static [i64]),
    Float(&'static str, f32),
    Text(&'static str, &'static str),
}

use Given::{Absent, Fixed, Ints, Wave};
use Set::{Float, Int, Text};

/// An operator with its attributes and inputs.
pub struct Case {
    pub operator: &'static str,
    pub set: Vec<Set>,
    pub given: Vec<Given>,
}

fn case<const N: usize, const M: usize>(operator: &'static str, set: [Set; N], given: [Given; M]) -> Case {
    Case { operator, set: set.into(), given: given.into() }
}

const PICTURE: Given = Wave(&[2, 4, 6, 5], 0.1, 1.0);
const POSITIVE: Given = Wave(&[2, 3, 5], 1.5, 0.9);

/// One case an operator and form.
pub fn cases() -> Vec<Case> {
    [
        activations(),
        arithmetic(),
        windows(),
        norms(),
        products(),
        reductions(),
        shapes(),
        attentions(),
        recurrences(),
        samples(),
        whole_numbers(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn activations() -> Vec<Case> {
    let plain = [
        "Relu",
        "LeakyRelu",
        "Elu",
        "Selu",
        "Celu",
        "Gelu",
        "Erf",
        "Tanh",
        "Sigmoid",
        "HardSigmoid",
        "HardSwish",
        "Mish",
        "Softplus",
        "Softsign",
        "ThresholdedRelu",
        "Swish",
        "Abs",
        "Neg",
        "Exp",
        "Softmax",
        "LogSoftmax",
        "Identity",
        "Dropout",
        "Sin",
        "Cos",
        "com.microsoft.Gelu",
        "com.microsoft.FastGelu",
        "com.microsoft.QuickGelu",
    ];
    let mut cases: Vec<Case> = plain.into_iter().map(|operator| case(operator, [], [PICTURE])).collect();
    cases.extend(["Log", "Sqrt", "Reciprocal"].map(|operator| case(operator, [], [POSITIVE])));
    cases.extend([
        case("Gelu", [Text("approximate", "tanh")], [PICTURE]),
        case("Celu", [Float("alpha", 0.4)], [PICTURE]),
        case("Softmax", [Int("axis", 1)], [PICTURE]),
        case("PRelu", [], [PICTURE, Fixed(&[4, 1, 1], 0.2, 0.1)]),
        case("Clip", [Float("min", -0.43), Float("max", 0.57)], [PICTURE]),
    ]);
    cases
}

fn arithmetic() -> Vec<Case> {
    let mut cases = vec![];
    for operator in ["Add", "Sub", "Mul", "Div"] {
        cases.push(case(operator, [], [Wave(&[2, 3, 5], 0.2, 1.0), Wave(&[3, 1], 2.1, 0.7)]));
        cases.push(case(operator, [], [Wave(&[5], 0.4, 1.0), Fixed(&[2, 3, 5], 1.9, 0.6)]));
    }
    for operator in ["Min", "Max"] {
        cases.push(case(operator, [], [Wave(&[2, 3, 5], 0.2, 1.0), Wave(&[3, 1], 0.103, 1.0)]));
        cases.push(case(operator, [], [Wave(&[5], 0.4, 1.0), Fixed(&[2, 3, 5], 0.303, 1.0)]));
    }
    cases.extend([
        case("Pow", [], [POSITIVE, Fixed(&[1], 2.5, 0.0)]),
        case("Pow", [], [POSITIVE, Fixed(&[1], 2.0, 0.0)]),
        case("Pow", [], [POSITIVE, Wave(&[5], 0.4, 1.0)]),
        case("Sum", [], [PICTURE, Wave(&[5], 0.0, 1.0), Fixed(&[6, 1], 0.0, 1.0)]),
        case("Mean", [], [PICTURE, Wave(&[5], 0.0, 1.0)]),
        case("Where", [], [Ints(&[1, 0, 0, 1, 1]), PICTURE, Wave(&[6, 1], 0.0, 1.0)]),
    ]);
    cases
}

fn windows() -> Vec<Case> {
    let kernel = || Set::Ints("kernel_shape", &[3, 2]);
    let uneven = || Set::Ints("pads", &[1, 0, 2, 1]);
    let strides = || Set::Ints("strides", &[2, 1]);
    let dilations = || Set::Ints("dilations", &[2, 1]);
    vec![
        case("Conv", [], [PICTURE, Fixed(&[3, 4, 3, 3], 0.0, 0.4), Fixed(&[3], 0.0, 1.0)]),
        case("Conv", [uneven(), strides(), dilations()], [PICTURE, Fixed(&[3, 4, 3, 2], 0.0, 0.4)]),
        case("Conv", [Int("group", 2), Text("auto_pad", "SAME_LOWER")], [PICTURE, Fixed(&[6, 2, 2, 3], 0.0, 0.4)]),
        case("Conv", [Int("group", 4), Set::Ints("pads", &[1; 4])], [PICTURE, Fixed(&[4, 1, 3, 3], 0.0, 0.4)]),
        case("Conv", [Set::Ints("strides", &[2])], [Wave(&[2, 3, 9], 0.0, 1.0), Fixed(&[4, 3, 4], 0.0, 0.4)]),
        case("ConvTranspose", [], [PICTURE, Fixed(&[4, 3, 3, 2], 0.0, 0.4), Fixed(&[3], 0.0, 1.0)]),
        case("ConvTranspose", [uneven(), strides(), dilations()], [PICTURE, Fixed(&[4, 3, 3, 2], 0.0, 0.4)]),
        case(
            "ConvTranspose",
            [strides(), Set::Ints("output_padding", &[1, 0]), Int("group", 2)],
            [PICTURE, Fixed(&[4, 2, 3, 2], 0.0, 0.4)],
        ),
        case(
            "com.microsoft.FusedConv",
            [Text("activation", "Tanh")],
            [PICTURE, Fixed(&[3, 4, 3, 3], 0.0, 0.4), Fixed(&[3], 0.0, 1.0), Wave(&[2, 3, 4, 3], 0.0, 1.0)],
        ),
        case("MaxPool", [kernel()], [PICTURE]),
        case("MaxPool", [kernel(), uneven(), strides(), dilations(), Int("ceil_mode", 1)], [PICTURE]),
        case("AveragePool", [kernel(), uneven(), strides(), Int("ceil_mode", 1)], [PICTURE]),
        case("AveragePool", [kernel(), uneven(), Int("count_include_pad", 1)], [PICTURE]),
        case("AveragePool", [kernel(), dilations(), uneven()], [PICTURE]),
        case("LpPool", [kernel(), strides()], [PICTURE]),
        case("LpPool", [kernel(), Int("p", 3)], [PICTURE]),
        case("GlobalAveragePool", [], [PICTURE]),
        case("GlobalMaxPool", [], [PICTURE]),
        case("DepthToSpace", [Int("blocksize", 2), Text("mode", "CRD")], [PICTURE]),
        case("DepthToSpace", [Int("blocksize", 2)], [PICTURE]),
        case("SpaceToDepth", [Int("blocksize", 2)], [Wave(&[1, 2, 4, 6], 0.0, 1.0)]),
        case("SpaceToDepth", [Int("blocksize", 2), Text("mode", "CRD")], [Wave(&[1, 2, 4, 6], 0.0, 1.0)]),
        case("Resize", [], [PICTURE, Absent, Absent, Ints(&[2, 4, 9, 3])]),
        case("Resize", [Text("mode", "linear")], [PICTURE, Absent, Absent, Ints(&[2, 4, 9, 3])]),
        case("Resize", [Text("mode", "cubic"), Int("antialias", 1)], [PICTURE, Absent, Absent, Ints(&[2, 4, 3, 10])]),
        case(
            "Resize",
            [Text("mode", "linear"), Text("coordinate_transformation_mode", "align_corners")],
            [PICTURE, Absent, Absent, Ints(&[2, 4, 9, 3])],
        ),
    ]
}

fn norms() -> Vec<Case> {
    let channels = |centre| Fixed(&[4], centre, 0.3);
    vec![
        case("BatchNormalization", [], [PICTURE, channels(1.0), channels(0.0), channels(0.1), channels(0.8)]),
        case("InstanceNormalization", [], [PICTURE, channels(1.0), channels(0.0)]),
        case("LayerNormalization", [], [PICTURE, Fixed(&[5], 1.0, 0.3), Fixed(&[5], 0.0, 1.0)]),
        case("LayerNormalization", [Int("axis", 2)], [PICTURE, Fixed(&[6, 5], 1.0, 0.3)]),
        case("GroupNormalization", [Int("num_groups", 2)], [PICTURE, channels(1.0), channels(0.0)]),
        case("LRN", [Int("size", 3), Float("alpha", 0.5)], [PICTURE]),
        case("RMSNormalization", [], [PICTURE, Fixed(&[5], 1.0, 0.3)]),
        case("RMSNormalization", [Int("axis", 2)], [PICTURE, Fixed(&[6, 5], 1.0, 0.3)]),
        case(
            "com.microsoft.SkipLayerNormalization",
            [],
            [POSITIVE, Wave(&[2, 3, 5], 0.0, 1.0), Fixed(&[5], 1.0, 0.3), Fixed(&[5], 0.0, 1.0), Fixed(&[5], 0.0, 1.0)],
        ),
        case(
            "com.microsoft.SkipSimplifiedLayerNormalization",
            [],
            [POSITIVE, Wave(&[2, 3, 5], 0.0, 1.0), Fixed(&[5], 1.0, 0.3), Fixed(&[5], 0.0, 1.0)],
        ),
        case("LpNormalization", [Int("axis", 1)], [PICTURE]),
        case("LpNormalization", [Int("p", 1)], [PICTURE]),
        case("MeanVarianceNormalization", [], [PICTURE]),
        case("com.microsoft.BiasGelu", [], [PICTURE, Fixed(&[5], 0.0, 1.0)]),
        case("LRN", [Int("size", 4), Float("alpha", 0.5), Float("beta", 0.6)], [PICTURE]),
    ]
}

fn products() -> Vec<Case> {
    let einsum = |equation| [Text("equation", equation)];
    let (left, right) = (Wave(&[2, 3, 4], 0.0, 1.0), Wave(&[2, 4, 5], 0.0, 1.0));
    vec![
        case("MatMul", [], [left.clone(), right.clone()]),
        case("MatMul", [], [left.clone(), Fixed(&[4, 5], 0.0, 1.0)]),
        case("MatMul", [], [Wave(&[4], 0.0, 1.0), right.clone()]),
        case("MatMul", [], [left.clone(), Wave(&[4], 0.0, 1.0)]),
        case(
            "Gemm",
            [Int("transB", 1), Float("alpha", 0.5)],
            [Wave(&[2, 4], 0.0, 1.0), Fixed(&[3, 4], 0.0, 1.0), Fixed(&[3], 0.0, 1.0)],
        ),
        case(
            "Gemm",
            [Int("transA", 1), Float("beta", 2.0)],
            [Wave(&[4, 2], 0.0, 1.0), Wave(&[4, 3], 0.0, 1.0), Wave(&[2, 1], 0.0, 1.0)],
        ),
        case(
            "com.microsoft.FusedGemm",
            [Int("transB", 1), Text("activation", "Sigmoid")],
            [Wave(&[2, 4], 0.0, 1.0), Fixed(&[3, 4], 0.0, 1.0), Fixed(&[3], 0.0, 1.0)],
        ),
        case(
            "com.microsoft.FusedMatMul",
            [Int("transA", 1), Float("alpha", 0.5)],
            [left.clone(), Wave(&[2, 3, 5], 0.0, 1.0)],
        ),
        case("Einsum", einsum("bij,bjk->bik"), [left.clone(), right.clone()]),
        case("Einsum", einsum("bij,bjk->kb"), [left.clone(), right.clone()]),
        case("Einsum", einsum("...ij,jk->...ki"), [left.clone(), Fixed(&[4, 5], 0.0, 1.0)]),
        case("Einsum", einsum("bij->jb"), [left.clone()]),
        case("Einsum", einsum("bij,bik,k->bj"), [left, Wave(&[2, 3, 5], 0.0, 1.0), Wave(&[5], 0.0, 1.0)]),
    ]
}

fn reductions() -> Vec<Case> {
    let operators = [
        "ReduceMean",
        "ReduceSum",
        "ReduceMax",
        "ReduceMin",
        "ReduceL1",
        "ReduceL2",
        "ReduceSumSquare",
        "ReduceLogSumExp",
        "ReduceProd",
    ];
    let both = |operator| {
        [
            case(operator, [Int("keepdims", 0)], [Wave(&[2, 2, 3, 2], 0.1, 1.0), Ints(&[1, -1])]),
            case(operator, [], [Wave(&[2, 3, 4], 1.3, 0.4), Ints(&[2])]),
        ]
    };
    let log_sum = case("ReduceLogSum", [], [POSITIVE, Ints(&[1])]);
    operators.into_iter().flat_map(both).chain([log_sum]).collect()
}

fn shapes() -> Vec<Case> {
    vec![
        case("Concat", [Int("axis", 2)], [PICTURE, Wave(&[2, 4, 1, 5], 0.0, 1.0), Fixed(&[2, 4, 2, 5], 0.0, 1.0)]),
        case("Split", [Int("axis", 1)], [PICTURE, Ints(&[3, 1])]),
        case("Slice", [], [PICTURE, Ints(&[1, -1]), Ints(&[5, -100]), Ints(&[2, 3]), Ints(&[2, -2])]),
        case("Pad", [], [PICTURE, Ints(&[0, 0, 1, 2, 0, 0, 3, -1])]),
        case("Pad", [Text("mode", "reflect")], [PICTURE, Ints(&[0, 0, 1, 2, 0, 0, 3, 0])]),
        case("Pad", [Text("mode", "edge")], [PICTURE, Ints(&[0, 0, 1, 2, 0, 0, 3, 0])]),
        case("Pad", [Text("mode", "wrap")], [PICTURE, Ints(&[0, 0, 1, 2, 0, 0, 3, 0])]),
        case("Reshape", [], [PICTURE, Ints(&[0, -1, 3])]),
        case("Flatten", [], [PICTURE]),
        case("Squeeze", [], [Wave(&[2, 1, 3, 1], 0.0, 1.0), Ints(&[1, -1])]),
        case("Unsqueeze", [], [PICTURE, Ints(&[2])]),
        case("Transpose", [Set::Ints("perm", &[0, 3, 1, 2])], [PICTURE]),
        case("Expand", [], [Wave(&[2, 1, 5], 0.0, 1.0), Ints(&[3, 1, 4, 1])]),
        case("Tile", [], [POSITIVE, Ints(&[1, 2, 3])]),
        case("Gather", [Int("axis", 2)], [PICTURE, Ints(&[3, 0, 3, -1])]),
        case("Trilu", [], [POSITIVE]),
        case("CumSum", [], [PICTURE, Ints(&[2])]),
        case("CumSum", [Int("exclusive", 1), Int("reverse", 1)], [PICTURE, Ints(&[-1])]),
        case("QuantizeLinear", [], [Wave(&[2, 3], 0.0, 0.0), Fixed(&[], 0.1, 0.0)]),
    ]
}

fn recurrences() -> Vec<Case> {
    let (hidden, wave) = (Int("hidden_size", 3), Wave(&[4, 2, 5], 0.1, 1.0));
    let state = || Fixed(&[1, 2, 3], 0.1, 0.5);
    let weights = |directions: usize| match directions {
        1 => [Fixed(&[1, 12, 5], 0.0, 0.6), Fixed(&[1, 12, 3], 0.0, 0.6), Fixed(&[1, 24], 0.0, 0.5)],
        _ => [Fixed(&[2, 12, 5], 0.0, 0.6), Fixed(&[2, 12, 3], 0.0, 0.6), Fixed(&[2, 24], 0.0, 0.5)],
    };
    let ([w, r, bias], [w2, r2, bias2]) = (weights(1), weights(2));
    vec![
        case("LSTM", [hidden], [wave.clone(), w.clone(), r.clone()]),
        case("LSTM", [hidden, Text("direction", "reverse")], [wave.clone(), w, r, bias, Absent, state(), state()]),
        case("LSTM", [hidden, Text("direction", "bidirectional")], [wave, w2, r2, bias2]),
    ]
}

fn attentions() -> Vec<Case> {
    let heads = || [Int("q_num_heads", 2), Int("kv_num_heads", 2)];
    let (query, key, value) = (Wave(&[2, 4, 6], 0.0, 1.0), Wave(&[2, 3, 6], 0.1, 1.0), Wave(&[2, 3, 8], 0.0, 1.0));
    vec![
        case("Attention", heads(), [query.clone(), key.clone(), value.clone()]),
        case("Attention", heads(), [query.clone(), key.clone(), value.clone(), Fixed(&[4, 3], 0.0, 1.0)]),
        case(
            "Attention",
            [Int("is_causal", 1), Float("softcap", 1.5), Float("scale", 0.7)],
            [Wave(&[1, 4, 3, 5], 0.0, 1.0), Wave(&[1, 2, 3, 5], 0.1, 1.0), Wave(&[1, 2, 3, 4], 0.0, 1.0)],
        ),
    ]
}

fn samples() -> Vec<Case> {
    let grid = Fixed(&[2, 3, 4, 2], 0.0, 1.2);
    let sampled = |mode, padding| {
        case("GridSample", [Text("mode", mode), Text("padding_mode", padding)], [PICTURE, grid.clone()])
    };
    vec![
        sampled("linear", "zeros"),
        sampled("nearest", "border"),
        sampled("cubic", "reflection"),
        case("GridSample", [Int("align_corners", 1)], [Wave(&[1, 2, 4, 5], 0.0, 1.0), Fixed(&[1, 3, 3, 2], 0.0, 0.9)]),
        case("AffineGrid", [], [Wave(&[2, 2, 3], 0.0, 1.0), Ints(&[2, 4, 5, 6])]),
        case("Col2Im", [], [Wave(&[2, 8, 6], 0.0, 1.0), Ints(&[4, 3]), Ints(&[2, 2])]),
        case(
            "Col2Im",
            [Set::Ints("pads", &[1, 0, 0, 1]), Set::Ints("strides", &[2, 1]), Set::Ints("dilations", &[1, 2])],
            [Wave(&[1, 4, 4], 0.0, 1.0), Ints(&[4, 3]), Ints(&[2, 2])],
        ),
    ]
}

/// Whole numbers in place of scaled ones: linear in what the picture decides.
fn whole_numbers() -> Vec<Case> {
    let one = |value| Fixed(&[], value, 0.0);
    vec![
        case("ConvInteger", [], [PICTURE, Fixed(&[3, 4, 3, 3], 0.0, 0.4), one(0.3), one(0.1)]),
        case(
            "MatMulInteger",
            [],
            [Wave(&[2, 3, 4], 0.0, 1.0), Fixed(&[4, 5], 0.0, 1.0), one(0.3), Fixed(&[5], 0.0, 0.2)],
        ),
        case(
            "com.microsoft.QGemm",
            [Int("transB", 1), Float("alpha", 0.5)],
            [
                Wave(&[2, 4], 0.0, 1.0),
                one(0.5),
                one(0.2),
                Fixed(&[3, 4], 0.0, 1.0),
                Fixed(&[3], 0.5, 0.1),
                one(0.1),
                Fixed(&[3], 0.0, 1.0),
            ],
        ),
    ]
}

/// The value of each input of a case; `None` where it is left out.
pub fn values(case: &Case) -> Vec<Option<HostTensor>> {
    let waves = |i: usize, shape: &[usize], centre: f32, spread: f32| {
        let values = wave(shape.iter().product(), i).into_iter().map(|w| centre + spread * w).collect();
        HostTensor::new(Kind::Float, shape, values)
    };
    let value = |(i, given): (usize, &Given)| match given {
        Wave(shape, centre, spread) | Fixed(shape, centre, spread) => Some(waves(i, shape, *centre, *spread)),
        Ints(list) => Some(HostTensor::ints(list.iter().copied())),
        Absent => None,
    };
    case.given.iter().enumerate().map(value).collect()
}

/// Values in (−1, 1) by the golden ratio: neighbours differ, so that maxima are clear, and none lies within
/// 0.005 of a multiple of 0.01, where kinks are.
pub fn wave(count: usize, phase: usize) -> Vec<f32> {
    let spread = |i: usize| ((i + 17 * phase + 1) as f64 * 0.618_033_988_749_895).fract() * 2.0 - 1.0;
    (0..count).map(|i| ((spread(i) * 100.0).floor() / 100.0 + 0.005) as f32).collect()
}

/// A file with the case's node alone; all its inputs are the graph's.
pub fn file(case: &Case) -> ModelProto {
    let name = |i: usize| if matches!(case.given[i], Absent) { String::new() } else { format!("x{i}") };
    let port = |name: String| ValueInfoProto { name, ..ValueInfoProto::default() };
    let names: Vec<String> = (0..case.given.len()).map(name).collect();
    let (domain, operator) = case.operator.rsplit_once('.').unwrap_or(("", case.operator));
    let node = NodeProto {
        domain: domain.into(),
        op_type: operator.into(),
        input: names.clone(),
        output: vec!["y".into()],
        attribute: case.set.iter().map(attribute).collect(),
        ..NodeProto::default()
    };
    let outputs = if case.operator == "Split" { vec!["y".into(), "rest".into()] } else { vec!["y".into()] };
    let graph = GraphProto {
        node: vec![NodeProto { output: outputs, ..node }],
        input: names.into_iter().filter(|n| !n.is_empty()).map(port).collect(),
        output: vec![port("y".into())],
        ..GraphProto::default()
    };
    let mut model = ModelProto { ir_version: 10, graph: Some(graph).into(), ..ModelProto::default() };
    let mut opset = std::mem::take(&mut model.opset_import);
    opset.push(Default::default());
    opset[0].version = 23;
    model.opset_import = opset;
    model
}

fn attribute(set: &Set) -> AttributeProto {
    let mut proto = AttributeProto::default();
    let (name, kind) = match *set {
        Int(name, value) => {
            proto.i = value;
            (name, AttributeType::INT)
        }
        Set::Ints(name, values) => {
            proto.ints = values.to_vec();
            (name, AttributeType::INTS)
        }
        Float(name, value) => {
            proto.f = value;
            (name, AttributeType::FLOAT)
        }
        Text(name, value) => {
            proto.s = value.as_bytes().to_vec().into();
            (name, AttributeType::STRING)
        }
    };
    proto.name = name.into();
    proto.type_ = kind.into();
    proto
}
