//! The graphics card against the processor, natively: every operator, whole networks, and each kernel of our own.
//!
//! A software adapter serves (lavapipe, of Debian's `mesa-vulkan-drivers`). Without any the tests say so and pass.

#![cfg(feature = "gpu")]

#[path = "common/cases.rs"]
mod cases;
mod common;

use std::rc::Rc;
use std::sync::OnceLock;

use burn::tensor::Device;
use cases::{Given, cases, file, values, wave};
use common::testdata;
use onnx_ir::Message;
use vanish::array::Array;
use vanish::classifier::graph::{Graph, Rectifier, sample};
use vanish::classifier::lower::{Binding, lower};
use vanish::classifier::onnx::Model;
use vanish::classifier::{Classifier, OnnxClassifier, Profile};
use vanish::explain::Run;
use vanish::job::Job;
use vanish::mask::{Area, Variation};
use vanish::methods::{Game, Method, Settings, fast, meaningful};
use vanish::question::Subject;

/// What the two may differ by, relative to the largest number: they sum in other orders.
const PARITY: f32 = 2e-3;

/// The graphics card; none, said loudly, where the machine has no adapter.
fn card() -> Option<Device> {
    static CARD: OnceLock<Option<Device>> = OnceLock::new();
    let opened = || match Device::wgpu_options().tasks_max(32).init() {
        Ok(device) => Some(device),
        Err(why) => {
            eprintln!("*** SKIPPED: no graphics card can be used ({why}). Nothing was compared. ***");
            None
        }
    };
    CARD.get_or_init(opened).clone()
}

fn read(array: Array) -> Vec<f32> {
    pollster::block_on(array.read()).expect("the device reads")
}

fn check(what: &str, card: &[f32], processor: &[f32]) {
    let scale = processor.iter().fold(1e-6f32, |most, v| most.max(v.abs()));
    assert_eq!(card.len(), processor.len(), "{what}");
    for (at, (a, b)) in card.iter().zip(processor).enumerate() {
        assert!((a - b).abs() <= PARITY * scale, "{what}, element {at}: {a} on the card, {b} on the processor");
    }
}

/// A gradient through many rectifiers jumps where one of them is at its kink, and the two round otherwise: so their
/// difference is taken as a whole.
fn check_whole(what: &str, card: &[f32], processor: &[f32]) {
    let norm = |values: &mut dyn Iterator<Item = f32>| values.map(|v| f64::from(v).powi(2)).sum::<f64>().sqrt();
    assert_eq!(card.len(), processor.len(), "{what}");
    let apart = norm(&mut card.iter().zip(processor).map(|(a, b)| a - b)) / norm(&mut processor.iter().copied());
    assert!(apart < 0.02, "{what}: they are {apart} of the processor's length apart");
}

/// Its outputs, and its gradients given waves as those of the first output.
fn passes(graph: &Graph, given: &[(Vec<f32>, Vec<usize>)], rectifier: Rectifier, device: &Device) -> Vec<Vec<f32>> {
    let inputs = given.iter().map(|(values, shape)| Array::new(values.clone(), shape, device)).collect();
    let (outputs, tape) = graph.run_taped(inputs, None).expect("shapes fit");
    let shape = outputs[0].shape();
    let pull = Array::new(wave(outputs[0].len(), 5), &shape, device);
    let gradients = graph.gradient(tape, pull, rectifier).into_iter().flatten();
    outputs.into_iter().chain(gradients).map(read).collect()
}

#[test]
fn every_operator_is_the_processors_on_the_card_with_its_gradient() {
    let Some(card) = card() else { return };
    for (number, case) in cases().iter().enumerate() {
        let inputs = values(case);
        let model = Model::from_bytes(&file(case).write_to_bytes().expect("it serialises")).expect("a good file");
        let on = |device: &Device| {
            let bind = |port: &vanish::classifier::onnx::Port| {
                let i: usize = port.name[1..].parse().expect("named by number");
                let host = inputs[i].clone().expect("absent inputs have no port");
                let waves = matches!(case.given[i], Given::Wave(..));
                Ok(if waves { Binding::Shape(host.shape) } else { Binding::Known(host) })
            };
            let graph = lower(&model, bind, device).unwrap_or_else(|e| panic!("{}: {e}", case.operator));
            let waves = inputs.iter().zip(&case.given).filter(|(_, given)| matches!(given, Given::Wave(..)));
            let given: Vec<_> =
                waves.filter_map(|(host, _)| host.as_ref()).map(|h| (h.values.to_vec(), h.shape.clone())).collect();
            passes(&graph, &given, Rectifier::True, device)
        };
        let (found, expected) = (on(&card), on(&Device::flex()));
        for (part, (a, b)) in found.iter().zip(&expected).enumerate() {
            check(&format!("case {number}, {}, part {part}", case.operator), a, b);
        }
    }
}

/// Logits and gradients of a network for two pictures, plain and guided, and what Grad-CAM asks for.
fn network(file: &std::path::Path, device: &Device) -> Vec<Vec<f32>> {
    let read_file = |path: &std::path::Path| std::fs::read(path).expect("the file");
    let profile = String::from_utf8(read_file(&file.with_extension("json"))).expect("a profile is text");
    let profile = Profile { labels: None, ..Profile::from_json(&profile).expect("a good profile") };
    let classifier =
        OnnxClassifier::from_bytes("model", &read_file(file), Some(profile), None, device).expect("a model that loads");
    let side = classifier.size();
    let values: Vec<f32> = wave(2 * 3 * side * side, 3).into_iter().map(|w| 0.5 + 0.5 * w).collect();
    let pictures = || Array::new(values.clone(), &[2, 3, side, side], device);
    let pull = |logits: Array| Array::new(wave(logits.len(), 9), &logits.shape(), device);
    let (logits, gradient) = classifier.logits_and_gradient(pictures(), &pull).expect("it runs");
    let (_, guided) = classifier.guided_gradient(pictures(), &pull).expect("it runs");
    let (map, at_layer) = classifier.activation_and_gradient(pictures(), None, &pull).expect("it runs");
    [logits, gradient, guided, map, at_layer].map(read).into()
}

#[test]
fn a_network_with_every_launch_is_the_processors_on_the_card() {
    let Some(card) = card() else { return };
    let on = |device: &Device| sample::answers_and_gradient(device).expect("it runs").map(read);
    let (found, expected) = (on(&card), on(&Device::flex()));
    assert_eq!(expected[1].len(), 2 * 3 * 21 * 21, "the gradient is there");
    for (part, (a, b)) in ["answers", "gradient"].iter().zip(found.iter().zip(&expected)) {
        check(part, a, b);
    }
}

#[test]
fn networks_are_the_processors_on_the_card() {
    let Some(card) = card() else { return };
    let built_in = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("www/models/critters.onnx");
    let mut files = vec![built_in];
    if let Some(folder) = testdata() {
        let names = ["squeezenet1.1", "mobilenetv2", "shufflenetv2_100_deq"];
        files.extend(names.map(|name| folder.join(format!("models/{name}.onnx"))));
    }
    for file in files {
        let (found, expected) = (network(&file, &card), network(&file, &Device::flex()));
        let parts = ["logits", "gradient", "guided gradient", "activation", "gradient at a layer"];
        for (part, (a, b)) in parts.iter().zip(found.iter().zip(&expected)) {
            let what = format!("{}, {part}", file.display());
            if part.contains("gradient") { check_whole(&what, a, b) } else { check(&what, a, b) }
        }
    }
}

/// The value and the gradient of the terms on a device; the processor's own gradient is tested by finite differences.
fn regularised(beta: f32, edges: bool, free_value: f32, device: &Device) -> Vec<Vec<f32>> {
    let picture: Vec<f32> = wave(3 * 24 * 24, 4).into_iter().map(|w| 0.5 + 0.1 * w).collect();
    let grids: Vec<f32> = wave(2 * 12 * 12, 8).into_iter().map(|w| 0.5 + 0.4 * w).collect();
    let mut variation = Variation::new(0.7, beta, 12, device);
    if edges {
        variation = variation.along_edges(Array::new(picture, &[1, 3, 24, 24], device));
    }
    let area = Area { weight: 0.3, free_value };
    let (value, gradient) = variation.with_area(area, Array::new(grids, &[2, 1, 12, 12], device));
    assert_eq!(value.shape(), [2, 1, 1, 1]);
    vec![read(value), read(gradient)]
}

#[test]
fn regularisers_are_the_processors_on_the_card() {
    let Some(card) = card() else { return };
    for beta in [1.0, 1.5, 2.0, 3.0, 4.0] {
        for (edges, free_value) in [(false, 1.0), (false, 0.0), (true, 1.0)] {
            let (found, expected) =
                (regularised(beta, edges, free_value, &card), regularised(beta, edges, free_value, &Device::flex()));
            for (part, (a, b)) in ["value", "gradient"].iter().zip(found.iter().zip(&expected)) {
                check(&format!("β = {beta}, edges: {edges}, t = {free_value}, {part}"), a, b);
            }
        }
    }
}

#[test]
fn a_softmax_is_the_processors_on_the_card_however_long_its_rows() {
    let Some(card) = card() else { return };
    for (rows, count) in [(1, 1), (2, 7), (3, 256), (1, 1000), (5, 1537)] {
        let logits: Vec<f32> = wave(rows * count, 2).into_iter().map(|w| 9.0 * w).collect();
        let on = |device: &Device| read(Array::new(logits.clone(), &[rows, count], device).softmax(1));
        check(&format!("{rows} rows of {count}"), &on(&card), &on(&Device::flex()));
    }
}

#[test]
fn small_products_are_the_processors_on_the_card_whatever_their_axes() {
    let Some(card) = card() else { return };
    let cases: [(&[usize], &[usize]); 6] = [
        (&[1, 1280], &[1280, 100]),
        (&[2, 3], &[3, 5]),
        (&[4, 7, 9], &[1, 9, 2]),
        (&[1, 1, 56, 7], &[3, 1, 7, 7]),
        (&[2, 1, 5, 300], &[1, 3, 300, 4]),
        (&[2, 3, 1, 1], &[2, 3, 1, 1]),
    ];
    for (one, two) in cases {
        for turned in [false, true] {
            let on = |device: &Device| {
                let make = |shape: &[usize], period| {
                    let count = shape.iter().product();
                    let rank = shape.len();
                    let mut axes: Vec<usize> = (0..rank).collect();
                    let mut shape = shape.to_vec();
                    if turned {
                        // As it lies in memory it has the last two axes the other way round.
                        axes.swap(rank - 2, rank - 1);
                        shape.swap(rank - 2, rank - 1);
                    }
                    let array = Array::new(wave(count, period), &shape, device);
                    if turned { array.permute(&axes) } else { array }
                };
                make(one, 7).matmul(make(two, 11))
            };
            let (found, expected) = (on(&card), on(&Device::flex()));
            assert_eq!(found.shape(), expected.shape());
            check(&format!("{one:?} by {two:?}, turned: {turned}"), &read(found), &read(expected));
        }
    }
}

/// The energies of the first steps of a method and its grid after them.
fn descent(method: Method, game: Game, steps: usize, device: &Device) -> (Vec<f32>, Vec<f32>) {
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("www/models/critters.onnx");
    let profile = std::fs::read_to_string(file.with_extension("json")).expect("the profile");
    let profile = Profile { labels: None, ..Profile::from_json(&profile).expect("a good profile") };
    let bytes = std::fs::read(file).expect("the model");
    let model = OnnxClassifier::from_bytes("critters", &bytes, Some(profile), None, device).expect("it loads");
    let picture = vanish::critters::draw(0, &vanish::critters::World::clean()).picture;
    let logits = pollster::block_on(model.logits_of(&picture)).expect("it runs");
    let target = model.top(&logits, 1)[0].index;
    let subject = Subject { picture, target, label: String::new() };
    let settings = Settings { game, iterations: steps, ..method.preset() };
    let mut run = pollster::block_on(Run::new(Rc::new(model), subject, settings)).expect("it begins");
    pollster::block_on(run.step(steps)).expect("it steps");
    (run.energies().to_vec(), run.grid().to_vec())
}

#[test]
fn a_descent_is_the_processors_on_the_card() {
    let Some(card) = card() else { return };
    for (method, game) in
        [(meaningful::METHOD, Game::Delete), (meaningful::METHOD, Game::Preserve), (fast::METHOD, Game::Dual)]
    {
        let (found, expected) = (descent(method, game, 12, &card), descent(method, game, 12, &Device::flex()));
        check(&format!("{game:?}, energies"), &found.0, &expected.0);
    }
}
