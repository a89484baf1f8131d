//! The blur pyramid: a mask sets how sharply each pixel is seen, instead of how much of it.
//!
//! Φ(x, m)(u) = g_σ(m(u)) ∗ x (u) with σ(m) falling linearly from σ_max at m = 0 to none at m = 1,
//! looked up between [`LEVELS`] blurred copies by linear interpolation.
//!
//! Reference: \[EP\] R. Fong, M. Patrick and A. Vedaldi, "Understanding Deep Networks via Extremal Perturbations and
//! Smooth Masks", ICCV 2019, section 3.2. Unlike a blend with one blurred copy, a half-deleted pixel shows no ghost of
//! the sharp picture.

use burn::tensor::Device;

use super::Scene;
use super::gaussian;
use crate::array::{Array, Comparison, Unary};

/// Copies, the most blurred first and the sharp one last.
pub const LEVELS: usize = 8;

/// The copies on a device.
pub struct Pyramid {
    /// `[1, 3, S, S]` each.
    levels: Vec<Array>,
}

impl Pyramid {
    /// Blurs the copies of a scene that has the model's size.
    pub fn new(scene: &Scene, sigma_px: f32, device: &Device) -> Self {
        let side = scene.photo.side;
        let photo = Array::new(scene.photo.values.clone(), &[1, 3, side, side], device);
        let level = |k: usize| {
            let sigma = sigma_px * (1.0 - k as f32 / (LEVELS - 1) as f32);
            if sigma <= 0.0 { photo.clone() } else { gaussian::planes(photo.clone(), sigma) }
        };
        Self { levels: (0..LEVELS).map(level).collect() }
    }

    /// Computes Φ for masks `[N, 1, S, S]` in [0, 1]: pictures `[N, 3, S, S]`.
    pub fn blend(&self, masks: Array) -> Array {
        let at = masks.mul_scalar((LEVELS - 1) as f32);
        let parts = self.levels.iter().enumerate().map(|(k, level)| {
            // The hat function about level k.
            let distance = at.clone().add_scalar(-(k as f32)).unary(Unary::Abs);
            level.clone().mul(distance.mul_scalar(-1.0).add_scalar(1.0).clamp(0.0, 1.0))
        });
        parts.reduce(Array::add).expect("a pyramid has levels")
    }

    /// Returns the gradient with respect to the masks, given that with respect to the blended pictures.
    pub fn mask_gradient(&self, masks: Array, pictures: Array) -> Array {
        let scale = (LEVELS - 1) as f32;
        let at = masks.mul_scalar(scale);
        let parts = (0..LEVELS - 1).map(|k| {
            let slope = self.levels[k + 1].clone().sub(self.levels[k].clone()).mul_scalar(scale);
            pictures.clone().mul(slope).sum_axis(1).mul(inside(at.clone(), k))
        });
        parts.reduce(Array::add).expect("a pyramid has levels")
    }
}

/// 1 where the level lies in (k, k + 1], and for the lowest in [0, 1].
fn inside(at: Array, k: usize) -> Array {
    let low = if k == 0 { -1.0 } else { k as f32 };
    let above = at.clone().compare_scalar(Comparison::Greater, low);
    above.mul(at.compare_scalar(Comparison::LessOrEqual, (k + 1) as f32))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::picture::Planes;

    fn pyramid() -> (Pyramid, Vec<f32>) {
        let values: Vec<f32> = (0..3 * 64).map(|i| ((i * 37 % 101) as f32) / 101.0).collect();
        let photo = Planes { side: 8, values: values.clone() };
        let scene = Scene { null: photo.clone(), photo };
        (Pyramid::new(&scene, 2.0, &Device::flex()), values)
    }

    fn blend(pyramid: &Pyramid, mask: &[f32]) -> Vec<f32> {
        let masks = Array::new(mask.to_vec(), &[1, 1, 8, 8], &Device::flex());
        pollster::block_on(pyramid.blend(masks).read()).expect("the CPU reads")
    }

    #[test]
    fn an_all_ones_mask_returns_the_picture() {
        let (pyramid, values) = pyramid();
        let blended = blend(&pyramid, &[1.0; 64]);
        assert!(blended.iter().zip(&values).all(|(a, b)| (a - b).abs() < 1e-6));
    }

    #[test]
    fn the_gradient_is_that_of_the_blend() {
        let (pyramid, _) = pyramid();
        // Between levels: at a level the lookup has a kink.
        let mask: Vec<f32> = (0..64).map(|i| ((i % 7) as f32 + 0.4) / 7.0).collect();
        let ones = Array::full(&[1, 3, 8, 8], 1.0, &Device::flex());
        let masks = Array::new(mask.clone(), &[1, 1, 8, 8], &Device::flex());
        let gradient = pollster::block_on(pyramid.mask_gradient(masks, ones).read()).expect("the CPU reads");
        for i in 0..64 {
            let moved = |by: f32| {
                let mut mask = mask.clone();
                mask[i] += by;
                blend(&pyramid, &mask).iter().sum::<f32>()
            };
            let numeric = (moved(0.01) - moved(-0.01)) / 0.02;
            assert!((numeric - gradient[i]).abs() < 1e-2, "pixel {i}: {numeric} against {}", gradient[i]);
        }
    }
}
