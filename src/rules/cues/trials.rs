//! The trials of a cue, and their outcomes.

use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use crate::rules::effect::Flip;
use crate::rules::loans::{Loan, lend};
use crate::rules::statistics::draw::shuffle;

/// The interventions on one cue, done and to be done.
#[derive(Clone, Debug, Default)]
pub(super) struct Trials {
    pub(super) candidate: usize,
    /// Pictures that show the cue, from which it is deleted.
    pub(super) to_delete: Vec<usize>,
    /// Pictures with other answers into which it is pasted, and those that lend it.
    pub(super) loans: Vec<Loan>,
    /// The interventions, in the order in which they are planned.
    pub(super) tries: Vec<Try>,
}

/// An intervention on a picture.
#[derive(Clone, Debug)]
pub(super) struct Try {
    /// Numbers all interventions of a search.
    pub(super) number: usize,
    /// Number of the picture in the set.
    pub(super) picture: usize,
    pub(super) chance: Chance,
    /// The outcome; `None` before it is tried.
    pub(super) flip: Option<Flip>,
}

/// The random choices of an intervention.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Chance {
    /// The cue is deleted. The control deletes the same region, moved by this much (down, right).
    Delete((usize, usize)),
    /// The cue of the first picture is pasted. The control pastes the same place of the second.
    Paste(usize, usize),
}

impl Chance {
    /// The picture that lends the cue, if the cue is pasted.
    pub(super) fn donor(self) -> Option<usize> {
        if let Chance::Paste(donor, _) = self { Some(donor) } else { None }
    }
}

impl Trials {
    /// The trials of a candidate, with nothing planned yet.
    pub(super) fn of(candidate: usize) -> Self {
        Self { candidate, ..Self::default() }
    }

    /// Chooses at most `most` pictures of either kind at random. The unseen pictures that show the cue also lend it.
    /// Donors are the unit of counting, so patches that found and chose the cue may not confirm it.
    pub(super) fn new(
        candidate: usize,
        showing: &[usize],
        others: &[usize],
        most: usize,
        random: &mut ChaCha8Rng,
    ) -> Self {
        let mut drawn_from = |pictures: &[usize]| {
            let mut drawn = pictures.to_vec();
            shuffle(random, &mut drawn);
            drawn.truncate(most);
            drawn
        };
        let (to_delete, to_receive) = (drawn_from(showing), drawn_from(others));
        Self { to_delete, loans: lend(showing, others, &to_receive, random), ..Self::of(candidate) }
    }

    /// The interventions that were made, in the order in which they were planned.
    pub(super) fn made(&self) -> impl Iterator<Item = (&Try, Flip)> {
        self.tries.iter().filter_map(|tried| Some((tried, tried.flip?)))
    }

    /// The known outcomes of deleting the cue.
    pub(super) fn deleted(&self) -> Vec<Flip> {
        self.made().filter(|(tried, _)| tried.chance.donor().is_none()).map(|(_, flip)| flip).collect()
    }

    /// The known outcomes of pasting the cue, with the number of the picture that lent it.
    pub(super) fn received(&self) -> Vec<(usize, Flip)> {
        self.made().filter_map(|(tried, flip)| Some((tried.chance.donor()?, flip))).collect()
    }
}
