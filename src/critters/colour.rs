//! Colours, light, and the textures of coats.

use super::dice::Dice;
use super::shape::sin_cos;

/// Red, green, blue in [0, 1], as stored (sRGB).
pub type Rgb = [f32; 3];

/// Mixes two colours: `share` 0 gives `a`, 1 gives `b`.
pub fn mix(a: Rgb, b: Rgb, share: f32) -> Rgb {
    std::array::from_fn(|c| a[c] + (b[c] - a[c]) * share)
}

/// Multiplies a colour's brightness.
pub fn bright(colour: Rgb, factor: f32) -> Rgb {
    colour.map(|v| (v * factor).clamp(0.0, 1.0))
}

/// Returns a colour written as hexadecimal, 0xRRGGBB.
pub const fn hex(code: u32) -> Rgb {
    [((code >> 16) & 255) as f32 / 255.0, ((code >> 8) & 255) as f32 / 255.0, (code & 255) as f32 / 255.0]
}

/// The coats' colours: every kind of animal draws from all of them.
const COATS: [Rgb; 16] = [
    hex(0x8a5a3b),
    hex(0xb98252),
    hex(0xd9a066),
    hex(0xe8c79a),
    hex(0xf1ead8),
    hex(0x9a9aa2),
    hex(0x6b6f7b),
    hex(0x4a4450),
    hex(0xd97b3f),
    hex(0xe6a9a0),
    hex(0x8fb0c9),
    hex(0x8fb87f),
    hex(0xb49ac8),
    hex(0xd8c24f),
    hex(0xb5544a),
    hex(0x5f8f8a),
];

/// Colours for snouts, beaks, inner ears and horns: again the same for every kind.
const ACCENTS: [Rgb; 6] = [hex(0xf0a7a0), hex(0xe98f6b), hex(0xf2b84b), hex(0xe9d3b0), hex(0xc98a76), hex(0xb98fa3)];

const IRISES: [Rgb; 6] = [hex(0x4a2f1c), hex(0x2f5f3a), hex(0x2d5a86), hex(0xb07a1e), hex(0x6b4a86), hex(0x2b2b30)];

/// How a coat is patterned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Texture {
    Fur,
    Scales,
    Spots,
    Stripes,
    Patches,
    Plain,
}

const TEXTURES: [Texture; 6] =
    [Texture::Fur, Texture::Scales, Texture::Spots, Texture::Stripes, Texture::Patches, Texture::Plain];

/// The colours and pattern of an animal.
#[derive(Debug, Clone, Copy)]
pub struct Coat {
    pub base: Rgb,
    pub second: Rgb,
    pub belly: Rgb,
    pub accent: Rgb,
    pub iris: Rgb,
    pub outline: Rgb,
    pub texture: Texture,
    salt: u32,
}

impl Coat {
    /// Returns a random coat, which does not depend on the kind.
    pub fn by_chance(dice: &mut Dice) -> Self {
        let base = bright(dice.pick(&COATS), dice.between(0.9, 1.08));
        let away = if dice.chance(0.5) { hex(0xfaf4e6) } else { hex(0x3a2c2a) };
        Self {
            base,
            second: mix(base, away, dice.between(0.4, 0.65)),
            belly: mix(base, hex(0xfff6e4), dice.between(0.45, 0.75)),
            accent: dice.pick(&ACCENTS),
            iris: dice.pick(&IRISES),
            outline: mix(bright(base, 0.38), hex(0x2a1c1c), 0.45),
            texture: dice.pick(&TEXTURES),
            salt: dice.bits(),
        }
    }

    /// Returns the colour at a point of the coat, in the animal's units.
    pub fn at(&self, x: f32, y: f32) -> Rgb {
        let grain = 0.93 + 0.14 * noise(x * 9.0, y * 9.0, self.salt);
        bright(self.pattern(x, y), grain)
    }

    fn pattern(&self, x: f32, y: f32) -> Rgb {
        match self.texture {
            Texture::Plain => self.base,
            Texture::Fur => bright(self.base, 0.82 + 0.36 * noise(x * 11.0, y * 3.2, self.salt)),
            Texture::Scales => self.scales(x, y),
            Texture::Spots => self.two_tone(noise(x * 3.1, y * 3.1, self.salt) - 0.66),
            Texture::Patches => self.two_tone(noise(x * 1.1, y * 1.1, self.salt) - 0.55),
            Texture::Stripes => {
                let phase = y * 2.1 + 0.9 * noise(x * 1.2, y * 1.2, self.salt);
                self.two_tone(0.2 - (phase - phase.floor() - 0.5).abs())
            }
        }
    }

    fn scales(&self, x: f32, y: f32) -> Rgb {
        let row = (y / 0.24).floor();
        let shift = if (row as i32) % 2 == 0 { 0.0 } else { 0.5 };
        let across = x / 0.34 + shift;
        let (u, v) = (across - across.floor() - 0.5, y / 0.24 - row);
        // Each scale is a half disc hanging from its row's top edge.
        let rim = v - (1.0 - 3.2 * u * u);
        bright(self.base, (1.12 - 0.9 * (rim + 0.35).clamp(0.0, 0.35)).clamp(0.7, 1.12))
    }

    fn two_tone(&self, level: f32) -> Rgb {
        mix(self.base, self.second, (level * 9.0 + 0.5).clamp(0.0, 1.0))
    }
}

/// Where the light comes from, and its tint over the whole scene.
#[derive(Debug, Clone, Copy)]
pub struct Light {
    /// Unit vector from the animal towards the light, y down.
    pub towards: (f32, f32),
    /// How much brighter the lit side is.
    pub contrast: f32,
    pub tint: Rgb,
}

impl Light {
    /// Returns a random light: day, evening, dusk or haze, from above.
    pub fn by_chance(dice: &mut Dice) -> Self {
        let (sin, cos) = sin_cos(dice.between(-1.1, 1.1));
        let tints = [[1.0, 1.0, 1.0], [1.0, 1.0, 1.0], [1.06, 0.97, 0.86], [0.88, 0.93, 1.05], [0.94, 0.94, 0.92]];
        let level = dice.between(0.86, 1.06);
        Self {
            towards: (sin, -cos),
            contrast: dice.between(0.10, 0.24),
            tint: dice.pick(&tints).map(|v: f32| v * level),
        }
    }

    /// Returns the brightness on a round thing at (`u`, `v`), each −1 to 1 across its extent.
    pub fn on(&self, u: f32, v: f32) -> f32 {
        let lit = u * self.towards.0 + v * self.towards.1;
        1.05 + self.contrast * lit - 0.07 * (u * u + v * v)
    }
}

/// Returns smooth noise in [0, 1]: hashed values at whole coordinates, blended between.
pub fn noise(x: f32, y: f32, salt: u32) -> f32 {
    let (column, row) = (x.floor(), y.floor());
    let (u, v) = (smooth(x - column), smooth(y - row));
    let (i, j) = (column as i32, row as i32);
    let top = hash(i, j, salt) * (1.0 - u) + hash(i + 1, j, salt) * u;
    let low = hash(i, j + 1, salt) * (1.0 - u) + hash(i + 1, j + 1, salt) * u;
    top * (1.0 - v) + low * v
}

fn smooth(t: f32) -> f32 {
    t * t * (3.0 - 2.0 * t)
}

fn hash(i: i32, j: i32, salt: u32) -> f32 {
    let mut h = (i as u32).wrapping_mul(0x8da6_b343) ^ (j as u32).wrapping_mul(0xd816_3841) ^ salt;
    h = (h ^ (h >> 15)).wrapping_mul(0x2c1b_3c6d);
    h = (h ^ (h >> 12)).wrapping_mul(0x297a_2d39);
    ((h ^ (h >> 15)) >> 8) as f32 / 16_777_216.0
}
