//! The refusal of a graphics card.

use crate::error::{Error, ErrorKind};

/// Returns an error that says why the graphics card cannot be used.
pub fn unusable(why: impl std::fmt::Display) -> Error {
    Error::new(ErrorKind::Device, why.to_string())
}
