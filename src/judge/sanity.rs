//! Sanity: does a map change when the model forgets what it learned?
//!
//! The weights of the model are shuffled within each layer, from the top down: the last layer, the upper half, all of
//! them. At each stage the method explains the shuffled model's *own* first answer (the old answer would be refused),
//! by its logit if the method takes a score. The map should resemble the original map less and less. Beside the rank
//! correlation stands the rise of the map's entropy (of a histogram of 100 bins) when everything is shuffled, because a
//! map of nothing should be spread out.
//!
//! A single map is noisy, and noise does not resemble any other map. So the smooth form ([`measure_smooth`]) compares
//! means over fifty noisy copies of the picture: m̄ = (1/n) Σ_i m(x + ε_i), ε ~ N(0, σ²), σ a tenth of the picture's
//! range.
//!
//! References: J. Adebayo et al., "Sanity Checks for Saliency Maps", NeurIPS 2018; A. Hedström, L. Weber, S. Lapuschkin
//! and M. Höhne, "Sanity Checks Revisited", 2024, for the entropy and the smooth form.

use std::rc::Rc;

use image::Rgb;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use super::leakage::most_probable;
use super::verdict::common_scene;
use crate::classifier::{Classifier, Labels};
use crate::error::{ErrorKind, Result};
use crate::explain::Run;
use crate::job::run_to_end;
use crate::map::{Map, mean_of};
use crate::methods::Settings;
use crate::picture::{Framing, Planes, RgbImage, standard_normal};
use crate::question::{Edit, Score, Subject};

/// The shuffled shares of the layers, from the top. A share of 0 shuffles one layer.
pub const STAGES: [f32; 3] = [0.0, 0.5, 1.0];
/// Bins of the histogram.
const BINS: usize = 100;
/// Noisy copies of the smooth form.
const COPIES: u64 = 50;
/// σ of their noise, as a share of the picture's range.
const NOISE: f32 = 0.1;

/// The results of a map's sanity check.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Sanity {
    /// The absolute rank correlation with the map of each stage, in [0, 1]; `None` if that model cannot be explained.
    pub alike: [Option<f64>; STAGES.len()],
    /// (H − H₀) / H₀ of the last stage; `None` if there is no map, or H₀ is 0.
    pub entropy_rise: Option<f64>,
}

/// Explains a picture with each shuffled model and compares the maps with that of the original model.
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
        let other = explained(stage, &forgotten(stage, labels, subject).await?, settings).await?;
        *alike = other.as_ref().map(|other| map.correlation(other).abs());
        found.entropy_rise = other.map(|other| rise(entropy(map), entropy(&other))).filter(|rise| rise.is_finite());
    }
    Ok(found)
}

/// Returns the correlations of [`Sanity::alike`] between mean maps over noisy copies; `None` if fewer than half of the
/// copies can be explained. Each copy has the same noise for every model.
///
/// # Errors
/// Fails as [`measure`] does.
pub async fn measure_smooth(
    model: &Rc<dyn Classifier>,
    stages: &[Rc<dyn Classifier>],
    labels: &Labels,
    subject: &Subject,
    settings: &Settings,
) -> Result<[Option<f64>; STAGES.len()]> {
    let mut alike = [None; STAGES.len()];
    let Some(own) = mean_map(model, subject, settings).await? else { return Ok(alike) };
    for (stage, alike) in stages.iter().zip(&mut alike) {
        let other = mean_map(stage, &forgotten(stage, labels, subject).await?, settings).await?;
        *alike = other.map(|other| own.correlation(&other).abs());
    }
    Ok(alike)
}

/// The mean map of noisy copies of a picture.
async fn mean_map(classifier: &Rc<dyn Classifier>, subject: &Subject, settings: &Settings) -> Result<Option<Map>> {
    let (mut maps, framing) = (vec![], classifier.framing());
    let deviation = deviation(&subject.picture, framing);
    for seed in 0..COPIES {
        let picture = noisy(&subject.picture, framing, deviation, seed);
        maps.extend(explained(classifier, &Subject { picture, ..subject.clone() }, settings).await?);
    }
    let enough = 2 * maps.len() >= COPIES as usize;
    Ok(enough.then(|| mean_of(&maps)))
}

/// Returns the σ of the noise to add to a picture, in 1/255, so that the model's input has noise of [`NOISE`] of its
/// range. A resize removes some of the noise; the loss is measured on a grey picture of the same size.
fn deviation(picture: &RgbImage, framing: Framing) -> f32 {
    const TRIED: f32 = 20.0;
    let (width, height) = picture.dimensions();
    let grey = RgbImage::from_pixel(width, height, Rgb([128; 3]));
    let seen = spread(&framing.frame(&grey), &framing.frame(&noisy(&grey, framing, TRIED, 0)));
    let (least, largest) = picture.iter().fold((u8::MAX, 0), |(least, largest), &v| (v.min(least), v.max(largest)));
    NOISE * f32::from(largest.saturating_sub(least)) * TRIED / seen.max(1.0)
}

/// The root mean square difference of two inputs of the model, in 1/255.
fn spread(one: &Planes, other: &Planes) -> f32 {
    let squares: f32 = one.values.iter().zip(&other.values).map(|(a, b)| (255.0 * (a - b)).powi(2)).sum();
    (squares / one.values.len() as f32).sqrt()
}

/// Adds noise of this σ, in 1/255, to a picture. All pixels within one pixel of the model's input get the same noise,
/// or a resize would remove it.
fn noisy(picture: &RgbImage, framing: Framing, deviation: f32, seed: u64) -> RgbImage {
    let (width, height) = picture.dimensions();
    let (placement, side) = (framing.placement(width, height), framing.side);
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut drawn = || [0; 3].map(|_| deviation * standard_normal(&mut random));
    let noise: Vec<[f32; 3]> = (0..side * side).map(|_| drawn()).collect();
    RgbImage::from_fn(width, height, |x, y| {
        let seen = placement.point([x as f32 + 0.5, y as f32 + 0.5]);
        let [column, row] = seen.map(|at| (at.max(0.0) as usize).min(side - 1));
        let mut channels = picture[(x, y)].0;
        for (value, noise) in channels.iter_mut().zip(noise[row * side + column]) {
            *value = (f32::from(*value) + noise).round().clamp(0.0, 255.0) as u8;
        }
        Rgb(channels)
    })
}

/// The picture with the answer of a shuffled model.
async fn forgotten(classifier: &Rc<dyn Classifier>, labels: &Labels, subject: &Subject) -> Result<Subject> {
    let scene = common_scene(&subject.picture, classifier.framing());
    let target = most_probable(classifier, &scene, Edit::Nothing).await?;
    Ok(Subject::new(subject.picture.clone(), target, labels, &[], &[]))
}

/// The evidence for an answer, by its logit if the method takes a score; `None` if it cannot be explained.
async fn explained(classifier: &Rc<dyn Classifier>, subject: &Subject, settings: &Settings) -> Result<Option<Map>> {
    let score = if settings.method.takes("score") { Score::Logit } else { settings.score };
    let settings = Settings { refine: false, score, ..settings.clone() };
    let run = async {
        let mut run = Run::new(classifier.clone(), subject.clone(), settings).await?;
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

    #[test]
    fn noise_has_its_size_where_a_model_sees_it() {
        // Half dark and half bright, in the middle of the range, so that no value is clipped.
        let picture = |side| RgbImage::from_fn(side, side, |x, _| Rgb([if x < side / 2 { 78 } else { 178 }; 3]));
        for (framing, picture) in [(Framing::whole(64), picture(192)), (Framing::whole(64), picture(64))] {
            let with_noise = |seed| noisy(&picture, framing, deviation(&picture, framing), seed);
            let seen = spread(&framing.frame(&picture), &framing.frame(&with_noise(3)));
            assert!((seen - 10.0).abs() < 0.5, "a tenth of the range is 10, not {seen}");
            assert_eq!(with_noise(3), with_noise(3));
            assert_ne!(with_noise(3), with_noise(4));
        }
    }
}
