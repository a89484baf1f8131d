//! A resumable log: one JSON object a line, added as soon as it is there.

use std::io::Write;
use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::{Error, ErrorKind, Result};

/// Results of an earlier call, and where new ones are added.
pub struct Log<R> {
    records: Vec<R>,
    file: Option<std::fs::File>,
}

impl<R> Default for Log<R> {
    fn default() -> Self {
        Self { records: vec![], file: None }
    }
}

impl<R: Serialize + DeserializeOwned> Log<R> {
    /// Opens a log, or begins one; the last line of an interrupted call may be cut short and is then dropped.
    ///
    /// # Errors
    /// [`ErrorKind::Io`] if the file cannot be read or written, or holds something else.
    pub fn open(path: &Path) -> Result<Self> {
        let text = match std::fs::read(path) {
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(e) => return Err(unusable(path, &e.to_string())),
        };
        let whole = whole_lines(&text);
        let records = parsed(path, whole)?;
        let unusable = |e: std::io::Error| unusable(path, &e.to_string());
        if whole.len() < text.len() {
            std::fs::write(path, whole).map_err(unusable)?;
        }
        let file = std::fs::OpenOptions::new().create(true).append(true).open(path).map_err(unusable)?;
        Ok(Self { records, file: Some(file) })
    }

    /// Returns the records of earlier calls.
    pub fn records(&self) -> &[R] {
        &self.records
    }

    /// Returns the first record for which the condition holds.
    pub fn find(&self, condition: impl Fn(&R) -> bool) -> Option<&R> {
        self.records.iter().find(|record| condition(record))
    }

    /// Adds a record; nothing is kept where no file was opened.
    ///
    /// # Errors
    /// [`ErrorKind::Io`] if it cannot be written.
    pub fn add(&mut self, record: &R) -> Result<()> {
        let Some(file) = &mut self.file else { return Ok(()) };
        let line = serde_json::to_string(record).map_err(|e| Error::new(ErrorKind::Io, e.to_string()))?;
        writeln!(file, "{line}").map_err(|e| Error::new(ErrorKind::Io, format!("a result cannot be kept ({e})")))
    }
}

/// Reads a log without adding to it; a last line that was cut short is left away.
///
/// # Errors
/// [`ErrorKind::Io`] if the file cannot be read, or holds something else.
pub fn read<R: DeserializeOwned>(path: &Path) -> Result<Vec<R>> {
    let bytes = std::fs::read(path).map_err(|e| unusable(path, &e.to_string()))?;
    parsed(path, whole_lines(&String::from_utf8_lossy(&bytes)))
}

fn whole_lines(text: &str) -> &str {
    &text[..text.rfind('\n').map_or(0, |end| end + 1)]
}

fn parsed<R: DeserializeOwned>(path: &Path, text: &str) -> Result<Vec<R>> {
    let records = text.lines().map(serde_json::from_str).collect::<std::result::Result<_, _>>();
    records.map_err(|e| unusable(path, &format!("it holds no results: {e}")))
}

fn unusable(path: &Path, cause: &str) -> Error {
    Error::new(ErrorKind::Io, format!("{} cannot be used ({cause})", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_was_cut_short_is_dropped_and_the_rest_goes_on() {
        let path = std::env::temp_dir().join(format!("vanish-log-{}", std::process::id()));
        std::fs::write(&path, "1\n2\n3").expect("a temporary file");
        let mut log = Log::<u32>::open(&path).expect("a log");
        assert_eq!((log.find(|n| *n == 2), log.find(|n| *n == 3)), (Some(&2), None));
        log.add(&4).expect("written");
        assert_eq!(std::fs::read_to_string(&path).expect("text"), "1\n2\n4\n");
        std::fs::write(&path, "words\n").expect("a temporary file");
        assert!(Log::<u32>::open(&path).is_err());
        std::fs::remove_file(&path).expect("removed");
    }
}
