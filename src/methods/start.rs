//! The names of the starts of *fast*.

use serde::{Deserialize, Serialize};

/// Where a descent of *fast* starts ([`super::optimise::start`]): `"disc"`, `"direction"` or a number.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case", try_from = "WordOrNumber")]
pub enum Start {
    /// Outside the paper's disc.
    Disc,
    /// Outside a level set of the integrated gradient.
    Direction,
    /// A mask of one value everywhere.
    #[serde(untagged)]
    Value(f32),
}

/// A start in JSON. Parsing through this type gives a readable error for anything else.
#[derive(Deserialize)]
#[serde(untagged)]
enum WordOrNumber {
    Number(f32),
    Word(String),
}

impl TryFrom<WordOrNumber> for Start {
    type Error = String;

    fn try_from(given: WordOrNumber) -> Result<Self, String> {
        match given {
            WordOrNumber::Number(value) => Ok(Start::Value(value)),
            WordOrNumber::Word(word) => word.parse(),
        }
    }
}

impl std::str::FromStr for Start {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let value = |text: &str| text.parse().map(Start::Value);
        match text {
            "disc" => Ok(Start::Disc),
            "direction" => Ok(Start::Direction),
            _ => value(text).map_err(|_| format!("{text:?} is no start: disc, direction or a number from 0 to 1")),
        }
    }
}
