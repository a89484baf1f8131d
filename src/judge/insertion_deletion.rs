//! Insertion and deletion: how soon the answer comes, or goes, when pixels are shown, or taken away, in a map's order.
//!
//! Pixels are ranked by evidence. *Deletion* replaces them by the null image, most evidence first: a small area under
//! the curve of the probability is good. *Insertion* puts them into a blurred picture (Gaussian of 11 × 11 pixels,
//! σ = 5 px, at the model's size): a large area is good. The area is that of the trapezoids over the share of
//! pixels, in [0, 1].
//!
//! Reference: \[RISE\] V. Petsiuk, A. Das and K. Saenko, "RISE: Randomized Input Sampling for Explanation of
//! Black-box Models", BMVC 2018, section 4.2. The curves have 28 steps (1,792 px each at 224) for speed, where the
//! paper's code has 224. Ties go by place.

use image::Rgb32FImage;

use super::Judge;
use crate::classifier::Classifier;
use crate::error::Result;
use crate::picture::Planes;
use crate::picture::Scene;

/// Steps of a curve.
pub const STEPS: usize = 28;
/// The blur into which pixels are inserted: RISE's kernel of 11 values.
const KERNEL_SIGMA_PX: f32 = 5.0;
const KERNEL_RADIUS_PX: i64 = 5;

/// Both areas of one map.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Areas {
    /// Larger is better.
    pub insertion: f32,
    /// Smaller is better.
    pub deletion: f32,
}

/// Ranks the evidence for a class in a scene of the model's size and measures both.
///
/// # Errors
/// As the classifier's.
pub async fn measure(classifier: &dyn Classifier, scene: &Scene, class: usize, evidence: &[f32]) -> Result<Areas> {
    let shown = masks(evidence);
    let taken: Vec<Vec<f32>> = shown.iter().map(|mask| mask.iter().map(|m| 1.0 - m).collect()).collect();
    let blurred = Scene { photo: scene.photo.clone(), null: blurred(&scene.photo) };
    let insertion = Judge::new(classifier, &blurred, class).await?.scores(&shown).await?;
    let deletion = Judge::new(classifier, scene, class).await?.scores(&taken).await?;
    Ok(Areas { insertion: area_under(&insertion), deletion: area_under(&deletion) })
}

/// 1 at the first k/28 of the pixels by evidence, for k = 0, …, 28.
fn masks(evidence: &[f32]) -> Vec<Vec<f32>> {
    let mut order: Vec<usize> = (0..evidence.len()).collect();
    order.sort_by(|&a, &b| evidence[b].total_cmp(&evidence[a]));
    let with_first = |count: usize| {
        let mut mask = vec![0.0; evidence.len()];
        order[..count].iter().for_each(|&i| mask[i] = 1.0);
        mask
    };
    (0..=STEPS).map(|step| with_first(evidence.len() * step / STEPS)).collect()
}

/// By trapezoids, over [0, 1].
fn area_under(curve: &[f32]) -> f32 {
    let sum: f32 = curve.windows(2).map(|pair| (pair[0] + pair[1]) / 2.0).sum();
    sum / (curve.len() - 1) as f32
}

/// The picture under RISE's kernel, edges repeated.
fn blurred(photo: &Planes) -> Planes {
    let weights: Vec<f32> =
        (-KERNEL_RADIUS_PX..=KERNEL_RADIUS_PX).map(|i| (-0.5 * (i as f32 / KERNEL_SIGMA_PX).powi(2)).exp()).collect();
    let sum: f32 = weights.iter().sum();
    let kernel: Vec<f32> = weights.iter().map(|w| w / sum).collect();
    let (side, plane) = (photo.side, photo.side * photo.side);
    let picture = Rgb32FImage::from_fn(side as u32, side as u32, |x, y| {
        image::Rgb(std::array::from_fn(|c| photo.values[c * plane + y as usize * side + x as usize]))
    });
    let picture = crate::picture::gaussian::convolved(&picture, &kernel);
    let values =
        (0..3 * plane).map(|i| picture.get_pixel((i % plane % side) as u32, (i % plane / side) as u32).0[i / plane]);
    Planes { side, values: values.collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_straight_curve_has_half_the_area() {
        assert_eq!(area_under(&[0.0, 0.5, 1.0]), 0.5);
        assert_eq!(area_under(&[1.0, 0.0, 0.0]), 0.25);
    }

    #[test]
    fn pixels_come_in_the_order_of_their_evidence() {
        let evidence: Vec<f32> = (0..56).map(|i| if i == 7 { 9.0 } else { -(i as f32) }).collect();
        let masks = masks(&evidence);
        assert_eq!(masks.len(), STEPS + 1);
        assert!(masks[0].iter().all(|m| *m == 0.0) && masks[STEPS].iter().all(|m| *m == 1.0));
        let first: Vec<usize> = (0..56).filter(|&i| masks[1][i] == 1.0).collect();
        assert_eq!(first, [0, 7]);
    }

    #[test]
    fn a_flat_picture_stays_flat_under_the_kernel() {
        let flat = Planes { side: 12, values: vec![0.3; 3 * 144] };
        assert!(blurred(&flat).values.iter().all(|v| (v - 0.3).abs() < 1e-6));
    }
}
