//! The parts of a duel that several workers can share, and the lines that they report.

use serde::{Deserialize, Serialize};

use super::detector::Signals;
use super::trial::{Found, Stand};

/// Which of the two pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// The clean picture.
    Clean,
    /// The attacked picture.
    Attacked,
}

impl Side {
    /// Both, in the order in which they are tried.
    pub const BOTH: [Self; 2] = [Self::Attacked, Self::Clean];
}

/// A part that can be done independently.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// Try one of the two pictures; each step continues from the last.
    Try(Side),
    /// Measure the clean picture of this number.
    Measure(usize),
}

/// The result of a part, or of some of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Line {
    /// The progress of the trial of one picture, with all findings if there are new ones.
    Tried(Side, Stand, Option<Box<Found>>),
    /// A clean picture, by its number.
    Measured(usize, Signals),
}
