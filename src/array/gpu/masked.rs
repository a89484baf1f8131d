//! Masks a gradient by a rectifier on the graphics card.

use cubecl::prelude::*;

use super::Part;

/// Numbers that let a gradient pass where they lie between two limits.
pub struct Masked {
    /// The numbers, with the shape of the output.
    pub by: Part,
    /// The limits, which are excluded.
    pub between: (f32, f32),
}

/// Returns the gradient where `by` is between two limits, and 0 elsewhere.
#[cube]
pub(super) fn passed<N: Size>(gradient: Vector<f32, N>, by: Vector<f32, N>, above: f32, below: f32) -> Vector<f32, N> {
    let nothing = Vector::new(0.0f32);
    let gradient = select_many(by.greater_than(&Vector::new(above)), gradient, nothing);
    select_many(by.less_than(&Vector::new(below)), gradient, nothing)
}
