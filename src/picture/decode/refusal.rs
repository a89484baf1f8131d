//! What is said of a file that cannot be read.

use std::fmt::Display;

use super::format::Format;
use crate::error::{Error, ErrorKind};

/// The error for what a decoder says of a file that it cannot read to its end.
pub(super) fn broken(format: Format, cause: impl Display) -> Error {
    refused(format!("the {format} file is cut short or damaged ({cause}); copy it again"))
}

/// The error with this sentence, which names the cause and what to do.
pub(super) fn refused(sentence: String) -> Error {
    Error::new(ErrorKind::Image, sentence)
}
