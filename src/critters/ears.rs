//! Ears, horns and crests on and around the skull.

use super::artist::Artist;
use super::bearing::Head;
use super::colour::{bright, hex, mix};
use super::kind::Kind;
use super::part::Part;
use super::shape::Frame;

const EARS: Part = Part::EarsHorns;

/// Paints the parts behind the skull.
pub fn behind(artist: &mut Artist, head: &Head, kind: Kind) {
    match kind {
        Kind::Rabbit => both(artist, head, rabbit),
        Kind::Cat => both(artist, head, cat),
        Kind::Bear => both(artist, head, bear),
        Kind::Deer => {
            both(artist, head, antler);
            both(artist, head, deer);
        }
        Kind::Ram => both(artist, head, ram),
        Kind::Owl => both(artist, head, owl),
        Kind::Duck => duck(artist, head),
        Kind::Pig => {}
    }
}

/// Paints the parts in front of the skull.
pub fn before(artist: &mut Artist, head: &Head, kind: Kind) {
    match kind {
        Kind::Pig => both(artist, head, pig),
        Kind::Ram => {
            fleece(artist, head);
            both(artist, head, horn);
        }
        _ => {}
    }
}

/// Paints one side after the other, each in a frame whose x points outwards. Turning the head
/// moves what is behind the face the other way.
fn both(artist: &mut Artist, head: &Head, ear: fn(&mut Artist, &Frame, f32, bool)) {
    for side in [-1.0, 1.0] {
        let frame = head.skull.scaled(-0.10 * head.bearing.yaw, 0.0, side, 1.0);
        ear(artist, &frame, head.bearing.growth, head.bearing.lop && side > 0.0);
    }
}

fn rabbit(artist: &mut Artist, frame: &Frame, g: f32, lop: bool) {
    if lop {
        let ear = frame.blob(&[
            (0.2, -0.7),
            (0.3, -1.7 * g),
            (0.75, -2.1 * g),
            (1.35 * g, -1.75),
            (1.3 * g, -1.2),
            (0.95, -1.5),
            (0.72, -0.7),
        ]);
        artist.skin(EARS, &ear);
        let inner = frame.oval(0.5, -1.3 * g, 0.13, 0.4, 0.1);
        return artist.soft(EARS, &inner, artist.coat.accent);
    }
    let ear = frame.oval(0.5, -1.55 * g, 0.31, 0.92 * g, 0.14);
    artist.skin(EARS, &ear);
    let inner = frame.oval(0.51, -1.52 * g, 0.16, 0.66 * g, 0.14);
    artist.soft(EARS, &inner, artist.coat.accent);
}

fn cat(artist: &mut Artist, frame: &Frame, g: f32, _: bool) {
    let ear = frame.polygon(&[(0.14, -0.85), (0.86 * g, -1.62 * g), (1.06, -0.3)]);
    artist.skin(EARS, &ear);
    let inner = frame.polygon(&[(0.4, -0.85), (0.82 * g, -1.36 * g), (0.93, -0.5)]);
    artist.soft(EARS, &inner, artist.coat.accent);
}

fn bear(artist: &mut Artist, frame: &Frame, g: f32, _: bool) {
    let ear = frame.ellipse(0.76, -0.82, 0.42 * g, 0.42 * g);
    artist.skin(EARS, &ear);
    let inner = frame.ellipse(0.78, -0.82, 0.22 * g, 0.22 * g);
    artist.soft(EARS, &inner, artist.coat.accent);
}

fn pig(artist: &mut Artist, frame: &Frame, g: f32, _: bool) {
    let ear = frame.blob(&[(0.3, -1.1), (0.75, -1.25), (1.3 * g, -1.0), (1.28 * g, -0.1), (1.05, -0.05), (0.7, -0.55)]);
    artist.skin(EARS, &ear);
    let fold = frame.blob(&[(0.62, -0.98), (0.95, -0.98), (1.15 * g, -0.6), (1.12, -0.2), (0.85, -0.6)]);
    artist.soft(EARS, &fold, artist.coat.accent);
}

fn deer(artist: &mut Artist, frame: &Frame, g: f32, lop: bool) {
    let tip = if lop { 0.0 } else { -0.85 };
    let ear =
        frame.blob(&[(0.75, -0.6), (1.25, -0.98), (1.8 * g, tip), (1.75 * g, tip + 0.08), (1.35, -0.15), (0.8, -0.2)]);
    artist.skin(EARS, &ear);
    let inner = frame.blob(&[(0.9, -0.5), (1.25, -0.75), (1.62 * g, 0.8 * tip - 0.08), (1.3, -0.3), (0.95, -0.35)]);
    artist.soft(EARS, &inner, artist.coat.accent);
}

fn antler(artist: &mut Artist, frame: &Frame, g: f32, _: bool) {
    let bone = mix(artist.coat.accent, hex(0x6e4a34), 0.55);
    let branches: [&[(f32, f32)]; 3] = [
        &[(0.28, -0.75), (0.35, -1.35), (0.95, -1.5 * g), (0.85, -2.2 * g)],
        &[(0.42, -1.3), (0.35, -1.6 * g), (0.4, -1.95 * g)],
        &[(0.7, -1.48 * g), (1.1, -1.6 * g), (1.3, -1.9 * g)],
    ];
    for branch in branches {
        let shape = frame.line(branch, 0.17);
        artist.solid(EARS, &shape, bone);
    }
}

fn ram(artist: &mut Artist, frame: &Frame, g: f32, _: bool) {
    let ear = frame.oval(1.3 * g, 0.42, 0.34, 0.18, 0.5);
    artist.skin(EARS, &ear);
}

fn horn(artist: &mut Artist, frame: &Frame, g: f32, _: bool) {
    let bone = mix(artist.coat.accent, hex(0xd8c8a8), 0.4);
    let curl: [(f32, f32); 6] =
        [(0.45, -0.9), (1.05 * g, -1.35), (1.75 * g, -0.7), (1.4 * g, 0.2), (0.75, 0.0), (0.95, -0.5)];
    let shape = frame.line(&curl, 0.36);
    artist.solid(EARS, &shape, bone);
    for (x, y, dx, dy) in
        [(0.98, -1.1, 0.02, 0.17), (1.37, -0.82, 0.14, 0.1), (1.4, -0.3, 0.16, -0.06), (1.1, -0.05, 0.04, -0.16)]
    {
        artist.mark(EARS, frame, &[(x * g - dx, y - dy), (x * g + dx, y + dy)], 0.06);
    }
}

fn fleece(artist: &mut Artist, head: &Head) {
    let wool = mix(artist.coat.belly, hex(0xfffaf0), 0.35);
    for (x, y) in [(-0.42, -0.8), (0.42, -0.8), (-0.2, -1.0), (0.2, -1.0), (0.0, -0.74)] {
        let curl = head.front.ellipse(x, y, 0.29, 0.26);
        artist.solid(EARS, &curl, wool);
    }
}

fn owl(artist: &mut Artist, frame: &Frame, g: f32, _: bool) {
    let tuft = frame.polygon(&[(0.2, -0.9), (0.55, -1.02), (1.18 * g, -1.42 * g), (1.12, -0.85), (1.02, -0.4)]);
    artist.skin(EARS, &tuft);
    artist.mark(EARS, frame, &[(0.75, -0.85), (1.0 * g, -1.2 * g)], 0.06);
}

fn duck(artist: &mut Artist, head: &Head) {
    let g = head.bearing.growth;
    let colour = bright(artist.coat.base, 1.08);
    for (bend, height) in [(-0.5, -1.35), (0.15, -1.55), (0.65, -1.3)] {
        let feather = head.skull.line(&[(0.0, -0.85), (0.1 * bend, height * g), (bend * g, height * g + 0.02)], 0.15);
        artist.solid(EARS, &feather, colour);
    }
}
