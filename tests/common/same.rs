//! Whether a network answers as the tiny one does: logits and gradients.

#![allow(dead_code)]

#[path = "tiny.rs"]
pub mod tiny;

use burn::tensor::Device;
use onnx_ir::{GraphProto, ModelProto};
use tiny::{CLASSES, SIDE, bytes, good, model};
use vanish::array::Array;
use vanish::classifier::{Beside, Classifier, OnnxClassifier, Profile};

pub const OPSET: i64 = 17;

pub fn load(graph: GraphProto, opset: i64, profile: Option<Profile>) -> vanish::Result<OnnxClassifier> {
    load_file(&model(graph, opset), &Beside::nothing(), profile)
}

pub fn load_file(file: &ModelProto, beside: &Beside, profile: Option<Profile>) -> vanish::Result<OnnxClassifier> {
    OnnxClassifier::from_files("tiny", &bytes(file), beside, profile, None, &Device::flex())
}

pub fn pictures(count: usize) -> Array {
    let values = (0..count * 3 * SIDE * SIDE).map(|i| ((i * 7919 % 1000) as f32 + 0.5) / 1000.0).collect();
    Array::new(values, &[count, 3, SIDE, SIDE], &Device::flex())
}

pub fn read(array: Array) -> Vec<f32> {
    pollster::block_on(array.read()).expect("the CPU reads")
}

/// Logits and the gradient of the second one, of `count` pictures.
pub fn answers(model: &OnnxClassifier, count: usize) -> (Vec<f32>, Vec<f32>) {
    let second = |logits: Array| {
        let values = (0..logits.len()).map(|i| if i % CLASSES == 1 { 1.0 } else { 0.0 }).collect();
        Array::new(values, &logits.shape(), &Device::flex())
    };
    let (logits, gradient) = model.logits_and_gradient(pictures(count), &second).expect("the pictures fit");
    assert_eq!(logits.shape(), [count, CLASSES]);
    (read(logits), read(gradient))
}

pub fn check(name: &str, graph: GraphProto, opset: i64, tolerance: f32) {
    let model = load(graph, opset, None).unwrap_or_else(|e| panic!("{name}: {e}"));
    check_model(name, &model, 1, tolerance);
}

pub fn check_model(name: &str, model: &OnnxClassifier, count: usize, tolerance: f32) {
    let reference = load(good(), OPSET, None).expect("a good file");
    let (logits, gradient) = answers(model, count);
    let (wanted_logits, wanted_gradient) = answers(&reference, count);
    // A softmax forgets what is common to all logits.
    let centred = |values: &[f32]| -> Vec<f32> {
        let mean = |row: &[f32]| row.iter().sum::<f32>() / row.len() as f32;
        values.chunks(CLASSES).flat_map(|row| row.iter().map(|v| v - mean(row)).collect::<Vec<_>>()).collect()
    };
    let far = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    let largest = |values: &[f32]| values.iter().fold(0.0f32, |m, v| m.max(v.abs()));
    let error = far(&centred(&logits), &centred(&wanted_logits)) / largest(&wanted_logits);
    assert!(error < tolerance, "{name}: logits differ by {error}");
    let error = far(&gradient, &wanted_gradient) / largest(&wanted_gradient);
    assert!(error < tolerance, "{name}: gradients differ by {error}");
}
