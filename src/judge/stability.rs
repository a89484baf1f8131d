//! Stability: does a method find the same with another seed, and with another strength of the null image?
//!
//! The figure is the mean rank correlation between all pairs of maps of one picture: with k seeds, and with blurs of σ
//! 5, 10 and 30 px.

use std::rc::Rc;

use crate::classifier::Classifier;
use crate::error::Result;
use crate::explain::Run;
use crate::job::run_to_end;
use crate::map::{Map, mean_pairwise_correlation};
use crate::methods::Settings;
use crate::question::Subject;

/// The strengths compared, in pixels.
pub const SIGMAS_PX: [f32; 3] = [5.0, 10.0, 30.0];

/// Mean correlations, in [−1, 1].
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Stability {
    /// Between seeds.
    pub seeds: f64,
    /// Between strengths of the null image.
    pub nulls: f64,
}

/// Explains a picture again and again.
///
/// # Errors
/// Fails as [`Run::new`] does.
pub async fn measure(
    classifier: Rc<dyn Classifier>,
    subject: &Subject,
    settings: &Settings,
    seeds: u64,
) -> Result<Stability> {
    // The order is not compared, so it is not refined.
    let settings = &Settings { refine: false, ..settings.clone() };
    let seeded = (0..seeds).map(|n| Settings { seed: settings.seed.wrapping_add(n), ..settings.clone() });
    let blurred = SIGMAS_PX.map(|null_sigma_px| Settings { null_sigma_px, ..settings.clone() });
    let by_seed = maps(&classifier, subject, seeded).await?;
    let by_null = maps(&classifier, subject, blurred.into_iter()).await?;
    Ok(Stability { seeds: mean_pairwise_correlation(&by_seed), nulls: mean_pairwise_correlation(&by_null) })
}

async fn maps(
    classifier: &Rc<dyn Classifier>,
    subject: &Subject,
    all: impl Iterator<Item = Settings>,
) -> Result<Vec<Map>> {
    let mut maps = vec![];
    for settings in all {
        let mut run = Run::new(classifier.clone(), subject.clone(), settings).await?;
        maps.push(run_to_end(&mut run).await?.evidence());
    }
    Ok(maps)
}
