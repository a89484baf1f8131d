//! Tables and lists: CSV with the columns `file` and `label`, or one picture a line.

use std::path::PathBuf;

use csv::{ByteRecord, ReaderBuilder};

use super::entry::Entry;
use crate::study::item::Label;

/// The names that a column may have.
const FILE: &[&str] = &["file", "filename", "file_name", "path", "image"];
const LABEL: &[&str] = &["label", "class", "name"];
const INDEX: &[&str] = &["index"];

/// The entries of a table, if its first line names a column of files, else of a list.
pub(super) fn entries(text: &[u8]) -> Result<Vec<Entry>, csv::Error> {
    let mut reader = ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(text);
    let head = reader.byte_headers()?.clone();
    let Some(file) = column(&head, FILE) else { return Ok(lines(text)) };
    let (label, index) = (column(&head, LABEL), column(&head, INDEX));
    let mut entries = vec![];
    for row in reader.byte_records() {
        let row = row?;
        let cell = |column: Option<usize>| column.and_then(|at| row.get(at)).filter(|cell| !cell.is_empty());
        let Some(file) = cell(Some(file)) else { continue };
        let index = cell(index).map(|text| Label::parse(&String::from_utf8_lossy(text)));
        let label = index.or_else(|| cell(label).map(|text| Label::parse(&String::from_utf8_lossy(text))));
        entries.push(Entry { label, ..Entry::of(path(file)) });
    }
    Ok(entries)
}

fn column(head: &ByteRecord, names: &[&str]) -> Option<usize> {
    head.iter().position(|cell| names.iter().any(|name| cell.eq_ignore_ascii_case(name.as_bytes())))
}

/// One path a line; an empty line and one that begins with `#` say nothing.
fn lines(text: &[u8]) -> Vec<Entry> {
    let lines = text.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii);
    lines.filter(|line| !line.is_empty() && !line.starts_with(b"#")).map(|line| Entry::of(path(line))).collect()
}

/// A path from its bytes, which need not be UTF-8 where the system's paths need not.
#[cfg(unix)]
fn path(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    std::ffi::OsStr::from_bytes(bytes).into()
}

#[cfg(not(unix))]
fn path(bytes: &[u8]) -> PathBuf {
    String::from_utf8_lossy(bytes).into_owned().into()
}
