//! The Gaussian blur of the whole program: separable, cut at 4 σ, edges repeated.

use image::{Rgb, Rgb32FImage};
use vanish_kernels::add_scaled;

use super::Planes;
use crate::array::Array;

/// Returns the weights of a Gaussian from −r to r with r = ⌊4 σ + ½⌋, summing to 1.
pub fn kernel(sigma_px: f32) -> Vec<f32> {
    let radius = (4.0 * sigma_px + 0.5) as i64;
    let weights: Vec<f64> =
        (-radius..=radius).map(|i| (-0.5 * (i as f64 / f64::from(sigma_px).max(1e-6)).powi(2)).exp()).collect();
    let sum: f64 = weights.iter().sum();
    weights.into_iter().map(|w| (w / sum) as f32).collect()
}

/// Returns the blur of `size` values as a matrix `[size, size]`. Row i holds the weights of the inputs in output i, and
/// sums to 1.
pub fn matrix(size: usize, sigma_px: f32) -> Vec<f32> {
    let kernel = kernel(sigma_px);
    let radius = kernel.len() as i64 / 2;
    let mut matrix = vec![0.0; size * size];
    for row in 0..size as i64 {
        for (k, weight) in kernel.iter().enumerate() {
            let from = (row + k as i64 - radius).clamp(0, size as i64 - 1);
            matrix[(row * size as i64 + from) as usize] += weight;
        }
    }
    matrix
}

/// Computes G x Gᵀ of planes `[N, C, S, S]`, on their device.
pub(crate) fn planes(values: Array, sigma_px: f32) -> Array {
    let side = values.shape()[3];
    let blur = Array::new(matrix(side, sigma_px), &[1, 1, side, side], &values.device());
    blur.clone().matmul(values).matmul(blur.permute(&[0, 1, 3, 2]))
}

/// Blurs a picture by a Gaussian.
pub fn blur(picture: &Rgb32FImage, sigma_px: f32) -> Rgb32FImage {
    convolved(picture, &kernel(sigma_px))
}

/// Convolves planes with a symmetric kernel of odd length on both axes; edges are repeated.
pub fn blurred(picture: &Planes, kernel: &[f32]) -> Planes {
    let (side, plane) = (picture.side, picture.side * picture.side);
    let interleaved = Rgb32FImage::from_fn(side as u32, side as u32, |x, y| {
        Rgb(std::array::from_fn(|c| picture.values[c * plane + y as usize * side + x as usize]))
    });
    let blurred = convolved(&interleaved, kernel).into_raw();
    Planes { side, values: (0..3 * plane).map(|i| blurred[3 * (i % plane) + i / plane]).collect() }
}

/// Convolves a picture with a symmetric kernel of odd length on both axes; edges are repeated.
pub fn convolved(picture: &Rgb32FImage, kernel: &[f32]) -> Rgb32FImage {
    transposed_rows(&transposed_rows(picture, kernel), kernel)
}

/// Blurs each row and returns the result transposed, so that doing it twice blurs both axes.
fn transposed_rows(picture: &Rgb32FImage, kernel: &[f32]) -> Rgb32FImage {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let radius = kernel.len() / 2;
    let mut out = Rgb32FImage::new(height as u32, width as u32);
    let (mut padded, mut sums) = (vec![0.0; 3 * (width + 2 * radius)], vec![0.0; 3 * width]);
    for y in 0..height {
        for (i, slot) in padded.chunks_mut(3).enumerate() {
            let x = i.saturating_sub(radius).min(width - 1);
            slot.copy_from_slice(&picture.get_pixel(x as u32, y as u32).0);
        }
        sums.fill(0.0);
        for (tap, &weight) in kernel.iter().enumerate() {
            add_scaled(&mut sums, &padded[3 * tap..], weight);
        }
        for (x, sum) in sums.chunks(3).enumerate() {
            out.put_pixel(y as u32, x as u32, Rgb([sum[0], sum[1], sum[2]]));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kernels_and_rows_sum_to_one() {
        for sigma in [0.5, 3.0, 5.0, 10.0] {
            assert!((kernel(sigma).iter().sum::<f32>() - 1.0).abs() < 1e-5);
            for row in matrix(28, sigma).chunks(28) {
                assert!((row.iter().sum::<f32>() - 1.0).abs() < 1e-5);
            }
        }
    }

    #[test]
    fn a_flat_picture_stays_flat() {
        let flat = Rgb32FImage::from_pixel(20, 9, Rgb([0.2, 0.4, 0.8]));
        let blurred = blur(&flat, 10.0);
        assert_eq!(blurred.dimensions(), (20, 9));
        for (a, b) in flat.pixels().zip(blurred.pixels()) {
            assert!(a.0.iter().zip(b.0).all(|(a, b)| (a - b).abs() < 1e-5));
        }
    }

    #[test]
    fn the_matrix_blurs_as_the_picture_does() {
        let picture = Rgb32FImage::from_fn(32, 1, |x, _| Rgb([(x * x % 17) as f32 / 17.0; 3]));
        let blurred = blur(&picture, 2.0);
        let matrix = matrix(32, 2.0);
        for (row, pixel) in matrix.chunks(32).zip(blurred.pixels()) {
            let direct: f32 = row.iter().zip(picture.pixels()).map(|(w, p)| w * p.0[0]).sum();
            assert!((direct - pixel.0[0]).abs() < 1e-5);
        }
    }
}
