//! The registry of methods.
//!
//! Each method has a file or a folder of its own, with its equation, its reference, its deviations and its entry. The
//! command's help, the page's form and the checks of the settings are read from the entry. [`catalogue`] lists the
//! entries. To add a method, write its file and add a line to that list.

pub(crate) mod attribution;
mod catalogue;
mod described;
mod entry;
pub mod extremal;
pub mod fast;
pub mod form;
mod game;
pub mod gradcam;
pub mod gradient;
pub mod gradient_input;
pub mod guided;
pub mod igos;
pub mod igos_plus;
pub mod integrated;
pub mod localisation;
pub mod meaningful;
mod method;
pub mod occlusion;
pub mod optimise;
pub(crate) mod order;
pub mod rise;
mod settings;
pub mod smoothgrad;
mod start;
mod trim;

pub use catalogue::{DEFAULT, METHODS};
pub use described::{Registry, describe};
pub use entry::Entry;
pub use game::Game;
pub use method::{Definition, Kind, Method};
pub use settings::{SETTINGS, Settings};
pub use start::Start;
