//! Copies channels from one place to another on the graphics card, for concatenations, shuffles and rectifiers.

use cubecl::calculate_cube_count_elemwise;
use cubecl::prelude::*;

use super::masked::{Masked, passed};
use super::{Part, Placed, vector};

/// Which channels are copied to which. Both sequences begin at the first channel of their part.
#[derive(Clone, Copy, Debug)]
pub struct Carried {
    /// Number of channels.
    pub count: usize,
    /// Distance between the channels in the source.
    pub from_every: usize,
    /// Distance between the channels in the target.
    pub to_every: usize,
}

impl Part {
    /// Copies channels of this part to `to`, or adds them to the values there. Where `mask` blocks, the value is 0.
    pub fn carry(&self, to: &Part, carried: Carried, added: bool, mask: Option<&Masked>) {
        let shape = self.maps.shape();
        let [source, target] = [Placed::of(self), Placed::of(to)];
        let masked = mask.map(|mask| Placed::of(&mask.by));
        let places = [Some(&source), Some(&target), masked.as_ref()];
        let of_place = |place: &Placed| [place.pixel, place.first];
        let mut numbers: Vec<usize> = places.into_iter().flatten().flat_map(of_place).collect();
        numbers.push(carried.count);
        let dense = carried.from_every == 1 && carried.to_every == 1;
        let lanes = if dense { vector(&numbers) } else { 1 };
        let units = shape[0] * shape[2] * shape[3] * carried.count / lanes;
        let client = target.buffer.client.clone();
        let cubes = CubeDim::new(&client, units);
        let between = mask.map_or((0.0, 0.0), |mask| mask.between);
        let sizes = SizesLaunch::new(
            units,
            carried.count / lanes,
            source.pixel / lanes,
            source.first / lanes,
            carried.from_every,
            target.pixel / lanes,
            target.first / lanes,
            carried.to_every,
            masked.as_ref().map_or(0, |mask| mask.pixel / lanes),
            masked.as_ref().map_or(0, |mask| mask.first / lanes),
            between.0,
            between.1.min(f32::MAX),
        );
        // SAFETY: units beyond the last one write nothing, and the graph has checked that the channels are there.
        unsafe {
            carry::launch_unchecked(
                &client,
                calculate_cube_count_elemwise(&client, units, cubes),
                cubes,
                lanes,
                source.buffer.into_buffer_arg(),
                masked.map(|mask| mask.buffer.into_buffer_arg()).into(),
                target.buffer.into_buffer_arg(),
                sizes,
                added,
            );
        }
    }
}

/// Counts and places. Those of channels are counted in vectors, and all others in pixels.
#[derive(CubeType, CubeLaunch)]
struct Sizes {
    units: usize,
    count: usize,
    from_pixel: usize,
    from_first: usize,
    from_every: usize,
    to_pixel: usize,
    to_first: usize,
    to_every: usize,
    mask_pixel: usize,
    mask_first: usize,
    above: f32,
    below: f32,
}

#[cube(launch_unchecked)]
fn carry<N: Size>(
    from: &[Vector<f32, N>],
    mask: ComptimeOption<&[Vector<f32, N>]>,
    to: &mut [Vector<f32, N>],
    sizes: Sizes,
    #[comptime] added: bool,
) {
    if ABSOLUTE_POS >= sizes.units {
        terminate!();
    }
    let channel = ABSOLUTE_POS % sizes.count;
    let pixel = ABSOLUTE_POS / sizes.count;
    let mut value = from[pixel * sizes.from_pixel + sizes.from_first + channel * sizes.from_every];
    let at = pixel * sizes.to_pixel + sizes.to_first + channel * sizes.to_every;
    if added {
        value += to[at];
    }
    #[comptime]
    match &mask {
        ComptimeOption::Some(mask) => {
            let by = mask[pixel * sizes.mask_pixel + sizes.mask_first + channel];
            value = passed(value, by, sizes.above, sizes.below);
        }
        ComptimeOption::None => {}
    }
    to[at] = value;
}
