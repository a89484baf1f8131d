//! Work over sets of pictures.
//!
//! [`item`] is a picture with what is known about it; [`set`] reads such pictures from folders, annotation files and the
//! built-in world.

pub mod item;
#[cfg(feature = "cli")]
pub mod set;

pub use item::{Item, Label, Part, Place};
#[cfg(feature = "cli")]
pub use set::Set;
