//! The trials of a concept rule, and their outcomes.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::screen::Candidate;
use crate::rules::effect::Flip;
use crate::rules::trials::{Intervention, Queue};

/// The outcome of one picture of the set.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "ConceptTrial"))]
pub struct Trial {
    /// Number of the picture in the set.
    pub number: usize,
    /// Whether the answer flipped under the intervention, under its control, and in the picture drawn again.
    #[serde(flatten)]
    pub flip: Flip,
    /// The sources of the intervention and its control.
    #[serde(skip)]
    pub(super) source: Source,
}

/// The random choices of a trial.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Source {
    /// The region is blurred; its control lies at another place.
    Place((usize, usize)),
    /// One picture lends the pixels of the intervention, and another those of the control.
    Donors(usize, usize),
}

/// The trials of one rule, done and to be done.
pub(super) struct Trials {
    pub(super) candidate: Candidate,
    /// Which pictures lend to which, by the number of the picture that is changed.
    pub(super) sources: BTreeMap<usize, Source>,
    pub(super) queue: Queue,
    pub(super) necessity: Vec<Trial>,
    pub(super) sufficiency: Vec<Trial>,
}

impl Trial {
    /// The outcome, with the number of the independent unit: the donor or, if a region is blurred, the picture itself.
    pub(super) fn by_donor(&self) -> (usize, Flip) {
        let of = if let Source::Donors(donor, _) = self.source { donor } else { self.number };
        (of, self.flip)
    }
}

impl Trials {
    /// Inserts a trial in its place: pictures are tried in the order of their numbers.
    pub(super) fn add(&mut self, how: Intervention, trial: Trial) {
        let made = if how == Intervention::Delete { &mut self.necessity } else { &mut self.sufficiency };
        let at = made.partition_point(|earlier| earlier.number < trial.number);
        made.insert(at, trial);
    }
}
