//! Faces: eyes, muzzles, beaks, whiskers.

use super::artist::Artist;
use super::bearing::Head;
use super::colour::{bright, hex, mix};
use super::kind::Kind;
use super::part::Part;
use super::shape::Frame;

const EYES: Part = Part::Eyes;
const MUZZLE: Part = Part::MuzzleBeak;

/// Says where the eyes of a kind sit, in the face's frame: (distance from the middle, height).
pub fn eye_at(kind: Kind) -> (f32, f32) {
    match kind {
        Kind::Rabbit => (0.52, -0.12),
        Kind::Cat => (0.47, -0.12),
        Kind::Bear => (0.4, -0.22),
        Kind::Pig => (0.5, -0.28),
        Kind::Deer => (0.6, -0.12),
        Kind::Ram => (0.58, -0.16),
        Kind::Owl => (0.43, -0.16),
        Kind::Duck => (0.52, -0.34),
    }
}

/// Paints the face of this kind.
pub fn draw(artist: &mut Artist, head: &Head, kind: Kind) {
    if kind == Kind::Owl {
        owl_discs(artist, head);
    }
    muzzle(artist, &head.front, kind);
    let (x, y) = eye_at(kind);
    for side in [-1.0, 1.0] {
        eye(artist, &head.front.turned(side * x, y, 0.0), kind, side, head.bearing.gaze);
    }
}

fn muzzle(artist: &mut Artist, frame: &Frame, kind: Kind) {
    match kind {
        Kind::Rabbit => rabbit(artist, frame),
        Kind::Cat => cat(artist, frame),
        Kind::Bear => bear(artist, frame),
        Kind::Pig => pig(artist, frame),
        Kind::Deer => deer(artist, frame),
        Kind::Ram => ram(artist, frame),
        Kind::Owl => owl(artist, frame),
        Kind::Duck => duck(artist, frame),
    }
}

fn eye(artist: &mut Artist, at: &Frame, kind: Kind, side: f32, gaze: (f32, f32)) {
    let iris = artist.coat.iris;
    match kind {
        Kind::Cat => {
            let lens =
                at.turned(0.0, 0.0, side * -0.25).blob(&[(-0.34, 0.02), (0.0, -0.27), (0.34, 0.02), (0.0, 0.25)]);
            artist.solid(EYES, &lens, bright(mix(iris, hex(0xd8e070), 0.55), 1.1));
            pupil(artist, at, (0.055, 0.17), gaze, 0.05);
        }
        Kind::Ram => {
            let ball = at.ellipse(0.0, 0.0, 0.2, 0.15);
            artist.solid(EYES, &ball, mix(iris, hex(0xe8d080), 0.6));
            pupil(artist, at, (0.13, 0.05), gaze, 0.03);
        }
        Kind::Owl => {
            let ball = at.ellipse(0.0, 0.0, 0.27, 0.27);
            artist.solid(EYES, &ball, mix(iris, hex(0xf2b020), 0.65));
            pupil(artist, at, (0.15, 0.15), gaze, 0.07);
        }
        Kind::Bear | Kind::Pig => pupil(artist, at, (0.13, 0.14), gaze, 0.0),
        Kind::Duck => pupil(artist, at, (0.12, 0.17), gaze, 0.0),
        Kind::Rabbit => round_eye(artist, at, (0.2, 0.24), gaze),
        Kind::Deer => {
            round_eye(artist, at, (0.22, 0.25), gaze);
            for (x, y) in [(0.2, -0.2), (0.28, -0.08)] {
                artist.mark(EYES, at, &[(side * x, y), (side * (x + 0.13), y - 0.11)], 0.06);
            }
        }
    }
}

fn round_eye(artist: &mut Artist, at: &Frame, radius: (f32, f32), gaze: (f32, f32)) {
    let ball = at.ellipse(0.0, 0.0, radius.0, radius.1);
    artist.solid(EYES, &ball, mix(artist.coat.iris, hex(0x302020), 0.35));
    pupil(artist, at, (0.6 * radius.0, 0.62 * radius.1), gaze, 0.03);
}

/// A pupil with its glint.
fn pupil(artist: &mut Artist, at: &Frame, radius: (f32, f32), gaze: (f32, f32), reach: f32) {
    let (x, y) = (gaze.0 * reach, gaze.1 * reach * 0.6);
    let black = at.ellipse(x, y, radius.0, radius.1);
    artist.flat(EYES, &black, hex(0x17131a));
    let glint = at.ellipse(x - 0.05, y - 0.07, 0.05, 0.05);
    artist.flat(EYES, &glint, hex(0xffffff));
}

fn nose(artist: &mut Artist, frame: &Frame, y: f32, width: f32, height: f32) {
    let shape = frame.blob(&[
        (-width, y - height),
        (width, y - height),
        (0.45 * width, y + 0.6 * height),
        (0.0, y + height),
        (-0.45 * width, y + 0.6 * height),
    ]);
    artist.solid(MUZZLE, &shape, mix(artist.coat.accent, hex(0x5a3038), 0.45));
}

fn whiskers(artist: &mut Artist, frame: &Frame, y: f32, reach: f32) {
    let pale = artist.coat.base.iter().sum::<f32>() > 1.5;
    let colour = if pale { artist.coat.outline } else { hex(0xfbf6ee) };
    for side in [-1.0, 1.0] {
        for rise in [-0.2, 0.02, 0.24] {
            let line = frame.line(
                &[
                    (side * 0.32, y + 0.3 * rise),
                    (side * (0.4 + 0.5 * reach), y + 0.6 * rise),
                    (side * (0.32 + reach), y + rise),
                ],
                0.055,
            );
            artist.flat(MUZZLE, &line, colour);
        }
    }
}

fn mouth(artist: &mut Artist, frame: &Frame, y: f32, width: f32) {
    for side in [-1.0, 1.0] {
        let points = [(0.0, y - 0.12), (0.0, y + 0.06), (side * 0.5 * width, y + 0.14), (side * width, y + 0.02)];
        artist.mark(MUZZLE, frame, &points, 0.06);
    }
}

fn rabbit(artist: &mut Artist, frame: &Frame) {
    let teeth = frame.polygon(&[(-0.15, 0.55), (0.15, 0.55), (0.13, 0.88), (-0.13, 0.88)]);
    artist.solid(MUZZLE, &teeth, hex(0xfdfaf2));
    artist.mark(MUZZLE, frame, &[(0.0, 0.6), (0.0, 0.86)], 0.05);
    for side in [-1.0, 1.0] {
        let cheek = frame.ellipse(side * 0.2, 0.44, 0.26, 0.21);
        artist.soft(MUZZLE, &cheek, mix(artist.coat.belly, hex(0xffffff), 0.45));
    }
    whiskers(artist, frame, 0.42, 0.75);
    nose(artist, frame, 0.26, 0.17, 0.11);
    mouth(artist, frame, 0.5, 0.2);
}

fn cat(artist: &mut Artist, frame: &Frame) {
    for side in [-1.0, 1.0] {
        let cheek = frame.ellipse(side * 0.18, 0.46, 0.24, 0.17);
        artist.soft(MUZZLE, &cheek, artist.coat.belly);
    }
    whiskers(artist, frame, 0.42, 1.0);
    nose(artist, frame, 0.29, 0.13, 0.09);
    mouth(artist, frame, 0.5, 0.28);
}

fn bear(artist: &mut Artist, frame: &Frame) {
    let snout = frame.ellipse(0.0, 0.36, 0.56, 0.44);
    artist.solid(MUZZLE, &snout, artist.coat.belly);
    let tip = frame.ellipse(0.0, 0.14, 0.26, 0.18);
    artist.solid(MUZZLE, &tip, hex(0x2e2426));
    let shine = frame.ellipse(-0.07, 0.08, 0.08, 0.045);
    artist.flat(MUZZLE, &shine, hex(0xb8aaa8));
    mouth(artist, frame, 0.48, 0.26);
}

fn pig(artist: &mut Artist, frame: &Frame) {
    let snout = frame.ellipse(0.0, 0.28, 0.48, 0.36);
    artist.solid(MUZZLE, &snout, artist.coat.accent);
    for side in [-1.0, 1.0] {
        let nostril = frame.ellipse(side * 0.17, 0.28, 0.085, 0.14);
        artist.flat(MUZZLE, &nostril, mix(artist.coat.accent, hex(0x4a2028), 0.75));
    }
    artist.mark(MUZZLE, frame, &[(-0.28, 0.76), (0.0, 0.9), (0.28, 0.76)], 0.07);
}

fn deer(artist: &mut Artist, frame: &Frame) {
    let snout = frame.blob(&[(-0.3, -0.02), (0.3, -0.02), (0.42, 0.6), (0.3, 0.98), (-0.3, 0.98), (-0.42, 0.6)]);
    artist.soft(MUZZLE, &snout, artist.coat.belly);
    let tip = frame.ellipse(0.0, 0.62, 0.25, 0.17);
    artist.solid(MUZZLE, &tip, hex(0x2e2426));
    let shine = frame.ellipse(-0.07, 0.56, 0.08, 0.04);
    artist.flat(MUZZLE, &shine, hex(0xb8aaa8));
    artist.mark(MUZZLE, frame, &[(-0.15, 0.9), (0.0, 0.96), (0.15, 0.9)], 0.05);
}

fn ram(artist: &mut Artist, frame: &Frame) {
    let snout = frame.blob(&[(-0.4, -0.2), (0.4, -0.2), (0.36, 0.6), (0.26, 1.08), (-0.26, 1.08), (-0.36, 0.6)]);
    artist.solid(MUZZLE, &snout, mix(artist.coat.belly, artist.coat.accent, 0.4));
    for side in [-1.0, 1.0] {
        artist.mark(MUZZLE, frame, &[(side * 0.06, 0.62), (side * 0.17, 0.5), (side * 0.2, 0.46)], 0.07);
    }
    artist.mark(MUZZLE, frame, &[(0.0, 0.62), (0.0, 0.78)], 0.06);
    artist.mark(MUZZLE, frame, &[(-0.17, 0.84), (0.0, 0.78), (0.17, 0.84)], 0.06);
}

fn owl_discs(artist: &mut Artist, head: &Head) {
    for side in [-1.0, 1.0] {
        let disc = head.front.ellipse(side * 0.43, -0.14, 0.5, 0.52);
        artist.solid(EYES, &disc, artist.coat.belly);
    }
}

fn owl(artist: &mut Artist, frame: &Frame) {
    let beak = frame.blob(&[(-0.2, 0.0), (0.2, 0.0), (0.24, 0.3), (0.04, 0.72), (-0.04, 0.72), (-0.24, 0.3)]);
    artist.solid(MUZZLE, &beak, artist.coat.accent);
    artist.mark(MUZZLE, frame, &[(0.0, 0.12), (0.0, 0.4)], 0.05);
}

fn duck(artist: &mut Artist, frame: &Frame) {
    let lower = frame.ellipse(0.0, 0.52, 0.48, 0.2);
    artist.solid(MUZZLE, &lower, bright(artist.coat.accent, 0.82));
    let bill = frame.blob(&[
        (-0.3, 0.02),
        (0.3, 0.02),
        (0.6, 0.3),
        (0.92, 0.5),
        (0.6, 0.62),
        (0.0, 0.5),
        (-0.6, 0.62),
        (-0.92, 0.5),
        (-0.6, 0.3),
    ]);
    artist.solid(MUZZLE, &bill, artist.coat.accent);
    for side in [-1.0, 1.0] {
        let nostril = frame.ellipse(side * 0.13, 0.2, 0.045, 0.07);
        artist.flat(MUZZLE, &nostril, mix(artist.coat.accent, hex(0x4a2028), 0.7));
    }
}
