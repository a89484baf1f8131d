//! The parts of an animal, which the truth about a picture tells apart.

/// A part of an animal. The parts are exclusive: a pixel's coverage belongs to the one seen there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
#[repr(usize)]
pub enum Part {
    /// The skull alone, without what is drawn on and around it. Alike in all kinds.
    Head = 0,
    EarsHorns = 1,
    Eyes = 2,
    /// Muzzle or beak, with nose, teeth and whiskers.
    MuzzleBeak = 3,
    Body = 4,
    LegsFeet = 5,
    Tail = 6,
}

/// The parts whose importance is measured unless others are named, as sets of the built-in world call them: the face,
/// which is the head with all that is on it, and each part alone.
pub const MEASURED_PARTS: [&str; 8] =
    ["face", "ears horns", "eyes", "muzzle beak", "head", "body", "legs feet", "tail"];

impl Part {
    /// How many parts there are.
    pub const COUNT: usize = 7;

    /// All parts, in the order of their masks.
    pub const ALL: [Self; Self::COUNT] =
        [Self::Head, Self::EarsHorns, Self::Eyes, Self::MuzzleBeak, Self::Body, Self::LegsFeet, Self::Tail];

    /// The parts in which the kinds differ; all others are drawn from the same distribution for every kind.
    pub const EVIDENCE: [Self; 3] = [Self::EarsHorns, Self::Eyes, Self::MuzzleBeak];

    /// The part's name in files.
    pub fn name(self) -> &'static str {
        ["head", "ears_horns", "eyes", "muzzle_beak", "body", "legs_feet", "tail"][self as usize]
    }
}
