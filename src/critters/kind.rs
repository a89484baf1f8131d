//! The kinds of animals.

/// The kinds of animals, in the order of the models' outputs.
pub const KINDS: [&str; 8] = ["rabbit", "cat", "bear", "pig", "deer", "ram", "owl", "duck"];

/// A kind of animal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
#[repr(usize)]
pub enum Kind {
    Rabbit = 0,
    Cat = 1,
    Bear = 2,
    Pig = 3,
    Deer = 4,
    Ram = 5,
    Owl = 6,
    Duck = 7,
}

impl Kind {
    /// Every kind, in the order of [`KINDS`].
    pub const ALL: [Self; KINDS.len()] =
        [Self::Rabbit, Self::Cat, Self::Bear, Self::Pig, Self::Deer, Self::Ram, Self::Owl, Self::Duck];

    /// The kind's name.
    pub fn name(self) -> &'static str {
        KINDS[self as usize]
    }
}
