//! Annotations of COCO's form: pictures, boxes with their categories, and keypoints, which are kept as parts. So are
//! the boxes of other categories than that of the picture's class. Where an object has an outline and no box, its box is
//! the one around the outline.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer};

use super::disk::no_annotations;
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

/// What tells pictures and categories apart: a whole number, and with some tools a text.
#[derive(Deserialize, PartialEq, Eq, Hash)]
#[serde(from = "WrittenId")]
enum Id {
    Number(i64),
    Text(String),
}

#[derive(Deserialize)]
#[serde(untagged)]
enum WrittenId {
    Number(serde_json::Number),
    Text(String),
}

impl From<WrittenId> for Id {
    /// Tables of numbers with gaps are kept as fractions, so that 1 is written as 1.0.
    fn from(written: WrittenId) -> Self {
        let number = match written {
            WrittenId::Text(text) => return Self::Text(text),
            WrittenId::Number(number) => number,
        };
        let whole = |number: &f64| number.fract() == 0.0 && number.abs() < LARGEST_WHOLE;
        let as_whole = number.as_f64().filter(whole).map(|number| number as i64);
        number.as_i64().or(as_whole).map_or_else(|| Self::Text(number.to_string()), Self::Number)
    }
}

/// Up to here a fraction of double precision keeps whole numbers apart.
const LARGEST_WHOLE: f64 = 9_007_199_254_740_992.0;

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
    /// The object's outline, which stands for a box that is missing.
    segmentation: Option<Outline>,
    /// Whether these are many objects together, which no single one of them can be told from.
    #[serde(default)]
    iscrowd: Crowd,
    /// x, y and visibility (0 is not annotated) of each of the category's keypoints.
    #[serde(default, deserialize_with = "or_nothing")]
    keypoints: Vec<Option<f32>>,
}

/// Where an object ends.
#[derive(Deserialize)]
#[serde(untagged)]
enum Outline {
    /// Several polygons, each x, y, x, y…
    Polygons(Vec<Vec<f32>>),
    /// One alone.
    Polygon(Vec<f32>),
    /// A mask in runs of pixels, which is not read.
    Other(IgnoredAny),
}

impl Outline {
    /// `[left, top, right, bottom]` around all its points, if it has any.
    fn corners(&self) -> Option<[f32; 4]> {
        let polygons = match self {
            Outline::Polygons(polygons) => polygons.as_slice(),
            Outline::Polygon(points) => std::slice::from_ref(points),
            Outline::Other(_) => &[],
        };
        let points = polygons.iter().flat_map(|points| points.chunks_exact(2));
        points.fold(None, |around: Option<[f32; 4]>, point| {
            let [left, top, right, bottom] = around.unwrap_or([point[0], point[1], point[0], point[1]]);
            Some([left.min(point[0]), top.min(point[1]), right.max(point[0]), bottom.max(point[1])])
        })
    }
}

/// 1 or true for a crowd; some tools write `null` where it is none.
#[derive(Default, Deserialize)]
#[serde(untagged)]
enum Crowd {
    Number(f32),
    Flag(bool),
    #[default]
    Unsaid,
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
    /// `[left, top, right, bottom]`, if it has a box or an outline.
    fn corners(&self) -> Option<[f32; 4]> {
        match self.bbox[..] {
            [left, top, width, height] => Some([left, top, left + width, top + height]),
            _ => self.segmentation.as_ref()?.corners(),
        }
    }

    /// Nothing where there is no box, or one that is turned inside out.
    fn area(&self) -> f32 {
        let extent = |[left, top, right, bottom]: [f32; 4]| (right - left).max(0.0) * (bottom - top).max(0.0);
        self.corners().map_or(0.0, extent)
    }

    fn is_crowd(&self) -> bool {
        matches!(self.iscrowd, Crowd::Flag(true)) || matches!(self.iscrowd, Crowd::Number(number) if number != 0.0)
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
    let file: File = serde_json::from_slice(json).map_err(|e| no_annotations(path, e))?;
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

/// The largest object names the class; boxes and keypoints are those of all objects of that class. A crowd is no object
/// that a picture could be of, but it counts among those of its category.
fn entry(image: &Image, annotations: &[&Annotation], categories: &Categories) -> Entry {
    let single = annotations.iter().filter(|annotation| !annotation.is_crowd());
    let largest = single.max_by(|a, b| a.area().total_cmp(&b.area()));
    let of_category = |annotation: &Annotation| categories.get(annotation.category_id.as_ref()?);
    let category = largest.and_then(|largest| of_category(largest));
    let named = |annotation: &Annotation| of_category(annotation).map(|c| c.name.clone());
    let is_of_it = |a: &Annotation| largest.is_some_and(|largest| a.category_id == largest.category_id);
    let others = annotations.iter().filter(|a| !is_of_it(a));
    let thing = |a: &&Annotation| Some(Part { name: named(a)?, place: Place::Box(a.corners()?) });
    let of_it = annotations.iter().filter(|a| is_of_it(a));
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
