//! The trials of a concept rule, and what happened in them.

use std::collections::VecDeque;

use serde::Serialize;

use super::screen::Candidate;

/// What happened to one picture: under the intervention, its control, and where the picture could be made again.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Flip {
    /// Number of the picture in the set.
    pub number: usize,
    /// Whether the answer flipped.
    pub changed: bool,
    /// Whether it flipped under the control.
    pub control: bool,
    /// Whether it flipped when the picture was made again; `None` where that is not known.
    pub exact: Option<bool>,
    /// Where the intervention and its control came from.
    #[serde(skip)]
    pub(super) source: Source,
}

/// What chance decided about a trial.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Source {
    /// The region is blurred; its control lies at another place.
    Place((usize, usize)),
    /// Another picture lends its pixels, and one more those of the control.
    Donors(usize, usize),
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
    pub(super) necessity: Vec<Flip>,
    pub(super) sufficiency: Vec<Flip>,
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
