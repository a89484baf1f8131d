//! The errors of files that cannot be read.

use std::fmt::Display;

use crate::error::{Error, ErrorKind};

/// A refusal in this sentence.
pub(super) fn refused(sentence: String) -> Error {
    Error::new(ErrorKind::Image, sentence)
}

/// The refusal of a file of this format that cannot be read to its end.
pub(super) fn broken(format: impl Display, cause: impl Display) -> Error {
    refused(format!("the {format} file is cut short or damaged ({cause}); copy it again"))
}
