//! What a run tells while it is under way, and beside its explanation.

use super::explanation::Explanation;
use crate::methods::Settings;
use crate::question::Ends;

/// The figures of a run under way, beside the number of its steps.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Standing {
    /// Probability of the target in the blended picture at the last step.
    pub score: f32,
    /// The energy at the last step; not a number (`null` in JSON) where nothing is minimised.
    #[cfg_attr(test, ts(type = "number | null"))]
    pub objective: f32,
    /// Mean of the grid of the last step.
    pub mask_mean: f32,
    /// Share of the picture that counts as evidence (more than half deleted, or kept), by the grid of the last step.
    pub area_at_half: f32,
    /// Steps that the mask is learned in, at most; those that were taken once it is learned. The order of the pixels comes
    /// after them.
    pub steps: usize,
    /// How long it has taken so far, in seconds.
    pub seconds: f64,
}

impl std::fmt::Display for Standing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Standing { score, objective, mask_mean, .. } = self;
        write!(f, "score {score:.3}, objective {objective:.4}, mean mask {mask_mean:.3}")
    }
}

/// What is known of a run before its first step.
#[derive(Clone, Debug, serde::Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Started {
    /// Probabilities of the target with nothing and with everything deleted.
    pub scores: Ends,
    /// Steps in all, as far as that is known.
    pub total: usize,
    /// Every setting.
    #[cfg_attr(test, ts(type = "{ method: string, [setting: string]: unknown }"))]
    pub settings: Settings,
}

/// The energy and the score at each step of a run.
#[derive(Clone, Debug, serde::Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Curves {
    /// The energies; none where nothing is minimised.
    pub objective: Vec<f32>,
    /// Probabilities of the target in the blended picture.
    pub score: Vec<f32>,
}

/// What one of several regions is among them.
#[derive(Clone, Copy, Debug, serde::Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct RegionInfo {
    /// The share of the picture that the region was given, in (0, 1).
    pub area: f32,
    /// Whether the region is the answer: the smallest that suffices, else the largest.
    pub chosen: bool,
    /// Whether nine tenths of the score hang on the region.
    pub sufficient: bool,
}

/// The best region of one area, of several that were learned at once.
#[derive(Clone, Debug)]
pub struct Region {
    /// What the region is among the others.
    pub info: RegionInfo,
    /// The mask of the region, its pictures and scores.
    pub explanation: Explanation,
}
