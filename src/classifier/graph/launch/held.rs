//! How a pass keeps a tensor or a gradient: as a whole array, or as some channels of maps.

use crate::array::Array;
use crate::array::gpu::{Carried, Part};

/// A tensor: a whole array, or some channels of maps.
#[derive(Clone)]
pub enum Held {
    Whole(Array),
    Part(Part),
}

impl Held {
    pub fn array(self) -> Array {
        match self {
            Held::Whole(array) => array,
            Held::Part(part) => part.array(),
        }
    }

    pub fn part(self) -> Part {
        match self {
            Held::Whole(array) => Part::whole(array),
            Held::Part(part) => part,
        }
    }
}

/// A gradient. `masked` says whether the elements that a rectifier would drop have been dropped already.
pub struct Given {
    pub held: Held,
    pub masked: bool,
}

/// Describes channels that lie side by side in both the source and the target.
pub fn side_by_side(count: usize) -> Carried {
    Carried { count, from_every: 1, to_every: 1 }
}
