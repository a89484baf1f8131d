//! What a pass holds of a tensor or a gradient: a whole array, or some channels of maps.

use crate::array::Array;
use crate::array::gpu::{Carried, Part};

/// A tensor: whole, or some channels of maps.
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

/// A gradient, and whether what a rectifier would drop of it has been dropped.
pub struct Given {
    pub held: Held,
    pub masked: bool,
}

/// Channels that lie side by side, here and there.
pub fn side_by_side(count: usize) -> Carried {
    Carried { count, from_every: 1, to_every: 1 }
}
