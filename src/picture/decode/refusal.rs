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

/// The refusal of a file of this format whose head announces more than a decoder may hold.
pub(super) fn too_large(format: impl Display) -> Error {
    refused(format!("the {format} file is too large to be decoded; make it smaller first"))
}

/// The refusal of a file that is whole, and of a kind of this format that is not read.
pub(super) fn unread(format: impl Display, cause: impl Display) -> Error {
    refused(format!("this kind of {format} is not read ({cause}); save the picture as PNG"))
}
