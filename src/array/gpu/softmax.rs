//! The softmax of rows on the graphics card, with one group of units for each row.

use cubecl::prelude::*;

use super::group::{UNITS, largest_of_group, sum_of_group};
use crate::array::Array;

impl Array {
    /// Returns the softmax of the rows of `[N, K]`.
    #[must_use]
    pub fn softmax_of_rows(self) -> Self {
        let shape = self.shape();
        let rows = self.packed_cube();
        let answers = Self::unwritten_like(&self, &shape);
        let out = answers.cube();
        // SAFETY: a unit reads and writes elements of its own row only.
        unsafe {
            softmax::launch_unchecked(
                &out.client.clone(),
                CubeCount::Static(shape[0] as u32, 1, 1),
                CubeDim::new_1d(UNITS),
                rows.into_buffer_arg(),
                out.into_buffer_arg(),
                shape[1],
            );
        }
        answers
    }
}

#[cube(launch_unchecked)]
fn softmax(rows: &[f32], out: &mut [f32], count: usize) {
    let unit = UNIT_POS as usize;
    let units = CUBE_DIM as usize;
    let first = CUBE_POS * count;

    let mut largest = rows[first];
    for at in range_stepped(unit, count, units) {
        largest = max(largest, rows[first + at]);
    }
    let largest = largest_of_group(largest);

    let mut sum = 0.0f32;
    for at in range_stepped(unit, count, units) {
        sum += f32::exp(rows[first + at] - largest);
    }
    let total = sum_of_group(sum);
    for at in range_stepped(unit, count, units) {
        out[first + at] = f32::exp(rows[first + at] - largest) / total;
    }
}
