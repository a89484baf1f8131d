//! Real classifiers on labelled photographs: the top-1 accuracy that `facts.json` states, within one picture.

mod common;

use std::path::Path;

use burn::tensor::Device;
use common::testdata;
use serde_json::Value;
use vanish::array::Array;
use vanish::classifier::{self, Classifier, OnnxClassifier, Profile};
use vanish::image::{Planes, decode, resize_and_crop, to_float};

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
    classifier::top(&logits, model.labels(), 1)[0].index
}

#[test]
fn every_real_model_has_its_stated_accuracy() {
    let Some(folder) = testdata() else { return };
    let pictures = folder.join("images/ilsvrc_val_boxes");
    let labelled = json(&pictures.join("boxes.json"));
    let labelled = labelled.as_array().expect("a list");
    // All six models take the same crop of the same resized photograph.
    let planes: Vec<(Planes, usize)> = labelled
        .iter()
        .map(|entry| {
            let file = pictures.join(entry["file"].as_str().expect("a file"));
            let photo = decode(&std::fs::read(&file).expect("a photograph")).expect("it decodes");
            let class = entry["index"].as_u64().expect("a class") as usize;
            (resize_and_crop(&to_float(&photo), 256, 224), class)
        })
        .collect();
    for fact in json(&folder.join("models/facts.json")).as_array().expect("a list") {
        let file = fact["file"].as_str().expect("a file");
        let model = load(&folder, file);
        assert_eq!((model.profile().size, model.profile().resize), (224, 256), "{file}");
        let right = planes.iter().filter(|(planes, class)| top_class(&model, planes) == *class).count();
        let stated = fact["top1_val110"].as_f64().expect("an accuracy") / 100.0 * planes.len() as f64;
        println!("{file}: {right} of {} right, {stated:.1} stated", planes.len());
        assert!((right as f64 - stated).abs() <= 1.05, "{file}: {right} right, {stated:.1} stated");
    }
}
