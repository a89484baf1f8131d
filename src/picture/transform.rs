//! Changes of a whole picture that an answer should survive: turns, shifts, other light, other storage.
//!
//! Each works on planes in [0, 1] at the model's size. A change that turns or moves the picture uses the margin around
//! it first, and repeats the edge where the photo ends.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use serde::Serialize;

use super::null::standard_normal;
use super::{Planes, as_jpeg, gaussian};
use crate::map::Map;

/// Weights of red, green and blue in the grey value of a pixel (ITU-R BT.709, rounded as the W3C's filter effects do).
const GREY: [f32; 3] = [0.213, 0.715, 0.072];

/// A change of a whole picture, with its strength.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "lowercase", tag = "kind", content = "by")]
pub enum Transform {
    /// Left becomes right.
    Mirror,
    /// The picture moves by this many pixels, down and to the right.
    Shift(f32, f32),
    /// The picture turns about its centre by this many degrees, anticlockwise.
    Rotation(f32),
    /// The picture is enlarged about its centre by this factor.
    Scale(f32),
    /// This much is added to every value.
    Brightness(f32),
    /// Distances from the picture's mean grey are multiplied by this factor.
    Contrast(f32),
    /// Every value is raised to this power.
    Gamma(f32),
    /// Hues turn by this many degrees.
    Hue(f32),
    /// A Gaussian of this σ, in pixels.
    Blur(f32),
    /// Gaussian noise of this σ on every value, from a seed.
    Noise(f32, u64),
    /// Stored as a JPEG of this quality, 1 to 100, and read again.
    Jpeg(u8),
}

impl Transform {
    /// Returns the changed picture `[3, S, S]`: the middle of a frame of at least `side` pixels, after the change.
    pub fn apply(self, frame: &Planes, side: usize) -> Planes {
        if let Some(source) = self.source() {
            let (from, plane) = (frame.side, frame.side * frame.side);
            let values = (0..3).flat_map(|c| sampled(&frame.values[c * plane..(c + 1) * plane], from, side, source));
            return Planes { side, values: values.collect() };
        }
        let corner = (frame.side - side) / 2;
        self.applied(frame.crop(corner, corner, side))
    }

    /// Changes the values of a picture that stays where it is.
    fn applied(self, picture: Planes) -> Planes {
        match self {
            Self::Brightness(by) => each(picture, |v| v + by),
            Self::Contrast(factor) => {
                let grey = mean_grey(&picture);
                each(picture, |v| grey + factor * (v - grey))
            }
            Self::Gamma(power) => each(picture, |v| v.powf(power)),
            Self::Hue(degrees) => turned_hue(&picture, degrees),
            Self::Blur(sigma_px) => gaussian::blurred(&picture, &gaussian::kernel(sigma_px)),
            Self::Noise(sigma, seed) => noisy(picture, sigma, seed),
            Self::Jpeg(quality) => as_jpeg(&picture, quality),
            Self::Mirror | Self::Shift(..) | Self::Rotation(_) | Self::Scale(_) => picture,
        }
    }

    /// Returns a map `[S, S]` that is moved with the picture; `None` where the picture stays in place.
    pub fn moved(self, map: &Map) -> Option<Map> {
        let source = self.source()?;
        Some(Map { side: map.side, values: sampled(&map.values, map.side, map.side, source) })
    }

    /// Returns the affine map from a point (right, down), relative to the centre, to its source; `None` if points stay.
    fn source(self) -> Option<[f32; 6]> {
        match self {
            Self::Mirror => Some([-1.0, 0.0, 0.0, 0.0, 1.0, 0.0]),
            Self::Shift(down, right) => Some([1.0, 0.0, -right, 0.0, 1.0, -down]),
            Self::Rotation(degrees) => {
                let (sine, cosine) = degrees.to_radians().sin_cos();
                Some([cosine, -sine, 0.0, sine, cosine, 0.0])
            }
            Self::Scale(factor) => Some([1.0 / factor, 0.0, 0.0, 0.0, 1.0 / factor, 0.0]),
            _ => None,
        }
    }
}

/// Samples the middle `side` pixels of a plane of `from` pixels, given the affine map from points to their sources.
fn sampled(plane: &[f32], from: usize, side: usize, source: [f32; 6]) -> Vec<f32> {
    let [a, b, c, d, e, f] = source;
    let (centre, corner) = ((side as f32 - 1.0) / 2.0, ((from - side) / 2) as f32);
    let value = |i: usize| {
        let (x, y) = ((i % side) as f32 - centre, (i / side) as f32 - centre);
        let (x, y) = (a * x + b * y + c, d * x + e * y + f);
        bilinear(plane, from, x + centre + corner, y + centre + corner)
    };
    (0..side * side).map(value).collect()
}

/// Interpolates between pixels. Beyond the plane its edge is repeated.
fn bilinear(plane: &[f32], side: usize, x: f32, y: f32) -> f32 {
    let last = (side - 1) as f32;
    let (x, y) = (x.clamp(0.0, last), y.clamp(0.0, last));
    let (left, top) = (x.floor() as usize, y.floor() as usize);
    let (right, bottom) = ((left + 1).min(side - 1), (top + 1).min(side - 1));
    let (across, down) = (x - left as f32, y - top as f32);
    let row = |at: usize| (1.0 - across) * plane[at * side + left] + across * plane[at * side + right];
    (1.0 - down) * row(top) + down * row(bottom)
}

fn each(mut picture: Planes, change: impl Fn(f32) -> f32) -> Planes {
    picture.values.iter_mut().for_each(|v| *v = change(*v).clamp(0.0, 1.0));
    picture
}

fn mean_grey(picture: &Planes) -> f32 {
    let plane = picture.side * picture.side;
    let of_channel = |c: usize| picture.values[c * plane..(c + 1) * plane].iter().sum::<f32>() / plane as f32;
    (0..3).map(|c| GREY[c] * of_channel(c)).sum()
}

/// Turns hues about the grey axis so that grey values stay (the matrix of the W3C's `hueRotate`).
fn turned_hue(picture: &Planes, degrees: f32) -> Planes {
    let (sine, cosine) = degrees.to_radians().sin_cos();
    let swing = [[-0.213, -0.715, 0.928], [0.143, 0.140, -0.283], [-0.787, 0.715, 0.072]];
    let plane = picture.side * picture.side;
    let value = |i: usize| {
        let (to, at) = (i / plane, i % plane);
        let weight = |c: usize| {
            let own = if c == to { 1.0 } else { 0.0 };
            GREY[c] + cosine * (own - GREY[c]) + sine * swing[to][c]
        };
        (0..3).map(|c| weight(c) * picture.values[c * plane + at]).sum::<f32>().clamp(0.0, 1.0)
    };
    Planes { side: picture.side, values: (0..3 * plane).map(value).collect() }
}

fn noisy(picture: Planes, sigma: f32, seed: u64) -> Planes {
    let random = std::cell::RefCell::new(ChaCha8Rng::seed_from_u64(seed));
    each(picture, |v| v + sigma * standard_normal(&mut random.borrow_mut()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(side: usize) -> Planes {
        Planes { side, values: (0..3 * side * side).map(|i| (i * 37 % 101) as f32 / 101.0).collect() }
    }

    fn greatest(a: &Planes, b: &Planes) -> f32 {
        a.values.iter().zip(&b.values).fold(0.0, |most, (a, b)| f32::max(most, (a - b).abs()))
    }

    #[test]
    fn the_mildest_strength_changes_nothing() {
        let picture = picture(12);
        for (same, most) in [
            (Transform::Shift(0.0, 0.0), 0.0),
            (Transform::Rotation(0.0), 0.0),
            (Transform::Scale(1.0), 0.0),
            (Transform::Brightness(0.0), 0.0),
            (Transform::Contrast(1.0), 1e-6),
            (Transform::Gamma(1.0), 0.0),
            (Transform::Hue(0.0), 1e-6),
            (Transform::Blur(0.0), 0.0),
            (Transform::Noise(0.0, 3), 0.0),
        ] {
            let changed = same.apply(&picture, 12);
            assert!(greatest(&changed, &picture) <= most, "{same:?}");
        }
    }

    #[test]
    fn what_moves_the_picture_looks_into_the_margin() {
        let frame = picture(16);
        let moved = Transform::Shift(2.0, -3.0).apply(&frame, 8);
        assert_eq!(moved, frame.crop(2, 7, 8));
        // Beyond it the edge is repeated.
        let far = Transform::Shift(0.0, 9.0).apply(&frame, 8);
        assert_eq!(far.values[0], frame.values[4 * 16]);
    }

    #[test]
    fn turns_are_anticlockwise_and_mirrors_turn_left_to_right() {
        // A quarter turn takes the upper right corner to the upper left one.
        let corner = Map::indicator(9, |row, column| (row, column) == (0, 8));
        let turned = Transform::Rotation(90.0).moved(&corner).expect("it moves");
        assert!((turned.values[0] - 1.0).abs() < 1e-4 && turned.values[8] < 1e-4);
        let mirrored = Transform::Mirror.moved(&corner).expect("it moves");
        assert_eq!(mirrored.maximum(), 0);
        assert_eq!(Transform::Gamma(2.0).moved(&corner), None);
    }

    #[test]
    fn two_halves_of_a_magnification_are_one() {
        // A linear ramp stays linear under a change of scale.
        let ramp = Map::from_fn(9, |i| (i % 9) as f32);
        let larger = Transform::Scale(2.0).moved(&ramp).expect("it moves");
        for (i, value) in larger.values.iter().enumerate() {
            assert!((value - (4.0 + ((i % 9) as f32 - 4.0) / 2.0)).abs() < 1e-5);
        }
    }

    #[test]
    fn hues_turn_and_grey_stays() {
        let red = Planes { side: 1, values: vec![0.6, 0.2, 0.2] };
        let turned = Transform::Hue(120.0).apply(&red, 1);
        assert!(turned.values[1] > turned.values[0] && turned.values[1] > turned.values[2], "{turned:?}");
        assert!((mean_grey(&turned) - mean_grey(&red)).abs() < 1e-3);
        let grey = Planes { side: 1, values: vec![0.4; 3] };
        assert!(greatest(&Transform::Hue(77.0).apply(&grey, 1), &grey) < 1e-3);
    }

    #[test]
    fn a_jpeg_of_high_quality_is_nearly_the_picture_and_a_low_one_is_not() {
        let smooth = Planes { side: 32, values: (0..3 * 1024).map(|i| (i % 32) as f32 / 40.0).collect() };
        let error = |quality| greatest(&Transform::Jpeg(quality).apply(&smooth, 32), &smooth);
        assert!(error(95) < 0.03 && error(5) > error(95), "{} {}", error(95), error(5));
    }

    #[test]
    fn noise_has_the_strength_it_is_given() {
        let grey = Planes { side: 64, values: vec![0.5; 3 * 4096] };
        let noisy = Transform::Noise(0.1, 7).apply(&grey, 64);
        let variance = noisy.values.iter().map(|v| (v - 0.5).powi(2)).sum::<f32>() / (3.0 * 4096.0);
        assert!((variance.sqrt() - 0.1).abs() < 0.003);
    }
}
