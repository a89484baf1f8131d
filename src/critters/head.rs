//! Heads: the one place where the kinds of animals differ.
//!
//! The skull is alike in all kinds; ears or horns, eyes and muzzle or beak are not, and their
//! colours come from the same sets for every kind, so that shape alone tells.

use super::artist::Artist;
use super::dice::Dice;
use super::ears;
use super::face;
use super::shape::Frame;
use super::truth::Part;

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

    /// Returns the kind's name.
    pub fn name(self) -> &'static str {
        KINDS[self as usize]
    }
}

/// How a head is held and what its features measure. The same for every kind.
#[derive(Debug, Clone, Copy)]
pub struct Bearing {
    /// Turned to the side: −1 to 1, where 0 looks at the viewer.
    pub yaw: f32,
    /// Tilted, in radians.
    pub tilt: f32,
    /// Where the pupils look: −1 to 1.
    pub gaze: (f32, f32),
    /// How big ears and horns are: 0.9 to 1.15.
    pub growth: f32,
    /// How wide the skull is: 0.95 to 1.1.
    pub width: f32,
    /// One ear hangs, where ears can.
    pub lop: bool,
}

impl Bearing {
    /// Returns a bearing by chance; the kind has no say in it.
    pub fn by_chance(dice: &mut Dice) -> Self {
        Self {
            yaw: dice.between(-1.0, 1.0),
            tilt: dice.between(-0.22, 0.22),
            gaze: (dice.between(-1.0, 1.0), dice.between(-1.0, 1.0)),
            growth: dice.between(0.9, 1.15),
            width: dice.between(0.96, 1.1),
            lop: dice.chance(0.25),
        }
    }
}

/// A head being drawn: its own frame, turned by the tilt, and one for the features on its front,
/// which move sideways and narrow as the head turns.
pub struct Head {
    pub skull: Frame,
    pub front: Frame,
    pub bearing: Bearing,
}

impl Head {
    /// Returns the frames of a head in an animal's frame.
    pub fn new(frame: &Frame, bearing: Bearing) -> Self {
        let skull = frame.turned(0.0, 0.0, bearing.tilt);
        let narrowing = 1.0 - 0.1 * bearing.yaw.abs();
        Self { skull, front: skull.scaled(0.24 * bearing.yaw, 0.0, narrowing, 1.0), bearing }
    }
}

/// Paints a head of this kind.
pub fn draw(artist: &mut Artist, kind: Kind, bearing: Bearing) {
    let head = Head::new(&artist.frame, bearing);
    ears::behind(artist, &head, kind);
    let skull = head.skull.blob(&skull_outline(bearing.width));
    artist.skin(Part::Head, &skull);
    ears::before(artist, &head, kind);
    face::draw(artist, &head, kind);
}

/// Control points of the skull: round, a little wider at the cheeks.
fn skull_outline(width: f32) -> [(f32, f32); 8] {
    let w = width;
    [
        (-0.42, -1.06),
        (0.42, -1.06),
        (1.02 * w, -0.55),
        (1.16 * w, 0.3),
        (0.55, 1.08),
        (-0.55, 1.08),
        (-1.16 * w, 0.3),
        (-1.02 * w, -0.55),
    ]
}
