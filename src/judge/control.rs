//! Control maps, which ignore the model: the scores of maps that know nothing about the answer.
//!
//! A method that is no better than these has found nothing. They stand in every table of an evaluation, which also
//! shows each figure as skill over the centre.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::map::Map;
use crate::picture::Planes;

/// A map that is made from the picture alone, or without it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Control {
    /// A Gaussian of σ = side / 8 about a random place.
    RandomBlob,
    /// A Gaussian of σ = side / 4 about the middle: photographers put things there.
    Centre,
    /// The gradient of the brightness, by Sobel's operator.
    Edges,
    /// The same value everywhere, so that pixels are ranked by their place, from the top left.
    Constant,
    /// The last pixel first: pixels are ranked by their place, from the bottom right.
    LastRank,
}

impl Control {
    /// Every control.
    pub const ALL: [Control; 5] =
        [Control::RandomBlob, Control::Centre, Control::Edges, Control::Constant, Control::LastRank];

    /// Its name in tables and logs.
    pub fn name(self) -> &'static str {
        match self {
            Control::RandomBlob => "random-blob",
            Control::Centre => "centre",
            Control::Edges => "edges",
            Control::Constant => "constant",
            Control::LastRank => "last-rank",
        }
    }

    /// Returns the control of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|control| control.name() == name)
    }

    /// Makes the map `[S, S]`, in [0, 1], for a picture as the model sees it. The seed places the random blob.
    pub fn map(self, photo: &Planes, seed: u64) -> Map {
        let side = photo.side;
        let middle = (side as f32 - 1.0) / 2.0;
        match self {
            Control::RandomBlob => random_blob(side, seed),
            Control::Centre => gaussian_at(side, (middle, middle), side as f32 / 4.0),
            Control::Edges => edges(photo),
            Control::Constant => Map::constant(side, 0.5),
            Control::LastRank => Map::from_fn(side, |i| i as f32 / (side * side - 1).max(1) as f32),
        }
    }
}

/// The seed of a picture's name, which does not depend on the other pictures.
pub fn seed_of(name: &str) -> u64 {
    name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

fn random_blob(side: usize, seed: u64) -> Map {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut place = || ((u64::from(random.next_u32()) * side as u64) >> 32) as f32;
    gaussian_at(side, (place(), place()), side as f32 / 8.0)
}

fn gaussian_at(side: usize, (row, column): (f32, f32), sigma_px: f32) -> Map {
    let distance = |i: usize| ((i / side) as f32 - row).powi(2) + ((i % side) as f32 - column).powi(2);
    Map::from_fn(side, |i| (-0.5 * distance(i) / sigma_px.powi(2)).exp())
}

/// Sobel's operator on the mean of the channels, edges of the picture repeated, divided by its largest value.
fn edges(photo: &Planes) -> Map {
    let (side, plane) = (photo.side, photo.side * photo.side);
    let grey = |row: i64, column: i64| {
        let inside = |at: i64| at.clamp(0, side as i64 - 1) as usize;
        let i = inside(row) * side + inside(column);
        (photo.values[i] + photo.values[plane + i] + photo.values[2 * plane + i]) / 3.0
    };
    let slope = Map::from_fn(side, |i| {
        let (row, column) = ((i / side) as i64, (i % side) as i64);
        let across = |at: i64| grey(row + at, column + 1) - grey(row + at, column - 1);
        let down = |at: i64| grey(row + 1, column + at) - grey(row - 1, column + at);
        let sum = |of: &dyn Fn(i64) -> f32| of(-1) + 2.0 * of(0) + of(1);
        sum(&across).hypot(sum(&down))
    });
    let largest = slope.range().1;
    slope.mapped(|v| if largest > 0.0 { v / largest } else { 0.0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Dark on the left, bright on the right of the middle.
    fn halves() -> Planes {
        Planes { side: 8, values: (0..3 * 64).map(|i| if i % 8 < 4 { 0.2 } else { 0.8 }).collect() }
    }

    #[test]
    fn every_control_is_a_map_in_the_unit_range_that_its_name_finds() {
        for control in Control::ALL {
            let (least, largest) = control.map(&halves(), 3).range();
            assert!(least >= 0.0 && largest <= 1.0, "{control:?}: {least} to {largest}");
            assert_eq!(Control::named(control.name()), Some(control));
        }
    }

    #[test]
    fn edges_lie_where_the_brightness_changes() {
        let map = Control::Edges.map(&halves(), 0);
        let row: Vec<f32> = map.values[..8].to_vec();
        assert_eq!(row, [0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0]);
    }

    #[test]
    fn places_come_first_or_last_and_the_middle_in_the_middle() {
        let of = |control: Control| control.map(&halves(), 0);
        assert_eq!((of(Control::Constant).order()[0], of(Control::LastRank).order()[0]), (0, 63));
        assert!([27, 28, 35, 36].contains(&of(Control::Centre).maximum()));
    }

    #[test]
    fn a_seed_places_the_blob() {
        let of = |seed| Control::RandomBlob.map(&halves(), seed);
        assert_eq!(of(seed_of("a.jpg")), of(seed_of("a.jpg")));
        assert_ne!(of(seed_of("a.jpg")), of(seed_of("b.jpg")));
    }
}
