//! What a rectifier drops of a gradient on the graphics card.

use cubecl::prelude::*;

use super::Part;

/// Numbers of which those between two limits let a gradient pass.
pub struct Masked {
    /// The numbers, of the output's shape.
    pub by: Part,
    /// The limits, which do not count as between them.
    pub between: (f32, f32),
}

/// What a rectifier lets through of a gradient: all where `by` is between two limits, else 0.
#[cube]
pub(super) fn passed<N: Size>(gradient: Vector<f32, N>, by: Vector<f32, N>, above: f32, below: f32) -> Vector<f32, N> {
    let nothing = Vector::new(0.0f32);
    let gradient = select_many(by.greater_than(&Vector::new(above)), gradient, nothing);
    select_many(by.less_than(&Vector::new(below)), gradient, nothing)
}
