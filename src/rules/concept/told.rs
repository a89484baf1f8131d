//! Concept rules as they are told: with a sentence, and the classes by name.

use serde::Serialize;

use super::verdict::{Finding, Findings};
use crate::classifier::Labels;

/// All rules, with the names of their classes.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "ConceptTest"))]
pub struct Told {
    /// How many rules there were, and how many are left.
    pub sentence: String,
    /// The rules that are confirmed by intervention.
    pub confirmed: usize,
    /// Pairs of concept and class that go together on the pictures of discovery; nothing before those were all seen.
    pub screened: Option<usize>,
    /// The name of the class of each rule.
    pub classes: Vec<String>,
    /// The rules that were tested, strongest on discovery first.
    pub rules: Vec<Finding>,
}

impl Told {
    /// Names the classes of what was found.
    pub fn new(found: Findings, labels: &Labels) -> Self {
        Self {
            sentence: found.sentence(),
            confirmed: found.confirmed().count(),
            screened: found.screened,
            classes: found.rules.iter().map(|rule| labels.short(rule.candidate.class)).collect(),
            rules: found.rules,
        }
    }
}
