//! Reading what a set consists of, and saying why it is none.

use std::borrow::Cow;
use std::fmt::Display;
use std::path::{Path, PathBuf};

use crate::error::{Error, ErrorKind, Result};

/// A path in words; a control character, which a terminal would obey, is written out (`\n`).
pub(super) fn in_words(path: &Path) -> String {
    let said = |c: char| if c.is_control() { c.escape_default().collect() } else { c.to_string() };
    path.to_string_lossy().chars().map(said).collect()
}

/// A file's bytes.
pub(super) fn read(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).map_err(|e| unreadable(path, e))
}

/// The text of a file that lists pictures, without its byte-order mark. UTF-16, as spreadsheets write it, becomes UTF-8.
///
/// # Errors
/// Fails, with what to give instead, if it is a picture or otherwise no text: its lines would be read as names of files.
pub(super) fn text<'a>(bytes: &'a [u8], path: &Path) -> Result<Cow<'a, [u8]>> {
    let text = match bytes {
        [0xef, 0xbb, 0xbf, text @ ..] => text.into(),
        [0xff, 0xfe, text @ ..] => of_pairs(text, u16::from_le_bytes).into(),
        [0xfe, 0xff, text @ ..] => of_pairs(text, u16::from_be_bytes).into(),
        _ => Cow::from(bytes),
    };
    // Bytes above 127 stand in names, which need not be UTF-8; control characters stand in no list.
    if !text.iter().any(|byte| byte.is_ascii_control() && !byte.is_ascii_whitespace()) {
        return Ok(text);
    }
    let what = if image::guess_format(bytes).is_ok() { "this is a picture" } else { "it is neither a folder nor text" };
    Err(unusable(path, format!("{what}; give a folder of pictures, or a text file that lists them")))
}

/// UTF-8 of text in UTF-16.
fn of_pairs(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Vec<u8> {
    let units: Vec<u16> = bytes.as_chunks().0.iter().map(|&pair| unit(pair)).collect();
    String::from_utf16_lossy(&units).into_bytes()
}

/// Which files of a folder are not named as pictures are, if there are any.
pub(super) fn overlooked(files: &[PathBuf]) -> Option<String> {
    let first = in_words(files.first()?);
    Some(match files.len() {
        1 => format!("1 file that is not named as a picture is ({first})"),
        count => format!("{count} files that are not named as pictures are (such as {first})"),
    })
}

/// The error for a set without a picture, beside these files.
pub(super) fn no_picture(path: &Path, others: &[PathBuf]) -> Error {
    let others = overlooked(others).map_or_else(String::new, |others| format!(", but {others}"));
    unusable(path, format!("it holds no picture{others}"))
}

/// The error for a list in JSON, one of whose elements is no picture's.
pub(super) fn no_element(path: &Path, why: impl Display) -> Error {
    unusable(path, format!("{why}; each element of its list is to be like {{\"file\": \"a.jpg\", \"label\": \"cat\"}}"))
}

/// The error for an object in JSON that is not of COCO's form.
pub(super) fn no_annotations(path: &Path, why: impl Display) -> Error {
    let form = "annotations in COCO's form hold \"images\", \"annotations\" and \"categories\"; a plain list is [{\"file\": \
                \"a.jpg\", \"label\": \"cat\"}, …]";
    unusable(path, format!("{why}; {form}"))
}

/// The error for a text of which no line names a file.
pub(super) fn no_line(path: &Path) -> Error {
    unusable(path, "none of its lines names a file that is there; a list gives one a line, seen from its own folder")
}

/// The error for a table of which no column and no line names a picture.
pub(super) fn no_column(path: &Path) -> Error {
    unusable(path, "no column is called `file`; begin the table with a line that names its columns, such as file,label")
}

/// The error for a file or folder that the system does not let read.
pub(super) fn unreadable(path: &Path, why: std::io::Error) -> Error {
    Error::new(ErrorKind::Io, format!("{} cannot be read ({why})", in_words(path)))
}

/// The error for what is no set.
pub(super) fn unusable(path: &Path, why: impl Display) -> Error {
    Error::new(ErrorKind::Io, format!("{} is no set of pictures: {why}", in_words(path)))
}
