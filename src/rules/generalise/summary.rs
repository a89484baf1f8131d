//! The test of a local rule for people: a sentence, its figures, and every trial behind them.

use serde::Serialize;

use super::deletion::Deletion;
use super::outcome::{FamilyOutcome, Generalisation, Trial};
use crate::rules::statistics::Interval;

/// The figures of a local rule under test. Shares are in [0, 1], and a figure that is not known is `null`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "RuleTest"))]
pub struct Summary {
    /// The rule and how well it holds.
    pub sentence: String,
    /// The share of trials in which the rule held.
    pub held: Option<f64>,
    /// The interval of `held` over deletions like these.
    pub held_interval: Option<Interval>,
    /// The share of trials in which the control held.
    pub control: Option<f64>,
    /// The lift: held minus control.
    pub lift: Option<f64>,
    /// The interval of the lift.
    pub lift_interval: Option<Interval>,
    /// The skill: the lift as a share of what the control leaves open.
    pub skill: Option<f64>,
    /// The region's share of the picture at the middle level, or at the next smaller region if that was left out.
    pub area: f32,
    /// The least and the largest share of the picture that a tested region covers.
    pub areas: (f32, f32),
    /// The shares of the regions that were left out because they are too large to be moved, while others could be.
    pub unmoved: Vec<f32>,
    /// Whether the rule is about keeping the region.
    pub preserves: bool,
    /// Deletions that could tell nothing.
    pub void: usize,
    /// The results of the rule in each family.
    pub families: Vec<FamilyShare>,
    /// The deletions that were tried.
    pub deletions: Vec<Deletion>,
    /// Every trial of the rule and of its control.
    pub trials: Vec<Trial>,
}

/// The results of a rule in one family, with the family's name for people.
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
    /// Summarises the results of a test.
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
