//! The importance of parts for people, with a counted statement about two of them.

use serde::Serialize;

use super::outcome::{Comparison, PartOutcome, Parts};

/// The parts, and whether one carries more than another.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "PartsTest"))]
pub struct Told {
    /// The counted statement; empty if no class shows both parts.
    pub sentence: String,
    /// Pictures that were classified.
    pub looked: usize,
    /// Pictures that were measured, because their true class has a probability above .5.
    pub right: usize,
    /// Each part.
    pub parts: Vec<PartOutcome>,
    /// Faces against feet, class by class.
    pub faces_over_feet: Option<Comparison>,
}

impl Told {
    /// Compares faces with feet in the findings.
    pub fn new(found: Parts) -> Self {
        let compared = found.compare("face", "legs feet").filter(|compared| compared.classes > 0);
        Self {
            sentence: compared.as_ref().map_or_else(String::new, |compared| compared.sentence("Faces", "feet")),
            looked: found.looked,
            right: found.pictures.len(),
            parts: found.parts,
            faces_over_feet: compared,
        }
    }
}
