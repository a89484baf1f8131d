//! Backgrounds: six places, each different every time.

use super::canvas::{Canvas, Owner, SIZE};
use super::colour::{Rgb, bright, hex, mix, noise};
use super::dice::Dice;
use super::shape::Frame;

/// The place of a scene.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Background {
    Meadow,
    Sand,
    Snow,
    Room,
    Water,
    Street,
}

impl Background {
    /// Every background.
    pub const ALL: [Self; 6] = [Self::Meadow, Self::Sand, Self::Snow, Self::Room, Self::Water, Self::Street];
}

/// Paints the background; `horizon` is the height in pixels at which the ground begins.
pub fn draw(canvas: &mut Canvas, background: Background, horizon: f32, dice: &mut Dice) {
    match background {
        Background::Meadow => meadow(canvas, horizon, dice),
        Background::Sand => sand(canvas, horizon, dice),
        Background::Snow => snow(canvas, horizon, dice),
        Background::Room => room(canvas, horizon, dice),
        Background::Water => water(canvas, horizon, dice),
        Background::Street => street(canvas, horizon, dice),
    }
}

const WIDTH: f32 = SIZE as f32;

/// Sky above, ground below, both fading with height, the ground grained by noise.
struct Land {
    sky: [Rgb; 2],
    ground: [Rgb; 2],
    /// Noise cells per pixel, across and down, and its strength.
    grain: (f32, f32, f32),
}

impl Land {
    fn draw(&self, canvas: &mut Canvas, horizon: f32, salt: u32) {
        canvas.flood(|x, y| {
            if y < horizon {
                let cloud = (noise(x * 0.035, y * 0.09, salt) - 0.55).clamp(0.0, 0.3);
                return mix(mix(self.sky[0], self.sky[1], y / horizon), [1.0; 3], cloud);
            }
            let depth = (y - horizon) / (WIDTH - horizon);
            let (across, down, strength) = self.grain;
            let grain = 1.0 + strength * (noise(x * across, y * down, salt ^ 7) - 0.5);
            bright(mix(self.ground[0], self.ground[1], depth), grain)
        });
    }
}

/// A range of hills whose feet are hidden by the ground painted later or by themselves.
fn hills(canvas: &mut Canvas, horizon: f32, height: f32, colour: Rgb, dice: &mut Dice) {
    let mut points = vec![(-30.0, horizon + 1.0)];
    for step in 0..7 {
        points.push((step as f32 * 26.0 - 12.0, horizon - dice.between(0.2, 1.0) * height));
    }
    points.push((WIDTH + 30.0, horizon + 1.0));
    canvas.fill(&Frame::pixels().blob(&points), Owner::Nobody, |_, y| {
        bright(colour, 1.06 - 0.12 * (y - horizon + height) / height)
    });
}

fn meadow(canvas: &mut Canvas, horizon: f32, dice: &mut Dice) {
    let green = dice.pick(&[hex(0x86b358), hex(0x6fa65a), hex(0xa3b85c)]);
    let land =
        Land { sky: [hex(0x86bde6), hex(0xdff0f5)], ground: [green, bright(green, 0.72)], grain: (0.45, 0.16, 0.3) };
    land.draw(canvas, horizon, dice.bits());
    hills(canvas, horizon, 22.0, mix(green, hex(0x7fa8b0), 0.45), dice);
    hills(canvas, horizon + 1.0, 9.0, bright(green, 0.86), dice);
    for _ in 0..34 {
        let (x, y) = (dice.between(0.0, WIDTH), dice.between(horizon + 4.0, WIDTH));
        let blade = Frame::pixels().line(&[(x, y), (x + dice.between(-2.0, 2.0), y - dice.between(3.0, 6.0))], 0.9);
        canvas.wash(&blade, 0.7, bright(green, dice.between(0.62, 1.2)));
    }
    for _ in 0..dice.below(12) {
        let (x, y) = (dice.between(0.0, WIDTH), dice.between(horizon + 8.0, WIDTH));
        let petal = dice.pick(&[hex(0xfdf6f0), hex(0xf6d24a), hex(0xe88aa8), hex(0xb58be0)]);
        dot(canvas, x, y, 1.7, petal);
        dot(canvas, x, y, 0.7, hex(0xf2b030));
    }
}

fn sand(canvas: &mut Canvas, horizon: f32, dice: &mut Dice) {
    let dune = dice.pick(&[hex(0xe8c98c), hex(0xdfb87a), hex(0xeed9a8)]);
    let land =
        Land { sky: [hex(0x7cc0de), hex(0xf6e6c4)], ground: [dune, bright(dune, 0.82)], grain: (0.07, 0.3, 0.22) };
    land.draw(canvas, horizon, dice.bits());
    dot(canvas, dice.between(10.0, 118.0), dice.between(6.0, 24.0), dice.between(5.0, 8.0), hex(0xfff3c0));
    hills(canvas, horizon, 20.0, bright(dune, 0.9), dice);
    hills(canvas, horizon + 1.0, 8.0, bright(dune, 1.04), dice);
    for _ in 0..dice.below(4) {
        cactus(canvas, dice.between(4.0, 124.0), horizon + dice.between(0.0, 6.0), dice.between(8.0, 18.0));
    }
    for _ in 0..12 {
        pebble(canvas, horizon, dice, bright(dune, 0.68));
    }
}

fn cactus(canvas: &mut Canvas, x: f32, foot: f32, height: f32) {
    let green = hex(0x5c8f5a);
    let frame = Frame::new(x, foot, height, 1.0);
    for branch in [
        &[(0.0, 0.0), (0.0, -1.0)][..],
        &[(0.0, -0.35), (0.35, -0.35), (0.35, -0.75)],
        &[(0.0, -0.5), (-0.3, -0.5), (-0.3, -0.85)],
    ] {
        canvas.fill(&frame.line(branch, 0.22), Owner::Nobody, |_, _| green);
    }
}

fn snow(canvas: &mut Canvas, horizon: f32, dice: &mut Dice) {
    let land =
        Land { sky: [hex(0xa9bdd2), hex(0xe2e9f0)], ground: [hex(0xf4f8fc), hex(0xcfdcec)], grain: (0.05, 0.14, 0.1) };
    land.draw(canvas, horizon, dice.bits());
    hills(canvas, horizon, 20.0, hex(0xd3dfec), dice);
    for _ in 0..3 + dice.below(4) {
        fir(canvas, dice.between(0.0, WIDTH), horizon + dice.between(0.0, 8.0), dice.between(14.0, 30.0));
    }
    for _ in 0..46 {
        dot(canvas, dice.between(0.0, WIDTH), dice.between(0.0, WIDTH), dice.between(0.5, 1.3), hex(0xffffff));
    }
}

fn fir(canvas: &mut Canvas, x: f32, foot: f32, height: f32) {
    let frame = Frame::new(x, foot, height, 1.0);
    for (low, high, half) in [(-0.08, -0.5, 0.36), (-0.34, -0.75, 0.28), (-0.6, -1.0, 0.2)] {
        canvas.fill(&frame.polygon(&[(-half, low), (0.0, high), (half, low)]), Owner::Nobody, |_, _| hex(0x4d7a68));
        canvas.fill(
            &frame.polygon(&[(-0.4 * half, 0.5 * (low + high)), (0.0, high), (0.4 * half, 0.5 * (low + high))]),
            Owner::Nobody,
            |_, _| hex(0xf4f8fc),
        );
    }
}

fn room(canvas: &mut Canvas, horizon: f32, dice: &mut Dice) {
    let wall = dice.pick(&[hex(0xd9c6b0), hex(0xb8cdd4), hex(0xd6b6b4), hex(0xc2cda8), hex(0xcfc3dc)]);
    let floor = dice.pick(&[hex(0xa97b50), hex(0x8c6242), hex(0xbf9468)]);
    let (salt, stripe, board) = (dice.bits(), dice.between(8.0, 16.0), dice.between(9.0, 15.0));
    canvas.flood(|x, y| {
        if y < horizon {
            let band = if (x / stripe) as i32 % 2 == 0 { 1.0 } else { 0.95 };
            return bright(wall, band * (0.94 + 0.08 * y / horizon));
        }
        let row = ((y - horizon) / (board * 0.6)) as i32;
        let seam = (y - horizon) % (board * 0.6) < 0.9;
        let grain = 0.9 + 0.2 * noise(x * 0.07 + 19.0 * row as f32, y * 0.9, salt);
        bright(floor, if seam { 0.72 } else { grain })
    });
    let skirting =
        Frame::pixels().polygon(&[(0.0, horizon - 4.0), (WIDTH, horizon - 4.0), (WIDTH, horizon), (0.0, horizon)]);
    canvas.fill(&skirting, Owner::Nobody, |_, _| mix(wall, [1.0; 3], 0.6));
    window(canvas, dice.between(8.0, 88.0), dice.between(4.0, 16.0), dice.between(24.0, 34.0), dice);
    if dice.chance(0.6) {
        rug(canvas, horizon, dice);
    }
}

fn window(canvas: &mut Canvas, x: f32, y: f32, size: f32, dice: &mut Dice) {
    let frame = Frame::new(x, y, size, 1.0);
    let pane = if dice.chance(0.5) { [hex(0x9fd0ee), hex(0xe6f3f7)] } else { [hex(0xf2d9a8), hex(0xe9a98a)] };
    let square = |inset: f32| {
        frame.polygon(&[(inset, inset), (1.0 - inset, inset), (1.0 - inset, 1.1 - inset), (inset, 1.1 - inset)])
    };
    canvas.fill(&square(0.0), Owner::Nobody, |_, _| hex(0xf5efe4));
    canvas.fill(&square(0.09), Owner::Nobody, |_, py| mix(pane[0], pane[1], (py - y) / size));
    canvas.fill(&frame.line(&[(0.5, 0.05), (0.5, 1.05)], 0.07), Owner::Nobody, |_, _| hex(0xf5efe4));
    canvas.fill(&frame.line(&[(0.05, 0.55), (0.95, 0.55)], 0.07), Owner::Nobody, |_, _| hex(0xf5efe4));
}

fn rug(canvas: &mut Canvas, horizon: f32, dice: &mut Dice) {
    let colour = dice.pick(&[hex(0x7f5a86), hex(0x4f7f86), hex(0xb98a4f), hex(0x8a9a5a)]);
    let (x, y) = (dice.between(40.0, 88.0), 0.5 * (horizon + WIDTH) + 4.0);
    for (share, tone) in [(1.0, 0.85), (0.88, 1.1), (0.7, 0.95)] {
        canvas.fill(&Frame::pixels().ellipse(x, y, 50.0 * share, 15.0 * share), Owner::Nobody, |_, _| {
            bright(colour, tone)
        });
    }
}

fn water(canvas: &mut Canvas, horizon: f32, dice: &mut Dice) {
    let sea = dice.pick(&[hex(0x4f9cb8), hex(0x3f86a8), hex(0x5fb0a8)]);
    let land = Land {
        sky: [hex(0x8cc6ea), hex(0xf0efe2)],
        ground: [bright(sea, 1.12), bright(sea, 0.78)],
        grain: (0.06, 0.42, 0.34),
    };
    land.draw(canvas, horizon, dice.bits());
    hills(canvas, horizon, 12.0, hex(0x8fb0b4), dice);
    for _ in 0..16 {
        let (x, y) = (dice.between(-6.0, WIDTH), dice.between(horizon + 3.0, WIDTH));
        let reach = dice.between(5.0, 14.0);
        let wave = Frame::pixels()
            .line(&[(x, y), (x + 0.3 * reach, y - 1.6), (x + 0.7 * reach, y + 1.6), (x + reach, y)], 1.0);
        canvas.wash(&wave, 0.6, hex(0xe8f6f8));
    }
    for _ in 0..dice.below(5) {
        let (x, y) = (dice.between(4.0, 124.0), dice.between(horizon + 12.0, 124.0));
        canvas.fill(&Frame::pixels().ellipse(x, y, 7.0, 2.6), Owner::Nobody, |_, _| hex(0x5f9a5c));
        dot(canvas, x + 2.0, y - 1.2, 1.6, hex(0xf2b6cc));
    }
}

fn street(canvas: &mut Canvas, horizon: f32, dice: &mut Dice) {
    let land =
        Land { sky: [hex(0xa4c4dc), hex(0xe6e6e0)], ground: [hex(0xb5b2ae), hex(0x8c8a8c)], grain: (0.6, 0.6, 0.1) };
    land.draw(canvas, horizon, dice.bits());
    let mut x = -dice.between(0.0, 20.0);
    while x < WIDTH {
        let (width, height) = (dice.between(22.0, 36.0), dice.between(0.55, 1.0) * horizon);
        house(canvas, x, horizon, width, height, dice);
        x += width;
    }
    let road = 0.5 * (horizon + WIDTH) + 8.0;
    canvas.fill(
        &Frame::pixels().polygon(&[(0.0, road), (WIDTH, road), (WIDTH, WIDTH), (0.0, WIDTH)]),
        Owner::Nobody,
        |x, y| bright(hex(0x63636b), 0.95 + 0.1 * noise(x * 0.7, y * 0.7, 5)),
    );
    canvas.fill(&Frame::pixels().line(&[(0.0, road), (WIDTH, road)], 2.0), Owner::Nobody, |_, _| hex(0xd0cdc6));
    for dash in 0..4 {
        let left = dash as f32 * 36.0 + 4.0;
        canvas.fill(
            &Frame::pixels().line(&[(left, road + 13.0), (left + 16.0, road + 13.0)], 1.8),
            Owner::Nobody,
            |_, _| hex(0xe8e2cc),
        );
    }
}

fn house(canvas: &mut Canvas, x: f32, foot: f32, width: f32, height: f32, dice: &mut Dice) {
    let wall = dice.pick(&[hex(0xc98f72), hex(0xd8b48a), hex(0x9fb0b8), hex(0xb9a6c2), hex(0xdcd0b8), hex(0x9fb894)]);
    let block =
        Frame::pixels().polygon(&[(x, foot - height), (x + width, foot - height), (x + width, foot), (x, foot)]);
    canvas.fill(&block, Owner::Nobody, |px, _| bright(wall, if px - x < 2.0 { 0.86 } else { 1.0 }));
    let lit = dice.bits();
    for row in 0..(height / 13.0) as usize {
        for column in 0..(width / 11.0) as usize {
            let (left, top) = (x + 4.0 + 10.5 * column as f32, foot - height + 4.0 + 13.0 * row as f32);
            let pane = if (lit >> (3 * row + column)) & 1 == 1 { hex(0xf3dc9a) } else { hex(0x6d8798) };
            let shape =
                Frame::pixels().polygon(&[(left, top), (left + 5.5, top), (left + 5.5, top + 7.5), (left, top + 7.5)]);
            canvas.fill(&shape, Owner::Nobody, |_, _| pane);
        }
    }
}

fn pebble(canvas: &mut Canvas, horizon: f32, dice: &mut Dice, colour: Rgb) {
    let (x, y) = (dice.between(0.0, WIDTH), dice.between(horizon + 5.0, WIDTH));
    canvas.fill(&Frame::pixels().ellipse(x, y, dice.between(0.8, 2.2), 0.9), Owner::Nobody, |_, _| colour);
}

fn dot(canvas: &mut Canvas, x: f32, y: f32, radius: f32, colour: Rgb) {
    canvas.fill(&Frame::pixels().ellipse(x, y, radius, radius), Owner::Nobody, |_, _| colour);
}
