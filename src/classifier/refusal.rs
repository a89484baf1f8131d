//! The errors of a file that cannot be computed with: its parts do not fit, or it asks for what is not there.

use crate::error::{Error, ErrorKind};

/// What to do about a form that is not there.
pub(super) const ADVICE: &str = "please report the model, or export it with simpler operators";
/// What to do about a file that was saved for training.
pub(super) const FOR_TRAINING: &str = "export it for inference: call model.eval() before the export";

/// An error for a graph whose shapes do not fit each other.
pub fn misfit(sentence: impl Into<String>) -> Error {
    Error::new(ErrorKind::Model, sentence)
}

/// An error for an operator, or a form of one, that is not there.
pub(crate) fn unsupported(what: impl std::fmt::Display) -> Error {
    unsupported_but(what, ADVICE)
}

/// The same, where something better can be done about it.
pub(super) fn unsupported_but(what: impl std::fmt::Display, advice: &str) -> Error {
    Error::new(ErrorKind::Unsupported, format!("{what} is not supported; {advice}"))
}

/// An error for a file that is no image classifier.
pub(super) fn not_a_classifier(why: &str) -> Error {
    Error::new(ErrorKind::Model, format!("this model is not an image classifier: {why}"))
}
