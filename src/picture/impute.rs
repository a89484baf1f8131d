//! Noisy linear imputation: deleted pixels are filled in from the pixels around them.
//!
//! Each deleted pixel is the weighted mean of its eight neighbours, 1/6 for the direct and 1/12 for the diagonal ones,
//! plus Gaussian noise of σ .01. At the edge only existing neighbours count. The equations are solved from coarse to
//! fine. The picture is halved until no deleted pixel is left. Each solution starts the next finer one, and a few
//! sweeps of successive over-relaxation finish it. If everything is deleted, the mean colour is used.
//!
//! Reference: \[ROAD\] Y. Rong, T. Leemann, V. Borisov, G. Kasneci and E. Kasneci, "A Consistent and Efficient
//! Evaluation Strategy for Attribution Methods", ICML 2022, section 4.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::null::standard_normal;
use super::planes::Planes;
use crate::map::Map;

/// σ of the noise.
const NOISE: f32 = 0.01;
/// Sweeps at each scale.
const SWEEPS: usize = 24;
/// The factor of over-relaxation.
const RELAXATION: f32 = 1.6;
/// Weights of direct and diagonal neighbours; only their ratio counts.
const DIRECT: f32 = 2.0;
const DIAGONAL: f32 = 1.0;

/// Returns the picture with the pixels of the region (values above one half) imputed.
pub fn impute(picture: &Planes, region: &Map, seed: u64) -> Planes {
    let Planes { side, mut values } = interpolate(picture, region);
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    for channel in values.chunks_mut(side * side) {
        for (value, _) in channel.iter_mut().zip(&region.values).filter(|(_, deleted)| **deleted > 0.5) {
            *value = (*value + NOISE * standard_normal(&mut random)).clamp(0.0, 1.0);
        }
    }
    Planes { side, values }
}

/// Returns the imputed picture without the noise: the solution of the equations.
pub fn interpolate(picture: &Planes, region: &Map) -> Planes {
    let deleted: Vec<bool> = region.values.iter().map(|&v| v > 0.5).collect();
    let area = picture.side * picture.side;
    let pixels: Vec<Pixel> = (0..area).map(|i| [0, 1, 2].map(|c| picture.values[c * area + i])).collect();
    let pixels = solved(&pixels, &deleted, picture.side);
    Planes { side: picture.side, values: (0..3 * area).map(|i| pixels[i % area][i / area]).collect() }
}

/// Red, green and blue. Each sweep depends on the pixel before, so the three channels are swept together.
type Pixel = [f32; 3];

/// Returns the pixels, with those that are deleted solved for.
fn solved(values: &[Pixel], deleted: &[bool], side: usize) -> Vec<Pixel> {
    if !deleted.contains(&true) {
        return values.to_vec();
    }
    if !deleted.contains(&false) {
        return vec![mean(values); values.len()];
    }
    let half = side.div_ceil(2);
    let (coarse, coarse_deleted) = halved(values, deleted, side);
    let start = solved(&coarse, &coarse_deleted, half);
    let begun = |i: usize| if deleted[i] { start[i / side / 2 * half + i % side / 2] } else { values[i] };
    let mut pixels: Vec<Pixel> = (0..side * side).map(begun).collect();
    let unknown: Vec<usize> = (0..side * side).filter(|&i| deleted[i]).collect();
    for _ in 0..SWEEPS {
        for &i in &unknown {
            let wanted = suggested(&pixels, side, i);
            pixels[i].iter_mut().zip(wanted).for_each(|(value, wanted)| *value += RELAXATION * (wanted - *value));
        }
    }
    pixels
}

/// Halves the size: the mean of the known pixels of each four, and whether there are none.
fn halved(values: &[Pixel], deleted: &[bool], side: usize) -> (Vec<Pixel>, Vec<bool>) {
    let half = side.div_ceil(2);
    let of = |i: usize| {
        let (top, left) = (2 * (i / half), 2 * (i % half));
        let four = (top..(top + 2).min(side)).flat_map(|row| (left..(left + 2).min(side)).map(move |c| row * side + c));
        let known: Vec<Pixel> = four.filter(|&i| !deleted[i]).map(|i| values[i]).collect();
        (mean(&known), known.is_empty())
    };
    (0..half * half).map(of).unzip()
}

/// Returns the mean of pixels, and 0 if there are none.
fn mean(pixels: &[Pixel]) -> Pixel {
    let sum = pixels.iter().fold([0.0; 3], |sum, pixel| plus(sum, 1.0, pixel));
    sum.map(|sum| sum / pixels.len().max(1) as f32)
}

fn plus([r, g, b]: Pixel, weight: f32, pixel: &Pixel) -> Pixel {
    [r + weight * pixel[0], g + weight * pixel[1], b + weight * pixel[2]]
}

/// Returns the weighted mean of a pixel's neighbours.
fn suggested(pixels: &[Pixel], side: usize, i: usize) -> Pixel {
    let (row, column) = (i / side, i % side);
    let (mut sum, mut weights) = ([0.0; 3], 0.0);
    for r in row.saturating_sub(1)..(row + 2).min(side) {
        for c in column.saturating_sub(1)..(column + 2).min(side) {
            let weight = match (r == row, c == column) {
                (true, true) => continue,
                (false, false) => DIAGONAL,
                _ => DIRECT,
            };
            sum = plus(sum, weight, &pixels[r * side + c]);
            weights += weight;
        }
    }
    sum.map(|sum| sum / weights)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ramp(side: usize) -> Planes {
        let value = |i: usize| ((i % side) as f32 + 2.0 * (i / side % side) as f32) / (3.0 * side as f32);
        Planes { side, values: (0..3 * side * side).map(value).collect() }
    }

    fn grey(values: &[f32]) -> Vec<Pixel> {
        values.iter().map(|&value| [value; 3]).collect()
    }

    #[test]
    fn a_hole_in_a_slope_is_filled_with_the_slope() {
        // Linear values solve the equations exactly away from the edge.
        let picture = ramp(48);
        let hole = Map::indicator(48, |row, column| (10..34).contains(&row) && (12..30).contains(&column));
        let deleted: Vec<bool> = hole.values.iter().map(|&v| v > 0.5).collect();
        let found = solved(&grey(&picture.values[..48 * 48]), &deleted, 48);
        let worst = found.iter().zip(&picture.values).fold(0f32, |most, (a, b)| most.max((a[1] - b).abs()));
        assert!(worst < 2e-3, "{worst}");
    }

    #[test]
    fn the_equations_hold_in_a_large_hole() {
        let picture: Vec<f32> = (0..64 * 64).map(|i| ((i * 37) % 101) as f32 / 101.0).collect();
        let deleted: Vec<bool> =
            (0..64 * 64_usize).map(|i| (i / 64).abs_diff(32) < 24 && (i % 64).abs_diff(30) < 20).collect();
        let found = solved(&grey(&picture), &deleted, 64);
        for i in (0..64 * 64).filter(|&i| deleted[i]) {
            assert!((found[i][2] - suggested(&found, 64, i)[2]).abs() < 2e-3, "pixel {i}");
        }
    }

    #[test]
    fn what_is_not_deleted_stays_and_all_of_it_becomes_the_mean() {
        let picture = ramp(8);
        let none = impute(&picture, &Map::constant(8, 0.0), 1);
        assert_eq!(none, picture);
        let all = impute(&picture, &Map::constant(8, 1.0), 1);
        let mean = picture.values[..64].iter().sum::<f32>() / 64.0;
        assert!(all.values[..64].iter().all(|v| (v - mean).abs() < 6.0 * NOISE));
    }
}
