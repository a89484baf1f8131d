//! What a group of units finds together in the memory that they share.

use cubecl::prelude::*;

/// Units in a group, 2 to the power of [`HALVINGS`]: the most that every WebGPU adapter has.
pub(super) const UNITS: u32 = 256;
const HALVINGS: usize = 8;

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
