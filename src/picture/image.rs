//! Pictures: decode, resize, crop, pixels ↔ planes.

use image::imageops::{self, FilterType};
use image::{DynamicImage, ImageDecoder, Rgb, Rgb32FImage};

use crate::error::{Error, ErrorKind, Result};

/// A picture: 8-bit sRGB, row by row.
pub use image::RgbImage;

/// The most pixels a picture may have: a 40-megapixel camera's. Beyond it memory, not the method, is the limit.
pub const MAX_PIXELS: u64 = 40_000_000;
/// The shortest side that holds anything to explain.
pub const MIN_SIDE: u32 = 8;

/// Refuses a picture whose size is out of bounds, before it is decoded.
///
/// # Errors
/// [`ErrorKind::Image`] with the figure.
pub fn check_size(width: u32, height: u32) -> Result<()> {
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(image_error(format!(
            "the picture has {width} × {height} pixels, more than the {} million that fit; make it smaller first",
            MAX_PIXELS / 1_000_000
        )));
    }
    if width.min(height) < MIN_SIDE {
        return Err(image_error(format!(
            "the picture has {width} × {height} pixels; at least {MIN_SIDE} on each side are needed"
        )));
    }
    Ok(())
}

/// Decodes PNG or JPEG: rotated as EXIF says, transparency laid on white.
///
/// # Errors
/// [`ErrorKind::Image`] naming what is wrong with the file.
pub fn decode(bytes: &[u8]) -> Result<RgbImage> {
    let reader = image::ImageReader::new(std::io::Cursor::new(bytes)).with_guessed_format().map_err(broken)?;
    if reader.format().is_none() {
        return Err(image_error("this is not a picture this program reads; give it a PNG or JPEG file".into()));
    }
    let mut decoder = reader.into_decoder().map_err(broken)?;
    let (width, height) = decoder.dimensions();
    check_size(width, height)?;
    let orientation = decoder.orientation().map_err(broken)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(broken)?;
    picture.apply_orientation(orientation);
    Ok(on_white(picture))
}

fn broken(cause: impl std::fmt::Display) -> Error {
    image_error(format!(
        "the picture cannot be decoded ({cause}); the file is damaged or cut short, or not a PNG or JPEG"
    ))
}

fn image_error(sentence: String) -> Error {
    Error::new(ErrorKind::Image, sentence)
}

fn on_white(picture: DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.to_rgb8();
    }
    let rgba = picture.to_rgba8();
    from_rgba(rgba.as_raw(), rgba.width(), rgba.height())
}

/// A picture from RGBA bytes, transparency laid on white.
pub fn from_rgba(rgba: &[u8], width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        let at = 4 * (y as usize * width as usize + x as usize);
        let alpha = u32::from(rgba[at + 3]);
        let over = |c: u8| ((u32::from(c) * alpha + 255 * (255 - alpha) + 127) / 255) as u8;
        Rgb([over(rgba[at]), over(rgba[at + 1]), over(rgba[at + 2])])
    })
}

/// A picture as `f32` in [0, 1].
pub fn to_float(picture: &RgbImage) -> Rgb32FImage {
    let values = picture.as_raw().iter().map(|&v| f32::from(v) / 255.0).collect();
    Rgb32FImage::from_raw(picture.width(), picture.height(), values).expect("as many values as before")
}

/// A picture as three planes `[3, side, side]`, in [0, 1].
#[derive(Clone, Debug, PartialEq)]
pub struct Planes {
    /// Side of the square, in pixels.
    pub side: usize,
    /// Red, green, blue, each row by row.
    pub values: Vec<f32>,
}

impl Planes {
    /// Of a square picture.
    pub fn of(picture: &RgbImage) -> Self {
        let side = picture.width() as usize;
        debug_assert_eq!(picture.width(), picture.height(), "planes are square");
        let bytes = picture.as_raw();
        let plane = |c: usize| bytes.iter().skip(c).step_by(3).map(|&v| f32::from(v) / 255.0);
        Self { side, values: (0..3).flat_map(plane).collect() }
    }

    /// The square of `side` pixels whose corner lies at (`top`, `left`).
    pub fn crop(&self, top: usize, left: usize, side: usize) -> Self {
        let values = (0..3 * side)
            .flat_map(|i| {
                let (channel, row) = (i / side, i % side);
                let start = (channel * self.side + top + row) * self.side + left;
                self.values[start..start + side].iter().copied()
            })
            .collect();
        Self { side, values }
    }

    /// As an 8-bit picture.
    pub fn to_picture(&self) -> RgbImage {
        let plane = self.side * self.side;
        RgbImage::from_fn(self.side as u32, self.side as u32, |x, y| {
            let at = y as usize * self.side + x as usize;
            Rgb(std::array::from_fn(|c| (self.values[c * plane + at].clamp(0.0, 1.0) * 255.0).round() as u8))
        })
    }
}

/// Resizes so that the shorter side is `resize` (antialiased triangle filter, as Pillow's BILINEAR),
/// then crops the central square of `side`; where that reaches beyond the picture its edge is repeated.
pub fn resize_and_crop(picture: &Rgb32FImage, resize: usize, side: usize) -> Planes {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let size = [width, height].map(|length| scaled(length, width.min(height), resize) as u32);
    let resized = if size == [picture.width(), picture.height()] {
        picture.clone()
    } else {
        imageops::resize(picture, size[0], size[1], FilterType::Triangle)
    };
    central_planes(&resized, side)
}

/// What `length` becomes where `shorter` becomes `resize`, to the nearest pixel.
pub(crate) fn scaled(length: usize, shorter: usize, resize: usize) -> usize {
    ((length * resize) as f64 / shorter as f64).round() as usize
}

/// Where the central `side` pixels of `length` begin, rounded down; negative where there are fewer.
pub(crate) fn corner(length: usize, side: usize) -> i64 {
    (length as i64 - side as i64).div_euclid(2)
}

fn central_planes(picture: &Rgb32FImage, side: usize) -> Planes {
    let (left, top) = (corner(picture.width() as usize, side), corner(picture.height() as usize, side));
    let mut values = vec![0.0; 3 * side * side];
    for row in 0..side {
        for column in 0..side {
            let x = (left + column as i64).clamp(0, i64::from(picture.width()) - 1) as u32;
            let y = (top + row as i64).clamp(0, i64::from(picture.height()) - 1) as u32;
            let Rgb(pixel) = picture.get_pixel(x, y);
            for (channel, value) in pixel.iter().enumerate() {
                values[(channel * side + row) * side + column] = *value;
            }
        }
    }
    Planes { side, values }
}

/// Encodes a picture as PNG.
///
/// # Errors
/// [`ErrorKind::Image`] if the encoder fails, which only lack of memory makes it do.
pub fn to_png(picture: &RgbImage) -> Result<Vec<u8>> {
    let mut bytes = std::io::Cursor::new(vec![]);
    picture.write_to(&mut bytes, image::ImageFormat::Png).map_err(broken)?;
    Ok(bytes.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;

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

    #[test]
    fn transparency_is_laid_on_white() {
        let picture = from_rgba(&[0, 0, 0, 0, 10, 20, 30, 255], 2, 1);
        assert_eq!(picture.as_raw(), &[255, 255, 255, 10, 20, 30]);
    }

    #[test]
    fn sizes_out_of_bounds_are_refused_with_the_figure() {
        assert!(check_size(12_000, 9_000).is_err_and(|e| e.to_string().contains("12000 × 9000")));
        assert!(check_size(1, 1).is_err_and(|e| e.to_string().contains("1 × 1")));
        assert!(check_size(4000, 3000).is_ok());
    }
}
