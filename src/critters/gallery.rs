//! The gallery: chosen pictures, and captions that say what to look for.

use super::Critter;

/// A chosen picture: draw its seed in the clean world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Sample {
    pub seed: u64,
    pub title: &'static str,
    pub caption: &'static str,
}

const GALLERY: [Sample; 1] = [Sample { seed: 0, title: "", caption: "" }];

/// About a dozen pictures worth explaining.
pub fn gallery() -> Vec<Sample> {
    GALLERY.to_vec()
}

/// A sentence about any picture.
pub fn caption(critter: &Critter) -> String {
    format!("A {}", critter.kind.name())
}
