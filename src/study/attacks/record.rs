//! The effects of one attack on one picture.

use serde::{Deserialize, Serialize};

use crate::attack::detect::STATISTICS;
use crate::attack::recover::{Masked, Recipe};
use crate::attack::{Answer, Attack, Attacked, Found, Reading};

/// How an attack changed a picture.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// The attack.
    pub attack: Attack,
    /// The answer to the picture before it.
    pub before: Answer,
    /// The answer to the clean picture with the same changes at random places.
    pub noise: Answer,
    /// The class towards which the attack moved, if it had one.
    pub goal: Option<usize>,
    /// The largest change of a value, in 1/255.
    pub l_inf: f32,
    /// The Euclidean norm of the change.
    pub l2: f32,
    /// The share of gradients that were 0.
    pub zero_gradients: f32,
    /// The duration of the attack.
    pub seconds: f64,
}

/// The statistics of a mask of the answer, and the classes under it and its controls.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MaskRecord {
    /// How it was learned.
    pub recipe: Recipe,
    /// [`crate::attack::detect::statistics`].
    pub statistics: [f64; STATISTICS.len()],
    /// The class after deleting by the mask.
    pub deleted: usize,
    /// The class under the mask after a half turn.
    pub rotated: usize,
    /// The class under a random mask of the same values.
    pub random: usize,
    /// The reason why there is no mask, if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
}

/// A picture of the set, as its records name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pictured {
    /// Its name.
    pub name: String,
    /// The SHA-256 of its pixels as the set has them.
    pub sha256: String,
    /// Its true class, if known.
    pub label: Option<usize>,
}

/// A picture of the set, clean or attacked, with its answers and masks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// The model's name.
    pub model: String,
    /// The picture's name.
    pub picture: String,
    /// The SHA-256 of its pixels as the set has them.
    pub sha256: String,
    /// Its true class, if known.
    pub label: Option<usize>,
    /// The attack; `None` for a clean picture.
    pub change: Option<Change>,
    /// The answers to the picture and to its light edits.
    pub reading: Reading,
    /// Masks of its answer.
    pub masks: Vec<MaskRecord>,
}

impl Record {
    /// The record of a finished trial; `None` if it was stopped before the model was asked.
    pub fn of(model: &str, of: &Pictured, found: &Found) -> Option<Self> {
        let change = found.attacked.as_ref().map(Change::of);
        let masks = found.masks.iter().map(MaskRecord::of).collect();
        let reading = found.reading.clone()?;
        let Pictured { name: picture, sha256, label } = of.clone();
        Some(Self { model: model.into(), picture, sha256, label, change, reading, masks })
    }

    /// Whether an attack changed the answer.
    pub fn fell(&self) -> bool {
        self.change.as_ref().is_some_and(|change| change.before.class != self.reading.answer().class)
    }

    /// The mask of a recipe.
    pub fn mask(&self, recipe: Recipe) -> Option<&MaskRecord> {
        self.masks.iter().find(|mask| mask.recipe == recipe)
    }
}

impl Change {
    fn of(attacked: &Attacked) -> Self {
        Self {
            attack: attacked.attack.clone(),
            before: attacked.before,
            noise: attacked.noise,
            goal: attacked.goal,
            l_inf: attacked.l_inf,
            l2: attacked.l2,
            zero_gradients: attacked.zero_gradients,
            seconds: attacked.seconds,
        }
    }
}

impl MaskRecord {
    fn of(masked: &Masked) -> Self {
        Self {
            recipe: masked.recipe,
            statistics: masked.statistics,
            deleted: masked.deleted.class,
            rotated: masked.rotated.class,
            random: masked.random.class,
            refused: masked.refused.clone(),
        }
    }
}
