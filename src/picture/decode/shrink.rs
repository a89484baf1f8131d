//! Shrinks a picture by a whole number, row by row: each pixel becomes the mean of a square of the larger picture.

use image::{DynamicImage, ImageBuffer, Pixel};

/// A sample of 8 or 16 bits.
pub(super) trait Sample: Copy + Into<u32> {
    /// The sample of this value, which is no larger than the sample can hold.
    fn of(value: u32) -> Self;
}

impl Sample for u8 {
    fn of(value: u32) -> Self {
        value as u8
    }
}

impl Sample for u16 {
    fn of(value: u32) -> Self {
        value as u16
    }
}

/// Takes rows and keeps their means; with a divisor of 1 it keeps the rows themselves.
pub(super) struct Shrinker<T> {
    divisor: usize,
    channels: usize,
    /// The sums of the rows that came since the last one was kept.
    sums: Vec<u32>,
    /// How many they are.
    rows: usize,
    kept: Vec<T>,
}

impl<T: Sample> Shrinker<T> {
    /// For rows of `width` pixels.
    pub(super) fn new(width: u32, channels: usize, divisor: u32) -> Self {
        let sums = vec![0; width.div_ceil(divisor) as usize * channels];
        Self { divisor: divisor as usize, channels, sums, rows: 0, kept: vec![] }
    }

    /// Takes the next row, pixel by pixel.
    pub(super) fn push(&mut self, row: &[T]) {
        if self.divisor == 1 {
            return self.kept.extend_from_slice(row);
        }
        let across = self.divisor * self.channels;
        for (sums, square) in self.sums.chunks_mut(self.channels).zip(row.chunks(across)) {
            add_pixels(sums, square);
        }
        self.rows += 1;
        if self.rows == self.divisor {
            self.keep(row.len() / self.channels);
        }
    }

    /// The samples of the smaller picture, given the larger one's width.
    pub(super) fn finish(mut self, width: u32) -> Vec<T> {
        if self.rows > 0 {
            self.keep(width as usize);
        }
        self.kept
    }

    /// Turns the sums into a row of means; the last square of a row may be narrower, the last row lower.
    fn keep(&mut self, width: usize) {
        for (at, sums) in self.sums.chunks_mut(self.channels).enumerate() {
            let across = self.divisor.min(width - at * self.divisor);
            let of = (across * self.rows) as u32;
            self.kept.extend(sums.iter().map(|sum| T::of((sum + of / 2) / of)));
            sums.fill(0);
        }
        self.rows = 0;
    }
}

fn add_pixels<T: Sample>(sums: &mut [u32], pixels: &[T]) {
    for pixel in pixels.chunks(sums.len()) {
        for (sum, &sample) in sums.iter_mut().zip(pixel) {
            *sum += sample.into();
        }
    }
}

/// A picture that was decoded whole, shrunk; floats become 16 bits.
pub(super) fn shrunk(picture: DynamicImage, divisor: u32) -> DynamicImage {
    if divisor == 1 {
        return picture;
    }
    match picture {
        DynamicImage::ImageLuma8(p) => means(&p, divisor).into(),
        DynamicImage::ImageLumaA8(p) => means(&p, divisor).into(),
        DynamicImage::ImageRgb8(p) => means(&p, divisor).into(),
        DynamicImage::ImageRgba8(p) => means(&p, divisor).into(),
        DynamicImage::ImageLuma16(p) => means(&p, divisor).into(),
        DynamicImage::ImageLumaA16(p) => means(&p, divisor).into(),
        DynamicImage::ImageRgb16(p) => means(&p, divisor).into(),
        DynamicImage::ImageRgba16(p) => means(&p, divisor).into(),
        other => means(&other.into_rgba16(), divisor).into(),
    }
}

fn means<P: Pixel<Subpixel: Sample>>(
    picture: &ImageBuffer<P, Vec<P::Subpixel>>,
    divisor: u32,
) -> ImageBuffer<P, Vec<P::Subpixel>> {
    let (width, height) = picture.dimensions();
    let channels = usize::from(P::CHANNEL_COUNT);
    let mut shrinker = Shrinker::new(width, channels, divisor);
    for row in picture.as_raw().chunks(width as usize * channels) {
        shrinker.push(row);
    }
    let size = [width, height].map(|length| length.div_ceil(divisor));
    ImageBuffer::from_raw(size[0], size[1], shrinker.finish(width)).expect("a row was kept for each that is due")
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{GrayImage, Luma};

    #[test]
    fn each_pixel_is_the_mean_of_its_square_and_the_last_ones_of_what_there_is() {
        let picture = GrayImage::from_fn(5, 3, |x, y| Luma([(10 * x + y) as u8]));
        let small = shrunk(picture.into(), 2).into_luma8();
        assert_eq!((small.dimensions(), small.as_raw().as_slice()), ((3, 2), [6, 26, 41, 7, 27, 42].as_slice()));
    }

    #[test]
    fn channels_are_kept_apart() {
        let picture = image::RgbImage::from_fn(4, 4, |x, _| image::Rgb([x as u8, 100, 200 + x as u8]));
        let small = shrunk(picture.into(), 4).into_rgb8();
        assert_eq!(small.as_raw().as_slice(), [2, 100, 202]);
    }
}
