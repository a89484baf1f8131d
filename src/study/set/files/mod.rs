//! Files as a set: which of its forms a path has, and its pictures one by one.

mod coco;
mod disk;
mod entry;
mod folder;
mod table;

use std::path::{Path, PathBuf};

use disk::{no_element, no_picture, overlooked, read, text};
use entry::Entry;

use crate::error::Result;
use crate::study::item::Item;

/// Pictures in files.
pub(super) struct Files {
    /// The folder to which the entries' paths are relative.
    root: PathBuf,
    entries: Vec<Entry>,
    /// Files of a folder that are not named as pictures are.
    others: Vec<PathBuf>,
}

impl Files {
    /// Opens a folder, or a file that lists pictures.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Io`] if it cannot be read, is of no form that is known, or holds no picture.
    pub(super) fn open(path: &Path) -> Result<Self> {
        let files = if path.is_dir() { Self::in_folder(path)? } else { Self::in_file(path)? };
        if files.entries.is_empty() {
            return Err(no_picture(path, &files.others));
        }
        Ok(files)
    }

    /// Says which files of a folder are not in the set since they are not named as pictures are, if there are any.
    pub(super) fn overlooked(&self) -> Option<String> {
        overlooked(&self.others)
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

    /// What a folder's own table lists, else its files.
    fn in_folder(folder: &Path) -> Result<Self> {
        let table =
            ["boxes.json", "labels.json", "labels.csv"].map(|name| folder.join(name)).into_iter().find(|p| p.is_file());
        if let Some(table) = table.or_else(|| coco::beside(folder)) {
            return Self::in_file(&table);
        }
        let folder::Found { entries, others } = folder::entries(folder)?;
        Ok(Self { root: folder.to_path_buf(), entries, others })
    }

    /// What a file lists.
    fn in_file(path: &Path) -> Result<Self> {
        let bytes = read(path)?;
        let text = text(&bytes, path)?;
        let beside = path.parent().unwrap_or(Path::new("")).to_path_buf();
        let (root, entries) = match text.iter().find(|byte| !byte.is_ascii_whitespace()) {
            Some(b'{') => coco::entries(&text, path)?,
            Some(b'[') => (beside, entry::listed(&text).map_err(|e| no_element(path, e))?),
            _ => (beside, table::entries(&text, path)?),
        };
        Ok(Self { root, entries, others: vec![] })
    }
}
