//! The trials of a concept rule, and what happened in them.

use std::collections::VecDeque;

use serde::Serialize;

use super::screen::Candidate;
use crate::rules::effect::Flip;

/// What happened to one picture of the set.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "ConceptTrial"))]
pub struct Trial {
    /// Number of the picture in the set.
    pub number: usize,
    /// What the intervention, its control and the picture made again did.
    #[serde(flatten)]
    pub flip: Flip,
    /// Where the intervention and its control came from.
    #[serde(skip)]
    pub(super) source: Source,
}

/// What chance decided about a trial.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Source {
    /// The region is blurred; its control lies at another place.
    Place((usize, usize)),
    /// Other pictures lend their pixels, and others those of the control.
    Donors(Vec<usize>, Vec<usize>),
}

/// The trials of one rule, done and to be done.
pub(super) struct Trials {
    pub(super) candidate: Candidate,
    /// Pictures that show the concept and are called so.
    pub(super) showing: Vec<usize>,
    /// Pictures that do not show it.
    pub(super) without: Vec<usize>,
    pub(super) to_delete: VecDeque<usize>,
    pub(super) to_receive: VecDeque<usize>,
    pub(super) necessity: Vec<Trial>,
    pub(super) sufficiency: Vec<Trial>,
    pub(super) total: usize,
}

impl Trials {
    pub(super) fn is_done(&self) -> bool {
        self.to_delete.is_empty() && self.to_receive.is_empty()
    }

    pub(super) fn total(&self) -> usize {
        self.total
    }

    pub(super) fn taken(&self) -> usize {
        self.total - self.to_delete.len() - self.to_receive.len()
    }
}
