//! The option for the first critter of a set, which is the same in all subcommands.

use vanish::critters::HELD_OUT_SEEDS;

/// Largest number of critters that may be skipped. Seeds are bounded, and the training's seeds lie beyond.
const MOST: u64 = u64::MAX >> 1;

/// The first critter of a set.
#[derive(clap::Args)]
pub struct First {
    /// Number of the first critter. Without it, 0.
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

    /// Returns whether the option was given for a set that is not critters.
    pub fn is_stray(&self, set: &str) -> bool {
        set != "critters" && self.first.is_some()
    }

    /// Returns the entry for [`super::options::refuse_unused`]: whether the option is stray, its name and the reason.
    pub fn unused(&self, set: &str) -> (bool, &'static str, &'static str) {
        (self.is_stray(set), "--first", "is for the set critters")
    }
}
