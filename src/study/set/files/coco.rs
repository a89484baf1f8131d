//! Annotations of COCO's form: pictures, boxes with their categories, and keypoints, which are kept as parts. So are
//! the boxes of other categories than that of the picture's class.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::disk::unusable;
use super::entry::Entry;
use crate::error::Result;
use crate::study::item::{Label, Part, Place};

/// The names under which tools keep such a file among its pictures.
const NAMES: [&str; 3] = ["annotations.json", "_annotations.coco.json", "instances.json"];

#[derive(Deserialize)]
struct File {
    images: Vec<Image>,
    #[serde(default)]
    annotations: Vec<Annotation>,
    #[serde(default)]
    categories: Vec<Category>,
}

#[derive(Deserialize)]
struct Image {
    id: u64,
    file_name: String,
}

#[derive(Deserialize)]
struct Annotation {
    image_id: u64,
    category_id: u64,
    /// Left, top, width and height.
    bbox: Option<[f32; 4]>,
    /// x, y and visibility (0 is not annotated) of each of the category's keypoints.
    #[serde(default)]
    keypoints: Vec<f32>,
}

#[derive(Deserialize)]
struct Category {
    id: u64,
    name: String,
    #[serde(default)]
    keypoints: Vec<String>,
}

/// The annotation file that a folder holds, if it holds one.
pub(super) fn beside(folder: &Path) -> Option<PathBuf> {
    NAMES.map(|name| folder.join(name)).into_iter().find(|path| path.is_file())
}

/// The pictures that a file annotates, and the folder in which they lie.
pub(super) fn entries(json: &[u8], path: &Path) -> Result<(PathBuf, Vec<Entry>)> {
    let file: File = serde_json::from_slice(json).map_err(|e| unusable(path, e))?;
    let mut by_image: HashMap<u64, Vec<&Annotation>> = HashMap::new();
    for annotation in &file.annotations {
        by_image.entry(annotation.image_id).or_default().push(annotation);
    }
    let categories: HashMap<u64, &Category> = file.categories.iter().map(|c| (c.id, c)).collect();
    let of = |image: &Image| entry(image, by_image.get(&image.id).map_or(&[], Vec::as_slice), &categories);
    Ok((root(&file, path), file.images.iter().map(of).collect()))
}

/// The first of the usual folders that holds the first picture, else the file's own.
fn root(file: &File, path: &Path) -> PathBuf {
    let own = path.parent().unwrap_or(Path::new(""));
    let part = path.file_stem().and_then(|stem| stem.to_str()?.rsplit('_').next()).unwrap_or_default();
    let usual = [own.to_path_buf(), own.join("images"), own.join("..").join(part), own.join("../images")];
    let holds = |folder: &&PathBuf| file.images.first().is_some_and(|first| folder.join(&first.file_name).is_file());
    usual.iter().find(holds).cloned().unwrap_or_else(|| own.to_path_buf())
}

/// The largest object names the class; boxes and keypoints are those of all objects of that class.
fn entry(image: &Image, annotations: &[&Annotation], categories: &HashMap<u64, &Category>) -> Entry {
    let Some(largest) = annotations.iter().max_by(|a, b| area(a).total_cmp(&area(b))) else {
        return Entry::of(&image.file_name);
    };
    let category = categories.get(&largest.category_id);
    let named = |annotation: &&Annotation| categories.get(&annotation.category_id).map(|c| c.name.clone());
    let others = annotations.iter().filter(|a| a.category_id != largest.category_id);
    let thing = |a: &&Annotation| Some(Part { name: named(a)?, place: Place::Box(corners(a.bbox?)) });
    let of_it = annotations.iter().filter(|a| a.category_id == largest.category_id);
    let keypoints = category.map_or(&[][..], |category| &category.keypoints);
    Entry {
        file: PathBuf::from(&image.file_name),
        label: category.map(|category| Label::Name(category.name.clone())),
        boxes: of_it.clone().filter_map(|a| a.bbox).map(corners).collect(),
        parts: of_it.flat_map(|a| parts(keypoints, &a.keypoints)).chain(others.filter_map(thing)).collect(),
    }
}

/// `[left, top, right, bottom]` of a box with its width and height.
fn corners([left, top, width, height]: [f32; 4]) -> [f32; 4] {
    [left, top, left + width, top + height]
}

fn area(annotation: &Annotation) -> f32 {
    annotation.bbox.map_or(0.0, |[.., width, height]| width * height)
}

fn parts(names: &[String], values: &[f32]) -> Vec<Part> {
    let annotated = names.iter().zip(values.chunks_exact(3)).filter(|(_, value)| value[2] > 0.0);
    annotated.map(|(name, at)| Part { name: name.clone(), place: Place::Point([at[0], at[1]]) }).collect()
}
