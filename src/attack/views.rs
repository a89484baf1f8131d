//! Light edits of the whole picture, which hardly disturb a person but may undo an attack.

use image::{Rgb, Rgb32FImage};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use crate::picture::{Planes, as_jpeg, gaussian, resize_and_crop, standard_normal};

/// Seed of the noise, so that an edit gives the same picture each time.
const SEED: u64 = 0x6c_6f_6f_6b;

/// A light edit T of a picture `[3, S, S]` in [0, 1].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Look {
    /// Moves the picture by (rows, columns) in pixels; the edge is repeated.
    Shift(i32, i32),
    /// Mirrors left and right.
    Flip,
    /// Enlarges by a factor of at least 1 and crops the middle.
    Zoom(f32),
    /// Adds Gaussian noise of this deviation, the same each time.
    Noise(f32),
    /// Writes as JPEG of this quality, 1 to 100, and reads back.
    Jpeg(u8),
    /// Blurs by a Gaussian of this σ, in pixels.
    Blur(f32),
    /// Takes the median of each channel in a window of this odd side, in pixels.
    Median(usize),
    /// Shrinks the picture to this share of its side and enlarges it again.
    Resample(f32),
}

/// Every light edit of a [`super::Reading`].
pub const LOOKS: [Look; 14] = [
    Look::Blur(1.5),
    Look::Jpeg(50),
    Look::Shift(5, 5),
    Look::Shift(-5, -5),
    Look::Flip,
    Look::Zoom(15.0 / 14.0),
    Look::Noise(0.05),
    Look::Jpeg(25),
    Look::Jpeg(10),
    Look::Blur(1.0),
    Look::Blur(2.0),
    Look::Blur(3.0),
    Look::Median(5),
    Look::Resample(0.5),
];

impl Look {
    /// Returns the edited picture, of the same size.
    pub fn apply(self, picture: &Planes) -> Planes {
        let side = picture.side;
        match self {
            Look::Shift(rows, columns) => {
                moved(picture, |row, column| (shifted(row, rows, side), shifted(column, columns, side)))
            }
            Look::Flip => moved(picture, |row, column| (row, side - 1 - column)),
            Look::Zoom(factor) => resize_and_crop(&to_image(picture), (side as f32 * factor).round() as usize, side),
            Look::Noise(deviation) => noisy(picture, deviation),
            Look::Jpeg(quality) => as_jpeg(picture, quality),
            Look::Blur(sigma_px) => resize_and_crop(&gaussian::blur(&to_image(picture), sigma_px), side, side),
            Look::Median(window) => median(picture, window),
            Look::Resample(share) => {
                let small = resize_and_crop(&to_image(picture), small_side(side, share), small_side(side, share));
                resize_and_crop(&to_image(&small), side, side)
            }
        }
    }

    /// Returns the gradient with respect to the picture, given that with respect to the edited picture: the adjoint of
    /// a shift, a mirror or a blur, and the identity for edits without a useful gradient.
    pub fn adjoint(self, gradient: &Planes) -> Planes {
        let side = gradient.side;
        match self {
            Look::Shift(rows, columns) => {
                scattered(gradient, |row, column| (shifted(row, rows, side), shifted(column, columns, side)))
            }
            Look::Flip => self.apply(gradient),
            Look::Blur(sigma_px) => blur_adjoint(gradient, sigma_px),
            Look::Zoom(_) | Look::Noise(_) | Look::Jpeg(_) | Look::Median(_) | Look::Resample(_) => gradient.clone(),
        }
    }
}

impl std::fmt::Display for Look {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Look::Shift(rows, columns) => write!(f, "shift {rows},{columns}"),
            Look::Flip => f.write_str("flip"),
            Look::Zoom(factor) => write!(f, "zoom {factor:.2}"),
            Look::Noise(deviation) => write!(f, "noise {deviation}"),
            Look::Jpeg(quality) => write!(f, "JPEG {quality}"),
            Look::Blur(sigma_px) => write!(f, "blur {sigma_px}"),
            Look::Median(window) => write!(f, "median {window}"),
            Look::Resample(share) => write!(f, "resample {share}"),
        }
    }
}

/// Returns the source of a pixel of the shifted picture.
fn shifted(at: usize, by: i32, side: usize) -> usize {
    (at as i64 - i64::from(by)).clamp(0, side as i64 - 1) as usize
}

fn small_side(side: usize, share: f32) -> usize {
    ((side as f32 * share).round() as usize).max(1)
}

/// Takes each pixel (row, column) from where `from` says.
fn moved(picture: &Planes, from: impl Fn(usize, usize) -> (usize, usize)) -> Planes {
    let mut values = Vec::with_capacity(picture.values.len());
    for_each_source(picture.side, from, |source| values.push(picture.values[source]));
    Planes { side: picture.side, values }
}

/// Adds each value to where `from` says: the adjoint of [`moved`].
fn scattered(gradient: &Planes, from: impl Fn(usize, usize) -> (usize, usize)) -> Planes {
    let mut values = vec![0.0; gradient.values.len()];
    let mut given = gradient.values.iter();
    for_each_source(gradient.side, from, |source| values[source] += given.next().copied().unwrap_or(0.0));
    Planes { side: gradient.side, values }
}

/// Names the source of every value, plane by plane and row by row.
fn for_each_source(side: usize, from: impl Fn(usize, usize) -> (usize, usize), mut visit: impl FnMut(usize)) {
    for channel in 0..3 {
        for i in 0..side * side {
            let (row, column) = from(i / side, i % side);
            visit((channel * side + row) * side + column);
        }
    }
}

pub(super) fn to_image(picture: &Planes) -> Rgb32FImage {
    let (side, plane) = (picture.side, picture.side * picture.side);
    Rgb32FImage::from_fn(side as u32, side as u32, |x, y| {
        let at = y as usize * side + x as usize;
        Rgb(std::array::from_fn(|c| picture.values[c * plane + at]))
    })
}

fn noisy(picture: &Planes, deviation: f32) -> Planes {
    let mut random = ChaCha8Rng::seed_from_u64(SEED);
    let values =
        picture.values.iter().map(|v| (v + deviation * standard_normal(&mut random)).clamp(0.0, 1.0)).collect();
    Planes { side: picture.side, values }
}

fn median(picture: &Planes, window: usize) -> Planes {
    let (side, radius) = (picture.side, window / 2);
    let mut seen = Vec::with_capacity(window * window);
    let values =
        (0..picture.values.len())
            .map(|i| {
                let (channel, row, column) = (i / (side * side), i / side % side, i % side);
                let near = |at: usize, k: usize| (at + k).saturating_sub(radius).min(side - 1);
                seen.clear();
                seen.extend((0..window * window).map(|k| {
                    picture.values[(channel * side + near(row, k / window)) * side + near(column, k % window)]
                }));
                let middle = seen.len() / 2;
                *seen.select_nth_unstable_by(middle, f32::total_cmp).1
            })
            .collect();
    Planes { side, values }
}

/// Computes Gᵀ y G of each plane.
fn blur_adjoint(gradient: &Planes, sigma_px: f32) -> Planes {
    let side = gradient.side;
    let kernel = gaussian::kernel(sigma_px);
    let radius = kernel.len() as i64 / 2;
    let along = |values: &[f32], stride: usize| {
        let mut sums = vec![0.0; values.len()];
        for (i, value) in values.iter().enumerate() {
            let at = (i / stride % side) as i64;
            let start = i - at as usize * stride;
            for (k, weight) in kernel.iter().enumerate() {
                let from = (at + k as i64 - radius).clamp(0, side as i64 - 1) as usize;
                sums[start + from * stride] += weight * value;
            }
        }
        sums
    };
    Planes { side, values: along(&along(&gradient.values, 1), side) }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub const SIDE: usize = 16;

    pub fn picture(seed: usize) -> Planes {
        Planes { side: SIDE, values: (0..3 * SIDE * SIDE).map(|i| ((i * 37 + seed) % 256) as f32 / 255.0).collect() }
    }

    pub fn product(a: &Planes, b: &Planes) -> f32 {
        a.values.iter().zip(&b.values).map(|(x, y)| x * y).sum()
    }

    #[test]
    fn every_edit_keeps_the_size_and_a_flat_picture() {
        let flat = Planes { side: SIDE, values: vec![0.5; 3 * SIDE * SIDE] };
        for look in LOOKS.into_iter().filter(|look| !matches!(look, Look::Noise(_))) {
            let edited = look.apply(&flat);
            assert!(edited.side == SIDE && edited.values.iter().all(|v| (v - 0.5).abs() < 0.01), "{look}");
        }
    }

    #[test]
    fn every_edit_changes_a_picture_and_does_so_again_alike() {
        for look in LOOKS {
            let edited = look.apply(&picture(3));
            assert_ne!(edited, picture(3), "{look}");
            assert_eq!(edited, look.apply(&picture(3)), "{look}");
        }
    }

    /// ⟨Tx, y⟩ = ⟨x, Tᵀy⟩ for any x and y.
    #[test]
    fn linear_edits_have_their_adjoint() {
        for look in [Look::Shift(5, 5), Look::Shift(-3, 2), Look::Flip, Look::Blur(1.5)] {
            let (x, y) = (picture(1), picture(2));
            let (left, right) = (product(&look.apply(&x), &y), product(&x, &look.adjoint(&y)));
            assert!((left - right).abs() < 1e-3 * left, "{look}: {left} against {right}");
        }
    }

    #[test]
    fn a_shift_moves_down_and_right() {
        let edited = Look::Shift(1, 2).apply(&picture(0));
        assert_eq!(edited.values[5 * SIDE + 7], picture(0).values[4 * SIDE + 5]);
        assert_eq!(edited.values[0], picture(0).values[0]);
    }

    #[test]
    fn a_median_takes_a_single_pixel_away() {
        let mut flat = Planes { side: SIDE, values: vec![0.5; 3 * SIDE * SIDE] };
        flat.values[40] = 1.0;
        assert!(Look::Median(5).apply(&flat).values.iter().all(|&v| v == 0.5));
    }
}
