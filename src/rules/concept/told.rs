//! Concept rules for people: with a sentence and the names of the classes.

use serde::Serialize;

use super::verdict::{Finding, Findings};
use crate::classifier::Labels;

/// All rules, with the names of their classes.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "ConceptTest"))]
pub struct Told {
    /// A sentence that says how many rules were screened, tested and confirmed.
    pub sentence: String,
    /// The rules that are confirmed by intervention.
    pub confirmed: usize,
    /// Pairs of concept and class that go together on the discovery half; `None` until all of its pictures are
    /// classified.
    pub screened: Option<usize>,
    /// The name of the class of each rule.
    pub classes: Vec<String>,
    /// The rules that were tested, strongest on discovery first.
    pub rules: Vec<Finding>,
}

impl Told {
    /// Adds the names of the classes to the findings.
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
