//! The test of a local rule as it is told: a sentence, its figures, and every trial behind them.

use serde::Serialize;

use super::deletion::Deletion;
use super::outcome::{FamilyOutcome, Generalisation, Trial};
use crate::rules::statistics::Interval;

/// A local rule under test, in figures; shares are in [0, 1], and what cannot be known is `null`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "RuleTest"))]
pub struct Summary {
    /// The rule and how well it holds.
    pub sentence: String,
    /// The share of trials in which the rule held.
    pub held: Option<f64>,
    /// Its interval over deletions like these.
    pub held_interval: Option<Interval>,
    /// The share in which its control held.
    pub control: Option<f64>,
    /// How much the region adds to its control.
    pub lift: Option<f64>,
    /// Its interval.
    pub lift_interval: Option<Interval>,
    /// The same as a share of what the control leaves to add.
    pub skill: Option<f64>,
    /// Share of the picture that the region of the middle level covers; of the next smaller one where that was left out.
    pub area: f32,
    /// The least and the largest share that the regions of the levels under test cover.
    pub areas: (f32, f32),
    /// The shares of the regions that are too large to be moved, and were left out as others could be.
    pub unmoved: Vec<f32>,
    /// Whether the rule is about what is kept.
    pub preserves: bool,
    /// Deletions that could tell nothing.
    pub void: usize,
    /// How the rule fared in each family.
    pub families: Vec<FamilyShare>,
    /// The deletions that were tried.
    pub deletions: Vec<Deletion>,
    /// Every trial of the rule and of its control.
    pub trials: Vec<Trial>,
}

/// How a rule fared in one family, under the family's name for people.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct FamilyShare {
    /// What deleted pixels become.
    pub title: &'static str,
    /// The figures.
    #[serde(flatten)]
    pub outcome: FamilyOutcome,
}

impl Summary {
    /// Puts what a test found into figures.
    pub fn new(found: &Generalisation) -> Self {
        let share = |outcome: FamilyOutcome| FamilyShare { title: outcome.family.title(), outcome };
        Self {
            sentence: found.sentence(),
            held: Some(found.held()).filter(|held| held.is_finite()),
            held_interval: found.held_interval(),
            control: found.control(),
            lift: found.lift(),
            lift_interval: found.lift_interval(),
            skill: found.skill(),
            area: found.area,
            areas: found.areas,
            unmoved: found.unmoved.clone(),
            preserves: found.preserves,
            void: found.void,
            families: found.families().into_iter().map(share).collect(),
            deletions: found.deletions.clone(),
            trials: found.trials.clone(),
        }
    }
}
