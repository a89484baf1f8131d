//! What can be trusted: the masks of several seeds, their mean and their deviation.

use std::rc::Rc;

use super::{Explanation, Run};
use crate::classifier::Classifier;
use crate::error::{Error, ErrorKind, Result};
use crate::map::mean_pairwise_correlation;
use crate::methods::Settings;
use crate::question::Subject;

/// The evidence of one picture under several seeds.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Spread {
    /// The seeds.
    pub seeds: Vec<u64>,
    /// Mean evidence of each pixel, `[S, S]` in [0, 1].
    pub mean: Vec<f32>,
    /// Standard deviation of each pixel's evidence, `[S, S]`.
    pub deviation: Vec<f32>,
    /// Mean rank correlation between two of the maps.
    pub correlation: f64,
}

impl Spread {
    /// Of explanations of one picture.
    ///
    /// # Errors
    /// [`ErrorKind::Settings`] if there are fewer than two.
    pub fn new(explanations: &[Explanation]) -> Result<Self> {
        if explanations.len() < 2 {
            return Err(Error::new(ErrorKind::Settings, "a spread needs at least two seeds"));
        }
        let maps: Vec<Vec<f32>> = explanations.iter().map(Explanation::evidence).collect();
        let count = maps.len() as f32;
        let mean: Vec<f32> = (0..maps[0].len()).map(|i| maps.iter().map(|m| m[i]).sum::<f32>() / count).collect();
        let variance = |i: usize| maps.iter().map(|m| (m[i] - mean[i]).powi(2)).sum::<f32>() / count;
        let deviation = (0..mean.len()).map(|i| variance(i).sqrt()).collect();
        let seeds = explanations.iter().map(|e| e.settings.seed).collect();
        Ok(Self { seeds, correlation: mean_pairwise_correlation(&maps), mean, deviation })
    }
}

/// Explains a picture under `count` seeds, from the settings' on.
///
/// # Errors
/// As [`Run::new`] and [`Run::step`].
pub async fn spread(
    classifier: Rc<dyn Classifier>,
    subject: &Subject,
    resize: usize,
    settings: &Settings,
    count: usize,
) -> Result<Vec<Explanation>> {
    let mut explanations = vec![];
    for number in 0..count as u64 {
        let settings = Settings { seed: settings.seed.wrapping_add(number), ..settings.clone() };
        let mut run = Run::new(classifier.clone(), subject.clone(), resize, settings).await?;
        while !run.step(usize::MAX).await?.done {}
        explanations.push(run.finish().await?);
    }
    Ok(explanations)
}
