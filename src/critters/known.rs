//! The true evidence of a picture, which does not depend on the model.

use super::Critter;
use super::kind::Kind;
use crate::picture::Framing;

/// The true evidence of a picture.
#[derive(Clone, Debug)]
pub struct KnownEvidence {
    kind: Kind,
    /// Row by row over the picture.
    pixels: Vec<bool>,
}

impl KnownEvidence {
    /// Takes the evidence of a picture of the built-in world.
    pub fn of(critter: &Critter) -> Self {
        Self { kind: critter.kind, pixels: critter.evidence().pixels() }
    }

    /// Returns the evidence for a class, row by row, if the picture belongs to the class and a model with this framing
    /// sees all of it pixel by pixel.
    pub fn of_class(&self, label: &str, framing: Framing) -> Option<&[bool]> {
        let whole = framing.resize == framing.side && self.pixels.len() == framing.side * framing.side;
        (whole && label == self.kind.name()).then_some(&self.pixels)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{SIZE, World, draw};
    use super::*;

    #[test]
    fn the_truth_is_known_of_the_class_and_where_the_whole_is_seen() {
        let critter = draw(46, &World::clean());
        let known = KnownEvidence::of(&critter);
        let name = critter.kind.name();
        let truth = known.of_class(name, Framing::whole(SIZE)).expect("the whole picture is seen");
        assert_eq!(truth, critter.evidence().pixels());
        assert!(known.of_class("another", Framing::whole(SIZE)).is_none());
        assert!(known.of_class(name, Framing::whole(SIZE / 2)).is_none());
        assert!(known.of_class(name, Framing { resize: SIZE + 2, ..Framing::whole(SIZE) }).is_none());
    }
}
