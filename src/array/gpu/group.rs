//! What a group of units finds together in the memory that they share.

use cubecl::ir::HardwareProperties;
use cubecl::prelude::*;

/// Units in a group, 2 to the power of [`HALVINGS`]: the most that every WebGPU adapter has.
pub(super) const UNITS: u32 = 256;
const HALVINGS: usize = 8;

/// The most units that keep a card busy. On an H100 a quarter and four times as many were both slower.
const BUSY: usize = 1 << 16;
/// The most slices, so that eight neighbours still read together.
const MOST_SLICES: usize = 32;

/// Into how many slices the terms of each of many sums are dealt: a card is idle where few units each add up many. Each
/// slice has two terms or more.
pub(super) fn slices(hardware: &HardwareProperties, sums: usize, terms: usize) -> usize {
    let busy = busy(hardware.plane_size_max as usize);
    let mut slices = 1;
    while slices < MOST_SLICES && sums * slices < busy && terms >= 4 * slices {
        slices *= 2;
    }
    slices
}

/// How many units keep a device busy of which so many go in step. A processor that stands in for a card has 4 or 8 of
/// them: there units that wait for each other cost more than they bring, and SwiftShader is slower from 1,024 on.
fn busy(in_step: usize) -> usize {
    (64 * in_step * in_step).min(BUSY)
}

/// Which sum a unit works at, and which slice of it. The units of a group that share a sum lie apart, so that neighbours
/// read what lies side by side.
#[cube]
pub(super) fn dealt(#[comptime] slices: usize) -> (usize, usize) {
    let each = comptime!(UNITS as usize / slices);
    let unit = UNIT_POS as usize;
    (CUBE_POS * each + unit % each, unit / each)
}

/// The sum that the units of a group have in slices, for the first slice; `each` units lie between its parts. Every unit
/// of the group has to come here.
#[cube]
pub(super) fn sum_of_slices<N: Size>(own: Vector<f32, N>, #[comptime] slices: usize) -> Vector<f32, N> {
    let mut sum = own;
    if comptime!(slices > 1) {
        let each = comptime!(UNITS as usize / slices);
        let mut shared = Shared::<[Vector<f32, N>]>::new_slice(comptime!(UNITS as usize));
        let unit = UNIT_POS as usize;
        shared[unit] = own;
        sync_cube();
        if unit < each {
            for other in 1..slices {
                sum += shared[unit + other * each];
            }
        }
    }
    sum
}

/// The sum of what each unit of the group has.
#[cube]
pub(super) fn sum_of_group(own: f32) -> f32 {
    folded(own, false)
}

/// The largest of what each unit of the group has.
#[cube]
pub(super) fn largest_of_group(own: f32) -> f32 {
    folded(own, true)
}

/// Folds by halves: the largest, else the sum.
#[cube]
fn folded(own: f32, #[comptime] largest: bool) -> f32 {
    let mut shared = Shared::<[f32]>::new_slice(comptime!(UNITS as usize));
    let unit = UNIT_POS as usize;
    shared[unit] = own;
    sync_cube();
    #[unroll]
    for halving in 0..HALVINGS {
        let half = comptime!(UNITS as usize >> (halving + 1));
        if unit < half {
            let other = shared[unit + half];
            if largest {
                shared[unit] = max(shared[unit], other);
            } else {
                shared[unit] += other;
            }
        }
        sync_cube();
    }
    shared[0]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_needs_many_units_and_a_processor_in_its_place_few() {
        assert_eq!([4, 8, 32, 128].map(busy), [1 << 10, 1 << 12, BUSY, BUSY]);
    }
}
