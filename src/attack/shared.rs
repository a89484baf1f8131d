//! What several can do of a duel, and what they tell of it.

use serde::{Deserialize, Serialize};

use super::detector::Signals;
use super::trial::{Found, Stand};

/// Which of the two pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// The picture as it was.
    Clean,
    /// The attacked one.
    Attacked,
}

impl Side {
    /// Both, in the order in which they are tried.
    pub const BOTH: [Self; 2] = [Self::Attacked, Self::Clean];
}

/// Something that can be done without the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// To try one of the two pictures: each step of it goes on from the last.
    Try(Side),
    /// To measure the clean picture of this number.
    Measure(usize),
}

/// What came of a part, or of some of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Line {
    /// Where the trial of one of the two stands, and all that it has found where that is more than before.
    Tried(Side, Stand, Option<Box<Found>>),
    /// A clean picture, by its number.
    Measured(usize, Signals),
}
