//! Null images: the deleted state of a picture.

use image::imageops::{self, FilterType};
use image::{Rgb32FImage, RgbImage};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::gaussian::blur;
use super::{Framing, Planes, to_float};

/// What a deleted pixel becomes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum Null {
    /// The blurred picture: details go, colours stay. The paper's choice.
    #[default]
    Blur,
    /// The picture's mean colour.
    Mean,
    /// Gaussian noise about the mean colour, with the picture's own deviation.
    Noise,
    /// The picture, blurred as strongly as the mask says, from no blur to the given σ at the model's size (\[EP\] Fong,
    /// Patrick & Vedaldi 2019).
    Pyramid,
}

impl Null {
    /// Every null image that does not depend on the mask.
    pub const ALL: [Null; 3] = [Null::Blur, Null::Mean, Null::Noise];
}

/// The size at which the blur's σ counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum BlurScale {
    /// The photo's own size, but at most [`PAPER_SIDE`] on its longer side. The paper's photos are
    /// about that large; σ = 10 px of a 12-megapixel photo would blur nothing the model can see.
    #[default]
    Paper,
    /// The photo's own size, whatever it is.
    Photo,
    /// The size the model sees.
    Model,
}

/// Longer side of the photos the paper's σ was chosen on, in pixels.
pub const PAPER_SIDE: u32 = 500;

/// A description of the deleted state: what a deleted pixel becomes, and how strongly.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NullImage {
    /// What a deleted pixel becomes.
    pub kind: Null,
    /// σ of a blur, in pixels.
    pub sigma_px: f32,
    /// The size at which that σ counts.
    pub sigma_at: BlurScale,
    /// Seed of the noise.
    pub seed: u64,
}

impl Default for NullImage {
    /// The paper's blur (\[MP\] section 4.3): σ = 10 px on a photo of at most [`PAPER_SIDE`] pixels.
    fn default() -> Self {
        Self { kind: Null::Blur, sigma_px: 10.0, sigma_at: BlurScale::Paper, seed: 0 }
    }
}

impl NullImage {
    /// Returns the blur's σ at the model's size, in pixels, for a photo of this size.
    pub fn sigma_at_model_px(&self, width: u32, height: u32, framing: Framing) -> f32 {
        let (shorter, longer) = (width.min(height) as f32, width.max(height) as f32);
        let shorter = match self.sigma_at {
            BlurScale::Model => return self.sigma_px,
            BlurScale::Photo => shorter,
            BlurScale::Paper => shorter * (PAPER_SIDE as f32 / longer).min(1.0),
        };
        self.sigma_px * framing.resize as f32 / shorter
    }
}

/// A picture and its null image at the model's size, or with a margin for jitter.
#[derive(Clone, Debug, PartialEq)]
pub struct Scene {
    /// The picture, `[3, S, S]` in [0, 1].
    pub photo: Planes,
    /// The picture's deleted state, of the same size.
    pub null: Planes,
}

impl Scene {
    /// Frames a picture and makes its null image.
    pub fn new(picture: &RgbImage, framing: Framing, null: &NullImage) -> Self {
        let float = to_float(picture);
        let photo = framing.frame_float(&float);
        let null = match null.kind {
            Null::Blur => blurred(&float, framing, null.sigma_px, null.sigma_at),
            Null::Mean => flat(&photo),
            Null::Noise => noisy(&photo, null.seed),
            // A pyramid's state where the mask is 0.
            Null::Pyramid => blurred(&float, framing, null.sigma_px, BlurScale::Model),
        };
        Self { photo, null }
    }

    /// Returns the square of `side` pixels whose corner lies at (row, column) of this one.
    #[must_use]
    pub fn crop(&self, (top, left): (usize, usize), side: usize) -> Self {
        Self { photo: self.photo.crop(top, left, side), null: self.null.crop(top, left, side) }
    }

    /// Returns the side of both squares, in pixels.
    pub fn side(&self) -> usize {
        self.photo.side
    }
}

fn blurred(picture: &Rgb32FImage, framing: Framing, sigma_px: f32, scale: BlurScale) -> Planes {
    let longer = picture.width().max(picture.height());
    let shrunk = match scale {
        BlurScale::Photo => None,
        BlurScale::Paper if longer <= PAPER_SIDE => None,
        BlurScale::Paper => Some(PAPER_SIDE as f32 / longer as f32),
        BlurScale::Model => Some(framing.resize as f32 / picture.width().min(picture.height()) as f32),
    };
    match shrunk {
        None => framing.frame_float(&blur(picture, sigma_px)),
        Some(factor) => {
            let size = |length: u32| (length as f32 * factor).round().max(1.0) as u32;
            let small = imageops::resize(picture, size(picture.width()), size(picture.height()), FilterType::Triangle);
            framing.frame_float(&blur(&small, sigma_px))
        }
    }
}

/// Mean of each channel.
fn mean_colour(planes: &Planes) -> [f32; 3] {
    let count = planes.side * planes.side;
    std::array::from_fn(|c| planes.values[c * count..(c + 1) * count].iter().sum::<f32>() / count as f32)
}

/// The picture's mean colour everywhere.
pub(crate) fn flat(photo: &Planes) -> Planes {
    let count = photo.side * photo.side;
    let values = mean_colour(photo).iter().flat_map(|&m| std::iter::repeat_n(m, count)).collect();
    Planes { side: photo.side, values }
}

/// Gaussian noise about the mean colour, with the picture's own deviation.
pub(crate) fn noisy(photo: &Planes, seed: u64) -> Planes {
    let count = photo.side * photo.side;
    let mean = mean_colour(photo);
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut values = Vec::with_capacity(3 * count);
    for (c, mean) in mean.iter().enumerate() {
        let plane = &photo.values[c * count..(c + 1) * count];
        let variance = plane.iter().map(|v| (v - mean).powi(2)).sum::<f32>() / count as f32;
        let deviation = variance.sqrt();
        values.extend((0..count).map(|_| (mean + deviation * standard_normal(&mut random)).clamp(0.0, 1.0)));
    }
    Planes { side: photo.side, values }
}

/// Starts the random stream of this number, seeded by the picture. Everything made from the same picture gets the same
/// stream.
pub(crate) fn stream_of(picture: &RgbImage, number: u64) -> ChaCha8Rng {
    let mut random = ChaCha8Rng::from_seed(Sha256::digest(picture.as_raw()).into());
    random.set_stream(number);
    random
}

/// Draws a number in [0, 1).
pub(crate) fn uniform(random: &mut ChaCha8Rng) -> f32 {
    (random.next_u32() >> 8) as f32 / (1u32 << 24) as f32
}

/// Draws a standard normal number, by Box and Muller's transform of two uniform ones.
pub(crate) fn standard_normal(random: &mut ChaCha8Rng) -> f32 {
    let radius = (-2.0 * (1.0 - uniform(random)).ln()).sqrt();
    radius * (std::f32::consts::TAU * uniform(random)).cos()
}

#[cfg(test)]
mod tests {
    use image::Rgb;

    use super::*;

    fn stripes() -> RgbImage {
        RgbImage::from_fn(60, 40, |x, y| Rgb([(x * 4) as u8, (y * 6) as u8, if x % 2 == 0 { 200 } else { 20 }]))
    }

    #[test]
    fn a_null_keeps_the_mean_colour() {
        for null in Null::ALL {
            let described = NullImage { kind: null, seed: 3, ..NullImage::default() };
            let scene = Scene::new(&stripes(), Framing::whole(36), &described);
            let (a, b) = (mean_colour(&scene.photo), mean_colour(&scene.null));
            for c in 0..3 {
                assert!((a[c] - b[c]).abs() < 0.08, "{null:?}: {a:?} against {b:?}");
            }
        }
    }

    #[test]
    fn noise_is_the_same_for_the_same_seed() {
        let described = |seed| NullImage { kind: Null::Noise, seed, ..NullImage::default() };
        let noise = |seed| Scene::new(&stripes(), Framing::whole(36), &described(seed)).null;
        assert_eq!(noise(1), noise(1));
        assert_ne!(noise(1), noise(2));
    }

    #[test]
    fn the_sigma_counts_at_the_size_that_was_chosen() {
        let at = |sigma_at| NullImage { sigma_at, ..NullImage::default() };
        let framing = Framing { resize: 256, ..Framing::whole(224) };
        let close = |a: f32, b: f32| (a - b).abs() < 1e-4;
        assert!(close(at(BlurScale::Photo).sigma_at_model_px(1000, 750, framing), 2560.0 / 750.0));
        assert!(close(at(BlurScale::Paper).sigma_at_model_px(1000, 750, framing), 2560.0 / 375.0));
        assert!(close(at(BlurScale::Paper).sigma_at_model_px(400, 300, framing), 2560.0 / 300.0));
        assert!(close(at(BlurScale::Model).sigma_at_model_px(400, 300, framing), 10.0));
    }

    #[test]
    fn the_scale_decides_how_much_is_blurred() {
        let checker =
            RgbImage::from_fn(1200, 800, |x, y| Rgb([if (x / 160 + y / 160) % 2 == 0 { 230 } else { 30 }; 3]));
        let removed = |scale| {
            let described = NullImage { sigma_at: scale, ..NullImage::default() };
            let scene = Scene::new(&checker, Framing::whole(36), &described);
            scene.photo.values.iter().zip(&scene.null.values).map(|(a, b)| (a - b).powi(2)).sum::<f32>()
        };
        assert!(removed(BlurScale::Model) > removed(BlurScale::Paper));
        assert!(removed(BlurScale::Paper) > removed(BlurScale::Photo));
    }
}
