//! What today's exporters and tools write: weights beside the file, free dimensions, functions, branches, other
//! channels and proportions, answers that are no softmax. Each is compared with the plain form of the same network.

#[path = "common/same.rs"]
mod same;

use burn::tensor::Device;
use onnx_ir::{GraphProto, ModelProto, NodeProto, TensorProto, ValueInfoProto};
use same::tiny::{
    self, CLASSES, FLOAT, INT32, INT64, SIDE, Set, TEXT, UINT8, UINT16, call, classifier, floats, function, good, ints,
    model, node, port,
};
use same::{OPSET, check, check_model, load, load_file, pictures, read};
use vanish::ErrorKind;
use vanish::array::Array;
use vanish::classifier::profile::Output;
use vanish::classifier::{Answers, Beside, Classifier, OnnxClassifier, Profile, Source};

fn with(mut graph: GraphProto, constants: Vec<TensorProto>) -> GraphProto {
    graph.initializer.extend(constants);
    graph
}

fn scores(shape: &[i64]) -> Vec<ValueInfoProto> {
    vec![port("scores", FLOAT, shape)]
}

fn flatten(to: &str) -> NodeProto {
    node("Flatten", &["pooled"], &[to], &[])
}

/// The good graph reading its picture through these nodes, of which the first reads `seen`.
fn seen_through(element: i32, shape: &[i64], nodes: Vec<NodeProto>) -> GraphProto {
    let mut graph = good();
    graph.input = vec![port("seen", element, shape)];
    graph.node.splice(0..0, nodes);
    graph
}

fn profile(change: impl FnOnce(&mut Profile)) -> Option<Profile> {
    let mut profile = load(good(), OPSET, None).expect("a good file").profile().clone();
    change(&mut profile);
    Some(profile)
}

// --- the file ---

/// The good file with its weights in another, each at an offset of its own.
fn apart(location: &str) -> (ModelProto, Vec<u8>) {
    let mut file = model(good(), OPSET);
    let mut data = vec![7u8; 16];
    for tensor in &mut file.graph.mut_or_insert_default().initializer {
        let entries = [
            ("location", location.to_owned()),
            ("offset", data.len().to_string()),
            ("length", tensor.raw_data.len().to_string()),
        ];
        data.extend_from_slice(&tensor.raw_data);
        tensor.raw_data.clear();
        for (key, value) in entries {
            tensor.external_data.push(Default::default());
            let entry = tensor.external_data.last_mut().expect("just added");
            (entry.key, entry.value) = (key.into(), value);
        }
    }
    (file, data)
}

/// So torch's newer exporter writes attention: a row of weights that is masked as a whole becomes zeros.
#[test]
fn scores_that_are_asked_whether_they_are_numbers_stay_what_they_are() {
    let head = vec![
        flatten("flat"),
        node("IsNaN", &["flat"], &["odd"], &[]),
        node("IsInf", &["flat"], &["endless"], &[]),
        node("Xor", &["odd", "endless"], &["either"], &[]),
        node("Where", &["either", "zero", "flat"], &["scores"], &[]),
    ];
    check("IsNaN", with(classifier(head, scores(&[1, 4])), vec![floats("zero", &[], &[0.0])]), 20, 1e-6);
}

#[test]
fn weights_in_a_second_file_are_read_from_beside_the_model() {
    let (file, data) = apart("model.onnx.data");
    let beside = Beside::listed(vec![("model.onnx.data".into(), data.clone()), ("other".into(), vec![1])]);
    let whole = load_file(&file, &beside, None).expect("both files are there");
    check_model("external data", &whole, 1, 1e-6);
    let (mut other, mut changed) = apart("weights/model.onnx.data");
    check_model(
        "in a folder",
        &load_file(&other, &Beside::reading(|name| (name == "weights/model.onnx.data").then(|| changed.clone())), None)
            .expect("read"),
        1,
        1e-6,
    );
    changed[20] ^= 1;
    other.graph.mut_or_insert_default().name = "tiny".into();
    let differs =
        load_file(&other, &Beside::listed(vec![("model.onnx.data".into(), changed)]), None).expect("other weights");
    assert_ne!(whole.sha256(), differs.sha256(), "the fingerprint is that of all weights");
    assert_eq!(whole.info().size, tiny::bytes(&file).len() + data.len());
    for (beside, says) in [
        (vec![], "\"model.onnx.data\", which is missing"),
        (vec![("model.onnx.data".into(), data[..100].to_vec())], "which has 100 bytes"),
    ] {
        let error = load_file(&file, &Beside::listed(beside), None).err().expect("refused");
        assert!(error.kind() == ErrorKind::Model && error.to_string().contains(says), "{error}");
    }
}

#[test]
fn functions_of_the_file_are_inlined_however_deep() {
    let mut graph = good();
    graph.node.splice(2..5, [call("Tail", &["norm"], &["scores"])]);
    let mut file = model(graph, OPSET);
    let flat = NodeProto { attribute: vec![by_reference("axis", "from")], ..node("Flatten", &["t"], &["y"], &[]) };
    function(&mut file, "Pool", &["x", "unused"], &["y"], vec![node("GlobalAveragePool", &["x"], &["t"], &[]), flat]);
    let inner = NodeProto { attribute: vec![tiny::attribute("from", &Set::Int(1))], ..call("Pool", &["t"], &["y"]) };
    function(&mut file, "Tail", &["x"], &["y"], vec![node("Relu", &["x"], &["t"], &[]), inner]);
    check_model("nested functions", &load_file(&file, &Beside::nothing(), None).expect("it inlines"), 2, 1e-6);
}

fn by_reference(name: &str, reference: &str) -> onnx_ir::AttributeProto {
    let mut attribute = tiny::attribute(name, &Set::Int(0));
    attribute.ref_attr_name = reference.into();
    attribute
}

#[test]
fn a_branch_that_shapes_decide_is_taken_at_load() {
    let branch = |op: &str, from: &str| {
        let output = format!("{op} of a branch");
        Set::Graph(Box::new(tiny::graph(
            vec![node(op, &[from], &[&output], &[])],
            vec![],
            vec![],
            vec![port(&output, FLOAT, &[])],
        )))
    };
    for (count, then, otherwise) in [(4, "Identity", "Neg"), (5, "Neg", "Identity")] {
        let branches = [("then_branch", branch(then, "flat")), ("else_branch", branch(otherwise, "flat"))];
        let head = vec![
            flatten("flat"),
            node("Shape", &["flat"], &["shape"], &[]),
            node("Gather", &["shape", "one"], &["classes"], &[]),
            node("Equal", &["classes", "wanted"], &["holds"], &[]),
            node("If", &["holds"], &["scores"], &branches),
        ];
        let graph = with(classifier(head, scores(&[1, 4])), vec![ints("one", &[1]), ints("wanted", &[count])]);
        check(&format!("an If over {count}"), graph, OPSET, 1e-6);
    }
}

#[test]
fn sines_sums_and_statistics_of_constants_are_folded() {
    let head = vec![
        flatten("flat"),
        node("Sin", &["places"], &["sines"], &[]),
        node("Cos", &["places"], &["cosines"], &[]),
        node("CumSum", &["sines", "axis"], &["sums"], &[]),
        node("Mul", &["sums", "cosines"], &["products"], &[]),
        node("Mul", &["products", "zero"], &["nothing"], &[]),
        node("Add", &["flat", "nothing"], &["scores"], &[]),
    ];
    let constants =
        vec![floats("places", &[4], &[0.0, 1.0, 2.0, 3.0]), ints("axis", &[0]), floats("zero", &[], &[0.0])];
    check("positions", with(classifier(head, scores(&[1, 4])), constants), OPSET, 1e-6);
}

/// Weights standardised by a batch normalisation in training mode, as timm's networks have it: against the same weights
/// standardised here.
#[test]
fn weights_standardised_in_the_graph_are_folded() {
    let raw: Vec<f32> = (0..108).map(|i| ((i * 37 % 23) as f32 - 11.0) / 20.0 + 0.3).collect();
    let standardised: Vec<f32> = raw
        .chunks(27)
        .flat_map(|filter| {
            let mean = filter.iter().sum::<f32>() / 27.0;
            let variance = filter.iter().map(|v| (v - mean) * (v - mean)).sum::<f32>() / 27.0;
            filter.iter().map(move |v| (v - mean) / (variance + 1e-5).sqrt()).collect::<Vec<_>>()
        })
        .collect();
    let replaced = |name: &str| {
        let mut graph = good();
        graph.initializer.retain(|tensor| tensor.name != "w");
        graph.node[0].input[1] = name.into();
        graph
    };
    let mut graph = replaced("weights");
    let set = [("training_mode", Set::Int(1)), ("epsilon", Set::Float(1e-5))];
    graph.node.splice(
        0..0,
        [
            node("BatchNormalization", &["raw", "ones", "zeros", "zeros", "ones"], &["whitened", "m", "v"], &set),
            node("Reshape", &["whitened", "shape"], &["weights"], &[]),
        ],
    );
    let constants = vec![
        floats("raw", &[1, 4, 27], &raw),
        floats("ones", &[4], &[1.0; 4]),
        floats("zeros", &[4], &[0.0; 4]),
        ints("shape", &[4, 3, 3, 3]),
    ];
    let in_graph = load(with(graph, constants), OPSET, None).expect("it folds");
    let here =
        load(with(replaced("w2"), vec![floats("w2", &[4, 3, 3, 3], &standardised)]), OPSET, None).expect("plain");
    let (a, b) = (same::answers(&in_graph, 1), same::answers(&here, 1));
    assert!(a.0.iter().zip(&b.0).all(|(a, b)| (a - b).abs() < 1e-4), "{:?} {:?}", a.0, b.0);
    assert_eq!(in_graph.info().simplified.batch_norms_folded, 1, "the convolution's own is folded into it as usual");
}

#[test]
fn a_file_for_training_says_what_to_do() {
    let mut graph = good();
    graph.node[1].attribute = vec![tiny::attribute("training_mode", &Set::Int(1))];
    let error = load(graph, OPSET, None).err().expect("it mixes pictures").to_string();
    assert!(error.contains("training mode") && error.contains("model.eval()"), "{error}");
    let mut graph = good();
    graph.node[2] = NodeProto { domain: "com.microsoft.nchwc".into(), ..graph.node[2].clone() };
    let error = load(graph, OPSET, None).err().expect("an optimiser's layout").to_string();
    assert!(error.contains("onnxruntime's optimiser wrote this file"), "{error}");
    let mut graph = good();
    graph.node[2] =
        NodeProto { op_type: "QLinearWobble".into(), domain: "com.microsoft".into(), ..graph.node[2].clone() };
    let error = load(graph, OPSET, None).err().expect("an operator of the quantiser").to_string();
    assert!(error.ends_with("quantise the model in its format QDQ"), "{error}");
}

// --- the picture ---

#[test]
fn free_dimensions_are_read_from_the_first_convolution() {
    let sized = || profile(|p| p.resize = SIDE);
    for (name, shape) in [("all free", &[-1, -1, -1, -1][..]), ("channels free", &[1, -1, 16, 16]), ("no shape", &[])] {
        let graph = GraphProto { input: vec![port("picture", FLOAT, shape)], ..good() };
        check_model(name, &load(graph, OPSET, sized()).expect(name), 2, 1e-6);
    }
    let turned = vec![node("Transpose", &["seen"], &["picture"], &[("perm", Set::Ints(vec![0, 3, 1, 2]))])];
    let graph = seen_through(FLOAT, &[-1, -1, -1, -1], turned);
    check_model("all free, channels last", &load(graph, OPSET, sized()).expect("a layout"), 1, 1e-6);
}

#[test]
fn a_picture_without_an_axis_for_the_batch_is_read() {
    let raised = vec![node("Unsqueeze", &["seen", "axis"], &["picture"], &[])];
    let graph = with(seen_through(FLOAT, &[3, 16, 16], raised), vec![ints("axis", &[0])]);
    let model = load(graph, OPSET, None).expect("[C, H, W]");
    check_model("[C, H, W]", &model, 1, 1e-6);
    check_model("[C, H, W], three pictures", &model, 3, 1e-6);
}

/// A convolution that reads other channels than three, with the same answer by construction.
fn with_channels(count: i64, weights: &[f32], shape: &[i64]) -> GraphProto {
    let mut graph = good();
    graph.initializer.retain(|tensor| tensor.name != "w");
    graph.initializer.push(floats("w", &[4, count, 3, 3], weights));
    graph.input = vec![port("picture", FLOAT, shape)];
    graph
}

fn plain_profile(values: usize) -> Option<Profile> {
    profile(|p| (p.mean, p.std, p.resize) = (vec![0.0; values], vec![1.0; values], SIDE))
}

fn good_weights() -> Vec<f32> {
    (0..108).map(|i| ((i * 37 % 23) as f32 - 11.0) / 20.0).collect()
}

#[test]
fn a_grey_picture_is_the_weighted_sum_of_its_colours() {
    let grey: Vec<f32> = good_weights()[..36].to_vec();
    // The same kernel on each colour, times the colour's weight.
    let coloured: Vec<f32> = grey
        .chunks(9)
        .flat_map(|k| [0.299, 0.587, 0.114].into_iter().flat_map(move |w| k.iter().map(move |v| v * w)))
        .collect();
    let grey = load(with_channels(1, &grey, &[1, 1, 16, 16]), OPSET, plain_profile(1)).expect("grey");
    let coloured = load(with_channels(3, &coloured, &[1, 3, 16, 16]), OPSET, plain_profile(3)).expect("colour");
    let (a, b) = (same::answers(&grey, 2), same::answers(&coloured, 2));
    let close = |a: &[f32], b: &[f32]| a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-5);
    assert!(close(&a.0, &b.0) && close(&a.1, &b.1));
    let assumed = load(with_channels(1, &good_weights()[..36], &[1, 16, 16, 1][..]), OPSET, None);
    assert_eq!(assumed.err().expect("its convolution reads [N, C, H, W]").kind(), ErrorKind::Model);
    assert_eq!(
        load(with_channels(1, &good_weights()[..36], &[1, 1, 16, 16]), OPSET, None).expect("grey").profile().mean,
        [0.0]
    );
    let error = load(with_channels(1, &good_weights()[..36], &[1, 1, 16, 16]), OPSET, profile(|_| ()))
        .err()
        .expect("three means");
    assert!(error.kind() == ErrorKind::Profile && error.to_string().contains("one a channel"), "{error}");
}

#[test]
fn a_fourth_channel_is_an_opaque_alpha_and_that_is_said() {
    // The alpha's kernels are zero but in the middle, where they add 0.25: once the whole picture is opaque, as a bias.
    let weights: Vec<f32> = good_weights()
        .chunks(27)
        .flat_map(|filter| filter.iter().copied().chain((0..9).map(|i| if i == 4 { 0.25 } else { 0.0 })))
        .collect();
    let alpha = load(with_channels(4, &weights, &[1, 4, 16, 16]), OPSET, plain_profile(3)).expect("four channels");
    let mut biased = with_channels(3, &good_weights(), &[1, 3, 16, 16]);
    biased.initializer.retain(|tensor| tensor.name != "b");
    biased.initializer.push(floats("b", &[4], &[0.35, 0.45, 0.15, 0.55]));
    let biased = load(biased, OPSET, plain_profile(3)).expect("three channels");
    let (a, b) = (same::answers(&alpha, 2), same::answers(&biased, 2));
    assert!(a.0.iter().zip(&b.0).all(|(a, b)| (a - b).abs() < 1e-5), "{:?} {:?}", a.0, b.0);
    assert!(alpha.info().warnings.iter().any(|warning| warning.contains("alpha")), "{:?}", alpha.info().warnings);
    assert_eq!((alpha.info().channels, biased.info().channels), (4, 3));
}

#[test]
fn bytes_are_taken_from_0_to_255_and_nothing_is_assumed() {
    let nodes = vec![
        node("Cast", &["seen"], &["float"], &[("to", Set::Int(1))]),
        node("Transpose", &["float"], &["turned"], &[("perm", Set::Ints(vec![0, 3, 1, 2]))]),
        node("Div", &["turned", "white"], &["picture"], &[]),
    ];
    let unit = load(good(), OPSET, plain_profile(3)).expect("the same in [0, 1]");
    for element in [UINT8, UINT16, INT32, INT64] {
        let seen = seen_through(element, &[1, 16, 16, 3], nodes.clone());
        let graph = with(seen, vec![floats("white", &[], &[255.0])]);
        let bytes = load(graph, OPSET, None).expect("bytes");
        let info = bytes.info();
        let profile = (info.profile.range, info.profile_source, info.profile_assumed);
        assert_eq!(profile, ([0.0, 255.0], Source::File, false), "{element}");
        let (a, b) = (same::answers(&bytes, 1), same::answers(&unit, 1));
        assert!(a.0.iter().zip(&b.0).all(|(a, b)| (a - b).abs() < 1e-4), "{element}: {:?} {:?}", a.0, b.0);
    }
}

/// A network of 16 × 8 sees each pair of equal columns of the square as one.
#[test]
fn height_and_width_may_differ() {
    let oblong = GraphProto { input: vec![port("picture", FLOAT, &[1, 3, 16, 8])], ..good() };
    let model = load(oblong, OPSET, None).expect("16 × 8");
    assert_eq!((model.size(), model.profile().sides()), (16, [16, 8]));
    let narrow: Vec<f32> = read(pictures(1)).chunks(16).flat_map(|row| row[..8].to_vec()).collect();
    let spread: Vec<f32> = narrow.iter().flat_map(|&v| [v, v]).collect();
    let wide = Array::new(spread, &[1, 3, 16, 16], &Device::flex());
    let logits = read(model.logits(wide).expect("a square"));
    // The network itself, on 16 × 8 as it is.
    let file = vanish::classifier::onnx::Model::from_bytes(&tiny::bytes(&tiny::model(good(), OPSET))).expect("good");
    let bind = |_: &vanish::classifier::onnx::Port| Ok(vanish::classifier::lower::Binding::Shape(vec![1, 3, 16, 8]));
    let graph = vanish::classifier::lower::lower(&file, bind, &Device::flex()).expect("any size does");
    let (mean, std) = ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]);
    let normalised = narrow.iter().enumerate().map(|(i, v)| (v - mean[i / 128]) / std[i / 128]).collect();
    let wanted =
        read(graph.run(vec![Array::new(normalised, &[1, 3, 16, 8], &Device::flex())]).expect("it fits").remove(0));
    assert!(logits.iter().zip(&wanted).all(|(a, b)| (a - b).abs() < 1e-4), "{logits:?} {wanted:?}");
    let free = GraphProto { input: vec![port("picture", FLOAT, &[1, 3, -1, -1])], ..good() };
    let said = load(free, OPSET, profile(|p| p.width = Some(8))).expect("the profile says the sides");
    assert_eq!(said.profile().sides(), [16, 8]);
    let error = load(good(), OPSET, profile(|p| p.width = Some(8))).err().expect("the file says 16");
    assert!(error.to_string().contains("set the"), "{error}");
}

// --- the answers ---

fn opened(head: Vec<NodeProto>, constants: Vec<TensorProto>, output: &[i64]) -> OnnxClassifier {
    load(with(classifier(head, scores(output)), constants), OPSET, None).expect("it opens")
}

fn logits(model: &OnnxClassifier) -> Vec<f32> {
    read(model.logits(pictures(1)).expect("the picture fits"))
}

#[test]
fn several_sigmoids_are_each_for_its_own_label() {
    let one = || vec![floats("one", &[], &[1.0]), floats("minus", &[], &[-1.0]), floats("zero", &[], &[0.0])];
    let node_form = vec![flatten("flat"), node("Sigmoid", &["flat"], &["scores"], &[])];
    let written = |turn: NodeProto, last: NodeProto| {
        vec![
            flatten("flat"),
            turn,
            node("Exp", &["turned"], &["power"], &[]),
            node("Add", &["one", "power"], &["sum"], &[]),
            last,
        ]
    };
    let negated = || node("Neg", &["flat"], &["turned"], &[]);
    let divided = || node("Div", &["one", "sum"], &["scores"], &[]);
    let heads: Vec<NodeProto> = (0..4)
        .flat_map(|i| {
            let (at, out) = (format!("at{i}"), format!("label{i}"));
            [
                node("Gather", &["flat", &format!("i{i}")], &[&at], &[("axis", Set::Int(1))]),
                node("Sigmoid", &[&at], &[&out], &[]),
            ]
        })
        .chain([node("Concat", &["label0", "label1", "label2", "label3"], &["scores"], &[("axis", Set::Int(1))])])
        .collect();
    let places: Vec<TensorProto> = (0..4).map(|i| ints(&format!("i{i}"), &[i])).collect();
    let wanted = logits(&load(good(), OPSET, None).expect("good"));
    for (name, head, constants) in [
        ("a node", node_form, one()),
        ("1 / (1 + exp(−x))", written(negated(), divided()), one()),
        ("by a product", written(node("Mul", &["flat", "minus"], &["turned"], &[]), divided()), one()),
        ("by a difference", written(node("Sub", &["zero", "flat"], &["turned"], &[]), divided()), one()),
        ("a reciprocal", written(negated(), node("Reciprocal", &["sum"], &["scores"], &[])), one()),
        ("one head a label", [vec![flatten("flat")], heads].concat(), places),
    ] {
        let model = opened(head, constants, &[1, 4]);
        assert_eq!((model.answers(), model.profile().output), (Answers::Independent, Some(Output::Sigmoid)), "{name}");
        let found = logits(&model);
        assert!(found.iter().zip(&wanted).all(|(a, b)| (a - b).abs() < 1e-3), "{name}: {found:?}, not {wanted:?}");
        let top = model.top(&found, CLASSES);
        assert!(top.iter().all(|p| (p.probability - 1.0 / (1.0 + (-wanted[p.index]).exp())).abs() < 1e-4), "{name}");
    }
}

#[test]
fn a_softmax_written_out_gives_probabilities() {
    let head = vec![
        flatten("flat"),
        node("Exp", &["flat"], &["powers"], &[]),
        node("ReduceSum", &["powers", "axis"], &["sum"], &[]),
        node("Div", &["powers", "sum"], &["scores"], &[]),
    ];
    let graph = with(classifier(head, scores(&[1, 4])), vec![ints("axis", &[1])]);
    check("a softmax written out", graph, OPSET, 1e-4);
}

/// Ensembles end in the mean of several softmaxes, weighted or not.
#[test]
fn a_mean_of_softmaxes_gives_probabilities() {
    let two = || {
        vec![
            flatten("flat"),
            node("Softmax", &["flat"], &["p"], &[]),
            node("Mul", &["flat", "sharper"], &["sharp"], &[]),
            node("Softmax", &["sharp"], &["q"], &[]),
        ]
    };
    for (name, end) in [
        ("a mean", vec![node("Mean", &["p", "q"], &["scores"], &[])]),
        (
            "a half of the sum",
            vec![node("Add", &["p", "q"], &["sum"], &[]), node("Div", &["sum", "two"], &["scores"], &[])],
        ),
        (
            "weighted",
            vec![
                node("Mul", &["p", "third"], &["p3"], &[]),
                node("Mul", &["q", "third"], &["q3"], &[]),
                node("Sum", &["p3", "q3", "q3"], &["scores"], &[]),
            ],
        ),
        (
            "stacked",
            vec![
                node("Concat", &["p", "q"], &["both"], &[("axis", Set::Int(0))]),
                node("ReduceMean", &["both"], &["scores"], &[("axes", Set::Ints(vec![0]))]),
            ],
        ),
    ] {
        let constants =
            vec![floats("sharper", &[], &[3.0]), floats("two", &[], &[2.0]), floats("third", &[], &[1.0 / 3.0])];
        let graph = with(classifier([two(), end].concat(), scores(&[1, 4])), constants);
        let model = load(graph, OPSET, None).expect(name);
        assert_eq!(model.info().answers, Answers::Softmax, "{name}");
        // The logits are logarithms of what the file gives: their exponentials are probabilities.
        let total: f32 = logits(&model).iter().map(|logit| logit.exp()).sum();
        assert!((total - 1.0).abs() < 1e-4, "{name}: {total}");
    }
    // Two heads side by side are no mean, and neither is what a softmax is added to.
    for (name, end) in [
        ("side by side", node("Concat", &["p", "q"], &["scores"], &[("axis", Set::Int(1))])),
        ("beside scores", node("Add", &["p", "flat"], &["scores"], &[])),
    ] {
        let size = if name == "side by side" { 8 } else { 4 };
        let graph =
            with(classifier([two(), vec![end]].concat(), scores(&[1, size])), vec![floats("sharper", &[], &[3.0])]);
        let total: f32 = logits(&load(graph, OPSET, None).expect(name)).iter().map(|logit| logit.exp()).sum();
        assert!((total - 1.0).abs() > 0.1, "{name}: {total}");
    }
}

/// A profile that leaves `output` out takes what the end of the graph says, as no profile does.
#[test]
fn a_profile_may_leave_the_meaning_of_the_output_to_the_file() {
    let said = r#"{"size": 16, "resize": 16, "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]}"#;
    for (operator, output) in
        [("Identity", Output::Logits), ("Softmax", Output::Probabilities), ("Sigmoid", Output::Sigmoid)]
    {
        let last = node(operator, &["flat"], &["scores"], &[]);
        let graph = classifier(vec![flatten("flat"), last], scores(&[1, 4]));
        let model = load(graph, OPSET, Some(Profile::from_json(said).expect("a profile"))).expect(operator);
        assert_eq!(model.profile().output, Some(output), "{operator}");
        check_model(operator, &model, 1, 1e-5);
        let logits = Profile { output: Some(Output::Logits), ..model.profile().clone() };
        let warned = model.with_profile(logits, None).expect("as the profile says").info().warnings;
        let doubted = warned.iter().any(|warning| warning.contains("the file ends in probabilities"));
        assert_eq!(doubted, output != Output::Logits, "{operator}: {warned:?}");
    }
}

#[test]
fn a_sigmoid_beside_what_it_lacks_to_one_gives_two_probabilities() {
    let head = vec![
        flatten("flat"),
        node("Gather", &["flat", "first"], &["z"], &[("axis", Set::Int(1))]),
        node("Sigmoid", &["z"], &["yes"], &[]),
        node("Sub", &["one", "yes"], &["no"], &[]),
        node("Concat", &["no", "yes"], &["scores"], &[("axis", Set::Int(1))]),
    ];
    let model = opened(head, vec![ints("first", &[0]), floats("one", &[], &[1.0])], &[1, 2]);
    let z = logits(&load(good(), OPSET, None).expect("good"))[0];
    let [no, yes] = logits(&model).try_into().expect("two answers");
    assert!((yes - no - z).abs() < 1e-4, "{no} {yes} {z}");
}

/// As scikit-learn's classifiers with numbers for classes are written.
#[test]
fn scores_are_explained_rather_than_the_number_of_the_best_class() {
    let head = vec![
        flatten("flat"),
        node("ArgMax", &["flat"], &["best"], &[("axis", Set::Int(1)), ("keepdims", Set::Int(0))]),
        node("Wobble", &["names", "best"], &["label"], &[]),
        node("Identity", &["flat"], &["scores"], &[]),
    ];
    let outputs = vec![port("label", INT64, &[1]), port("scores", FLOAT, &[1, 4])];
    let model = load(with(classifier(head, outputs), vec![ints("names", &[0, 1, 2, 3])]), OPSET, None);
    check_model("scores behind a number", &model.expect("its scores are floats"), 1, 1e-6);
}

#[test]
fn one_score_is_two_answers() {
    let first = || node("Gather", &["flat", "first"], &["z"], &[("axis", Set::Int(1))]);
    let constants = || vec![ints("first", &[0]), ints("vector", &[-1])];
    let z = logits(&load(good(), OPSET, None).expect("good"))[0];
    let renamed = |mut last: NodeProto| {
        last.output = vec!["scores".into()];
        last
    };
    for (name, tail, shape, output) in [
        ("a logit [N, 1]", vec![renamed(node("Identity", &["z"], &[""], &[]))], &[1, 1][..], Output::BinaryLogit),
        ("a sigmoid [N, 1]", vec![node("Sigmoid", &["z"], &["scores"], &[])], &[1, 1], Output::Sigmoid),
        (
            "a sigmoid [N]",
            vec![node("Sigmoid", &["z"], &["p"], &[]), node("Reshape", &["p", "vector"], &["scores"], &[])],
            &[1],
            Output::Sigmoid,
        ),
    ] {
        let model = opened([vec![flatten("flat"), first()], tail].concat(), constants(), shape);
        assert_eq!(
            (model.classes(), model.answers(), model.profile().output),
            (2, Answers::Softmax, Some(output)),
            "{name}"
        );
        assert_eq!((model.labels().short(0), model.labels().short(1)), ("yes".to_owned(), "no".to_owned()));
        let top = model.top(&logits(&model), 2);
        let p = top.iter().find(|p| p.index == 0).expect("yes").probability;
        assert!((p - 1.0 / (1.0 + (-z).exp())).abs() < 1e-5, "{name}: {p}");
        assert!((top[0].probability + top[1].probability - 1.0).abs() < 1e-5);
    }
    let named = vanish::classifier::Labels::new(vec!["cat".into()]);
    let head = vec![flatten("flat"), first(), node("Sigmoid", &["z"], &["scores"], &[])];
    let bytes = tiny::bytes(&model(with(classifier(head, scores(&[1, 1])), constants()), OPSET));
    let model = OnnxClassifier::from_bytes("tiny", &bytes, None, Some(named), &Device::flex()).expect("one name");
    assert_eq!(model.labels().all(), ["cat", "not cat"]);
}

#[test]
fn a_zip_map_names_the_classes() {
    let ml = |op: &str, inputs: &[&str], outputs: &[&str], set: &[(&str, Set)]| NodeProto {
        domain: "ai.onnx.ml".into(),
        ..node(op, inputs, outputs, set)
    };
    let head = vec![
        flatten("flat"),
        node("Softmax", &["flat"], &["soft"], &[("axis", Set::Int(1))]),
        node("ArgMax", &["soft"], &["best"], &[("axis", Set::Int(1))]),
        ml("ArrayFeatureExtractor", &["names", "best"], &["classLabel"], &[]),
        ml(
            "ZipMap",
            &["soft"],
            &["loss"],
            &[("classlabels_strings", Set::Texts(vec!["red", "green", "blue", "grey"]))],
        ),
    ];
    let outputs = vec![port("classLabel", TEXT, &[1]), ValueInfoProto { name: "loss".into(), ..Default::default() }];
    let names = TensorProto {
        name: "names".into(),
        data_type: TEXT,
        dims: vec![4],
        string_data: vec![b"red".to_vec().into(); 4],
        ..Default::default()
    };
    let model = load(with(classifier(head, outputs), vec![names]), OPSET, None).expect("its scores are behind the map");
    check_model("a ZipMap", &model, 1, 1e-5);
    assert_eq!((model.labels().short(2), model.labelled()), ("blue".to_owned(), true));
    assert_eq!(model.profile().output, Some(Output::Probabilities));
}

#[test]
fn what_hugging_face_writes_beside_a_model_is_read() {
    let preprocessor = r#"{"do_resize": true, "size": {"height": 16, "width": 16}, "do_rescale": true, "do_normalize": true,
        "image_mean": [0.5, 0.5, 0.5], "image_std": [0.25, 0.25, 0.25]}"#;
    let config = r#"{"id2label": {"0": "tabby", "1": "tiger", "2": "lynx", "3": "puma"}}"#;
    let files = |named: &[(&str, &str)]| {
        Beside::listed(named.iter().map(|(name, text)| ((*name).into(), text.as_bytes().to_vec())).collect())
    };
    let beside = files(&[("preprocessor_config.json", preprocessor), ("config.json", config)]);
    let model = load_file(&model(good(), OPSET), &beside, None).expect("a good file");
    let info = model.info();
    assert_eq!(
        (info.profile_source, info.profile.mean.clone(), info.profile.std.clone()),
        (Source::File, vec![0.5; 3], vec![0.25; 3])
    );
    assert_eq!((model.labels().short(2), info.labelled), ("lynx".to_owned(), true));
    let short = r#"{"id2label": {"0": "only"}}"#;
    let other = load_file(&same::tiny::model(good(), OPSET), &files(&[("config.json", short)]), None)
        .expect("names that do not fit");
    assert!(!other.labelled() && other.profile_assumed());
}

#[test]
fn scores_that_are_no_numbers_are_refused() {
    let head = vec![
        flatten("flat"),
        node("Sub", &["flat", "far"], &["below"], &[]),
        node("Log", &["below"], &["scores"], &[]),
    ];
    let model = opened(head, vec![floats("far", &[], &[1000.0])], &[1, 4]);
    let picture = vanish::picture::RgbImage::from_pixel(16, 16, image::Rgb([90, 120, 30]));
    let error = pollster::block_on(model.logits_of(&picture)).expect_err("not numbers");
    assert!(error.kind() == ErrorKind::Model && error.to_string().contains("4 of the model's 4 scores"), "{error}");
}
