//! Regions of a picture and their controls: the same region, moved elsewhere.

use std::rc::Rc;

use rand::Rng;
use rand_chacha::ChaCha8Rng;

use crate::map::Map;
use crate::picture::Planes;
use crate::question::Edit;

/// Largest share of a region that its control may cover.
pub const MOST_OVERLAP: f32 = 0.2;
/// Width of the soft edge of what is deleted or pasted, in pixels.
pub const FEATHER_PX: usize = 3;
/// Places that are tried for each control.
const PLACES: usize = 60;

/// The map moved by (rows, columns); what leaves on one side comes back on the other.
pub fn rolled(map: &Map, (down, right): (usize, usize)) -> Map {
    let side = map.side;
    let from = |at: usize, by: usize| (at + side - by % side) % side;
    Map::from_fn(side, |i| map.values[from(i / side, down) * side + from(i % side, right)])
}

/// The share of `region` that `other` also covers, in [0, 1]; 0 for an empty region.
pub fn shared(region: &Map, other: &Map) -> f32 {
    let both: f32 = region.values.iter().zip(&other.values).map(|(a, b)| a.min(*b)).sum();
    both / region.values.iter().sum::<f32>().max(f32::MIN_POSITIVE)
}

/// Draws `count` random places to which a region can be moved with less overlap than [`MOST_OVERLAP`]. There are fewer
/// if fewer of the tried places qualify.
pub fn places(region: &Map, count: usize, random: &mut ChaCha8Rng) -> Vec<(usize, usize)> {
    let side = region.side as u32;
    let mut any = || ((random.next_u32() % side) as usize, (random.next_u32() % side) as usize);
    let tried: Vec<_> = (0..PLACES).map(|_| any()).collect();
    tried.into_iter().filter(|&place| shared(region, &rolled(region, place)) < MOST_OVERLAP).take(count).collect()
}

/// Returns the deletion of a region with a soft edge, and its control, which deletes an equal area at another place.
pub fn deletions(region: &Map, place: (usize, usize)) -> [Edit; 2] {
    let soft = feathered(region, FEATHER_PX);
    [Edit::delete(&soft), Edit::delete(&rolled(&soft, place))]
}

/// Returns the edit that pastes a region of another picture.
pub fn paste(patch: Planes, region: Map) -> Edit {
    Edit::Paste { patch: Rc::new(patch), region }
}

/// The region with an edge that falls to 0 over `width_px` pixels outside of it.
pub fn feathered(region: &Map, width_px: usize) -> Map {
    let mut out = region.clone();
    for step in 1..=width_px {
        let value = 1.0 - step as f32 / (width_px + 1) as f32;
        let near = grown(&out);
        for (out, near) in out.values.iter_mut().zip(near.values) {
            *out = if *out == 0.0 && near > 0.0 { value } else { *out };
        }
    }
    out
}

/// Everything within a pixel of the region, diagonals included.
fn grown(region: &Map) -> Map {
    let side = region.side;
    let across = |values: &[f32], i: usize, stride: usize, at: usize| {
        let before = if at > 0 { values[i - stride] } else { 0.0 };
        let after = if at + 1 < side { values[i + stride] } else { 0.0 };
        values[i].max(before).max(after)
    };
    let rows = Map::from_fn(side, |i| across(&region.values, i, 1, i % side));
    Map::from_fn(side, |i| across(&rows.values, i, side, i / side))
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;

    #[test]
    fn a_region_that_is_moved_comes_back_on_the_other_side() {
        let corner = Map::indicator(4, |row, column| row == 0 && column == 3);
        let moved = rolled(&corner, (3, 2));
        assert_eq!((moved.maximum(), moved.mean()), (3 * 4 + 1, corner.mean()));
        assert_eq!(rolled(&corner, (0, 0)), corner);
    }

    #[test]
    fn controls_hardly_overlap_and_there_are_none_of_a_region_of_nearly_everything() {
        let mut random = ChaCha8Rng::seed_from_u64(1);
        let small = Map::indicator(16, |row, column| row < 5 && column < 5);
        let found = places(&small, 3, &mut random);
        assert_eq!(found.len(), 3);
        assert!(found.iter().all(|&place| shared(&small, &rolled(&small, place)) < MOST_OVERLAP));
        let wide = Map::indicator(16, |row, _| row < 12);
        assert_eq!(places(&wide, 3, &mut random), []);
    }

    #[test]
    fn an_edge_falls_off_outside_of_the_region() {
        let point = Map::indicator(9, |row, column| (row, column) == (4, 4));
        let soft = feathered(&point, 3);
        assert_eq!(soft.values[4 * 9..5 * 9], [0.0, 0.25, 0.5, 0.75, 1.0, 0.75, 0.5, 0.25, 0.0]);
    }
}
