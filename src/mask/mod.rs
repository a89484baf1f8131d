//! The mask: a small grid of parameters, upsampled and smoothed to the picture's size.
//!
//! M = A m Aᵀ with A = G·U: U repeats each grid row (nearest upsampling), G blurs (Gaussian σ). Both
//! rows and columns are dense matrices, so a mask costs two small matrix products on any device, and
//! the true adjoint Aᵀ M̄ A costs two more. Rows of A sum to 1, so an all-ones grid gives an
//! all-ones mask. **1 keeps, 0 deletes.**

mod disc;
mod regulariser;
pub mod smooth_max;

pub use disc::REFERENCE_SIDE;
pub(crate) use disc::RIM_PX;
pub use disc::{Disc, discs, discs_by};
pub use regulariser::{Area, Variation};
pub use smooth_max::SmoothMax;

use burn::tensor::Device;

use crate::array::Array;
use crate::picture::gaussian;

/// Width of a grid cell in pixels at 224, as in the paper: 28 × 28 cells.
pub const CELL_PX: usize = 8;
/// σ of the mask's own smoothing, in pixels at 224, as in the published code.
pub const SMOOTHING_PX: f32 = 5.0;

/// Maps grids `[N, 1, g, g]` to masks `[N, 1, S, S]`, and gradients back.
#[derive(Clone)]
pub struct Upsampler {
    grid: usize,
    side: usize,
    /// A, `[S, g]`.
    smooth: Array,
    /// The matrix of the backward pass: A, or U alone for the straight-through variant.
    adjoint: Array,
    device: Device,
}

impl Upsampler {
    /// Makes the map from a grid of `grid` × `grid` cells to a mask of `side` × `side` pixels, smoothed by a Gaussian
    /// of σ = `smoothing_px`. With `straight_through` the gradient ignores the smoothing, as in the published code.
    pub fn new(grid: usize, side: usize, smoothing_px: f32, straight_through: bool, device: &Device) -> Self {
        let nearest = nearest(grid, side);
        let smooth = if smoothing_px > 0.0 {
            product(&gaussian::matrix(side, smoothing_px), &nearest, side, grid)
        } else {
            nearest.clone()
        };
        let adjoint = if straight_through { nearest } else { smooth.clone() };
        let upload = |values: Vec<f32>| Array::new(values, &[1, 1, side, grid], device);
        Self { grid, side, smooth: upload(smooth), adjoint: upload(adjoint), device: device.clone() }
    }

    /// Returns the device on which it computes.
    pub fn device(&self) -> &Device {
        &self.device
    }

    /// Returns the number of cells on each axis.
    pub fn grid(&self) -> usize {
        self.grid
    }

    /// Returns the side of the mask, in pixels.
    pub fn side(&self) -> usize {
        self.side
    }

    /// Computes the masks M = A m Aᵀ `[N, 1, S, S]` of grids `[N, 1, g, g]`.
    pub fn upsample(&self, grids: Array) -> Array {
        self.smooth.clone().matmul(grids).matmul(transposed(&self.smooth))
    }

    /// Computes Aᵀ M̄ A, the gradient with respect to the grids.
    pub fn gradient(&self, masks: Array) -> Array {
        transposed(&self.adjoint).matmul(masks).matmul(self.adjoint.clone())
    }
}

fn transposed(matrix: &Array) -> Array {
    matrix.clone().permute(&[0, 1, 3, 2])
}

/// U, `[side, grid]`: pixel row i copies grid row ⌊i · grid / side⌋.
fn nearest(grid: usize, side: usize) -> Vec<f32> {
    let mut matrix = vec![0.0; side * grid];
    for row in 0..side {
        matrix[row * grid + row * grid / side] = 1.0;
    }
    matrix
}

fn product(a: &[f32], b: &[f32], rows: usize, columns: usize) -> Vec<f32> {
    let inner = b.len() / columns;
    (0..rows * columns)
        .map(|i| {
            let (row, column) = (i / columns, i % columns);
            (0..inner).map(|k| a[row * inner + k] * b[k * columns + column]).sum()
        })
        .collect()
}

/// Returns the matrix `[to, from]` that interpolates `from` values linearly to `to` values. Cell centres are aligned,
/// edges are repeated, and rows sum to 1.
pub fn linear(from: usize, to: usize) -> Vec<f32> {
    let mut matrix = vec![0.0; to * from];
    for row in 0..to {
        let at = ((row as f32 + 0.5) * from as f32 / to as f32 - 0.5).clamp(0.0, (from - 1) as f32);
        let (low, part) = (at.floor() as usize, at.fract());
        matrix[row * from + low] += 1.0 - part;
        matrix[row * from + (low + 1).min(from - 1)] += part;
    }
    matrix
}

/// A linear map of both axes of `[N, C, from, from]`, and its adjoint.
#[derive(Clone)]
pub struct Resize {
    /// `[1, 1, to, from]`.
    matrix: Array,
}

impl Resize {
    /// Makes the linear interpolation from one side to another.
    pub fn linear(from: usize, to: usize, device: &Device) -> Self {
        Self { matrix: Array::new(linear(from, to), &[1, 1, to, from], device) }
    }

    /// Computes P x Pᵀ.
    pub fn apply(&self, values: Array) -> Array {
        self.matrix.clone().matmul(values).matmul(transposed(&self.matrix))
    }

    /// Computes the adjoint Pᵀ y P.
    pub fn adjoint(&self, values: Array) -> Array {
        transposed(&self.matrix).matmul(values).matmul(self.matrix.clone())
    }
}

/// Averages a picture-sized mask over the cells of a grid.
pub fn to_grid(mask: &[f32], side: usize, grid: usize) -> Vec<f32> {
    let mut sums = vec![0f32; grid * grid];
    let mut counts = vec![0f32; grid * grid];
    for (i, value) in mask.iter().enumerate() {
        let cell = (i / side) * grid / side * grid + (i % side) * grid / side;
        sums[cell] += value;
        counts[cell] += 1.0;
    }
    sums.iter().zip(counts).map(|(sum, count)| sum / count).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(array: Array) -> Vec<f32> {
        pollster::block_on(array.read()).expect("the CPU reads")
    }

    #[test]
    fn an_all_ones_grid_gives_an_all_ones_mask() {
        let up = Upsampler::new(7, 56, SMOOTHING_PX, false, &Device::flex());
        let mask = read(up.upsample(Array::full(&[1, 1, 7, 7], 1.0, &Device::flex())));
        assert_eq!(mask.len(), 56 * 56);
        assert!(mask.iter().all(|m| (m - 1.0).abs() < 1e-5));
    }

    /// ⟨A m Aᵀ, n⟩ = ⟨m, Aᵀ n A⟩ for any m and n.
    #[test]
    fn the_gradient_is_the_adjoint() {
        let device = Device::flex();
        let wave = |n: usize, f: f32| (0..n).map(|i| (i as f32 * f).sin()).collect::<Vec<_>>();
        let up = Upsampler::new(7, 56, SMOOTHING_PX, false, &device);
        let (m, n) = (wave(49, 0.7), wave(56 * 56, 0.31));
        let forward = read(up.upsample(Array::new(m.clone(), &[1, 1, 7, 7], &device)));
        let backward = read(up.gradient(Array::new(n.clone(), &[1, 1, 56, 56], &device)));
        let left: f32 = forward.iter().zip(&n).map(|(a, b)| a * b).sum();
        let right: f32 = m.iter().zip(&backward).map(|(a, b)| a * b).sum();
        assert!((left - right).abs() < 1e-3 * left.abs().max(1.0), "{left} against {right}");
    }

    #[test]
    fn linear_interpolation_keeps_constants_and_ramps() {
        for row in linear(7, 28).chunks(7) {
            assert!((row.iter().sum::<f32>() - 1.0).abs() < 1e-6);
        }
        let ramp: Vec<f32> =
            linear(7, 28).chunks(7).map(|row| row.iter().zip(0..).map(|(w, i)| w * i as f32).sum()).collect();
        // Half a cell away from the edges, each cell takes four steps.
        assert!((2..25).all(|i| (ramp[i + 1] - ramp[i] - 0.25).abs() < 1e-6), "{ramp:?}");
    }

    #[test]
    fn averaging_over_cells_keeps_the_mean() {
        let mask: Vec<f32> = (0..64).map(|i| i as f32).collect();
        let grid = to_grid(&mask, 8, 4);
        assert_eq!(grid[0], (0.0 + 1.0 + 8.0 + 9.0) / 4.0);
        assert_eq!(grid.iter().sum::<f32>() / 16.0, mask.iter().sum::<f32>() / 64.0);
    }
}
