//! How a picture becomes a model's input, and what its output means: the profile, and where it comes from.

pub mod known;
mod labels;
pub(super) mod metadata;
mod output;
mod preprocessing;

pub use labels::Labels;
pub use output::Output;
pub use preprocessing::{Channels, LabelSource, Profile, Source};
