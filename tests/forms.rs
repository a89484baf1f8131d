//! The same network in every form that exporters give a classifier: all answer with the same logits and gradients.

#[path = "common/same.rs"]
mod same;

use burn::tensor::Device;
use onnx_ir::{GraphProto, NodeProto, TensorProto, ValueInfoProto};
use same::tiny::{self, FLOAT, FLOAT16, INT64, SIDE, Set, classifier, good, ints, node, port};
use same::{OPSET, check, check_model, load, pictures, read};
use vanish::ErrorKind;
use vanish::array::Array;
use vanish::classifier::{Beside, Classifier, Labels, OnnxClassifier, Profile};

fn scores(shape: &[i64]) -> Vec<ValueInfoProto> {
    vec![port("scores", FLOAT, shape)]
}

fn with(mut graph: GraphProto, constants: Vec<TensorProto>) -> GraphProto {
    graph.initializer.extend(constants);
    graph
}

fn flatten(to: &str) -> NodeProto {
    node("Flatten", &["pooled"], &[to], &[])
}

#[test]
fn every_shape_of_the_output_is_read_as_one_score_a_class() {
    let identity = || node("Identity", &["pooled"], &["scores"], &[]);
    check("[N, K]", good(), OPSET, 1e-6);
    check("[N, K, 1, 1]", classifier(vec![identity()], scores(&[1, 4, 1, 1])), OPSET, 1e-6);
    for (name, shape) in [("[N, 1, K]", vec![0, 1, 4]), ("[K]", vec![4]), ("[1, 1, 1, K]", vec![1, 1, 1, 4])] {
        let reshape = node("Reshape", &["pooled", "shape"], &["scores"], &[]);
        check(name, with(classifier(vec![reshape], scores(&[])), vec![ints("shape", &shape)]), OPSET, 1e-6);
    }
}

#[test]
fn a_softmax_or_the_best_class_at_the_end_is_undone() {
    let softmax = |from: &str, to: &str| node("Softmax", &[from], &[to], &[("axis", Set::Int(1))]);
    let argmax = |from: &str, keep: i64| {
        node("ArgMax", &[from], &["scores"], &[("axis", Set::Int(1)), ("keepdims", Set::Int(keep))])
    };
    let best = || vec![port("scores", INT64, &[])];
    check("softmax", classifier(vec![flatten("flat"), softmax("flat", "scores")], scores(&[1, 4])), OPSET, 1e-5);
    check(
        "softmax, then flat",
        classifier(vec![softmax("pooled", "soft"), node("Flatten", &["soft"], &["scores"], &[])], scores(&[1, 4])),
        OPSET,
        1e-5,
    );
    check("argmax", classifier(vec![flatten("flat"), argmax("flat", 1)], best()), OPSET, 1e-6);
    check("argmax, flat", classifier(vec![flatten("flat"), argmax("flat", 0)], best()), OPSET, 1e-6);
    check("argmax of a map", classifier(vec![argmax("pooled", 1)], best()), OPSET, 1e-6);
    check(
        "softmax, argmax",
        classifier(vec![flatten("flat"), softmax("flat", "soft"), argmax("soft", 0)], best()),
        OPSET,
        1e-5,
    );
    let cast = node("Cast", &["index"], &["scores"], &[("to", Set::Int(1))]);
    let index = node("ArgMax", &["pooled"], &["index"], &[("axis", Set::Int(1))]);
    check("argmax, cast", classifier(vec![index, cast], scores(&[])), OPSET, 1e-6);
}

#[test]
fn every_form_of_the_input_is_read_as_a_picture() {
    let side = SIDE as i64;
    let input = |shape: &[i64]| GraphProto { input: vec![port("picture", FLOAT, shape)], ..good() };
    check("a free batch", input(&[-1, 3, side, side]), OPSET, 1e-6);
    let sized = Profile { size: SIDE, resize: SIDE, ..load(good(), OPSET, None).expect("good").profile().clone() };
    let free = load(input(&[-1, 3, -1, -1]), OPSET, Some(sized)).expect("a free size");
    check_model("a free size", &free, 3, 1e-6);
    let pair = load(input(&[2, 3, side, side]), OPSET, None).expect("a batch of two");
    check_model("a batch of two", &pair, 2, 1e-6);
    check_model("two batches of two", &pair, 4, 1e-6);
    for (name, shape) in [("NHWC", [1, side, side, 3]), ("NHWC, free", [-1, side, side, 3])] {
        let mut graph = good();
        graph.input = vec![port("seen", FLOAT, &shape)];
        graph.node.insert(0, node("Transpose", &["seen"], &["picture"], &[("perm", Set::Ints(vec![0, 3, 1, 2]))]));
        check(name, graph, OPSET, 1e-6);
    }
}

#[test]
fn one_of_several_outputs_is_chosen_by_name() {
    let twice = node("Add", &["flat", "flat"], &["twice"], &[]);
    let head = vec![
        flatten("flat"),
        twice,
        node("Wobble", &["pooled"], &["odd"], &[]),
        node("Softmax", &["flat"], &["soft"], &[]),
    ];
    let outputs = || {
        vec![
            port("twice", FLOAT, &[1, 4]),
            port("odd", FLOAT, &[]),
            port("flat", FLOAT, &[1, 4]),
            port("soft", FLOAT, &[1, 4]),
        ]
    };
    let first = load(classifier(head, outputs()), OPSET, None).expect("what is not chosen need not be supported");
    let info = first.info();
    assert_eq!(info.output_name, "twice");
    assert!(info.warnings.iter().any(|w| w.contains("4 outputs") && w.contains("\"flat\"")), "{:?}", info.warnings);
    let chosen = first.with_output("flat").expect("it has one");
    check_model("the third output", &chosen, 1, 1e-6);
    check_model("a softmax chosen", &first.with_output("soft").expect("it has one"), 1, 1e-5);
    let by_profile = Profile { output_name: Some("flat".into()), ..first.profile().clone() };
    check_model("by the profile", &first.with_profile(by_profile, None).expect("it has one"), 1, 1e-6);
    let error = first.with_output("gone").err().expect("it has none");
    assert_eq!(error.kind(), ErrorKind::Profile);
    assert!(error.to_string().contains("\"twice\", \"odd\", \"flat\""), "{error}");
    let error = first.with_output("odd").err().expect("it is not supported");
    assert!(error.to_string().contains("the operator Wobble"), "{error}");
}

#[test]
fn names_of_one_outputs_classes_are_not_those_of_an_output_with_more() {
    let twice = node("Concat", &["flat", "flat"], &["wide"], &[("axis", Set::Int(1))]);
    let outputs = vec![port("flat", FLOAT, &[1, 4]), port("wide", FLOAT, &[1, 8])];
    let plain = load(classifier(vec![flatten("flat"), twice], outputs), OPSET, None).expect("a classifier");
    let names = Labels::parse("one\ntwo\nthree\nfour").expect("four names");
    let named = plain.with_profile(plain.profile().clone(), Some(names)).expect("they fit");
    assert!(named.labelled() && named.with_output("flat").expect("it has one").labelled());
    let wide = named.with_output("wide").expect("it has one");
    assert_eq!((wide.labelled(), wide.labels().short(7)), (false, "class 7".to_owned()));
}

#[test]
fn an_output_is_chosen_of_a_model_whose_first_holds_no_scores() {
    let graph = || {
        let outputs = vec![port("relu", FLOAT, &[1, 4, 16, 16]), port("scores", FLOAT, &[1, 4])];
        classifier(vec![node("Flatten", &["pooled"], &["scores"], &[])], outputs)
    };
    let refusal = load(graph(), OPSET, None).err().expect("a map is no score").to_string();
    for said in ["\"scores\" [1, 4]", "output_name"] {
        assert!(refusal.contains(said), "{refusal}");
    }
    let file = tiny::bytes(&tiny::model(graph(), OPSET));
    let wrong = load(good(), OPSET, None).expect("good").profile().clone();
    let wrong = Profile { output_name: Some("gone".into()), ..wrong };
    for profile in [None, Some(wrong)] {
        let (beside, device) = (Beside::nothing(), Device::flex());
        let chosen = OnnxClassifier::choosing("tiny", &file, &beside, profile, None, Some("scores"), &device);
        check_model("the second output", &chosen.expect("it holds scores"), 1, 1e-6);
    }
}

#[test]
fn a_batch_that_is_fixed_is_filled_with_the_picture() {
    let side = SIDE as i64;
    let graph = || GraphProto { input: vec![port("picture", FLOAT, &[4, 3, side, side])], ..good() };
    let four = load(graph(), OPSET, None).expect("a batch of four");
    check_model("one picture", &four, 1, 1e-6);
    check_model("three pictures", &four, 3, 1e-6);
    assert!(four.info().warnings.iter().any(|warning| warning.contains("4 pictures at a time")));
    let maps = |model: &OnnxClassifier| {
        let first = |logits: Array| logits.mul_scalar(1.0);
        let (map, gradient) = model.activation_and_gradient(pictures(1), None, &first).expect("a layer");
        (map.shape(), read(map), read(gradient))
    };
    assert_eq!(maps(&four), maps(&load(good(), OPSET, None).expect("good")));
}

#[test]
fn a_batch_of_minus_one_is_free() {
    let mut graph = good();
    let tensor = graph.input[0].type_.mut_or_insert_default().mut_tensor_type();
    tensor.shape.mut_or_insert_default().dim[0].set_dim_value(-1);
    check("a batch of -1", graph, OPSET, 1e-6);
}

#[test]
fn broadcast_and_axis_of_old_operator_sets_are_honoured() {
    let along = || [("broadcast", Set::Int(1)), ("axis", Set::Int(1))];
    let head = vec![
        node("Add", &["relu", "bias"], &["moved"], &along()),
        node("PRelu", &["moved", "slope"], &["bent"], &[]),
        node("Sub", &["bent", "bias"], &["back"], &along()),
        node("GlobalAveragePool", &["back"], &["mean4"], &[]),
        node("Flatten", &["mean4"], &["scores"], &[]),
    ];
    let constants =
        vec![tiny::floats("bias", &[4], &[1.0, 2.0, 3.0, 4.0]), tiny::floats("slope", &[4], &[0.1, 0.2, 0.3, 0.4])];
    check("operator set 6", with(classifier(head, scores(&[1, 4])), constants), 6, 1e-5);
}

#[test]
fn half_precision_weights_are_computed_in_single() {
    let mut graph = good();
    for tensor in &mut graph.initializer {
        let halves = tensor
            .raw_data
            .chunks_exact(4)
            .flat_map(|b| half(f32::from_le_bytes([b[0], b[1], b[2], b[3]])).to_le_bytes());
        tensor.raw_data = halves.collect::<Vec<u8>>().into();
        tensor.data_type = FLOAT16;
    }
    graph.input[0] = port("picture", FLOAT16, &[1, 3, 16, 16]);
    graph.output[0] = port("scores", FLOAT16, &[1, 4]);
    check("float16", graph.clone(), OPSET, 2e-3);
    // As converters leave them: single precision outside, casts within.
    graph.input[0] = port("outside", FLOAT, &[1, 3, 16, 16]);
    graph.node.insert(0, node("Cast", &["outside"], &["picture"], &[("to", Set::Int(i64::from(FLOAT16)))]));
    check("float16 with casts", graph, OPSET, 2e-3);
}

/// The nearest half to a number of usual size.
fn half(value: f32) -> u16 {
    let bits = value.to_bits();
    if value == 0.0 {
        return 0;
    }
    let exponent = (bits >> 23 & 0xff) as i32 - 127 + 15;
    assert!((1..31).contains(&exponent), "{value} is not usual");
    let rounded = (bits & 0x7f_ffff) + 0x1000;
    ((bits >> 16 & 0x8000) + ((exponent as u32) << 10) + (rounded >> 13)) as u16
}

/// What changed between operator sets: attributes became inputs, and the softmax a single axis.
#[test]
fn every_operator_set_from_7_on_says_the_same() {
    for opset in 7..=24 {
        let mut head = vec![];
        let mut constants = vec![ints("one", &[1]), ints("last", &[2, 3])];
        constants.extend([
            tiny::floats("low", &[], &[-9.0]),
            tiny::floats("high", &[], &[9.0]),
            tiny::floats("ratio", &[], &[0.5]),
        ]);
        let list = |name: &'static str, from: i64, values: &[i64], input: &'static str| {
            if opset < from { (vec![], vec![(name, Set::Ints(values.to_vec()))]) } else { (vec![input], vec![]) }
        };
        let (extra, set) = list("axes", 13, &[2, 3], "last");
        head.push(node("Squeeze", &[vec!["pooled"], extra].concat(), &["flat"], &set));
        let (extra, set) = list("axes", 13, &[1], "one");
        head.push(node("Unsqueeze", &[vec!["flat"], extra].concat(), &["row"], &set));
        let (extra, mut set) = list("axes", 13, &[1], "one");
        set.push(("keepdims", Set::Int(0)));
        head.push(node("ReduceSum", &[vec!["row"], extra].concat(), &["sum"], &set));
        head.push(if opset < 11 {
            node("Clip", &["sum"], &["clipped"], &[("min", Set::Float(-9.0)), ("max", Set::Float(9.0))])
        } else {
            node("Clip", &["sum", "low", "high"], &["clipped"], &[])
        });
        head.push(if opset < 12 {
            node("Dropout", &["clipped"], &["kept"], &[("ratio", Set::Float(0.5))])
        } else {
            node("Dropout", &["clipped", "ratio"], &["kept"], &[])
        });
        head.push(node("Softmax", &["kept"], &["scores"], &[("axis", Set::Int(1))]));
        let graph = with(classifier(head, scores(&[1, 4])), constants);
        check(&format!("operator set {opset}"), graph, opset, 1e-5);
    }
}

#[test]
fn what_a_model_holds_and_takes_is_told() {
    let model = load(good(), OPSET, None).expect("a good file");
    let info = model.info();
    assert_eq!(info.input, ["picture [1, 3, 16, 16]"]);
    assert_eq!(info.output, ["scores [1, 4]"]);
    assert_eq!(info.parameters, 108 + 4 + 4 * 4);
    assert_eq!(info.operators["Conv"], 1);
    assert_eq!(info.simplified.batch_norms_folded, 1);
    // The folded weights, once more turned for the gradient, the bias, and six constants of the preprocessing.
    assert_eq!(info.memory.weights, 4 * (2 * 108 + 4 + 6));
    // Twice the picture in preprocessing, the convolution and the rectifier 4 maps each, 4 means.
    assert_eq!(info.memory.activations, 4 * (2 * 768 + 2 * 1024 + 4));
}
