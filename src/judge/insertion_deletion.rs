//! Insertion and deletion: how soon the answer appears, or vanishes, as pixels are inserted, or deleted, in a map's
//! order.
//!
//! Pixels are ranked by evidence. *Deletion* replaces them by the null image, most evidence first: a small area under
//! the curve of the probability is good. *Insertion* puts them into a blurred picture (the kernel of 11 × 11 pixels and
//! σ = 5 px of the paper's code, at the model's size): a large area is good. The area is that of the trapezoids over
//! the share of pixels, in [0, 1].
//!
//! Reference: \[RISE\] V. Petsiuk, A. Das and K. Saenko, "RISE: Randomized Input Sampling for Explanation of Black-box
//! Models", BMVC 2018, section 4.2. Deviations: the curves have 28 steps (1,792 px each at 224) for speed, and the
//! paper's code has 224. The picture's edge is repeated, and that code pads with the mean colour. Ties are ordered by
//! place. tests/golden/judges.json holds the curves of another implementation.

use crate::error::Result;
use crate::map::Map;
use crate::picture::{Planes, Scene, gaussian};
use crate::question::{Edit, Question};

/// Steps of a curve.
pub const STEPS: usize = 28;
/// The blur into which pixels are inserted: RISE's kernel.
const KERNEL_SIGMA_PX: f32 = 5.0;
const KERNEL_PX: usize = 11;

/// The areas under both curves of one map, each in [0, 1].
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct CurveAreas {
    /// The area under the insertion curve; larger is better.
    pub insertion: f32,
    /// The area under the deletion curve; smaller is better.
    pub deletion: f32,
}

/// Both curves of one map: the probability after 0, 1/28, …, 1 of the pixels.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Curves {
    /// The probability as pixels are inserted, most evidence first.
    pub insertion: Vec<f32>,
    /// The probability as pixels are deleted, most evidence first.
    pub deletion: Vec<f32>,
}

impl Curves {
    /// Integrates both.
    pub fn areas(&self) -> CurveAreas {
        CurveAreas { insertion: area_under(&self.insertion), deletion: area_under(&self.deletion) }
    }
}

/// Ranks the evidence `[S, S]` and measures both curves.
///
/// # Errors
/// Fails when the classifier rejects its input or the device is lost ([`crate::ErrorKind::Device`]).
pub async fn measure(question: &Question, evidence: &Map) -> Result<Curves> {
    let shown = masks(evidence, STEPS);
    let taken: Vec<Edit> = shown.iter().map(Edit::delete).collect();
    let shown: Vec<Edit> = shown.into_iter().map(Edit::Mask).collect();
    let scene = question.centred_scene();
    let blurred = Scene { null: blurred(&scene.photo), photo: scene.photo };
    let into_blur = Question::new(question.classifier().clone(), blurred, question.target().clone());
    let insertion = into_blur.scores(&shown).await?;
    let deletion = question.scores(&taken).await?;
    Ok(Curves { insertion, deletion })
}

/// Returns masks that are 1 at the first k/n of the pixels by evidence, for k = 0, …, n.
pub(super) fn masks(evidence: &Map, steps: usize) -> Vec<Map> {
    let order = evidence.order();
    let with_first = |count: usize| {
        let mut mask = Map::constant(evidence.side, 0.0);
        order[..count].iter().for_each(|&i| mask.values[i] = 1.0);
        mask
    };
    (0..=steps).map(|step| with_first(order.len() * step / steps)).collect()
}

/// Integrates a curve over [0, 1] by trapezoids.
pub fn area_under(curve: &[f32]) -> f32 {
    let sum: f32 = curve.windows(2).map(|pair| (pair[0] + pair[1]) / 2.0).sum();
    sum / (curve.len() - 1) as f32
}

/// The picture blurred by RISE's kernel, with edges repeated.
fn blurred(photo: &Planes) -> Planes {
    gaussian::blurred(photo, &rise_kernel())
}

/// One axis of RISE's own kernel: an impulse on eleven pixels, blurred by a Gaussian of σ = 5 px that is cut at 20 px
/// and reflected at the border. It is flatter than a Gaussian that is cut at five pixels.
fn rise_kernel() -> Vec<f32> {
    let gaussian = gaussian::kernel(KERNEL_SIGMA_PX);
    let (radius, middle) = (gaussian.len() as i64 / 2, KERNEL_PX as i64 / 2);
    let mut kernel = vec![0.0; KERNEL_PX];
    for (place, weight) in gaussian.iter().enumerate() {
        let at = (middle + place as i64 - radius).rem_euclid(2 * KERNEL_PX as i64) as usize;
        kernel[at.min(2 * KERNEL_PX - 1 - at)] += weight;
    }
    kernel
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
        let evidence = Map::from_fn(14, |i| if i == 7 { 9.0 } else { -(i as f32) });
        let masks = masks(&evidence, STEPS);
        assert_eq!(masks.len(), STEPS + 1);
        assert_eq!((masks[0].mean(), masks[STEPS].mean()), (0.0, 1.0));
        let first: Vec<usize> = (0..196).filter(|&i| masks[1].values[i] == 1.0).collect();
        assert_eq!(first, [0, 1, 2, 3, 4, 5, 7]);
    }

    #[test]
    fn a_flat_picture_stays_flat_under_the_kernel() {
        let flat = Planes { side: 12, values: vec![0.3; 3 * 144] };
        assert!(blurred(&flat).values.iter().all(|v| (v - 0.3).abs() < 1e-6));
    }
}
