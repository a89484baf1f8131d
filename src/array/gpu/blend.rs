//! Blends a picture with its null image by a mask on the graphics card, with one launch for the blend and one for its
//! gradient. Both read only the window that a view shows.

use cubecl::calculate_cube_count_elemwise;
use cubecl::prelude::*;

use super::{Part, Placed};
use crate::array::Array;

/// Number of colour channels.
const CHANNELS: usize = 3;

/// A square part of pictures `[1, 3, T, T]`.
#[derive(Clone, Copy, Debug)]
pub struct Window {
    /// Row and column of the window's upper left corner.
    pub corner: (usize, usize),
    /// The window's side S.
    pub side: usize,
}

impl Array {
    /// Returns `null + masks · this` within a window, where this is the picture minus its null image. The result has
    /// shape `[N, 3, S, S]` for masks `[N, 1, S, S]`.
    pub fn blended(&self, null: &Self, masks: &Self, window: Window) -> Self {
        let (many, side) = (masks.shape()[0], window.side);
        let pictures = Self::unwritten([many, CHANNELS, side, side], self);
        let out = pictures.cube();
        let (client, units) = (out.client.clone(), many * side * side);
        let cubes = CubeDim::new(&client, units);
        // SAFETY: units beyond the last pixel write nothing, and the window lies within the pictures.
        unsafe {
            blend::launch_unchecked(
                &client,
                calculate_cube_count_elemwise(&client, units, cubes),
                cubes,
                self.packed_cube().into_buffer_arg(),
                null.packed_cube().into_buffer_arg(),
                masks.packed_cube().into_buffer_arg(),
                out.into_buffer_arg(),
                units,
                self.shape()[3],
                side,
                window.corner.0,
                window.corner.1,
            );
        }
        pictures
    }

    /// Returns the gradient of [`Array::blended`] with respect to the masks, given the gradient with respect to the
    /// pictures.
    pub fn blended_gradient(&self, pictures: Self, window: Window) -> Self {
        let (many, side) = (pictures.shape()[0], window.side);
        let masks = Self::unwritten_like(self, &[many, 1, side, side]);
        let from = Placed::of(&Part::whole(pictures));
        let (client, units) = (from.buffer.client.clone(), many * side * side);
        let cubes = CubeDim::new(&client, units);
        // SAFETY: as above.
        unsafe {
            blend_gradient::launch_unchecked(
                &client,
                calculate_cube_count_elemwise(&client, units, cubes),
                cubes,
                self.packed_cube().into_buffer_arg(),
                from.buffer.into_buffer_arg(),
                masks.cube().into_buffer_arg(),
                units,
                from.pixel,
                self.shape()[3],
                side,
                window.corner.0,
                window.corner.1,
            );
        }
        masks
    }
}

#[cube(launch_unchecked)]
#[allow(clippy::too_many_arguments)]
fn blend(
    difference: &[f32],
    null: &[f32],
    masks: &[f32],
    out: &mut [f32],
    units: usize,
    whole: usize,
    side: usize,
    top: usize,
    left: usize,
) {
    let pixel = ABSOLUTE_POS;
    if pixel >= units {
        terminate!();
    }
    let mask = masks[pixel];
    let from = seen_at(pixel, side, whole, top, left);
    #[unroll]
    for channel in 0..CHANNELS {
        let at = from + channel * whole * whole;
        out[pixel * CHANNELS + channel] = difference[at] * mask + null[at];
    }
}

#[cube(launch_unchecked)]
#[allow(clippy::too_many_arguments)]
fn blend_gradient(
    difference: &[f32],
    pictures: &[f32],
    masks: &mut [f32],
    units: usize,
    per_pixel: usize,
    whole: usize,
    side: usize,
    top: usize,
    left: usize,
) {
    let pixel = ABSOLUTE_POS;
    if pixel >= units {
        terminate!();
    }
    let from = seen_at(pixel, side, whole, top, left);
    let mut sum = 0.0f32;
    #[unroll]
    for channel in 0..CHANNELS {
        sum += pictures[pixel * per_pixel + channel] * difference[from + channel * whole * whole];
    }
    masks[pixel] = sum;
}

/// Returns the place of a window's pixel within a plane of the whole pictures.
#[cube]
fn seen_at(pixel: usize, side: usize, whole: usize, top: usize, left: usize) -> usize {
    ((pixel / side) % side + top) * whole + pixel % side + left
}
