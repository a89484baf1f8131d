//! The profile: how a picture becomes a model's input, what the output means, and where the profile comes from.

mod hugging_face;
pub mod known;
mod labels;
mod layout;
pub(super) mod metadata;
mod output;
mod preprocessing;

pub(super) use hugging_face::HuggingFace;
pub use labels::Labels;
pub use layout::Layout;
pub use output::Output;
pub(super) use output::{End, end_of};
pub use preprocessing::{Channels, LabelSource, Profile, Source};
