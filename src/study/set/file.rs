//! Reading the files of a set, and what is said of one that is of no use.

use std::fmt::Display;
use std::path::Path;

use crate::error::{Error, ErrorKind, Result};

/// Reads a file of a set.
///
/// # Errors
/// [`ErrorKind::Io`] naming the file and what is wrong.
pub(super) fn read(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).map_err(|e| Error::new(ErrorKind::Io, format!("{} cannot be read ({e})", path.display())))
}

/// The error for a file or folder whose content is no set of pictures.
pub(super) fn unusable(path: &Path, why: impl Display) -> Error {
    Error::new(ErrorKind::Io, format!("{} is no set of pictures: {why}", path.display()))
}
