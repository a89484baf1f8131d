//! The figures that a run reports while it is in progress, and beside its explanation.

use super::explanation::Explanation;
use crate::methods::Settings;
use crate::question::Ends;

/// The figures of a run in progress, besides the number of its steps.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Standing {
    /// Probability of the target in the blended picture at the last step.
    pub score: f32,
    /// The energy at the last step. NaN (`null` in JSON) if nothing is minimised.
    #[cfg_attr(test, ts(type = "number | null"))]
    pub objective: f32,
    /// Mean of the grid after the last step.
    pub mask_mean: f32,
    /// Share of the grid that is evidence by more than half (deleted, or kept) after the last step.
    pub area_at_half: f32,
    /// Largest number of steps in which the mask is learned, or the number taken once it has been learned. The steps
    /// for the order of the pixels come after them.
    pub steps: usize,
    /// Time taken so far, in seconds.
    pub seconds: f64,
}

impl std::fmt::Display for Standing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Standing { score, objective, mask_mean, .. } = self;
        write!(f, "score {score:.3}, objective {objective:.4}, mean mask {mask_mean:.3}")
    }
}

/// The facts known about a run before its first step.
#[derive(Clone, Debug, serde::Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Started {
    /// Probabilities of the target with nothing deleted and with everything deleted.
    pub scores: Ends,
    /// Total number of steps, as far as it is known.
    pub total: usize,
    /// Every setting.
    #[cfg_attr(test, ts(type = "{ method: string, [setting: string]: unknown }"))]
    pub settings: Settings,
}

/// The energy and the score at each step of a run.
#[derive(Clone, Debug, serde::Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Curves {
    /// The energies. Empty if nothing is minimised.
    pub objective: Vec<f32>,
    /// Probabilities of the target in the blended picture.
    pub score: Vec<f32>,
}

/// The place of one region among several.
#[derive(Clone, Copy, Debug, serde::Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct RegionInfo {
    /// The share of the picture that the region was given, in (0, 1).
    pub area: f32,
    /// Whether the region is the answer: the smallest that suffices, or the largest if none does.
    pub chosen: bool,
    /// Whether nine tenths of the score depend on the region.
    pub sufficient: bool,
}

/// The best region of one area, from several that were learned at once.
#[derive(Clone, Debug)]
pub struct Region {
    /// What the region is among the others.
    pub info: RegionInfo,
    /// The mask of the region, its pictures and scores.
    pub explanation: Explanation,
}
