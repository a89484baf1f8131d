//! Pictures as files: each with its parts, and what is known about all in two tables.

use super::part::Part;
use super::{Being, Critter, World, draw};
use crate::{Error, ErrorKind, Result};
use image::GrayImage;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

/// Writes `count` pictures from `seed` on: `critter-SEED.png`, `parts/critter-SEED.PART.png`,
/// `boxes.json` (one entry a picture, as for any set with boxes) and `labels.json` (the rest of the truth).
pub fn write(out: &Path, seed: u64, count: usize, world: &World) -> Result<()> {
    let parts = out.join("parts");
    fs::create_dir_all(&parts).map_err(|error| failed(&parts, &error))?;
    let (mut boxes, mut labels) = (Vec::new(), Vec::new());
    for index in 0..count as u64 {
        let critter = draw(seed + index, world);
        save(&critter.picture, &out.join(name(&critter)))?;
        save_parts(&critter, &parts)?;
        boxes.push(boxes_entry(&critter));
        labels.push(labels_entry(&critter));
    }
    write_json(&out.join("boxes.json"), &Value::Array(boxes))?;
    write_json(&out.join("labels.json"), &Value::Array(labels))
}

fn name(critter: &Critter) -> String {
    format!("critter-{}.png", critter.seed)
}

fn save_parts(critter: &Critter, parts: &Path) -> Result<()> {
    let masks = Part::ALL.map(|part| (part.name(), critter.main().part(part).clone()));
    for (part, mask) in masks.into_iter().chain([("evidence", critter.evidence())]) {
        let side = super::SIZE as u32;
        if let Some(picture) = GrayImage::from_raw(side, side, mask.values().to_vec()) {
            let path = parts.join(format!("critter-{}.{part}.png", critter.seed));
            picture.save(&path).map_err(|error| unwritable(&path, &error))?;
        }
    }
    Ok(())
}

/// The main animal's box, in the form that sets of photographs have.
fn boxes_entry(critter: &Critter) -> Value {
    json!({
        "file": name(critter), "width": super::SIZE, "height": super::SIZE,
        "index": critter.kind as usize, "name": critter.kind.name(),
        "boxes": critter.main().whole().bounds().into_iter().collect::<Vec<_>>(),
    })
}

fn labels_entry(critter: &Critter) -> Value {
    json!({
        "file": name(critter), "seed": critter.seed, "index": critter.kind as usize, "name": critter.kind.name(),
        "evidence_box": critter.evidence().bounds(), "evidence_area_px": critter.evidence().area_px(),
        "scene": critter.scene, "animals": critter.animals.iter().map(animal_entry).collect::<Vec<_>>(),
        "bucket_box": critter.bucket.as_ref().and_then(super::Cover::bounds),
        "watermark_box": critter.watermark.as_ref().and_then(super::Cover::bounds),
    })
}

fn animal_entry(being: &Being) -> Value {
    json!({
        "kind": being.kind, "pose": being.pose, "texture": being.texture, "feet": being.feet, "tail": being.tail,
        "box": being.whole().bounds(), "keypoints": being.keypoints,
        "parts": Part::ALL.map(|part| json!({ "part": part, "box": being.part(part).bounds(), "area_px": being.part(part).area_px() })),
    })
}

fn write_json(path: &Path, value: &Value) -> Result<()> {
    fs::write(path, format!("{value:#}\n")).map_err(|error| failed(path, &error))
}

/// Saves a picture as PNG.
pub(super) fn save(picture: &image::RgbImage, path: &Path) -> Result<()> {
    picture.save(path).map_err(|error| unwritable(path, &error))
}

fn failed(path: &Path, error: &std::io::Error) -> Error {
    Error::new(ErrorKind::Io, format!("cannot write {}: {error}", path.display()))
}

fn unwritable(path: &Path, error: &image::ImageError) -> Error {
    Error::new(ErrorKind::Io, format!("cannot write {}: {error}", path.display()))
}
