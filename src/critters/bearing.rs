//! The bearing of a head, and the frames in which it is drawn.

use super::dice::Dice;
use super::shape::Frame;

/// The pose of a head and the sizes of its features, drawn alike for every kind.
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
    /// Whether one ear hangs, for kinds whose ears can.
    pub lop: bool,
}

impl Bearing {
    /// Returns a random bearing, which does not depend on the kind.
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
    /// The frames of a head in an animal's frame.
    pub fn new(frame: &Frame, bearing: Bearing) -> Self {
        let skull = frame.turned(0.0, 0.0, bearing.tilt);
        let narrowing = 1.0 - 0.1 * bearing.yaw.abs();
        Self { skull, front: skull.scaled(0.24 * bearing.yaw, 0.0, narrowing, 1.0), bearing }
    }
}
