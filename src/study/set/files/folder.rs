//! The files of a folder: its own pictures, and those of its sub-folders, whose names are classes.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use super::disk::unreadable;
use super::entry::Entry;
use crate::error::Result;
use crate::study::item::Label;

/// What the names of pictures end in. Two of them cannot be decoded and are listed so that they are named, not
/// overlooked.
const ENDINGS: [&str; 11] = ["png", "jpg", "jpeg", "jpe", "webp", "gif", "bmp", "tif", "tiff", "avif", "heic"];

/// The pictures of a folder and of the folders in it, by name.
pub(super) fn entries(folder: &Path) -> Result<Vec<Entry>> {
    let mut entries = vec![];
    for path in children(folder)? {
        if path.is_dir() {
            entries.extend(of_a_class(&path)?);
        } else if is_picture(&path) {
            entries.extend(path.file_name().map(Entry::of));
        }
    }
    Ok(entries)
}

fn of_a_class(folder: &Path) -> Result<Vec<Entry>> {
    let class = folder.file_name().unwrap_or_default();
    let label = Label::Name(class.to_string_lossy().into_owned());
    let pictures = children(folder)?.into_iter().filter(|path| is_picture(path));
    let file = |path: PathBuf| Path::new(class).join(path.file_name().unwrap_or_default());
    Ok(pictures.map(|path| Entry { label: Some(label.clone()), ..Entry::of(file(path)) }).collect())
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

fn is_picture(path: &Path) -> bool {
    let ending = path.extension().and_then(OsStr::to_str).unwrap_or_default();
    ENDINGS.iter().any(|known| ending.eq_ignore_ascii_case(known)) && path.is_file()
}
