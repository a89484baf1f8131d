//! Tables and lists: columns `file` and `label` apart by commas, semicolons or tabs, or one picture a line.

use std::path::{Path, PathBuf};

use csv::{ByteRecord, Reader, ReaderBuilder};

use super::disk::{no_column, no_line, unusable};
use super::entry::Entry;
use crate::error::Result;
use crate::study::item::Label;

/// What may stand between the columns.
const SEPARATORS: [u8; 3] = [b',', b';', b'\t'];

/// The names that a column may have.
const FILE: &[&str] = &["file", "filename", "file_name", "path", "image"];
const LABEL: &[&str] = &["label", "class", "name"];
const INDEX: &[&str] = &["index"];

/// The entries of a table, if its first line names a column of files, else of a list.
///
/// # Errors
/// Fails if it is neither: a table whose columns have no names, or others.
pub(super) fn entries(text: &[u8], path: &Path) -> Result<Vec<Entry>> {
    for separator in SEPARATORS {
        if let Some(entries) = rows(reader(text, separator)).map_err(|e| unusable(path, e))? {
            return Ok(entries);
        }
    }
    list(text, path)
}

fn reader(text: &[u8], separator: u8) -> Reader<&[u8]> {
    ReaderBuilder::new().delimiter(separator).flexible(true).trim(csv::Trim::All).from_reader(text)
}

/// The entries of a table; none if no column of it is one of files.
fn rows(mut reader: Reader<&[u8]>) -> csv::Result<Option<Vec<Entry>>> {
    let head = reader.byte_headers()?.clone();
    let Some(file) = column(&head, FILE) else { return Ok(None) };
    let (label, index) = (column(&head, LABEL), column(&head, INDEX));
    let mut entries = vec![];
    for row in reader.byte_records() {
        let row = row?;
        let cell = |column: Option<usize>| column.and_then(|at| row.get(at)).filter(|cell| !cell.is_empty());
        let Some(file) = cell(Some(file)) else { continue };
        let label = cell(index).or_else(|| cell(label)).map(|text| Label::parse(&as_text(text)));
        entries.push(Entry { label, ..Entry::of(as_path(file)) });
    }
    Ok(Some(entries))
}

fn column(head: &ByteRecord, names: &[&str]) -> Option<usize> {
    head.iter().position(|cell| names.iter().any(|name| cell.eq_ignore_ascii_case(name.as_bytes())))
}

/// The entries of a list. Any text has lines, and a name may hold a comma: it is a list where some line names a file.
fn list(text: &[u8], path: &Path) -> Result<Vec<Entry>> {
    let entries = lines(text);
    let beside = path.parent().unwrap_or(Path::new(""));
    let has_columns = |entry: &Entry| {
        let name = entry.file.as_os_str().as_encoded_bytes();
        name.iter().any(|byte| SEPARATORS.contains(byte))
    };
    if entries.is_empty() || entries.iter().any(|entry| beside.join(&entry.file).is_file()) {
        return Ok(entries);
    }
    Err(if entries.iter().any(has_columns) { no_column(path) } else { no_line(path) })
}

/// One path a line; an empty line and one that begins with `#` say nothing.
fn lines(text: &[u8]) -> Vec<Entry> {
    let lines = text.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii);
    lines.filter(|line| !line.is_empty() && !line.starts_with(b"#")).map(|line| Entry::of(as_path(line))).collect()
}

/// A label from its bytes: UTF-8, or what spreadsheets of the West write where it is not (Latin-1).
fn as_text(bytes: &[u8]) -> String {
    let latin = || bytes.iter().map(|&byte| char::from(byte)).collect();
    std::str::from_utf8(bytes).map_or_else(|_| latin(), str::to_owned)
}

/// A path from its bytes, which need not be UTF-8 where the system's paths need not.
#[cfg(unix)]
fn as_path(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    std::ffi::OsStr::from_bytes(bytes).into()
}

#[cfg(not(unix))]
fn as_path(bytes: &[u8]) -> PathBuf {
    String::from_utf8_lossy(bytes).into_owned().into()
}
