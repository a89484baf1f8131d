//! Which critters a set of them begins with: the same option everywhere.

use vanish::critters::HELD_OUT_SEEDS;

/// The first critter of a set.
#[derive(clap::Args)]
pub struct First {
    /// The first critter's number, 0 unless given.
    #[arg(long, value_name = "NUMBER")]
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

    /// Says why it is of no use where the set is another, for [`super::options::refuse_unused`].
    pub fn unused(&self, set: &str) -> (bool, &'static str, &'static str) {
        (set != "critters" && self.first.is_some(), "--first", "is for the set critters")
    }
}
