//! The trials of a concept rule, and what happened in them.

use std::collections::VecDeque;

use super::screen::Candidate;
use crate::rules::effect::Flip;

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
