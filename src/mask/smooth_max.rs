//! Smooth masks by a smooth maximum: a mask is a union of soft blobs and has no tiny holes.
//!
//! M(u) = Σ_v w_uv k(u − v) m(v), w_uv = softmax_v(κ k(u − v) m(v)), k(d) = exp(−2 · max(0, |d|/σ − ½)²).
//!
//! Reference: \[EP\] R. Fong, M. Patrick and A. Vedaldi, "Understanding Deep Networks via Extremal Perturbations and
//! Smooth Masks", ICCV 2019, section 3.1. Deviation: M is computed at every second cell on each axis and interpolated
//! linearly to pixels. k hardly changes within two cells (σ is three), and the cost grows with the number of pairs (u,
//! v).

use burn::tensor::Device;

use super::Resize;
use crate::array::Array;

/// Cells of the grid on each axis: the published step of 7 px at 224.
pub const CELLS: usize = 32;
/// Places on each axis at which M is computed.
const PLACES: usize = CELLS / 2;
/// σ in cells: 21 px at 7 px a cell.
const SIGMA_CELLS: f32 = 3.0;
/// Cells beyond this distance are ignored, because k is below 1 % there.
const REACH_CELLS: f32 = 2.0 * SIGMA_CELLS;
/// κ, the coldness of the softmax.
const COLDNESS: f32 = 20.0;
/// Logit that excludes a cell from a softmax.
const NEVER: f32 = -1e9;

/// The map from grids `[N, 1, c, c]` to masks `[N, 1, S, S]`.
pub struct SmoothMax {
    /// k, `[1, p², c²]`.
    kernel: Array,
    /// 0 within reach, [`NEVER`] beyond.
    beyond: Array,
    resize: Resize,
}

/// A forward pass, with the values that the backward pass needs.
pub struct Pass {
    /// `[N, 1, S, S]`.
    pub masks: Array,
    /// k(u − v) m(v), `[N, p², c²]`.
    weighted: Array,
    /// w, `[N, p², c²]`.
    weights: Array,
    /// M at the places, `[N, p², 1]`.
    places: Array,
}

impl SmoothMax {
    /// Makes the map for pictures of `side` pixels.
    pub fn new(side: usize, device: &Device) -> Self {
        let (places, count) = (PLACES * PLACES, CELLS * CELLS);
        // Distances are in cells. A place lies at the centre of two by two cells.
        let each = CELLS as f32 / PLACES as f32;
        let place = |i: usize| ((i / PLACES) as f32 + 0.5, (i % PLACES) as f32 + 0.5);
        let cell = |i: usize| ((i / CELLS) as f32 + 0.5, (i % CELLS) as f32 + 0.5);
        let distance = |i: usize| {
            let (u, v) = (place(i / count), cell(i % count));
            (u.0 * each - v.0).hypot(u.1 * each - v.1)
        };
        let distances: Vec<f32> = (0..places * count).map(distance).collect();
        let kernel = distances.iter().map(|d| (-2.0 * (d / SIGMA_CELLS - 0.5).max(0.0).powi(2)).exp()).collect();
        let beyond = distances.iter().map(|&d| if d > REACH_CELLS { NEVER } else { 0.0 }).collect();
        Self {
            kernel: Array::new(kernel, &[1, places, count], device),
            beyond: Array::new(beyond, &[1, places, count], device),
            resize: Resize::linear(PLACES, side, device),
        }
    }

    /// Returns the masks of grids.
    pub fn forward(&self, grids: Array) -> Pass {
        let (many, count) = (grids.shape()[0], CELLS * CELLS);
        let weighted = self.kernel.clone().mul(grids.reshape(&[many, 1, count]));
        let weights = weighted.clone().mul_scalar(COLDNESS).add(self.beyond.clone()).softmax(2);
        let places = weights.clone().mul(weighted.clone()).sum_axis(2);
        let masks = self.resize.apply(places.clone().reshape(&[many, 1, PLACES, PLACES]));
        Pass { masks, weighted, weights, places }
    }

    /// Returns the gradient with respect to the grids, given that with respect to the masks:
    /// ∂M(u)/∂m(v) = w_uv (1 + κ (k m(v) − M(u))) k.
    pub fn gradient(&self, pass: Pass, masks: Array) -> Array {
        let many = masks.shape()[0];
        let places = self.resize.adjoint(masks).reshape(&[many, PLACES * PLACES, 1]);
        let slope = pass.weighted.sub(pass.places).mul_scalar(COLDNESS).add_scalar(1.0);
        let through = pass.weights.mul(slope).mul(self.kernel.clone()).mul(places);
        through.sum_axis(1).reshape(&[many, 1, CELLS, CELLS])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(array: Array) -> Vec<f32> {
        pollster::block_on(array.read()).expect("the CPU reads")
    }

    fn grids(values: &[f32]) -> Array {
        Array::new(values.to_vec(), &[1, 1, CELLS, CELLS], &Device::flex())
    }

    #[test]
    fn one_full_cell_becomes_a_full_blob_and_the_empty_grid_stays_empty() {
        let smooth = SmoothMax::new(64, &Device::flex());
        let mut values = vec![0.0; CELLS * CELLS];
        assert!(read(smooth.forward(grids(&values)).masks).iter().all(|m| m.abs() < 1e-6));
        values[16 * CELLS + 16] = 1.0;
        let mask = read(smooth.forward(grids(&values)).masks);
        assert!(mask[33 * 64 + 33] > 0.98, "{}", mask[33 * 64 + 33]);
        assert!(mask[0] < 1e-3);
    }

    #[test]
    fn the_gradient_is_that_of_the_masks() {
        let smooth = SmoothMax::new(64, &Device::flex());
        let values: Vec<f32> = (0..CELLS * CELLS).map(|i| 0.5 + 0.4 * (i as f32 * 0.37).sin()).collect();
        let pull: Vec<f32> = (0..64 * 64).map(|i| (i as f32 * 0.013).cos()).collect();
        let sum = |values: &[f32]| {
            read(smooth.forward(grids(values)).masks).iter().zip(&pull).map(|(m, p)| f64::from(m * p)).sum::<f64>()
        };
        let pass = smooth.forward(grids(&values));
        let gradient = read(smooth.gradient(pass, Array::new(pull.clone(), &[1, 1, 64, 64], &Device::flex())));
        for i in (0..CELLS * CELLS).step_by(97) {
            let moved = |by: f32| {
                let mut values = values.clone();
                values[i] += by;
                sum(&values)
            };
            let numeric = (moved(1e-2) - moved(-1e-2)) / 2e-2;
            let expected = f64::from(gradient[i]);
            assert!(
                (numeric - expected).abs() < 0.03 * expected.abs() + 2e-2,
                "cell {i}: {numeric} against {expected}"
            );
        }
    }
}
