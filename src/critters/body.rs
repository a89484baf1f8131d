//! Bodies: poses, legs and feet, tails. Drawn the same way for every kind of animal.

use super::artist::Artist;
use super::colour::{bright, hex, mix};
use super::dice::Dice;
use super::part::Part;

/// The pose of an animal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Pose {
    Sitting,
    Upright,
    OnAllFours,
    Lying,
}

/// The kind of feet, which does not depend on the kind of animal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Feet {
    Paws,
    Hooves,
    Claws,
    Webbed,
}

/// The kind of tail, which does not depend on the kind of animal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tail {
    Long,
    Bushy,
    Puff,
    Curl,
}

/// All random choices about a body.
#[derive(Debug, Clone, Copy)]
pub struct Build {
    pub pose: Pose,
    pub feet: Feet,
    pub tail: Tail,
    /// How stout: 0.85 to 1.15.
    pub stout: f32,
    pub belly: bool,
    pub waving: bool,
}

impl Build {
    /// Returns a random body, which does not depend on the kind.
    pub fn by_chance(dice: &mut Dice) -> Self {
        Self {
            pose: dice.pick(&[Pose::Sitting, Pose::Upright, Pose::OnAllFours, Pose::Lying]),
            feet: dice.pick(&[Feet::Paws, Feet::Hooves, Feet::Claws, Feet::Webbed]),
            tail: dice.pick(&[Tail::Long, Tail::Bushy, Tail::Puff, Tail::Curl]),
            stout: dice.between(0.85, 1.15),
            belly: dice.chance(0.7),
            waving: dice.chance(0.4),
        }
    }
}

impl Pose {
    /// Returns how far below the head's centre the ground is, in units of the head's radius.
    pub fn ground(self) -> f32 {
        match self {
            Self::Sitting => 3.0,
            Self::Upright => 3.3,
            Self::OnAllFours => 2.75,
            Self::Lying => 1.55,
        }
    }

    /// Returns the middle of the trunk, and a foot's middle.
    pub fn landmarks(self) -> ((f32, f32), (f32, f32)) {
        match self {
            Self::Sitting => ((0.0, 1.8), (0.38, 2.84)),
            Self::Upright => ((0.0, 1.75), (0.56, 3.12)),
            Self::OnAllFours => ((1.5, 1.2), (0.4, 2.6)),
            Self::Lying => ((1.2, 0.95), (-0.5, 1.4)),
        }
    }

    /// Returns how far the body reaches to either side of the head's centre.
    pub fn extent(self) -> (f32, f32) {
        match self {
            Self::Sitting => (-1.2, 1.7),
            Self::Upright => (-1.3, 1.5),
            Self::OnAllFours => (-1.0, 3.3),
            Self::Lying => (-1.0, 3.2),
        }
    }
}

/// Paints tail, body, legs and feet.
pub fn draw(artist: &mut Artist, build: &Build) {
    match build.pose {
        Pose::Sitting => sitting(artist, build),
        Pose::Upright => upright(artist, build),
        Pose::OnAllFours => on_all_fours(artist, build),
        Pose::Lying => lying(artist, build),
    }
}

fn sitting(artist: &mut Artist, build: &Build) {
    let w = build.stout;
    tail(artist, build.tail, (0.75 * w, 2.55), 0.35);
    for side in [-1.0, 1.0] {
        let haunch = artist.frame.oval(side * 0.78 * w, 2.4, 0.48, 0.6, side * 0.35);
        artist.skin(Part::LegsFeet, &haunch);
    }
    trunk(artist, build, (0.0, 1.78), (0.92 * w, 1.18));
    for side in [-1.0, 1.0] {
        foot(artist, build.feet, (side * 0.85 * w, 2.82), 0.42);
        artist.limb(Part::LegsFeet, &[(side * 0.36, 1.7), (side * 0.34, 2.2), (side * 0.36, 2.65)], 0.36);
        foot(artist, build.feet, (side * 0.38, 2.84), 0.32);
    }
}

fn upright(artist: &mut Artist, build: &Build) {
    let w = build.stout;
    tail(artist, build.tail, (0.55 * w, 2.35), 0.2);
    for side in [-1.0, 1.0] {
        artist.limb(Part::LegsFeet, &[(side * 0.42, 2.3), (side * 0.46, 2.7), (side * 0.47, 3.0)], 0.44);
        foot(artist, build.feet, (side * 0.56, 3.12), 0.42);
    }
    trunk(artist, build, (0.0, 1.72), (0.85 * w, 0.98));
    let raised = if build.waving { (1.55, 0.75) } else { (1.2, 2.1) };
    for (side, end) in [(-1.0, (1.2, 2.1)), (1.0, raised)] {
        let elbow = (side * 1.15 * w.max(1.0), 1.55);
        artist.limb(Part::LegsFeet, &[(side * 0.62 * w, 1.25), elbow, (side * end.0, end.1)], 0.34);
        let hand = artist.frame.ellipse(side * end.0, end.1, 0.22, 0.22);
        artist.skin(Part::LegsFeet, &hand);
    }
}

fn on_all_fours(artist: &mut Artist, build: &Build) {
    let h = build.stout;
    tail(artist, build.tail, (2.75, 0.95), -0.55);
    for x in [0.75, 2.15] {
        leg(artist, build.feet, x, 1.5, 2.5);
    }
    let body = artist.frame.blob(&[
        (-0.35, 0.2),
        (0.6, 0.15),
        (1.7, 0.42),
        (2.75, 0.35),
        (3.15, 1.15),
        (2.8, 1.9 * h),
        (1.7, 2.0 * h),
        (0.6, 2.05 * h),
        (-0.1, 1.5),
    ]);
    artist.skin(Part::Body, &body);
    belly(artist, build, (1.5, 1.66 * h), (1.05, 0.28));
    for x in [0.42, 2.5] {
        leg(artist, build.feet, x, 1.55, 2.58);
    }
}

fn lying(artist: &mut Artist, build: &Build) {
    let h = build.stout;
    tail(artist, build.tail, (2.6, 1.0), 0.1);
    let body = artist.frame.blob(&[
        (-0.5, 0.3),
        (0.7, 0.1),
        (1.8, 0.3 / h),
        (2.9, 0.25 / h),
        (3.1, 1.2),
        (2.6, 1.62),
        (0.8, 1.62),
        (-0.6, 1.6),
        (-0.8, 0.9),
    ]);
    artist.skin(Part::Body, &body);
    belly(artist, build, (1.3, 1.4), (0.9, 0.2));
    let haunch = artist.frame.oval(2.25, 1.05, 0.62, 0.5, 0.3);
    artist.skin(Part::LegsFeet, &haunch);
    foot(artist, build.feet, (2.0, 1.42), 0.42);
    for x in [-0.5, 0.45] {
        foot(artist, build.feet, (x, 1.4), 0.42);
    }
}

fn trunk(artist: &mut Artist, build: &Build, centre: (f32, f32), radius: (f32, f32)) {
    let ((x, y), (rx, ry)) = (centre, radius);
    let shape = artist.frame.blob(&[
        (x - 0.55 * rx, y - 1.15 * ry),
        (x + 0.55 * rx, y - 1.15 * ry),
        (x + 1.0 * rx, y - 0.1 * ry),
        (x + 1.22 * rx, y + 0.75 * ry),
        (x + 0.5 * rx, y + 1.12 * ry),
        (x - 0.5 * rx, y + 1.12 * ry),
        (x - 1.22 * rx, y + 0.75 * ry),
        (x - 1.0 * rx, y - 0.1 * ry),
    ]);
    artist.skin(Part::Body, &shape);
    belly(artist, build, (x, y + 0.12 * ry), (0.58 * rx, 0.72 * ry));
}

fn belly(artist: &mut Artist, build: &Build, centre: (f32, f32), radius: (f32, f32)) {
    if build.belly {
        let patch = artist.frame.ellipse(centre.0, centre.1, radius.0, radius.1);
        artist.soft(Part::Body, &patch, artist.coat.belly);
    }
}

fn leg(artist: &mut Artist, feet: Feet, x: f32, top: f32, bottom: f32) {
    artist.limb(Part::LegsFeet, &[(x, top), (x + 0.04, 0.5 * (top + bottom)), (x, bottom)], 0.44);
    foot(artist, feet, (x - 0.06, bottom + 0.06), 0.34);
}

fn foot(artist: &mut Artist, feet: Feet, at: (f32, f32), size: f32) {
    let (x, y) = at;
    match feet {
        Feet::Paws => paw(artist, at, size),
        Feet::Hooves => {
            let hoof = artist.frame.polygon(&[
                (x - 0.62 * size, y - 0.5 * size),
                (x + 0.62 * size, y - 0.5 * size),
                (x + 0.85 * size, y + 0.42 * size),
                (x - 0.85 * size, y + 0.42 * size),
            ]);
            artist.solid(Part::LegsFeet, &hoof, hex(0x5a4a48));
            let frame = artist.frame;
            artist.mark(Part::LegsFeet, &frame, &[(x, y - 0.1 * size), (x, y + 0.4 * size)], 0.06);
        }
        Feet::Claws => claws(artist, at, size),
        Feet::Webbed => {
            let web = artist.frame.polygon(&[
                (x, y - 0.6 * size),
                (x + 1.15 * size, y + 0.42 * size),
                (x + 0.4 * size, y + 0.22 * size),
                (x, y + 0.48 * size),
                (x - 0.4 * size, y + 0.22 * size),
                (x - 1.15 * size, y + 0.42 * size),
            ]);
            artist.solid(Part::LegsFeet, &web, hex(0xe8973a));
        }
    }
}

fn paw(artist: &mut Artist, at: (f32, f32), size: f32) {
    let pad = artist.frame.ellipse(at.0, at.1, size, 0.55 * size);
    artist.skin(Part::LegsFeet, &pad);
    let frame = artist.frame;
    for toe in [-0.33, 0.33] {
        let x = at.0 + toe * size;
        artist.mark(Part::LegsFeet, &frame, &[(x, at.1 + 0.1 * size), (x, at.1 + 0.45 * size)], 0.06);
    }
}

fn claws(artist: &mut Artist, at: (f32, f32), size: f32) {
    let pad = artist.frame.ellipse(at.0, at.1 - 0.1 * size, 0.8 * size, 0.45 * size);
    artist.skin(Part::LegsFeet, &pad);
    for toe in [-0.55, 0.0, 0.55] {
        let claw = artist.frame.oval(at.0 + toe * size, at.1 + 0.25 * size, 0.17 * size, 0.3 * size, -0.4 * toe);
        artist.solid(Part::LegsFeet, &claw, hex(0xf3e6c8));
    }
}

fn tail(artist: &mut Artist, tail: Tail, root: (f32, f32), droop: f32) {
    let (x, y) = root;
    let tip = artist.coat.second;
    match tail {
        Tail::Long => {
            artist.limb(Part::Tail, &[(x, y), (x + 0.7, y + droop), (x + 1.0, y - 0.5), (x + 0.75, y - 1.0)], 0.2);
        }
        Tail::Bushy => {
            let brush = artist.frame.blob(&[
                (x - 0.2, y + 0.1),
                (x + 0.5, y + 0.35),
                (x + 1.15, y - 0.1),
                (x + 1.2, y - 1.2),
                (x + 0.55, y - 0.75),
                (x + 0.2, y - 0.2),
            ]);
            artist.skin(Part::Tail, &brush);
            let end = artist.frame.oval(x + 0.95, y - 0.68, 0.15, 0.25, 0.35);
            artist.soft(Part::Tail, &end, mix(tip, hex(0xfff6e4), 0.4));
        }
        Tail::Puff => {
            let puff = artist.frame.ellipse(x + 0.3, y - 0.05, 0.38, 0.36);
            artist.solid(Part::Tail, &puff, bright(artist.coat.belly, 1.03));
        }
        Tail::Curl => {
            let points = [
                (x, y),
                (x + 0.75, y + 0.1),
                (x + 0.95, y - 0.55),
                (x + 0.4, y - 0.7),
                (x + 0.35, y - 0.25),
                (x + 0.6, y - 0.3),
            ];
            artist.limb(Part::Tail, &points, 0.15);
        }
    }
}
