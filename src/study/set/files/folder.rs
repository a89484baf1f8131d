//! The files of a folder: its own pictures, and those below its sub-folders, whose names are classes.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use super::disk::unreadable;
use super::entry::Entry;
use crate::error::Result;
use crate::study::item::Label;

/// What the names of pictures end in. Some of them cannot be decoded and are listed so that they are named, not
/// overlooked.
const ENDINGS: [&str; 15] =
    ["png", "jpg", "jpeg", "jpe", "jfif", "pjpeg", "pjp", "webp", "gif", "bmp", "tif", "tiff", "avif", "heic", "heif"];

/// What a folder holds, with everything below it.
pub(super) struct Found {
    /// Its pictures, by name.
    pub(super) entries: Vec<Entry>,
    /// The other files, relative to the folder.
    pub(super) others: Vec<PathBuf>,
}

/// The pictures of a folder and of the folders in it, however deep they lie: `cat/images/1.jpg` is of the class `cat`.
pub(super) fn entries(folder: &Path) -> Result<Found> {
    let mut walk = Walk { root: folder, entered: HashSet::new(), found: Found { entries: vec![], others: vec![] } };
    let top = real(folder)?;
    for path in children(folder)? {
        if path.is_dir() {
            // A link may make one folder a class twice, but no folder is read twice within a class.
            walk.entered = HashSet::from([top.clone()]);
            let class = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            walk.below(&path, &Label::Name(class))?;
        } else {
            walk.take(&path, None);
        }
    }
    Ok(walk.found)
}

/// A walk through the folders of a set.
struct Walk<'a> {
    root: &'a Path,
    /// The folders that were entered, as they are without links: a link to one of them would lead round in a circle.
    entered: HashSet<PathBuf>,
    found: Found,
}

impl Walk<'_> {
    /// Takes all that lies below the folder of a class.
    fn below(&mut self, folder: &Path, class: &Label) -> Result<()> {
        if !self.entered.insert(real(folder)?) {
            return Ok(());
        }
        for path in children(folder)? {
            if path.is_dir() { self.below(&path, class)? } else { self.take(&path, Some(class)) }
        }
        Ok(())
    }

    fn take(&mut self, path: &Path, class: Option<&Label>) {
        let file = path.strip_prefix(self.root).unwrap_or(path);
        if is_picture(path) {
            self.found.entries.push(Entry { label: class.cloned(), ..Entry::of(file) });
        } else {
            self.found.others.push(file.to_owned());
        }
    }
}

/// A folder's path without links.
fn real(folder: &Path) -> Result<PathBuf> {
    folder.canonicalize().map_err(|e| unreadable(folder, e))
}

/// What a folder holds, by name; hidden files are none of its.
fn children(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut paths = vec![];
    for child in std::fs::read_dir(folder).map_err(|e| unreadable(folder, e))? {
        let child = child.map_err(|e| unreadable(folder, e))?;
        if !child.file_name().as_encoded_bytes().starts_with(b".") {
            paths.push(child.path());
        }
    }
    paths.sort();
    Ok(paths)
}

/// Whether a file is named as a picture. One that is not there, behind a link, counts: it is named when it is read.
fn is_picture(path: &Path) -> bool {
    let ending = path.extension().and_then(OsStr::to_str).unwrap_or_default();
    let is_named = ENDINGS.iter().any(|known| ending.eq_ignore_ascii_case(known));
    is_named && std::fs::metadata(path).map_or(true, |of| of.is_file())
}
