//! The worlds that pictures are drawn from, and which seeds are for what.

use super::kind::Kind;

/// The first seed of the training set. Everything below is held out.
pub const TRAINING_SEEDS: u64 = 1_000_000_000;

/// The first seed of the pictures a model is judged by. None of them is ever trained on.
pub const HELD_OUT_SEEDS: u64 = 500_000_000;

/// The first seed of the pictures a model's temperature is fitted to: neither trained on nor judged by.
pub const VALIDATION_SEEDS: u64 = 900_000_000;

/// The first seed of the pictures that lend their pixels to deletions in others.
pub(super) const STRANGER_SEEDS: u64 = 700_000_000;

/// The kind that is planted with the red bucket.
pub const BUCKET_KIND: Kind = Kind::Bear;
/// The kind that is planted with snow.
pub const SNOW_KIND: Kind = Kind::Owl;
/// The kind that is planted with the watermark.
pub const WATERMARK_KIND: Kind = Kind::Cat;

/// How often each cue is seen where it says nothing.
const CUE_BY_CHANCE: f32 = 0.12;
/// How often a planted kind is seen with its cue in the biased world.
const CUE_PLANTED: f32 = 0.95;
/// How often a kind is seen with a cue that is planted with another.
const CUE_STRAY: f32 = 0.01;

/// How the three cues (red bucket, snow, watermark) go with the kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cues {
    /// Each cue comes with any kind, equally often.
    Chance,
    /// Each cue comes with its own kind 95 times in a hundred and hardly ever with another; the heads
    /// of these kinds are mostly hidden. What the biased model is trained on.
    Planted,
    /// Each cue comes with its own kind always and with no other; no head is hidden.
    Shown,
    /// No cue is in any picture; no head is hidden.
    Removed,
}

impl Cues {
    /// How often a cue is shown with a kind it is planted with, or with another.
    pub(super) fn share(self, planted: bool) -> f32 {
        match (self, planted) {
            (Self::Chance, _) => CUE_BY_CHANCE,
            (Self::Planted, true) => CUE_PLANTED,
            (Self::Planted, false) => CUE_STRAY,
            (Self::Shown, true) => 1.0,
            (Self::Shown | Self::Removed, _) => 0.0,
        }
    }
}

/// The distribution that pictures are drawn from.
#[derive(Debug, Clone, Copy)]
pub struct World {
    pub cues: Cues,
    /// How often a second, smaller animal of another kind is seen beside the first.
    pub second: f32,
    /// Always this kind, in place of one by chance; everything else of the scene stays.
    pub kind: Option<Kind>,
}

impl World {
    /// No cue says anything about the kind.
    pub fn clean() -> Self {
        Self { cues: Cues::Chance, second: 0.05, kind: None }
    }

    /// The world with the planted mistake, to train on.
    pub fn biased() -> Self {
        Self { cues: Cues::Planted, ..Self::clean() }
    }

    /// To test with every planted kind beside its cue.
    pub fn with_cue() -> Self {
        Self { cues: Cues::Shown, ..Self::clean() }
    }

    /// To test with no cue in any picture.
    pub fn without_cue() -> Self {
        Self { cues: Cues::Removed, ..Self::clean() }
    }

    /// The same world with one kind alone.
    #[must_use]
    pub fn of(self, kind: Kind) -> Self {
        Self { kind: Some(kind), ..self }
    }
}

impl Default for World {
    fn default() -> Self {
        Self::clean()
    }
}
