//! What is drawn: heat maps over pictures, charts as SVG, and the report of an evaluation.

pub mod chart;
mod heat;
#[cfg(feature = "cli")]
pub mod report;
pub mod svg;

pub use heat::{ColourMap, OPACITY, heatmap, mask_picture};
