//! What several seeds agree on: the mean of their masks, and its deviation.

use super::Explanation;
use crate::error::{Error, ErrorKind, Result};
use crate::map::{Map, mean_of, mean_pairwise_correlation};

/// The evidence of one picture under several seeds.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Spread {
    /// The seeds, in the order of the runs.
    pub seeds: Vec<u64>,
    /// Mean evidence of each pixel, `[S, S]` in [0, 1].
    pub mean: Map,
    /// Standard deviation of each pixel's evidence over the seeds, `[S, S]`.
    pub deviation: Map,
    /// Mean rank correlation between pairs of the maps.
    pub correlation: f64,
}

impl Spread {
    /// Compares explanations of one picture under several seeds.
    ///
    /// # Errors
    /// Fails with [`ErrorKind::Settings`] if there are fewer than two explanations.
    pub fn new(explanations: &[Explanation]) -> Result<Self> {
        if explanations.len() < 2 {
            return Err(Error::new(ErrorKind::Settings, "a spread needs at least two seeds"));
        }
        let maps: Vec<Map> = explanations.iter().map(Explanation::evidence).collect();
        let count = maps.len() as f32;
        let mean = mean_of(&maps);
        let variance = |i: usize| maps.iter().map(|m| (m.values[i] - mean.values[i]).powi(2)).sum::<f32>() / count;
        let deviation = Map::from_fn(mean.side, |i| variance(i).sqrt());
        let seeds = explanations.iter().map(|e| e.settings.seed).collect();
        Ok(Self { seeds, correlation: mean_pairwise_correlation(&maps), mean, deviation })
    }
}
