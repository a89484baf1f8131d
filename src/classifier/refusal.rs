//! Errors about a file that cannot be run, because its parts do not fit or because it needs something unsupported.

use crate::error::{Error, ErrorKind};

/// Advice on an unsupported form.
pub(super) const ADVICE: &str = "please report the model, or export it with simpler operators";
/// Advice on a file that was saved for training.
pub(super) const FOR_TRAINING: &str = "export it for inference: call model.eval() before the export";

/// Returns an error for a graph whose shapes do not fit each other.
pub fn misfit(sentence: impl Into<String>) -> Error {
    Error::new(ErrorKind::Model, sentence)
}

/// Returns an error for an operator, or a form of one, that is not supported.
pub(crate) fn unsupported(what: impl std::fmt::Display) -> Error {
    unsupported_but(what, ADVICE)
}

/// The same, with more specific advice.
pub(super) fn unsupported_but(what: impl std::fmt::Display, advice: &str) -> Error {
    Error::new(ErrorKind::Unsupported, format!("{what} is not supported; {advice}"))
}

/// Returns an error for a file that is not an image classifier.
pub(super) fn not_a_classifier(why: &str) -> Error {
    Error::new(ErrorKind::Model, format!("this model is not an image classifier: {why}"))
}
