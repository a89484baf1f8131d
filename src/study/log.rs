//! A resumable log: one JSON object a line, added as soon as it is known.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Write};
use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::{Error, ErrorKind, Result};

/// Advice for a result that could not be written.
const GO_ON: &str = "those before it are in the log, and the same command goes on from there";

/// The results of earlier calls, and the file to which new ones are added.
pub struct Log<R> {
    records: Vec<R>,
    file: Option<File>,
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
    /// Fails with [`ErrorKind::Io`] if the file cannot be read or written, is open in another call, or is no such log.
    /// The file then stays unchanged.
    pub fn open(path: &Path) -> Result<Self> {
        let because = |e: std::io::Error| unusable(path, &e.to_string());
        let mut file = OpenOptions::new().create(true).read(true).append(true).open(path).map_err(because)?;
        take(&file, path)?;
        let mut bytes = vec![];
        file.read_to_end(&mut bytes).map_err(because)?;
        let (whole, cut) = whole_lines(&bytes);
        let records = parsed(path, whole)?;
        if whole.is_empty() {
            refuse_foreign::<R>(path, cut)?;
        }
        if !cut.is_empty() {
            file.set_len(whole.len() as u64).map_err(because)?;
        }
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

    /// Adds a record; without a file nothing is kept.
    ///
    /// # Errors
    /// Fails with [`ErrorKind::Io`] if the record cannot be written.
    pub fn add(&mut self, record: &R) -> Result<()> {
        let Some(file) = &mut self.file else { return Ok(()) };
        let line = serde_json::to_string(record).map_err(|e| Error::new(ErrorKind::Io, e.to_string()))?;
        // Written in one piece, so that an interrupt leaves no incomplete line.
        let unkept = |e: std::io::Error| Error::new(ErrorKind::Io, format!("a result cannot be kept ({e}); {GO_ON}"));
        file.write_all(format!("{line}\n").as_bytes()).map_err(unkept)
    }
}

/// Reads a log without adding to it; an incomplete last line is dropped.
///
/// # Errors
/// Fails with [`ErrorKind::Io`] if the file cannot be read, or is no such log.
pub fn read<R: DeserializeOwned>(path: &Path) -> Result<Vec<R>> {
    let bytes = std::fs::read(path).map_err(|e| unusable(path, &e.to_string()))?;
    parsed(path, whole_lines(&bytes).0)
}

/// Locks a log for this call until it is closed. A second call would repeat the work, and could mistake a line that the
/// first is writing for an incomplete one.
fn take(file: &File, path: &Path) -> Result<()> {
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => {
            Err(unusable(path, "another call is writing to it; wait for its end, or name another file"))
        }
        // Not every file system can lock; without a lock the call goes on.
        Err(TryLockError::Error(_)) | Ok(()) => Ok(()),
    }
}

/// The complete lines, and the rest after the last of them.
fn whole_lines(bytes: &[u8]) -> (&[u8], &[u8]) {
    bytes.split_at(bytes.iter().rposition(|&byte| byte == b'\n').map_or(0, |end| end + 1))
}

fn parsed<R: DeserializeOwned>(path: &Path, whole: &[u8]) -> Result<Vec<R>> {
    let lines = whole.split_inclusive(|&byte| byte == b'\n');
    lines.map(serde_json::from_slice).collect::<serde_json::Result<_>>().map_err(|e| holds_none(path, &e))
}

/// Refuses a file without a complete line unless it begins like a result, because it may be the user's own file.
fn refuse_foreign<R: DeserializeOwned>(path: &Path, cut: &[u8]) -> Result<()> {
    match serde_json::from_slice::<R>(cut) {
        Err(e) if !e.is_eof() => Err(holds_none(path, &e)),
        _ => Ok(()),
    }
}

fn holds_none(path: &Path, why: &serde_json::Error) -> Error {
    unusable(path, &format!("it holds no results: {why}"))
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

    #[test]
    fn a_file_of_one_line_that_is_no_log_is_refused_and_left_as_it_is() {
        let path = std::env::temp_dir().join(format!("vanish-foreign-{}", std::process::id()));
        for foreign in ["my notes", "{\"precious\":1}", "[1,2]"] {
            std::fs::write(&path, foreign).expect("a temporary file");
            assert!(Log::<u32>::open(&path).is_err(), "{foreign}");
            assert_eq!(std::fs::read_to_string(&path).expect("text"), foreign);
        }
        std::fs::write(&path, "\"cut sh").expect("a temporary file");
        assert!(Log::<String>::open(&path).is_ok_and(|log| log.records().is_empty()));
        assert_eq!(std::fs::read_to_string(&path).expect("text"), "");
        std::fs::remove_file(&path).expect("removed");
    }

    #[test]
    fn a_log_that_another_call_is_writing_to_is_refused_until_that_call_ends() {
        let path = std::env::temp_dir().join(format!("vanish-taken-{}", std::process::id()));
        let first = Log::<u32>::open(&path).expect("a new log");
        let error = Log::<u32>::open(&path).err().expect("it is taken").to_string();
        assert!(error.contains("another call is writing to it"), "{error}");
        drop(first);
        assert!(Log::<u32>::open(&path).is_ok());
        std::fs::remove_file(&path).expect("removed");
    }

    #[test]
    fn a_damaged_byte_in_a_line_is_refused_rather_than_read_as_another_name() {
        let path = std::env::temp_dir().join(format!("vanish-damaged-{}", std::process::id()));
        std::fs::write(&path, b"\"a\"\n\"b\xff\"\n").expect("a temporary file");
        assert!(Log::<String>::open(&path).is_err() && read::<String>(&path).is_err());
        std::fs::remove_file(&path).expect("removed");
    }
}
