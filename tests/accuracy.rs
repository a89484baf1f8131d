//! Real classifiers on labelled photographs: as many right as is known of the same files.

mod common;

use std::path::Path;

use burn::tensor::Device;
use common::testdata;
use serde_json::Value;
use vanish::array::Array;
use vanish::classifier::{Classifier, OnnxClassifier, Profile};
use vanish::picture::{Planes, decode, resize_and_crop, to_float};

fn json(path: &Path) -> Value {
    let text = std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

fn load(folder: &Path, file: &str) -> OnnxClassifier {
    let path = folder.join(file);
    let profile = std::fs::read_to_string(path.with_extension("json")).expect("a profile beside the model");
    let bytes = std::fs::read(&path).expect("a model");
    let profile = Profile::from_json(&profile).expect("a good profile");
    OnnxClassifier::from_bytes(file, &bytes, Some(profile), None, &Device::flex()).expect("a model that loads")
}

fn top_class(model: &OnnxClassifier, planes: &Planes) -> usize {
    let input = Array::new(planes.values.clone(), &[1, 3, planes.side, planes.side], model.device());
    let logits = pollster::block_on(model.logits(input).expect("it fits").read()).expect("the CPU computes");
    model.top(&logits, 1)[0].index
}

/// Right answers on the 110 photographs by `facts.json`, which onnxruntime 1.32 gives too (shorter side to 256 by
/// Pillow's bilinear filter, the longer one rounded, centre 224 rounded down, 8 bits a channel); and by how many ours
/// may differ. The aim is one. MobileNet v1 misses it by one (54): our JPEG decoder is not libjpeg to the bit. In the
/// browser, which has libjpeg, all six meet it (tests/e2e/browser/accuracy.test.mjs).
const FACTS: [(&str, usize, usize); 6] = [
    ("resnet50_pruned8_w8", 77, 1),
    ("squeezenet1.1", 65, 1),
    ("mobilenetv1_025_224", 56, 2),
    ("mobilenetv2", 74, 1),
    ("shufflenetv2_100_deq", 71, 1),
    ("mobilenetv3_small_deq", 66, 1),
];

#[test]
fn every_real_model_is_as_often_right_as_it_should_be() {
    let Some(folder) = testdata() else { return };
    let pictures = folder.join("images/ilsvrc_val_boxes");
    let labelled = json(&pictures.join("boxes.json"));
    let labelled = labelled.as_array().expect("a list");
    // All six models take the same crop of the same resized photograph.
    let planes: Vec<(Planes, usize)> = labelled
        .iter()
        .map(|entry| {
            let file = pictures.join(entry["file"].as_str().expect("a file"));
            let photo = decode(&std::fs::read(&file).expect("a photograph")).expect("it decodes").pixels;
            let class = entry["index"].as_u64().expect("a class") as usize;
            (resize_and_crop(&to_float(&photo), 256, 224), class)
        })
        .collect();
    for (name, expected, tolerance) in FACTS {
        let model = load(&folder.join("models"), &format!("{name}.onnx"));
        assert_eq!((model.profile().size, model.profile().resize), (224, 256), "{name}");
        let right = planes.iter().filter(|(planes, class)| top_class(&model, planes) == *class).count();
        println!("{name}: {right} of {} right, {expected} by facts.json", planes.len());
        assert!(right.abs_diff(expected) <= tolerance, "{name}: {right} right, {expected} by facts.json");
    }
}
