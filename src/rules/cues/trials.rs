//! The trials of a cue, and what happened in them.

use rand_chacha::ChaCha8Rng;

use crate::rules::effect::Flip;
use crate::rules::statistics::draw::shuffle;
use crate::rules::trials::Queue;

/// The interventions on one cue, done and to be done.
#[derive(Clone, Debug, Default)]
pub(super) struct Trials {
    pub(super) candidate: usize,
    /// Pictures that show the cue, from which it is deleted, and pictures with other answers, into which it is pasted.
    pub(super) queue: Queue,
    pub(super) deleted: Vec<Flip>,
    pub(super) received: Vec<Flip>,
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
            of.truncate(most);
            of
        };
        let (to_delete, to_receive) = (some(showing), some(others));
        Self { queue: Queue::new(to_delete, to_receive), ..Self::of(candidate) }
    }
}
