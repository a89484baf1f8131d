//! The trials of a cue, and what happened in them.

use std::collections::VecDeque;

use rand_chacha::ChaCha8Rng;

use crate::rules::effect::Flip;
use crate::rules::statistics::draw::shuffle;

/// The interventions on one cue, done and to be done.
#[derive(Clone, Debug, Default)]
pub(super) struct Trials {
    pub(super) candidate: usize,
    /// Pictures that show the cue, from which it is deleted.
    pub(super) to_delete: VecDeque<usize>,
    /// Pictures with other answers, into which it is pasted.
    pub(super) to_receive: VecDeque<usize>,
    pub(super) deleted: Vec<Flip>,
    pub(super) received: Vec<Flip>,
    total: usize,
}

impl Trials {
    /// Of a candidate, with nothing planned.
    pub(super) fn of(candidate: usize) -> Self {
        Self { candidate, ..Self::default() }
    }

    /// Plans the interventions on `most` of either pictures at most, drawn at random.
    pub(super) fn new(
        candidate: usize,
        showing: &[usize],
        others: &[usize],
        most: usize,
        random: &mut ChaCha8Rng,
    ) -> Self {
        let mut some = |of: &[usize]| {
            let mut of = of.to_vec();
            shuffle(random, &mut of);
            of.into_iter().take(most).collect::<VecDeque<_>>()
        };
        let (to_delete, to_receive) = (some(showing), some(others));
        Self { candidate, total: to_delete.len() + to_receive.len(), to_delete, to_receive, ..Self::default() }
    }

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
