//! The errors of a file that cannot be computed with: its parts do not fit, or it asks for what is not there.

use crate::error::{Error, ErrorKind};

/// What follows what is not supported.
pub(super) const ADVICE: &str = "not supported; please report the model, or export it with simpler operators";

/// An error for a graph whose shapes do not fit each other.
pub fn misfit(sentence: impl Into<String>) -> Error {
    Error::new(ErrorKind::Model, sentence)
}

/// An error for an operator, or a form of one, that is not there.
pub(crate) fn unsupported(what: impl std::fmt::Display) -> Error {
    Error::new(ErrorKind::Unsupported, format!("{what} is {ADVICE}"))
}

/// An error for a file that is no image classifier.
pub(super) fn not_a_classifier(why: &str) -> Error {
    Error::new(ErrorKind::Model, format!("this model is not an image classifier: {why}"))
}
