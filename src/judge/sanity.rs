//! Sanity: does a map change when the model forgets what it learned?
//!
//! The weights of the model are shuffled within each layer, from the top down: the last layer, the upper half, all of
//! them. At each stage the method explains the shuffled model's *own* first answer, by its logit where the method takes
//! a score (the old answer would be refused); the map should resemble the model's own less and less. Beside the rank
//! correlation stands how far the map's entropy rises when all is shuffled, of a histogram of 100 bins: a map of
//! nothing should be spread out.
//!
//! References: J. Adebayo et al., "Sanity Checks for Saliency Maps", NeurIPS 2018; A. Hedström, L. Weber, S. Lapuschkin
//! and M. Höhne, "Sanity Checks Revisited", 2024, for the entropy. Their smooth form, a mean over noisy copies, is not
//! here: it takes fifty runs a stage.

use std::rc::Rc;

use serde::{Deserialize, Serialize};

use super::leakage::most_probable;
use super::verdict::common_scene;
use crate::classifier::{Classifier, Labels};
use crate::error::{ErrorKind, Result};
use crate::explain::Run;
use crate::job::run_to_end;
use crate::map::Map;
use crate::methods::Settings;
use crate::question::{Edit, Score, Subject};

/// The shares of the layers that are shuffled, from the top; of the first it is one layer.
pub const STAGES: [f32; 3] = [0.0, 0.5, 1.0];
/// Bins of the histogram.
const BINS: usize = 100;

/// What became of a map.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Sanity {
    /// The size of the rank correlation with the map of each stage, in [0, 1]; empty where that model cannot be
    /// explained.
    pub alike: [Option<f64>; STAGES.len()],
    /// (H − H₀) / H₀ of the last stage; empty where there is no map, or H₀ is 0.
    pub entropy_rise: Option<f64>,
}

/// Explains a picture by each shuffled model and compares the maps with that of the model itself.
///
/// # Errors
/// Fails when a classifier rejects its input or the device is lost ([`ErrorKind::Device`]).
pub async fn measure(
    stages: &[Rc<dyn Classifier>],
    labels: &Labels,
    subject: &Subject,
    settings: &Settings,
    map: &Map,
) -> Result<Sanity> {
    let mut found = Sanity::default();
    for (stage, alike) in stages.iter().zip(&mut found.alike) {
        let other = explained(stage, labels, subject, settings).await?;
        *alike = other.as_ref().map(|other| map.correlation(other).abs());
        found.entropy_rise = other.map(|other| rise(entropy(map), entropy(&other))).filter(|rise| rise.is_finite());
    }
    Ok(found)
}

/// The evidence for a model's own first answer; `None` where it cannot be explained.
async fn explained(
    classifier: &Rc<dyn Classifier>,
    labels: &Labels,
    subject: &Subject,
    settings: &Settings,
) -> Result<Option<Map>> {
    let scene = common_scene(&subject.picture, classifier.framing());
    let target = most_probable(classifier, &scene, Edit::Nothing).await?;
    let subject = Subject::new(subject.picture.clone(), target, labels, &[], &[]);
    let score = if settings.method.takes("score") { Score::Logit } else { settings.score };
    let settings = Settings { refine: false, score, ..settings.clone() };
    let run = async {
        let mut run = Run::new(classifier.clone(), subject, settings).await?;
        run_to_end(&mut run).await
    };
    match run.await {
        Ok(explanation) => Ok(Some(explanation.evidence())),
        Err(error) if matches!(error.kind(), ErrorKind::NotExplainable | ErrorKind::Unsupported) => Ok(None),
        Err(error) => Err(error),
    }
}

fn rise(before: f64, after: f64) -> f64 {
    (after - before) / before
}

/// Returns the entropy of a histogram of 100 bins over the map's range, in bits.
pub fn entropy(map: &Map) -> f64 {
    let (least, largest) = map.range();
    let span = (largest - least).max(f32::MIN_POSITIVE);
    let mut counts = [0usize; BINS];
    for value in &map.values {
        counts[(((value - least) / span * BINS as f32) as usize).min(BINS - 1)] += 1;
    }
    let share = |count: usize| count as f64 / map.values.len() as f64;
    counts.into_iter().filter(|&count| count > 0).map(|count| -share(count) * share(count).log2()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_map_of_two_values_has_one_bit_and_a_flat_one_none() {
        assert_eq!(entropy(&Map::constant(4, 0.3)), 0.0);
        assert!((entropy(&Map::from_fn(4, |i| (i % 2) as f32)) - 1.0).abs() < 1e-12);
        assert!((entropy(&Map::from_fn(10, |i| i as f32)) - 100f64.log2()).abs() < 1e-9);
    }
}
