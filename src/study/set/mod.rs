//! The pictures of a set, each read when it is asked for.
//!
//! A set is one of these:
//!
//! - a folder with `boxes.json` or `labels.json`: a list of `{"file": …, "index": …, "boxes": [[l, t, r, b], …]}`;
//! - a folder with `labels.csv`, or such a file: a table with the columns `file` and `label`;
//! - a folder with an annotation file of COCO's form, or such a file;
//! - a folder whose sub-folders are classes, or which holds pictures alone;
//! - a text file that lists one picture a line;
//! - `critters`, held-out pictures of the built-in world, which have no end.
//!
//! A picture that cannot be read is an error of its own, so that the caller can leave it out and count it.

mod coco;
mod entry;
mod file;
mod folder;
mod table;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use entry::Entry;
use file::{read, unusable};

use super::item::{Item, Label, Part, Place};
use crate::critters::{self, Critter};
use crate::error::Result;

/// Pictures with what is known about them.
pub struct Set(Source);

enum Source {
    /// The built-in world from this seed on.
    Critters(u64),
    Files {
        /// The folder to which the entries' paths are relative.
        root: PathBuf,
        entries: Vec<Entry>,
    },
}

impl Set {
    /// Opens `critters` (held-out pictures, from the seed on), a folder or a file that lists pictures.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Io`] if it cannot be read, is of no form that is known, or holds no picture.
    pub fn open(name: impl AsRef<OsStr>, seed: u64) -> Result<Self> {
        let name = name.as_ref();
        if name == "critters" {
            return Ok(Self(Source::Critters(critters::HELD_OUT_SEEDS + seed)));
        }
        let path = Path::new(name);
        let (root, entries) = if path.is_dir() { in_folder(path)? } else { in_file(path)? };
        if entries.is_empty() {
            return Err(unusable(path, "it holds no picture"));
        }
        Ok(Self(Source::Files { root, entries }))
    }

    /// Returns how many pictures there are; the built-in world has no end.
    #[expect(clippy::len_without_is_empty, reason = "a set that holds no picture does not open")]
    pub fn len(&self) -> usize {
        match &self.0 {
            Source::Critters(_) => usize::MAX,
            Source::Files { entries, .. } => entries.len(),
        }
    }

    /// Returns the name of a picture below [`Set::len`], known without reading it.
    pub fn name(&self, number: usize) -> String {
        match &self.0 {
            Source::Critters(first) => format!("critter:{}", first + number as u64),
            Source::Files { entries, .. } => entries[number].name(),
        }
    }

    /// Returns the picture of a number below [`Set::len`].
    ///
    /// # Errors
    /// [`crate::ErrorKind::Io`] or [`crate::ErrorKind::Image`], with the picture's name, if its file cannot be read or
    /// decoded.
    pub fn item(&self, number: usize) -> Result<Item> {
        match &self.0 {
            Source::Critters(first) => {
                Ok(of_the_world(&critters::draw(first + number as u64, &critters::World::clean())))
            }
            Source::Files { root, entries } => entries[number].read(root),
        }
    }
}

/// A picture of the built-in world with its truth.
fn of_the_world(drawn: &Critter) -> Item {
    let animal = drawn.main();
    let corners = |bounds: [u32; 4]| bounds.map(|v| v as f32);
    let part = |part: critters::Part| {
        let bounds = animal.part(part).bounds()?;
        Some(Part { name: part.name().to_owned(), place: Place::Box(corners(bounds)) })
    };
    Item {
        name: format!("critter:{}", drawn.seed),
        pixels: drawn.picture.clone(),
        label: Some(Label::Index(drawn.kind as usize)),
        boxes: animal.whole().bounds().map(corners).into_iter().collect(),
        parts: critters::Part::ALL.into_iter().filter_map(part).collect(),
        evidence: Some(drawn.evidence().pixels()),
        notes: vec![],
    }
}

/// What a folder's own table lists, else its files.
fn in_folder(folder: &Path) -> Result<(PathBuf, Vec<Entry>)> {
    let table =
        ["boxes.json", "labels.json", "labels.csv"].map(|name| folder.join(name)).into_iter().find(|p| p.is_file());
    match table.or_else(|| coco::beside(folder)) {
        Some(table) => in_file(&table),
        None => Ok((folder.to_path_buf(), folder::entries(folder)?)),
    }
}

/// What a file lists, and the folder to which its paths are relative.
fn in_file(path: &Path) -> Result<(PathBuf, Vec<Entry>)> {
    let bytes = read(path)?;
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    let beside = path.parent().unwrap_or(Path::new("")).to_path_buf();
    match text.iter().find(|byte| !byte.is_ascii_whitespace()) {
        Some(b'{') => coco::entries(text, path),
        Some(b'[') => Ok((beside, entry::listed(text).map_err(|e| unusable(path, e))?)),
        _ => Ok((beside, table::entries(text).map_err(|e| unusable(path, e))?)),
    }
}
