//! The built-in world as a set without end.

use crate::critters::{self, Critter, HELD_OUT_SEEDS, World};
use crate::study::item::{Item, Label, Part, Place};

/// Pictures that no built-in model was trained on.
pub(super) struct HeldOut {
    first: u64,
}

impl HeldOut {
    /// From this one of them on.
    pub(super) fn from(number: u64) -> Self {
        Self { first: HELD_OUT_SEEDS + number }
    }

    fn seed(&self, number: usize) -> u64 {
        self.first + number as u64
    }

    /// `critter:SEED`.
    pub(super) fn name(&self, number: usize) -> String {
        format!("critter:{}", self.seed(number))
    }

    /// Draws a picture.
    pub(super) fn item(&self, number: usize) -> Item {
        with_truth(critters::draw(self.seed(number), &World::clean()))
    }
}

/// A picture with its truth.
fn with_truth(drawn: Critter) -> Item {
    let animal = drawn.main();
    let corners = |bounds: [u32; 4]| bounds.map(|v| v as f32);
    let part = |part: critters::Part| {
        let bounds = animal.part(part).bounds()?;
        Some(Part { name: part.name().to_owned(), place: Place::Box(corners(bounds)) })
    };
    Item {
        name: format!("critter:{}", drawn.seed),
        label: Some(Label::Index(drawn.kind as usize)),
        boxes: animal.whole().bounds().map(corners).into_iter().collect(),
        parts: critters::Part::ALL.into_iter().filter_map(part).collect(),
        evidence: Some(drawn.evidence().pixels()),
        pixels: drawn.picture,
        notes: vec![],
    }
}
