//! The parts of a search for concept rules that several workers can share, and the lines that they report.

use serde::{Deserialize, Serialize};

use super::labelled::Seen;
use super::trials::Source;
use crate::rules::effect::Flip;
use crate::rules::split::Print;
use crate::rules::trials::Intervention;

/// A part that can be done independently.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// Classify some pictures, from this number on.
    Look(usize),
    /// Try some interventions.
    Try(Batch),
}

/// The result of a part.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Line {
    /// A picture, by its number in the set.
    Looked(usize, Looked),
    /// The flips of a batch's interventions, with the batch's number; `None` if there was nothing to change.
    Tried(usize, Vec<Option<Flip>>),
}

/// A classified picture, with its print.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Looked {
    pub(super) seen: Seen,
    /// The print that decides the picture's half.
    pub(super) print: Print,
}

/// Some interventions that are tried together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Batch {
    /// Numbers batches in the order in which they are planned.
    pub(super) number: usize,
    pub(super) of: Vec<Planned>,
}

/// An intervention on a picture, with its random choices.
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
