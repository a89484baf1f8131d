//! Cues for people: each with its sentence and the name of its answer.

use serde::Serialize;

use super::verdict::{Counts, Cue, Findings};
use crate::classifier::Labels;

/// All cues, with the names of their answers.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "CuesTold"))]
pub struct Told {
    /// A sentence that says how many candidates were found, tested and confirmed.
    pub sentence: String,
    /// How many pictures there were.
    pub pictures: Counts,
    /// The cues that were tested, the strongest on discovery first.
    pub cues: Vec<ToldCue>,
    /// A sentence about each class whose answers no region carries.
    pub everywhere: Vec<String>,
}

/// A cue in words and figures.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ToldCue {
    /// The name of the answer.
    pub label: String,
    /// The finding in a sentence.
    pub sentence: String,
    /// Whether the cue is confirmed although it lies mostly outside the annotated objects.
    pub wrongly_learned: bool,
    /// The figures.
    pub cue: Cue,
}

impl Told {
    /// Adds the names of the answers to the findings.
    pub fn new(found: Findings, labels: &Labels) -> Self {
        let everywhere = found.everywhere.iter().map(|class| class.sentence(&labels.short(class.class)));
        Self {
            sentence: found.sentence(),
            pictures: found.pictures,
            everywhere: everywhere.collect(),
            cues: found.cues.into_iter().map(|cue| ToldCue::new(cue, labels)).collect(),
        }
    }
}

impl ToldCue {
    fn new(cue: Cue, labels: &Labels) -> Self {
        let label = labels.short(cue.class);
        Self { sentence: cue.sentence(&label), wrongly_learned: cue.wrongly_learned(), label, cue }
    }
}
