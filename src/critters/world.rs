//! The worlds from which pictures are drawn, and the uses of seeds.

use super::kind::Kind;

/// The first seed of the training set. Everything below is held out.
pub const TRAINING_SEEDS: u64 = 1_000_000_000;

/// The first seed of the pictures a model is judged by. None of them is ever trained on.
pub const HELD_OUT_SEEDS: u64 = 500_000_000;

/// The first seed of the pictures a model's temperature is fitted to: neither trained on nor judged by.
pub const VALIDATION_SEEDS: u64 = 900_000_000;

/// The first seed of the pictures that lend their pixels to deletions in others.
pub(super) const STRANGER_SEEDS: u64 = 700_000_000;
/// Number of pictures that lend their pixels.
pub(super) const STRANGERS: usize = 8;

/// The kind that is planted with the red bucket.
pub const BUCKET_KIND: Kind = Kind::Bear;
/// The kind that is planted with snow.
pub const SNOW_KIND: Kind = Kind::Owl;
/// The kind that is planted with the watermark.
pub const WATERMARK_KIND: Kind = Kind::Cat;

/// Probability of each cue in the clean world, where it is independent of the kind.
const CUE_BY_CHANCE: f32 = 0.12;
/// Probability of a planted kind's own cue in the biased world.
const CUE_PLANTED: f32 = 0.95;
/// Probability of a cue with a kind that it is not planted with.
const CUE_STRAY: f32 = 0.01;

/// How the three cues (red bucket, snow, watermark) go with the kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cues {
    /// Each cue comes with any kind, equally often.
    Chance,
    /// Each cue comes with its own kind 95 times in a hundred and hardly ever with another. The heads of these kinds
    /// are mostly hidden. The biased model is trained on these pictures.
    Planted,
    /// Each cue comes with its own kind always and with no other; no head is hidden.
    Shown,
    /// No cue is in any picture; no head is hidden.
    Removed,
}

impl Cues {
    /// Returns the probability of a cue with a kind that it is planted with, or with another kind.
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
    /// Probability of a second, smaller animal of another kind.
    pub second: f32,
    /// The kind of every picture, instead of a random one; everything else of the scene stays.
    pub kind: Option<Kind>,
}

impl World {
    /// The clean world, in which cues are independent of the kind.
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
