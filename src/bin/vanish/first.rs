//! Which critters a set of them begins with: the same option everywhere.

use vanish::critters::HELD_OUT_SEEDS;

/// The most critters that may come before: seeds have an end, and beyond it lie those of the training.
const MOST: u64 = u64::MAX >> 1;

/// The first critter of a set.
#[derive(clap::Args)]
pub struct First {
    /// The first critter's number, 0 unless given.
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u64).range(..=MOST))]
    first: Option<u64>,
}

impl First {
    /// Returns the number of the first critter.
    pub fn number(&self) -> u64 {
        self.first.unwrap_or(0)
    }

    /// Returns the seed of the first critter, which no model was trained on.
    pub fn seed(&self) -> u64 {
        HELD_OUT_SEEDS + self.number()
    }

    /// Returns whether it was given for a set of something else.
    pub fn is_stray(&self, set: &str) -> bool {
        set != "critters" && self.first.is_some()
    }

    /// Says why it is of no use where it is stray, for [`super::options::refuse_unused`].
    pub fn unused(&self, set: &str) -> (bool, &'static str, &'static str) {
        (self.is_stray(set), "--first", "is for the set critters")
    }
}
