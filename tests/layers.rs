//! The layer that Grad-CAM takes by itself, in networks that cut the picture into patches.

mod common;
#[path = "common/same.rs"]
mod same;

use std::process::Command;
use std::rc::Rc;

use burn::tensor::Device;
use common::{floats as numbers, golden, golden_dir, greatest_relative};
use image::RgbImage;
use onnx_ir::NodeProto;
use same::tiny::{FLOAT, Set, floats, graph, ints, node, port};
use same::{load, pictures, read};
use vanish::array::Array;
use vanish::classifier::{Classifier, OnnxClassifier, Profile};
use vanish::explain::Run;
use vanish::job::run_to_end;
use vanish::methods::gradcam;
use vanish::picture::Planes;
use vanish::question::Subject;

fn named(name: &str, node: NodeProto) -> NodeProto {
    NodeProto { name: name.into(), ..node }
}

/// A layer normalisation over the last axis, as one node or as exporters wrote it before operator set 17.
fn norm(name: &str, from: &str, to: &str, as_one: bool) -> Vec<NodeProto> {
    if as_one {
        let set = [("axis", Set::Int(-1)), ("epsilon", Set::Float(1e-5))];
        return vec![named(name, node("LayerNormalization", &[from, "gamma", "beta"], &[to], &set))];
    }
    let inner = |part: &str| format!("{name} {part}");
    let last = [("axes", Set::Ints(vec![-1]))];
    let step = |op: &str, inputs: &[&str], output: &str, set: &[(&str, Set)]| node(op, inputs, &[output], set);
    vec![
        step("ReduceMean", &[from], &inner("mean"), &last),
        step("Sub", &[from, &inner("mean")], &inner("centred"), &[]),
        step("Pow", &[&inner("centred"), "two"], &inner("square"), &[]),
        step("ReduceMean", &[&inner("square")], &inner("variance"), &last),
        step("Add", &[&inner("variance"), "epsilon"], &inner("above"), &[]),
        step("Sqrt", &[&inner("above")], &inner("deviation"), &[]),
        step("Div", &[&inner("centred"), &inner("deviation")], &inner("white"), &[]),
        step("Mul", &[&inner("white"), "gamma"], &inner("scaled"), &[]),
        step("Add", &[&inner("scaled"), "beta"], to, &[]),
    ]
}

/// Patches of 4 × 4, a class token before them, one block of attention, and the class token's scores.
fn transformer(as_one: bool) -> OnnxClassifier {
    let wave = |count: usize, phase: usize| -> Vec<f32> {
        (0..count).map(|i| ((i * 37 + phase * 11) % 23) as f32 / 23.0 - 0.5).collect()
    };
    let mut nodes = vec![
        named("patches", node("Conv", &["picture", "w"], &["cut"], &[("strides", Set::Ints(vec![4, 4]))])),
        node("Reshape", &["cut", "flat"], &["flattened"], &[]),
        node("Transpose", &["flattened"], &["tokens"], &[("perm", Set::Ints(vec![0, 2, 1]))]),
        node("Concat", &["class token", "tokens"], &["x"], &[("axis", Set::Int(1))]),
    ];
    nodes.extend(norm("norm1", "x", "n", as_one));
    nodes.extend([
        node("MatMul", &["n", "wq"], &["q"], &[]),
        node("MatMul", &["n", "wk"], &["k"], &[]),
        node("MatMul", &["n", "wv"], &["v"], &[]),
        node("Transpose", &["k"], &["kt"], &[("perm", Set::Ints(vec![0, 2, 1]))]),
        node("MatMul", &["q", "kt"], &["pairs"], &[]),
        node("Softmax", &["pairs"], &["attention"], &[("axis", Set::Int(-1))]),
        node("MatMul", &["attention", "v"], &["mixed"], &[]),
        node("Add", &["x", "mixed"], &["y"], &[]),
    ]);
    nodes.extend(norm("norm2", "y", "z", as_one));
    nodes.extend([
        node("Gather", &["z", "first"], &["class"], &[("axis", Set::Int(1))]),
        node("Flatten", &["class"], &["row"], &[]),
        node("MatMul", &["row", "head"], &["scores"], &[]),
    ]);
    let constants = vec![
        floats("w", &[8, 3, 4, 4], &wave(384, 1)),
        floats("class token", &[1, 1, 8], &wave(8, 2)),
        floats("gamma", &[8], &[1.0; 8]),
        floats("beta", &[8], &[0.0; 8]),
        floats("two", &[], &[2.0]),
        floats("epsilon", &[], &[1e-5]),
        floats("wq", &[8, 8], &wave(64, 3)),
        floats("wk", &[8, 8], &wave(64, 4)),
        floats("wv", &[8, 8], &wave(64, 5)),
        floats("head", &[8, 4], &wave(32, 6)),
        ints("flat", &[0, 8, 16]),
        ints("first", &[0]),
    ];
    let (inputs, outputs) = (vec![port("picture", FLOAT, &[1, 3, 16, 16])], vec![port("scores", FLOAT, &[1, 4])]);
    load(graph(nodes, constants, inputs, outputs), 17, None).expect("it opens")
}

fn second(logits: Array) -> Array {
    let values = (0..logits.len()).map(|i| if i % 4 == 1 { 1.0 } else { 0.0 }).collect();
    Array::new(values, &logits.shape(), &Device::flex())
}

fn looked_at(model: &OnnxClassifier, layer: Option<&str>) -> (Vec<f32>, Vec<f32>) {
    let (activation, gradient) = model.activation_and_gradient(pictures(1), layer, &second).expect("there is a layer");
    assert_eq!((activation.shape(), gradient.shape()), (vec![1, 8, 4, 4], vec![1, 8, 4, 4]));
    (read(activation), read(gradient))
}

#[test]
fn a_transformer_is_looked_at_before_its_last_attention() {
    let model = transformer(true);
    assert!(!model.sees_patches_only());
    let (activation, gradient) = looked_at(&model, None);
    // Normalised over its channels, and each place's own: the class token is none of them.
    for place in 0..16 {
        let channels: Vec<f32> = (0..8).map(|channel| activation[channel * 16 + place]).collect();
        let mean = channels.iter().sum::<f32>() / 8.0;
        let variance = channels.iter().map(|v| (v - mean) * (v - mean)).sum::<f32>() / 8.0;
        assert!(mean.abs() < 1e-5 && (variance - 1.0).abs() < 1e-2, "place {place}: {mean} {variance}");
    }
    assert!(gradient.iter().any(|g| g.abs() > 1e-4), "the class token attends to the places");
    assert_eq!((activation.clone(), gradient.clone()), looked_at(&model, Some("norm1")));
    assert_ne!(activation, looked_at(&model, Some("patches")).0);
    // After the last block only the class token is read: its grid has no gradient.
    assert!(looked_at(&model, Some("norm2")).1.iter().all(|g| *g == 0.0));
    let (decomposed, its_gradient) = looked_at(&transformer(false), None);
    assert!(activation.iter().zip(&decomposed).all(|(a, b)| (a - b).abs() < 1e-4));
    assert!(gradient.iter().zip(&its_gradient).all(|(a, b)| (a - b).abs() < 1e-4));
}

#[test]
fn where_there_is_nothing_but_patches_that_is_said() {
    let weights: Vec<f32> = (0..384).map(|i| ((i * 37 % 23) as f32 - 11.0) / 20.0).collect();
    let nodes = vec![
        named("patches", node("Conv", &["picture", "w"], &["cut"], &[("strides", Set::Ints(vec![4, 4]))])),
        node("Relu", &["cut"], &["seen"], &[]),
        node("GlobalAveragePool", &["seen"], &["pooled"], &[]),
        node("Flatten", &["pooled"], &["scores"], &[]),
    ];
    let (inputs, outputs) = (vec![port("picture", FLOAT, &[1, 3, 16, 16])], vec![port("scores", FLOAT, &[1, 8])]);
    let patches = load(graph(nodes, vec![floats("w", &[8, 3, 4, 4], &weights)], inputs, outputs), 17, None);
    assert!(patches.expect("it opens").sees_patches_only());
    assert!(!load(same::tiny::good(), 17, None).expect("it opens").sees_patches_only());
}

// --- against a PyTorch hook: tests/reference/gradcam_tokens.py ---

/// The script's picture.
fn picture_by_formula() -> RgbImage {
    let value = |x: u32, y: u32, c: u32| ((x * 7 + y * 13 * (c + 1) + (y / 9) * (x / 11) * 60) % 256) as u8;
    RgbImage::from_fn(32, 32, |x, y| image::Rgb([value(x, y, 0), value(x, y, 1), value(x, y, 2)]))
}

fn exported(name: &str) -> OnnxClassifier {
    let bytes = std::fs::read(golden_dir().join(format!("tokens_{name}.onnx"))).expect("it is in the repository");
    let text = r#"{"name": "tokens", "size": 32, "resize": 32, "mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5]}"#;
    let profile = Profile::from_json(text).expect("a good profile");
    OnnxClassifier::from_bytes(name, &bytes, Some(profile), None, &Device::flex()).expect("it opens")
}

#[test]
fn token_grids_are_those_of_a_pytorch_hook() {
    let golden = golden("gradcam_tokens.json");
    for name in ["vit", "swin"] {
        let (model, wanted) = (exported(name), &golden[name]);
        let class = wanted["class"].as_u64().expect("a class") as usize;
        let one = |logits: Array| {
            let values = (0..5).map(|i| if i == class { 1.0 } else { 0.0 }).collect();
            Array::new(values, &logits.shape(), &Device::flex())
        };
        let planes = Planes::of(&picture_by_formula());
        let pixels = Array::new(planes.values, &[1, 3, 32, 32], &Device::flex());
        let logits = read(model.logits(pixels.clone()).expect("it answers"));
        assert!(greatest_relative(&logits, &numbers(&wanted["logits"])) < 1e-4, "{name}: {logits:?}");
        let (activation, gradient) = model.activation_and_gradient(pixels, None, &one).expect("there is a layer");
        assert_eq!(activation.shape()[1..], [16, 4, 4], "{name}");
        for (part, found) in [("activation", read(activation)), ("gradient", read(gradient))] {
            let differ = greatest_relative(&found, &numbers(&wanted[part]));
            assert!(differ < 1e-4, "{name}: the {part} differs by {differ} of the largest");
        }
    }
}

#[test]
fn maps_of_token_grids_are_those_of_a_pytorch_hook() {
    let golden = golden("gradcam_tokens.json");
    for name in ["vit", "swin"] {
        let wanted = numbers(&golden[name]["map"]);
        let class = golden[name]["class"].as_u64().expect("a class") as usize;
        let model = Rc::new(exported(name));
        let subject = Subject::new(picture_by_formula(), class, model.labels(), &[], &[]);
        let run = Run::new(model, subject, gradcam::METHOD.preset());
        let explained = pollster::block_on(async { run_to_end(&mut run.await?).await }).expect("a map");
        let found = explained.evidence().values;
        // The map that is shown runs from 0 to 1, whatever the gradient's size.
        let largest = |values: &[f32]| values.iter().fold(0f32, |m, v| m.max(*v));
        let (a, b) = (largest(&found), largest(&wanted));
        let differ = found.iter().zip(&wanted).map(|(f, w)| (f / a - w / b).abs()).fold(0f32, f32::max);
        assert!(differ < 1e-3, "{name}: the maps differ by {differ} of the largest");
        let patches = explained.warnings().iter().any(|warning| warning.contains("cuts the picture"));
        assert!(!patches, "{name}: {:?}", explained.warnings());
    }
}

/// Explains a critter by the command; its report and what it says beside.
fn by_the_command(name: &str, method: &str) -> (serde_json::Value, String) {
    let model = golden_dir().join(format!("tokens_{name}.onnx"));
    let mut command = Command::new(env!("CARGO_BIN_EXE_vanish"));
    command.args(["explain", "critter:3", "--method", method, "--json", "--model"]).arg(model);
    let output = command.output().expect("the command starts");
    assert!(output.status.success(), "{output:?}");
    let report = serde_json::from_slice(&output.stdout).expect("one object");
    (report, String::from_utf8_lossy(&output.stderr).into_owned())
}

/// Files as an exporter wrote them: a ViT has no rectifiers, and of a Mixer's layers only the patches are a map.
#[test]
fn methods_that_do_not_suit_a_file_say_so_in_the_command_and_in_the_report() {
    let (guided, patches) = ("no rectifiers", "cuts the picture into patches");
    for (name, method, warning) in [
        ("vit", "guided", Some(guided)),
        ("mixer", "gradcam", Some(patches)),
        ("vit", "gradcam", None),
        ("swin", "gradcam", None),
        ("vit", "gradient", None),
    ] {
        let (report, said) = by_the_command(name, method);
        let written = report["finding"]["warnings"].to_string();
        for word in [guided, patches] {
            let expected = warning == Some(word);
            assert_eq!(written.contains(word), expected, "{method} of {name}, the report: {written}");
            assert_eq!(said.contains(word), expected, "{method} of {name}, the command: {said}");
        }
    }
}
