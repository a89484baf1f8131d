//! The regularisers that make a mask small and smooth: the area and the total variation of the grid.

use burn::tensor::Device;

#[cfg(feature = "gpu")]
use crate::array::gpu::Regulariser;
use crate::array::{Array, Unary};

/// λ₁ Σ |t − m| over the grid: how much is deleted (t = 1) or kept (t = 0). A sum, not a mean, as in
/// the paper. Grids lie in [0, 1], where it is linear.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Area {
    /// λ₁.
    pub weight: f32,
    /// t, the cell value that costs nothing.
    pub free_value: f32,
}

impl Area {
    /// Returns the term for each grid `[N, 1, g, g]`: `[N, 1, 1, 1]`.
    pub fn value(&self, grids: Array) -> Array {
        sum_over_grid(grids.add_scalar(-self.free_value).unary(Unary::Abs)).mul_scalar(self.weight)
    }

    /// Returns the gradient with respect to grids of this shape: −λ₁ everywhere for t = 1, λ₁ for t = 0. At m = t it is
    /// the derivative of the linear piece inside [0, 1], so that a grid that starts at t can leave it.
    pub fn gradient(&self, shape: &[usize], device: &Device) -> Array {
        let sign = if self.free_value > 0.5 { -1.0 } else { 1.0 };
        Array::full(shape, sign * self.weight, device)
    }
}

/// λ₂ Σ (√(dx² + dy²))^β over the grid: isotropic total variation with forward differences, zero
/// beyond the last row and column. A sum, as in the paper.
#[derive(Clone)]
pub struct Variation {
    weight: f32,
    beta: f32,
    /// D, `[g, g]`: (D m) is the difference to the next row; the last row of D is zero.
    difference: Array,
    /// Weights of dx² and dy², `[1, 1, g, g]` each; `None` means 1 everywhere.
    edges: Option<(Array, Array)>,
}

/// The squared colour difference at which variation costs 1/e of its price in a flat part of the picture.
const EDGE: f32 = 0.01;

/// Added to dx² + dy² before a power below 1, whose derivative is infinite at 0.
const SMOOTH_AT_ZERO: f32 = 1e-12;

impl Variation {
    /// Makes the term for grids of `grid` cells on each axis.
    pub fn new(weight: f32, beta: f32, grid: usize, device: &Device) -> Self {
        let mut matrix = vec![0.0; grid * grid];
        for row in 0..grid - 1 {
            matrix[row * grid + row] = -1.0;
            matrix[row * grid + row + 1] = 1.0;
        }
        Self { weight, beta, difference: Array::new(matrix, &[1, 1, grid, grid], device), edges: None }
    }

    /// Weights dx² and dy² by exp(−|dI|²/0.01), where dI is the colour difference of the picture `[1, 3, S, S]` between
    /// the same two cells. This is the variation of iGOS++, which costs almost nothing at the picture's edges.
    #[must_use]
    pub fn along_edges(mut self, picture: Array) -> Self {
        let grid = self.difference.shape()[2];
        let picture = cell_means(picture, grid);
        let weight = |dx: Array| dx.clone().mul(dx).sum_axis(1).mul_scalar(-1.0 / EDGE).unary(Unary::Exp);
        let d = self.difference.clone();
        let (dy, dx) = (d.clone().matmul(picture.clone()), picture.matmul(d.permute(&[0, 1, 3, 2])));
        self.edges = Some((weight(dx), weight(dy)));
        self
    }

    /// Returns the sum of this term and the area for each grid, `[N, 1, 1, 1]`, and the gradient of the sum.
    pub fn with_area(&self, area: Area, grids: Array) -> (Array, Array) {
        #[cfg(feature = "gpu")]
        if grids.is_on_card() {
            let numbers = Regulariser {
                area: area.weight,
                free_value: area.free_value,
                variation: self.weight,
                beta: self.beta,
                smooth: SMOOTH_AT_ZERO,
            };
            return grids.regulariser(numbers, self.edges.as_ref().map(|(x, y)| (x, y)));
        }
        let (variation, gradient) = self.value_and_gradient(grids.clone());
        let gradient = gradient.add(area.gradient(&grids.shape(), &grids.device()));
        (area.value(grids).add(variation), gradient)
    }

    /// Returns the term for each grid, `[N, 1, 1, 1]`, and its gradient.
    pub fn value_and_gradient(&self, grids: Array) -> (Array, Array) {
        let d = self.difference.clone();
        let dt = d.clone().permute(&[0, 1, 3, 2]);
        let dy = d.clone().matmul(grids.clone());
        let dx = grids.matmul(dt.clone());
        // Edges weigh the squares, (wx dx², wy dy²), and the gradient by the same weights.
        let (weighted_x, weighted_y) = match &self.edges {
            Some((x, y)) => (dx.clone().mul(x.clone()), dy.clone().mul(y.clone())),
            None => (dx.clone(), dy.clone()),
        };
        let squared = weighted_x.clone().mul(dx).add(weighted_y.clone().mul(dy));
        let value = sum_over_grid(power(squared.clone(), self.beta / 2.0)).mul_scalar(self.weight);
        // d/d(dx) of (dx² + dy²)^(β/2) is β (dx² + dy²)^(β/2 − 1) dx.
        let factor = power(squared, self.beta / 2.0 - 1.0).mul_scalar(self.beta * self.weight);
        let back_y = dt.matmul(factor.clone().mul(weighted_y));
        let back_x = factor.mul(weighted_x).matmul(d);
        (value, back_x.add(back_y))
    }
}

/// Means of `[1, C, S, S]` over the cells of a grid: `[1, C, g, g]`.
fn cell_means(picture: Array, grid: usize) -> Array {
    let side = picture.shape()[2];
    // Each row of the matrix averages the pixels of one cell.
    let mut matrix = vec![0.0; grid * side];
    for pixel in 0..side {
        let cell = pixel * grid / side;
        let within = (0..side).filter(|&other| other * grid / side == cell).count();
        matrix[cell * side + pixel] = 1.0 / within as f32;
    }
    let matrix = Array::new(matrix, &[1, 1, grid, side], &picture.device());
    matrix.clone().matmul(picture).matmul(matrix.permute(&[0, 1, 3, 2]))
}

fn power(squared: Array, exponent: f32) -> Array {
    if exponent == 0.0 {
        squared.mul_scalar(0.0).add_scalar(1.0)
    } else if exponent == 0.5 {
        squared.unary(Unary::Sqrt)
    } else if exponent == 1.0 {
        squared
    } else {
        squared.add_scalar(SMOOTH_AT_ZERO).pow_scalar(exponent)
    }
}

fn sum_over_grid(grids: Array) -> Array {
    let shape = grids.shape();
    grids.reshape(&[shape[0], shape[1], 1, shape[2] * shape[3]]).sum_axis(3)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(array: Array) -> Vec<f32> {
        pollster::block_on(array.read()).expect("the CPU reads")
    }

    fn wave() -> Vec<f32> {
        (0..36).map(|i| 0.5 + 0.4 * (i as f32 * 1.7).sin()).collect()
    }

    fn grid(values: &[f32]) -> Array {
        Array::new(values.to_vec(), &[1, 1, 6, 6], &Device::flex())
    }

    /// Central differences of `value` against `gradient`, element by element.
    fn check(value: impl Fn(&[f32]) -> f32, gradient: &[f32], case: &str) {
        let step = 1e-3;
        for i in 0..36 {
            let mut moved = wave();
            moved[i] += step;
            let above = value(&moved);
            moved[i] -= 2.0 * step;
            let numeric = (above - value(&moved)) / (2.0 * step);
            assert!(
                (numeric - gradient[i]).abs() < 2e-2 * gradient[i].abs().max(0.2),
                "{case}, cell {i}: {numeric} against {}",
                gradient[i]
            );
        }
    }

    #[test]
    fn variation_has_the_gradient_of_its_value() {
        for beta in [1.0, 1.5, 2.0, 3.0, 4.0] {
            let term = Variation::new(0.7, beta, 6, &Device::flex());
            let gradient = read(term.value_and_gradient(grid(&wave())).1);
            check(|m| read(term.value_and_gradient(grid(m)).0)[0], &gradient, &format!("β = {beta}"));
        }
    }

    #[test]
    fn variation_along_edges_has_the_gradient_of_its_value_and_is_free_at_an_edge() {
        let picture = (0..3 * 144).map(|i| if i % 12 < 6 { 0.0 } else { 0.2 }).collect();
        let picture = Array::new(picture, &[1, 3, 12, 12], &Device::flex());
        let term = Variation::new(0.7, 2.0, 6, &Device::flex()).along_edges(picture);
        let gradient = read(term.value_and_gradient(grid(&wave())).1);
        check(|m| read(term.value_and_gradient(grid(m)).0)[0], &gradient, "along edges");
        let step: Vec<f32> = (0..36).map(|i| if i % 6 < 3 { 0.0 } else { 1.0 }).collect();
        let free = read(term.value_and_gradient(grid(&step)).0)[0];
        assert!(free < 1e-3, "{free}");
    }

    #[test]
    fn area_has_the_gradient_of_its_value() {
        for free_value in [0.0, 1.0] {
            let term = Area { weight: 0.3, free_value };
            let gradient = read(term.gradient(&[1, 1, 6, 6], &Device::flex()));
            check(|m| read(term.value(grid(m)))[0], &gradient, &format!("t = {free_value}"));
        }
    }

    #[test]
    fn a_flat_grid_has_no_variation_and_a_finite_gradient() {
        for beta in [1.0, 2.0, 3.0] {
            let (value, gradient) = Variation::new(1.0, beta, 6, &Device::flex()).value_and_gradient(grid(&[0.5; 36]));
            assert!(read(value)[0].abs() < 1e-4);
            assert!(read(gradient).iter().all(|g| g.is_finite()), "β = {beta}");
        }
    }
}
