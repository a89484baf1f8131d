//! What several can do of a search for concept rules, and what they tell of it.

use serde::{Deserialize, Serialize};

use super::labelled::Seen;
use super::trials::Source;
use crate::rules::effect::Flip;
use crate::rules::split::Print;
use crate::rules::trials::Intervention;

/// Something that can be done without the rest.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// To look at some pictures, from this number on.
    Look(usize),
    /// To try some interventions.
    Try(Batch),
}

/// What came of a part.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Line {
    /// A picture, by its number in the set.
    Looked(usize, Looked),
    /// What the interventions of a batch did, by its number; `None` where there was nothing to change.
    Tried(usize, Vec<Option<Flip>>),
}

/// What is known of a picture after it was looked at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Looked {
    pub(super) seen: Seen,
    /// By which its half is told.
    pub(super) print: Print,
}

/// Some interventions that are tried together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Batch {
    /// Numbers batches in the order in which they are planned.
    pub(super) number: usize,
    pub(super) of: Vec<Planned>,
}

/// An intervention on a picture, with what chance decides about it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Planned {
    /// Number of the rule.
    pub(super) rule: usize,
    pub(super) concept: usize,
    pub(super) class: usize,
    pub(super) how: Intervention,
    /// Number of the picture in the set.
    pub(super) number: usize,
    pub(super) source: Source,
}
