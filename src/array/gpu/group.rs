//! Sums and maxima that a group of units computes in shared memory.

use cubecl::ir::HardwareProperties;
use cubecl::prelude::*;

/// Units in a group, 2 to the power of [`HALVINGS`]. Every WebGPU adapter has at least this many.
pub(super) const UNITS: u32 = 256;
const HALVINGS: usize = 8;

/// Number of units that keeps a card busy. On an H100, a quarter of it and four times as many were both slower.
const BUSY: usize = 1 << 16;
/// Largest number of slices, so that eight neighbours still read together.
const MOST_SLICES: usize = 32;

/// Returns the number of slices into which the terms of each sum are divided, because a card is idle while few units
/// each add many terms. Each slice has at least two terms.
pub(super) fn slices(hardware: &HardwareProperties, sums: usize, terms: usize) -> usize {
    let busy = busy(hardware.plane_size_max as usize);
    let mut slices = 1;
    while slices < MOST_SLICES && sums * slices < busy && terms >= 4 * slices {
        slices *= 2;
    }
    slices
}

/// Returns the number of units that keeps a device busy, of whose units `in_step` run in lockstep. A processor that
/// emulates a card has 4 or 8 of them. There, units that wait for each other cost more than they gain; SwiftShader gets
/// slower from 1,024 on.
fn busy(in_step: usize) -> usize {
    (64 * in_step * in_step).min(BUSY)
}

/// Returns the sum on which a unit works, and the slice of that sum. The units of a group that share a sum lie apart,
/// so that neighbours read neighbouring values.
#[cube]
pub(super) fn dealt(#[comptime] slices: usize) -> (usize, usize) {
    let each = comptime!(UNITS as usize / slices);
    let unit = UNIT_POS as usize;
    (CUBE_POS * each + unit % each, unit / each)
}

/// Returns, to the units of the first slice, the sum over the slices. The parts of a sum lie UNITS / `slices` units
/// apart. Every unit of the group has to call this.
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

/// Returns the sum of the values of all units in the group.
#[cube]
pub(super) fn sum_of_group(own: f32) -> f32 {
    folded(own, false)
}

/// Returns the largest of the values of all units in the group.
#[cube]
pub(super) fn largest_of_group(own: f32) -> f32 {
    folded(own, true)
}

/// Folds the values by halves, to their largest or to their sum.
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
