//! The area and the total variation of grids, with their gradient, on the graphics card. Each grid has one group of
//! units.

use cubecl::prelude::*;

use super::group::{UNITS, sum_of_group};
use crate::array::Array;

/// The weights of the regulariser λ₁ Σ |t − m| + λ₂ Σ (wx dx² + wy dy²)^(β/2).
#[derive(Clone, Copy, Debug)]
pub struct Regulariser {
    /// λ₁.
    pub area: f32,
    /// t, which is 0 or 1.
    pub free_value: f32,
    /// λ₂.
    pub variation: f32,
    /// β.
    pub beta: f32,
    /// Added to the base of a power whose exponent is not 0, ½ or 1.
    pub smooth: f32,
}

impl Array {
    /// Returns the regulariser `[N, 1, 1, 1]` of each of these grids `[N, 1, g, g]` in [0, 1], and its gradient.
    /// `edges` are wx and wy, each `[1, 1, g, g]`; without them both are 1.
    pub fn regulariser(&self, numbers: Regulariser, edges: Option<(&Self, &Self)>) -> (Self, Self) {
        let shape = self.shape();
        let (value, gradient) = (Self::unwritten_like(self, &[shape[0], 1, 1, 1]), Self::unwritten_like(self, &shape));
        let buffer = |array: &Self| array.packed_cube().into_buffer_arg();
        // SAFETY: a unit writes cells of its own grid only, and reads none beyond its edges.
        unsafe {
            regularise::launch_unchecked(
                &self.cube().client,
                CubeCount::Static(shape[0] as u32, 1, 1),
                CubeDim::new_1d(UNITS),
                buffer(self),
                edges.map(|(x, _)| buffer(x)).into(),
                edges.map(|(_, y)| buffer(y)).into(),
                buffer(&value),
                buffer(&gradient),
                shape[2],
                shape[3],
                numbers.area,
                numbers.free_value,
                numbers.variation,
                numbers.beta,
                numbers.smooth,
            );
        }
        (value, gradient)
    }
}

#[cube(launch_unchecked)]
#[allow(clippy::too_many_arguments)]
fn regularise(
    grids: &[f32],
    edges_x: ComptimeOption<&[f32]>,
    edges_y: ComptimeOption<&[f32]>,
    value: &mut [f32],
    gradient: &mut [f32],
    rows: usize,
    columns: usize,
    area: f32,
    free_value: f32,
    variation: f32,
    beta: f32,
    smooth: f32,
) {
    let unit = UNIT_POS as usize;
    let units = CUBE_DIM as usize;
    let count = rows * columns;
    let first = CUBE_POS * count;
    let sign = select(free_value > 0.5, -1.0f32, 1.0f32);
    let mut sum = 0.0f32;
    for cell in range_stepped(unit, count, units) {
        let row = cell / columns;
        let column = cell % columns;
        let mut slope = sign * area;
        // A cell takes part in its own two differences, and in one difference of the cell before it on each axis.
        #[unroll]
        for neighbour in 0..3usize {
            let there = neighbour == 0 || (neighbour == 1 && row > 0) || (neighbour == 2 && column > 0);
            if there {
                let back = select(neighbour == 1, columns, select(neighbour == 2, 1usize, 0usize));
                let at = cell - back;
                let here = grids[first + at];
                let mut dx = 0.0f32;
                let mut dy = 0.0f32;
                if at % columns + 1 < columns {
                    dx = grids[first + at + 1] - here;
                }
                if at / columns + 1 < rows {
                    dy = grids[first + at + columns] - here;
                }
                #[comptime]
                let wx = match &edges_x {
                    ComptimeOption::Some(edges) => edges[at],
                    ComptimeOption::None => 1.0f32,
                };
                #[comptime]
                let wy = match &edges_y {
                    ComptimeOption::Some(edges) => edges[at],
                    ComptimeOption::None => 1.0f32,
                };
                let squared = wx * dx * dx + wy * dy * dy;
                let factor = variation * beta * power(squared, beta / 2.0 - 1.0, smooth);
                if neighbour == 0 {
                    sum += area * f32::abs(here - free_value) + variation * power(squared, beta / 2.0, smooth);
                    slope -= factor * (wx * dx + wy * dy);
                }
                if neighbour == 1 {
                    slope += factor * wy * dy;
                }
                if neighbour == 2 {
                    slope += factor * wx * dx;
                }
            }
        }
        gradient[first + cell] = slope;
    }
    let total = sum_of_group(sum);
    if unit == 0 {
        value[CUBE_POS] = total;
    }
}

#[cube]
fn power(squared: f32, exponent: f32, smooth: f32) -> f32 {
    let mut result = squared;
    if exponent == 0.0 {
        result = 1.0f32;
    } else if exponent == 0.5 {
        result = f32::sqrt(squared);
    } else if exponent != 1.0 {
        result = f32::powf(squared + smooth, exponent);
    }
    result
}
