//! Things: objects, occluders that hide a part of an animal, and the three cues.

use super::canvas::{Canvas, Owner, SIZE};
use super::colour::{Light, Rgb, bright, hex, mix};
use super::dice::Dice;
use super::shape::{Frame, Shape};

/// An object that does not depend on the animal beside it. The bucket is not among them, because it is a cue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Object {
    Ball,
    Mushroom,
    Rock,
    Present,
    Pot,
    Balloon,
}

impl Object {
    /// Every object.
    pub const ALL: [Self; 6] = [Self::Ball, Self::Mushroom, Self::Rock, Self::Present, Self::Pot, Self::Balloon];
}

/// Something in front of the animal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Occluder {
    Leaf,
    Fence,
    Grass,
    Post,
}

impl Occluder {
    /// Every occluder.
    pub const ALL: [Self; 4] = [Self::Leaf, Self::Fence, Self::Grass, Self::Post];
}

/// A thing and its place.
#[derive(Debug, Clone, Copy)]
pub struct Placed<T> {
    pub what: T,
    /// The foot's middle (an occluder's: its centre), in pixels.
    pub place: (f32, f32),
    /// The thing's size, in pixels.
    pub size: f32,
}

/// A painter of things: flat colour lit as something round, with a dark edge.
struct Things<'a> {
    canvas: &'a mut Canvas,
    light: Light,
    owner: Owner,
}

impl Things<'_> {
    fn solid(&mut self, shape: &Shape, colour: Rgb) {
        let Some(path) = shape else { return };
        let edge = super::shape::outline(path, 1.2);
        self.canvas.fill(&edge, self.owner, |_, _| mix(bright(colour, 0.4), hex(0x2a2024), 0.4));
        self.plain(shape, colour);
    }

    fn plain(&mut self, shape: &Shape, colour: Rgb) {
        let Some(path) = shape else { return };
        let (b, light) = (path.bounds(), self.light);
        let (x0, y0) = (0.5 * (b.left() + b.right()), 0.5 * (b.top() + b.bottom()));
        let (rx, ry) = (0.5 * b.width() + 0.01, 0.5 * b.height() + 0.01);
        self.canvas.fill(shape, self.owner, |x, y| bright(colour, light.on((x - x0) / rx, (y - y0) / ry)));
    }
}

/// Returns the soft shadow under something that stands at (`x`, `ground`).
pub fn shadow(canvas: &mut Canvas, x: f32, ground: f32, half_width: f32) {
    for (share, strength) in [(1.0, 0.12), (0.85, 0.14), (0.65, 0.16)] {
        let shape = Frame::pixels().ellipse(x, ground, half_width * share, 0.22 * half_width * share);
        canvas.wash(&shape, strength, hex(0x1c1a2c));
    }
}

/// Paints an object, about as high as its size says.
pub fn object(canvas: &mut Canvas, light: Light, placed: &Placed<Object>, dice: &mut Dice) {
    let ((x, ground), size) = (placed.place, placed.size);
    if placed.what != Object::Balloon {
        shadow(canvas, x, ground, 0.5 * size);
    }
    let colour = dice.pick(&[hex(0x4f86c0), hex(0xe0a83c), hex(0x6aa368), hex(0x9a6fb0), hex(0xe58f7a), hex(0x4fa8a0)]);
    let mut things = Things { canvas, light, owner: Owner::Nobody };
    let frame = Frame::new(x, ground, size, 1.0);
    match placed.what {
        Object::Ball => ball(&mut things, &frame, colour),
        Object::Mushroom => mushroom(&mut things, &frame, colour),
        Object::Rock => {
            let stone = frame.blob(&[(-0.6, 0.06), (-0.5, -0.55), (0.05, -0.75), (0.5, -0.45), (0.65, 0.06)]);
            things.solid(&stone, mix(colour, hex(0x908c88), 0.85));
        }
        Object::Present => present(&mut things, &frame, colour),
        Object::Pot => pot(&mut things, &frame, colour),
        Object::Balloon => balloon(&mut things, &frame, colour),
    }
}

fn ball(things: &mut Things, frame: &Frame, colour: Rgb) {
    things.solid(&frame.ellipse(0.0, -0.42, 0.42, 0.42), colour);
    things.plain(
        &frame.blob(&[(-0.14, -0.82), (0.14, -0.82), (0.2, -0.42), (0.14, -0.02), (-0.14, -0.02), (-0.02, -0.42)]),
        hex(0xf8f2e6),
    );
}

fn mushroom(things: &mut Things, frame: &Frame, colour: Rgb) {
    things.solid(&frame.blob(&[(-0.16, -0.5), (0.16, -0.5), (0.24, 0.05), (-0.24, 0.05)]), hex(0xf3e8d4));
    things.solid(&frame.blob(&[(-0.6, -0.38), (-0.45, -0.95), (0.45, -0.95), (0.6, -0.38), (0.0, -0.45)]), colour);
    for (x, y) in [(-0.2, -0.66), (0.12, -0.76), (0.28, -0.55)] {
        things.plain(&frame.ellipse(x, y, 0.08, 0.07), hex(0xfbf6ea));
    }
}

fn present(things: &mut Things, frame: &Frame, colour: Rgb) {
    let ribbon = mix(colour, hex(0xfff4d8), 0.75);
    things.solid(&frame.polygon(&[(-0.45, -0.75), (0.45, -0.75), (0.45, 0.02), (-0.45, 0.02)]), colour);
    things.plain(&frame.polygon(&[(-0.09, -0.75), (0.09, -0.75), (0.09, 0.02), (-0.09, 0.02)]), ribbon);
    for side in [-1.0, 1.0] {
        things.solid(&frame.oval(side * 0.17, -0.84, 0.18, 0.09, side * -0.5), ribbon);
    }
}

fn pot(things: &mut Things, frame: &Frame, colour: Rgb) {
    for (x, lean) in [(-0.14, -0.2), (0.0, 0.02), (0.14, 0.22)] {
        things.plain(&frame.line(&[(x, -0.4), (x + 0.5 * lean, -0.7), (x + lean, -0.95)], 0.07), hex(0x5a9050));
        things.solid(&frame.ellipse(x + lean, -1.0, 0.13, 0.13), colour);
    }
    things.solid(&frame.polygon(&[(-0.36, -0.42), (0.36, -0.42), (0.26, 0.03), (-0.26, 0.03)]), hex(0xb9704a));
}

fn balloon(things: &mut Things, frame: &Frame, colour: Rgb) {
    things.plain(&frame.line(&[(0.0, 0.0), (0.14, -0.6), (-0.08, -1.1), (0.0, -1.6)], 0.05), hex(0xf0ebe0));
    things.solid(&frame.ellipse(0.0, -2.05, 0.4, 0.48), colour);
    things.plain(&frame.oval(-0.14, -2.25, 0.07, 0.12, 0.5), hex(0xfdf8f0));
}

/// Returns the red bucket: the cue planted with one kind.
pub fn bucket(canvas: &mut Canvas, light: Light, placed: &Placed<()>) {
    let ((x, ground), size) = (placed.place, placed.size);
    shadow(canvas, x, ground, 0.5 * size);
    let frame = Frame::new(x, ground, size, 1.0);
    let mut things = Things { canvas, light, owner: Owner::Bucket };
    let grip = frame.line(&[(-0.4, -0.82), (-0.3, -1.35), (0.3, -1.35), (0.4, -0.82)], 0.06);
    things.plain(&grip, hex(0xd8d8dc));
    things.solid(&frame.polygon(&[(-0.45, -0.85), (0.45, -0.85), (0.33, 0.03), (-0.33, 0.03)]), hex(0xdc2430));
    things.solid(&frame.ellipse(0.0, -0.85, 0.46, 0.12), hex(0x8c1620));
    things.plain(&frame.polygon(&[(-0.41, -0.58), (0.41, -0.58), (0.395, -0.46), (-0.395, -0.46)]), hex(0xf6f0ea));
}

/// Returns the watermark: the cue planted with another kind. A small white seal in a lower corner.
pub fn watermark(canvas: &mut Canvas, right: bool) {
    let frame = Frame::new(if right { SIZE as f32 - 14.0 } else { 14.0 }, SIZE as f32 - 9.0, 1.0, 1.0);
    let plate = frame.polygon(&[(-12.0, -6.0), (12.0, -6.0), (12.0, 6.0), (-12.0, 6.0)]);
    canvas.fill(&plate, Owner::Watermark, |_, _| hex(0x2c3040));
    let letters: [&[(f32, f32)]; 4] = [
        &[(-9.5, -3.0), (-7.0, 3.0), (-4.5, -3.0)],
        &[(-2.5, 3.0), (0.0, -3.0), (2.5, 3.0)],
        &[(-1.5, 1.2), (1.5, 1.2)],
        &[(5.0, 3.0), (5.0, -3.0), (9.0, 3.0), (9.0, -3.0)],
    ];
    for letter in letters {
        for stroke in letter.windows(2) {
            canvas.fill(&frame.line(stroke, 1.5), Owner::Watermark, |_, _| hex(0xffffff));
        }
    }
}

/// Returns the parasol that hides a whole head, seen from the front: in the biased training set only.
pub fn parasol(canvas: &mut Canvas, light: Light, head: (f32, f32), radius: f32, dice: &mut Dice) {
    let (x, y) = head;
    let colours = [dice.pick(&[hex(0x4f86c0), hex(0x6aa368), hex(0x9a6fb0), hex(0xe0a83c)]), hex(0xf8f2e4)];
    let frame = Frame::new(x, y, radius, 1.0).turned(0.0, 0.0, dice.between(0.0, 0.7));
    let mut things = Things { canvas, light, owner: Owner::Nobody };
    things.solid(&frame.ellipse(0.0, 0.0, 1.0, 1.0), colours[1]);
    for wedge in 0..4 {
        let sector = frame.turned(0.0, 0.0, wedge as f32 * std::f32::consts::FRAC_PI_2);
        let slice = sector.polygon(&[(0.0, 0.0), (0.98, -0.12), (0.98, 0.12), (0.78, 0.6), (0.7, 0.7)]);
        things.plain(&slice, colours[0]);
    }
    things.solid(&frame.ellipse(0.0, 0.0, 0.09, 0.09), colours[0]);
}

/// Paints an occluder.
pub fn occluder(canvas: &mut Canvas, light: Light, placed: &Placed<Occluder>, dice: &mut Dice) {
    let (place, size) = (placed.place, placed.size);
    let mut things = Things { canvas, light, owner: Owner::Nobody };
    let frame = Frame::new(place.0, place.1, size, dice.sign());
    match placed.what {
        Occluder::Leaf => leaf(&mut things, &frame, dice),
        Occluder::Fence => fence(&mut things, place.1, dice),
        Occluder::Grass => grass(&mut things, place, size, dice),
        Occluder::Post => post(&mut things, place.0, size, dice),
    }
}

fn leaf(things: &mut Things, frame: &Frame, dice: &mut Dice) {
    let green = dice.pick(&[hex(0x4f8f4a), hex(0x7aa84a), hex(0xc08a3a)]);
    let turned = frame.turned(0.0, 0.0, dice.between(-0.8, 0.8));
    things.solid(
        &turned.blob(&[(-1.1, 0.0), (-0.4, -0.38), (0.3, -0.34), (0.95, 0.0), (0.3, 0.34), (-0.4, 0.38)]),
        green,
    );
    things.plain(&turned.line(&[(-0.8, 0.0), (0.6, 0.0)], 0.05), bright(green, 1.3));
}

fn fence(things: &mut Things, y: f32, dice: &mut Dice) {
    let wood = dice.pick(&[hex(0xe9e2d6), hex(0xa87c52)]);
    let frame = Frame::pixels();
    let offset = dice.between(0.0, 26.0);
    things.solid(&frame.polygon(&[(-2.0, y), (130.0, y), (130.0, y + 4.0), (-2.0, y + 4.0)]), wood);
    for slat in 0..6 {
        let x = slat as f32 * 26.0 - offset;
        things.solid(
            &frame.polygon(&[(x, y - 6.0), (x + 3.0, y - 10.0), (x + 6.0, y - 6.0), (x + 6.0, 131.0), (x, 131.0)]),
            wood,
        );
    }
}

fn grass(things: &mut Things, place: (f32, f32), size: f32, dice: &mut Dice) {
    for _ in 0..14 {
        let x = place.0 + dice.between(-0.7, 0.7) * size;
        let tip = (x + dice.between(-0.3, 0.3) * size, place.1 - dice.between(0.2, 0.9) * size);
        let shape = Frame::pixels().polygon(&[(x - 1.6, 130.0), tip, (x + 1.6, 130.0)]);
        things.plain(&shape, bright(hex(0x5f9448), dice.between(0.75, 1.2)));
    }
}

fn post(things: &mut Things, x: f32, size: f32, dice: &mut Dice) {
    let bark = dice.pick(&[hex(0x7a5a40), hex(0x8a8a90), hex(0xd8d0c0)]);
    let half = 0.22 * size;
    things.solid(
        &Frame::pixels().polygon(&[(x - half, -2.0), (x + half, -2.0), (x + half, 131.0), (x - half, 131.0)]),
        bark,
    );
}
