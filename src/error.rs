//! Errors: a kind, by which the page chooses a screen, and one sentence on which a person can act.

use std::fmt;

/// The class of a failure. The page and the command decide by it what to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ErrorKind {
    /// The picture cannot be decoded, or its size is out of bounds.
    Image,
    /// The model's file cannot be read, or is not an image classifier.
    Model,
    /// The model uses an operator, or a form of one, that is not supported. The message names it.
    Unsupported,
    /// The preprocessing profile or the labels do not fit the model.
    Profile,
    /// A setting is out of range or unknown.
    Settings,
    /// The answer cannot be explained: its score is too low, or deleting everything does not lower it.
    NotExplainable,
    /// The compute device could not be opened or was lost.
    Device,
    /// A file could not be read or written.
    Io,
}

/// A failure: its kind, and one sentence that names the cause and what to do.
#[derive(Debug, Clone)]
pub struct Error {
    kind: ErrorKind,
    message: String,
}

/// The result of anything in this crate that can fail.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// Makes an error of a kind with its sentence.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }

    /// Returns the class of this failure.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// Returns the same failure, with a description of what was being done before its sentence.
    #[must_use]
    pub fn context(mut self, doing: impl fmt::Display) -> Self {
        self.message = format!("{doing}: {}", self.message);
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}
