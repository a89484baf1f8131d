//! The operations of a descent on its grid after each pass, each in one launch on the graphics card.

use cubecl::calculate_cube_count_elemwise;
use cubecl::prelude::*;

use crate::array::Array;

/// The constants of a step of Adam.
#[derive(Clone, Copy, Debug)]
pub struct AdamStep {
    /// β₁.
    pub mean_decay: f32,
    /// β₂.
    pub square_decay: f32,
    /// 1 / (1 − β₁ᵗ).
    pub mean_scale: f32,
    /// 1 / (1 − β₂ᵗ).
    pub square_scale: f32,
    /// ε.
    pub epsilon: f32,
}

/// The result of a step of Adam.
pub struct Moved {
    /// The first moment.
    pub mean: Array,
    /// The second moment.
    pub square: Array,
    /// The parameters after the step; without parameters, the direction for a rate of 1.
    pub moved: Array,
}

impl Array {
    /// Returns both moments after this gradient, and the direction that they give, which is to be subtracted. With
    /// parameters and a rate, it returns the parameters after the step instead, limited to `[0, 1]`.
    pub fn adam(&self, mean: &Self, square: &Self, numbers: AdamStep, step: Option<(&Self, f32)>) -> Moved {
        let shape = self.shape();
        let count = self.len();
        let unwritten = || Self::unwritten_like(self, &shape);
        let left = Moved { mean: unwritten(), square: unwritten(), moved: unwritten() };
        let client = self.cube().client;
        let cubes = CubeDim::new(&client, count);
        let buffer = |array: &Self| array.packed_cube().into_buffer_arg();
        // SAFETY: every buffer has `count` elements, and units beyond them write nothing.
        unsafe {
            adam::launch_unchecked(
                &client,
                calculate_cube_count_elemwise(&client, count, cubes),
                cubes,
                buffer(self),
                buffer(mean),
                buffer(square),
                step.map(|(parameters, _)| buffer(parameters)).into(),
                buffer(&left.mean),
                buffer(&left.square),
                buffer(&left.moved),
                count,
                numbers.mean_decay,
                numbers.square_decay,
                numbers.mean_scale,
                numbers.square_scale,
                numbers.epsilon,
                step.map_or(1.0, |(_, rate)| rate),
            );
        }
        left
    }

    /// Returns `value` `[1]` and this, if `value` is less than `other.0`; otherwise returns `other`.
    #[must_use]
    pub fn if_less(&self, value: &Self, other: (&Self, &Self)) -> (Self, Self) {
        let (shape, count) = (self.shape(), self.len());
        let (least, chosen) = (Self::unwritten_like(self, &[1]), Self::unwritten_like(self, &shape));
        let client = self.cube().client;
        let cubes = CubeDim::new(&client, count);
        let buffer = |array: &Self| array.packed_cube().into_buffer_arg();
        // SAFETY: both tensors have `count` elements, and units beyond them write nothing.
        unsafe {
            keep_lower::launch_unchecked(
                &client,
                calculate_cube_count_elemwise(&client, count, cubes),
                cubes,
                buffer(value),
                buffer(self),
                buffer(other.0),
                buffer(other.1),
                buffer(&least),
                buffer(&chosen),
                count,
            );
        }
        (least, chosen)
    }
}

#[cube(launch_unchecked)]
#[allow(clippy::too_many_arguments)]
fn adam(
    gradient: &[f32],
    mean: &[f32],
    square: &[f32],
    parameters: ComptimeOption<&[f32]>,
    mean_out: &mut [f32],
    square_out: &mut [f32],
    out: &mut [f32],
    count: usize,
    mean_decay: f32,
    square_decay: f32,
    mean_scale: f32,
    square_scale: f32,
    epsilon: f32,
    rate: f32,
) {
    let at = ABSOLUTE_POS;
    if at >= count {
        terminate!();
    }
    let slope = gradient[at];
    let m = mean[at] * mean_decay + slope * (1.0 - mean_decay);
    let v = square[at] * square_decay + slope * slope * (1.0 - square_decay);
    mean_out[at] = m;
    square_out[at] = v;
    let direction = m * mean_scale / (f32::sqrt(v * square_scale) + epsilon);
    #[comptime]
    match &parameters {
        ComptimeOption::Some(parameters) => {
            out[at] = min(max(parameters[at] - rate * direction, 0.0f32), 1.0f32);
        }
        ComptimeOption::None => out[at] = rate * direction,
    }
}

#[cube(launch_unchecked)]
#[allow(clippy::too_many_arguments)]
fn keep_lower(
    value: &[f32],
    array: &[f32],
    other_value: &[f32],
    other: &[f32],
    least: &mut [f32],
    chosen: &mut [f32],
    count: usize,
) {
    let at = ABSOLUTE_POS;
    if at >= count {
        terminate!();
    }
    let lower = value[0] < other_value[0];
    chosen[at] = select(lower, array[at], other[at]);
    if at == 0 {
        least[0] = select(lower, value[0], other_value[0]);
    }
}
