//! The proof: does the region matter, and how does one method compare with another?
//!
//! Every judge takes the evidence of an [`crate::explain::Explanation`], a [`crate::map::Map`] in [0, 1], from any
//! method. A judge that asks the model also takes a [`crate::question::Question`].

pub mod control;
pub mod deletion_game;
pub mod eraser;
pub mod insertion_deletion;
pub mod leakage;
pub mod localisation;
pub mod pointing;
pub mod removal;
pub mod sanity;
pub mod stability;
mod verdict;

pub use control::Control;
pub use eraser::{Erased, Eraser};
pub use verdict::{Asked, Judged, Panel, Verdict, common_scene};
