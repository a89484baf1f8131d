//! Resizes a picture to a model's input and crops its centre.

use image::imageops::{self, FilterType};
use image::{Rgb, Rgb32FImage};

use super::planes::Planes;

/// Resizes so that the shorter side is `resize` (antialiased triangle filter, as Pillow's BILINEAR), then crops the
/// central square of `side`. Beyond the picture its edge is repeated.
pub fn resize_and_crop(picture: &Rgb32FImage, resize: usize, side: usize) -> Planes {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let size = [width, height].map(|length| scaled(length, width.min(height), resize) as u32);
    central_planes(&resized_to(picture, size), side)
}

/// Resizes the picture to this width and height, in pixels, by an antialiased triangle filter.
pub(super) fn resized_to(picture: &Rgb32FImage, [width, height]: [u32; 2]) -> Rgb32FImage {
    if [width, height] == [picture.width(), picture.height()] {
        return picture.clone();
    }
    imageops::resize(picture, width, height, FilterType::Triangle)
}

/// Scales `length` by `resize` / `shorter`, to the nearest pixel.
pub(crate) fn scaled(length: usize, shorter: usize, resize: usize) -> usize {
    ((length * resize) as f64 / shorter as f64).round() as usize
}

/// Returns where the central `side` pixels of `length` begin, rounded down; negative if there are fewer.
pub(crate) fn corner(length: usize, side: usize) -> i64 {
    (length as i64 - side as i64).div_euclid(2)
}

fn central_planes(picture: &Rgb32FImage, side: usize) -> Planes {
    central_spread(picture, [side, side], side, false)
}

/// Returns the central rows and columns, each spread to `side` by repeating pixels. Beyond the picture its edge is
/// repeated, or it is black.
pub(super) fn central_spread(
    picture: &Rgb32FImage,
    [rows, columns]: [usize; 2],
    side: usize,
    black_beyond: bool,
) -> Planes {
    let (width, height) = (i64::from(picture.width()), i64::from(picture.height()));
    let (left, top) = (corner(picture.width() as usize, columns), corner(picture.height() as usize, rows));
    let mut values = vec![0.0; 3 * side * side];
    for row in 0..side {
        for column in 0..side {
            let (x, y) = (left + (column * columns / side) as i64, top + (row * rows / side) as i64);
            if black_beyond && !((0..width).contains(&x) && (0..height).contains(&y)) {
                continue;
            }
            let Rgb(pixel) = picture.get_pixel(x.clamp(0, width - 1) as u32, y.clamp(0, height - 1) as u32);
            for (channel, value) in pixel.iter().enumerate() {
                values[(channel * side + row) * side + column] = *value;
            }
        }
    }
    Planes { side, values }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::picture::planes::{RgbImage, to_float};

    #[test]
    fn a_crop_of_the_whole_is_the_whole() {
        let picture = RgbImage::from_fn(10, 10, |x, y| Rgb([x as u8 * 20, y as u8 * 20, 7]));
        let planes = resize_and_crop(&to_float(&picture), 10, 10);
        assert_eq!(planes.to_picture(), picture);
        assert_eq!(planes.crop(0, 0, 10), planes);
    }

    #[test]
    fn a_crop_beyond_the_picture_repeats_its_edge() {
        let picture = RgbImage::from_fn(8, 8, |x, _| Rgb([x as u8 * 30; 3]));
        let planes = resize_and_crop(&to_float(&picture), 8, 12);
        let first_row: Vec<u8> = planes.values[..12].iter().map(|v| (v * 255.0).round() as u8).collect();
        assert_eq!(first_row, [0, 0, 0, 30, 60, 90, 120, 150, 180, 210, 210, 210]);
    }
}
