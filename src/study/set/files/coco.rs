//! Annotations of COCO's form: pictures, boxes with their categories, and keypoints, which are kept as parts. So are
//! the boxes of other categories than that of the picture's class.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Deserializer};

use super::disk::unusable;
use super::entry::Entry;
use crate::error::Result;
use crate::study::item::{Label, Part, Place};

/// The names under which tools keep such a file among its pictures.
const NAMES: [&str; 3] = ["annotations.json", "_annotations.coco.json", "instances.json"];

#[derive(Deserialize)]
struct File {
    images: Vec<Image>,
    #[serde(default, deserialize_with = "or_nothing")]
    annotations: Vec<Annotation>,
    #[serde(default, deserialize_with = "or_nothing")]
    categories: Vec<Category>,
}

/// What tells pictures and categories apart: a number, and with some tools a text.
#[derive(Deserialize, PartialEq, Eq, Hash)]
#[serde(untagged)]
enum Id {
    Number(i64),
    Text(String),
}

#[derive(Deserialize)]
struct Image {
    id: Id,
    file_name: String,
}

#[derive(Deserialize)]
struct Annotation {
    image_id: Id,
    /// Some tools leave it away where an object was given no category.
    category_id: Option<Id>,
    /// Left, top, width and height; some tools write `[]` where there is none.
    #[serde(default, deserialize_with = "or_nothing")]
    bbox: Vec<f32>,
    /// x, y and visibility (0 is not annotated) of each of the category's keypoints.
    #[serde(default, deserialize_with = "or_nothing")]
    keypoints: Vec<Option<f32>>,
}

#[derive(Deserialize)]
struct Category {
    id: Id,
    name: String,
    #[serde(default, deserialize_with = "or_nothing")]
    keypoints: Vec<String>,
}

/// A list, where many tools write `null` for an empty one.
fn or_nothing<'de, T: Deserialize<'de>, D: Deserializer<'de>>(list: D) -> std::result::Result<Vec<T>, D::Error> {
    Ok(Option::deserialize(list)?.unwrap_or_default())
}

impl Annotation {
    /// `[left, top, right, bottom]`, if it has a box.
    fn corners(&self) -> Option<[f32; 4]> {
        match self.bbox[..] {
            [left, top, width, height] => Some([left, top, left + width, top + height]),
            _ => None,
        }
    }

    /// Nothing where there is no box, or one that is turned inside out.
    fn area(&self) -> f32 {
        match self.bbox[..] {
            [_, _, width, height] => width.max(0.0) * height.max(0.0),
            _ => 0.0,
        }
    }
}

/// The categories of a file.
type Categories<'a> = HashMap<&'a Id, &'a Category>;

/// The annotation file that a folder holds, if it holds one.
pub(super) fn beside(folder: &Path) -> Option<PathBuf> {
    NAMES.map(|name| folder.join(name)).into_iter().find(|path| path.is_file())
}

/// The pictures that a file annotates, and the folder in which they lie.
pub(super) fn entries(json: &[u8], path: &Path) -> Result<(PathBuf, Vec<Entry>)> {
    let file: File = serde_json::from_slice(json).map_err(|e| unusable(path, e))?;
    let mut by_image: HashMap<&Id, Vec<&Annotation>> = HashMap::new();
    for annotation in &file.annotations {
        by_image.entry(&annotation.image_id).or_default().push(annotation);
    }
    let categories: Categories = file.categories.iter().map(|c| (&c.id, c)).collect();
    let of = |image: &Image| entry(image, by_image.get(&image.id).map_or(&[], Vec::as_slice), &categories);
    Ok((root(&file, path), file.images.iter().map(of).collect()))
}

/// The first of the usual folders that holds a picture of the file, else the file's own: some pictures may be missing.
fn root(file: &File, path: &Path) -> PathBuf {
    let own = path.parent().unwrap_or(Path::new(""));
    let part = path.file_stem().and_then(|stem| stem.to_str()?.rsplit('_').next()).unwrap_or_default();
    let usual = [own.to_path_buf(), own.join("images"), own.join("..").join(part), own.join("../images")];
    let holds = |folder: &&PathBuf| file.images.iter().any(|image| folder.join(&image.file_name).is_file());
    usual.iter().find(holds).cloned().unwrap_or_else(|| own.to_path_buf())
}

/// The largest object names the class; boxes and keypoints are those of all objects of that class.
fn entry(image: &Image, annotations: &[&Annotation], categories: &Categories) -> Entry {
    let Some(largest) = annotations.iter().max_by(|a, b| a.area().total_cmp(&b.area())) else {
        return Entry::of(&image.file_name);
    };
    let of_category = |annotation: &Annotation| categories.get(annotation.category_id.as_ref()?);
    let category = of_category(largest);
    let named = |annotation: &Annotation| of_category(annotation).map(|c| c.name.clone());
    let others = annotations.iter().filter(|a| a.category_id != largest.category_id);
    let thing = |a: &&Annotation| Some(Part { name: named(a)?, place: Place::Box(a.corners()?) });
    let of_it = annotations.iter().filter(|a| a.category_id == largest.category_id);
    let keypoints = category.map_or(&[][..], |category| &category.keypoints);
    Entry {
        file: PathBuf::from(&image.file_name),
        label: category.map(|category| Label::Name(category.name.clone())),
        boxes: of_it.clone().filter_map(|a| a.corners()).collect(),
        parts: of_it.flat_map(|a| parts(keypoints, &a.keypoints)).chain(others.filter_map(thing)).collect(),
    }
}

fn parts(names: &[String], values: &[Option<f32>]) -> Vec<Part> {
    let part = |(name, value): (&String, &[Option<f32>])| match *value {
        [Some(x), Some(y), Some(visibility)] if visibility > 0.0 => {
            Some(Part { name: name.clone(), place: Place::Point([x, y]) })
        }
        _ => None,
    };
    names.iter().zip(values.chunks_exact(3)).filter_map(part).collect()
}
