//! Files as a set: which of its forms a path has, and its pictures one by one.

mod coco;
mod disk;
mod entry;
mod folder;
mod table;

use std::path::{Path, PathBuf};

use disk::{read, text, unusable};
use entry::Entry;

use crate::error::Result;
use crate::study::item::Item;

/// Pictures in files.
pub(super) struct Files {
    /// The folder to which the entries' paths are relative.
    root: PathBuf,
    entries: Vec<Entry>,
}

impl Files {
    /// Opens a folder, or a file that lists pictures.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Io`] if it cannot be read, is of no form that is known, or holds no picture.
    pub(super) fn open(path: &Path) -> Result<Self> {
        let (root, entries) = if path.is_dir() { in_folder(path)? } else { in_file(path)? };
        if entries.is_empty() {
            return Err(unusable(path, "it holds no picture"));
        }
        Ok(Self { root, entries })
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// The name of a picture, known without reading it.
    pub(super) fn name(&self, number: usize) -> String {
        self.entries[number].name()
    }

    /// Reads a picture.
    pub(super) fn item(&self, number: usize) -> Result<Item> {
        self.entries[number].read(&self.root)
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
    let text = text(&bytes, path)?;
    let beside = path.parent().unwrap_or(Path::new("")).to_path_buf();
    match text.iter().find(|byte| !byte.is_ascii_whitespace()) {
        Some(b'{') => coco::entries(text, path),
        Some(b'[') => Ok((beside, entry::listed(text).map_err(|e| unusable(path, e))?)),
        _ => Ok((beside, table::entries(text, path)?)),
    }
}
