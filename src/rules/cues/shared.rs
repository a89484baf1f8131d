//! The parts of a search for cues that several workers can share, and the lines that they report.
//!
//! Regions and descriptors are sent as base 64, which is exact to the bit and far shorter than their numbers in JSON.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use super::descriptor::Descriptor;
use super::everywhere::Look;
use super::trials::Chance;
use crate::map::Map;
use crate::rules::effect::Flip;
use crate::rules::split::Print;

/// A part that can be done independently.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// Classify some pictures, from this number on.
    Look(usize),
    /// Explain this answer (the second number) of the picture of the first number.
    Explain(usize, usize),
    /// Try some interventions.
    Try(Vec<Asked>),
}

/// The result of a part.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Line {
    /// A picture, by its number in the set.
    Looked(usize, Looked),
    /// The evidence of a picture; `None` if it cannot be explained.
    Explained(usize, Option<Explained>),
    /// The flip of an intervention, by its number.
    Tried(usize, Flip),
}

/// A classified picture, with its print.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Looked {
    pub(super) look: Look,
    /// The print that decides the picture's half.
    pub(super) print: Print,
}

/// The evidence of a picture.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Explained {
    /// The region where the evidence exceeds half of its range.
    pub(super) region: Region,
    pub(super) descriptor: Descriptor,
}

/// An intervention with everything that it needs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Asked {
    /// Numbers interventions in the order in which they are planned.
    pub(super) number: usize,
    /// The answer whose cue it is.
    pub(super) class: usize,
    /// Number of the picture in the set.
    pub(super) picture: usize,
    /// The region that is deleted from the picture, or pasted into it.
    pub(super) region: Region,
    pub(super) chance: Chance,
}

/// A part of a square: 1 in it, else 0.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub(super) struct Region(pub(super) Map);

impl From<Region> for String {
    fn from(Region(map): Region) -> Self {
        let byte = |bits: &[f32]| (0..bits.len()).fold(0u8, |byte, at| byte | u8::from(bits[at] > 0.5) << at);
        STANDARD.encode(map.values.chunks(8).map(byte).collect::<Vec<u8>>())
    }
}

impl TryFrom<String> for Region {
    type Error = base64::DecodeError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let bytes = STANDARD.decode(text)?;
        // The last byte may hold up to seven bits beyond the square, fewer than another row and column.
        let bit = |at: usize| f32::from(bytes[at / 8] >> (at % 8) & 1);
        Ok(Self(Map::from_fn((8 * bytes.len()).isqrt(), bit)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::job::as_text::{read, written};

    #[test]
    fn a_region_and_numbers_cross_to_the_bit() {
        for side in [4, 7, 30, 64] {
            let region = Region(Map::from_fn(side, |i| f32::from(u8::from(i * 7 % 5 < 2))));
            let read = serde_json::from_str::<Region>(&serde_json::to_string(&region).expect("JSON"));
            assert_eq!(read.expect("it is a region"), region, "{side}");
        }
        let numbers = [0.1 + 0.2, f64::NAN, -1e-310];
        let crossed = read(&written(numbers.into_iter().map(f64::to_le_bytes))).expect("they are numbers");
        let crossed: Vec<f64> = crossed.into_iter().map(f64::from_le_bytes).collect();
        assert!(crossed.iter().zip(numbers).all(|(a, b)| a.to_bits() == b.to_bits()), "{crossed:?}");
        assert!(serde_json::from_str::<Region>("\"?\"").is_err());
    }
}
