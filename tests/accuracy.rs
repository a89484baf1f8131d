//! Real classifiers on labelled photographs: as many right as `facts.json`, made with onnxruntime, says.

mod common;

use std::path::Path;

use burn::tensor::Device;
use common::testdata;
use image::imageops::{self, FilterType};
use serde_json::Value;
use vanish::array::Array;
use vanish::classifier::{self, Classifier, OnnxClassifier, Profile};
use vanish::image::{Planes, RgbImage, decode, resize_and_crop, to_float};

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

/// The middle of a photograph by the rule that `facts.json` was made with, in 8 bits a channel: the shorter side to 256, the
/// longer one rounded, the corner of the crop rounded down. (vanish keeps fractions of a level and cuts the longer side, as
/// torchvision does; the smallest model minds: docs/models.md.)
fn middle(photo: &RgbImage) -> RgbImage {
    let (width, height) = photo.dimensions();
    let scaled = |length: u32| (f64::from(length) * 256.0 / f64::from(width.min(height))).round() as u32;
    let resized = imageops::resize(photo, scaled(width), scaled(height), FilterType::Triangle);
    let corner = |length: u32| (length - 224) / 2;
    imageops::crop_imm(&resized, corner(resized.width()), corner(resized.height()), 224, 224).to_image()
}

#[test]
fn every_real_model_is_as_often_right_as_the_facts_say() {
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
            (resize_and_crop(&to_float(&middle(&photo)), 224, 224), class)
        })
        .collect();
    let facts = json(&folder.join("models/facts.json"));
    let mut wrong = vec![];
    for fact in facts.as_array().expect("a list") {
        let file = fact["file"].as_str().and_then(|f| f.strip_prefix("models/")).expect("a file");
        let percent = fact["top1_val110"].as_f64().expect("a percentage");
        let expected = (percent * planes.len() as f64 / 100.0).round() as usize;
        let model = load(&folder.join("models"), file);
        assert_eq!((model.profile().size, model.profile().resize), (224, 256), "{file}");
        let right = planes.iter().filter(|(planes, class)| top_class(&model, planes) == *class).count();
        println!("{file}: {right} of {} right, {expected} as the facts say", planes.len());
        if right.abs_diff(expected) > 1 {
            wrong.push(format!("{file}: {right} right, {expected} as the facts say"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
