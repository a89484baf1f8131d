//! Reading what a set consists of, and saying why it is none.

use std::fmt::Display;
use std::path::Path;

use crate::error::{Error, ErrorKind, Result};

/// A file's bytes.
pub(super) fn read(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).map_err(|e| unreadable(path, e))
}

/// The error for a file or folder that the system does not let read.
pub(super) fn unreadable(path: &Path, why: std::io::Error) -> Error {
    Error::new(ErrorKind::Io, format!("{} cannot be read ({why})", path.display()))
}

/// The error for what is no set.
pub(super) fn unusable(path: &Path, why: impl Display) -> Error {
    Error::new(ErrorKind::Io, format!("{} is no set of pictures: {why}", path.display()))
}
