//! One picture as a set lists it, before its file is read.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::disk::{in_words, read};
use crate::error::Result;
use crate::picture::{Decoded, decode};
use crate::study::item::{Item, Label, Part, Place};

/// A picture's file and what is known about it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Entry {
    /// Its path, relative to the set's folder; bytes that are no UTF-8 are kept.
    pub(super) file: PathBuf,
    pub(super) label: Option<Label>,
    /// `[left, top, right, bottom]` in pixels.
    pub(super) boxes: Vec<[f32; 4]>,
    pub(super) parts: Vec<Part>,
}

impl Entry {
    /// A file of which nothing is known.
    pub(super) fn of(file: impl Into<PathBuf>) -> Self {
        Self { file: file.into(), ..Self::default() }
    }

    /// Its path in words.
    pub(super) fn name(&self) -> String {
        in_words(&self.file)
    }

    /// Reads and decodes its file.
    pub(super) fn read(&self, root: &Path) -> Result<Item> {
        let Decoded { pixels, notes } = decode(&read(&root.join(&self.file))?).map_err(|e| e.context(self.name()))?;
        let Self { label, boxes, parts, .. } = self.clone();
        Ok(Item { name: self.name(), pixels, label, boxes, parts, evidence: None, notes })
    }
}

/// An element of `boxes.json` or `labels.json`; what else it holds is not needed here.
#[derive(Deserialize)]
#[serde(expecting = "an object")]
struct Listed {
    file: String,
    index: Option<usize>,
    label: Option<Class>,
    name: Option<String>,
    #[serde(default)]
    boxes: Vec<[f32; 4]>,
    #[serde(default)]
    parts: Vec<ListedPart>,
}

/// A class, by its name or its number.
#[derive(Deserialize)]
#[serde(untagged)]
enum Class {
    Index(usize),
    Name(String),
}

impl From<Class> for Label {
    fn from(class: Class) -> Self {
        match class {
            Class::Index(index) => Label::Index(index),
            Class::Name(name) => Label::Name(name),
        }
    }
}

/// A part or thing: `{"name": …, "box": [l, t, r, b]}` or `{"name": …, "point": [x, y]}`.
#[derive(Deserialize)]
struct ListedPart {
    name: String,
    #[serde(flatten)]
    place: ListedPlace,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum ListedPlace {
    Box([f32; 4]),
    Point([f32; 2]),
}

impl From<ListedPart> for Part {
    fn from(listed: ListedPart) -> Self {
        let place = match listed.place {
            ListedPlace::Box(corners) => Place::Box(corners),
            ListedPlace::Point(at) => Place::Point(at),
        };
        Self { name: listed.name, place }
    }
}

/// The entries of a JSON list.
pub(super) fn listed(json: &[u8]) -> serde_json::Result<Vec<Entry>> {
    let listed: Vec<Listed> = serde_json::from_slice(json)?;
    Ok(listed.into_iter().map(Entry::from).collect())
}

impl From<Listed> for Entry {
    fn from(listed: Listed) -> Self {
        let label = listed.index.map(Label::Index).or(listed.label.map(Label::from)).or(listed.name.map(Label::Name));
        let parts = listed.parts.into_iter().map(Part::from).collect();
        Self { file: listed.file.into(), label, boxes: listed.boxes, parts }
    }
}
