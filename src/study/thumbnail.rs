//! Small pictures that a log keeps for its report, as text.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::map::Map;

/// Side of a small map, in pixels.
pub const MAP_SIDE: usize = 28;
/// Side of a small photo, in pixels.
#[cfg(feature = "cli")]
pub const PHOTO_SIDE: usize = 112;
/// Quality of a small photo as JPEG.
#[cfg(feature = "cli")]
const QUALITY: u8 = 80;

/// Shrinks a map in [0, 1] to [`MAP_SIDE`] and writes its values as bytes in base 64.
pub fn of_map(map: &Map) -> String {
    let side = map.side;
    let edge = |at: usize| at * side / MAP_SIDE;
    let span = |at: usize| edge(at)..edge(at + 1).max(edge(at) + 1).min(side);
    let mean = |i: usize| {
        let (rows, columns) = (span(i / MAP_SIDE), span(i % MAP_SIDE));
        let count = rows.len() * columns.len();
        let sum: f32 = rows.flat_map(|row| columns.clone().map(move |column| map.values[row * side + column])).sum();
        sum / count as f32
    };
    let byte = |i: usize| (mean(i).clamp(0.0, 1.0) * 255.0).round() as u8;
    STANDARD.encode((0..MAP_SIDE * MAP_SIDE).map(byte).collect::<Vec<u8>>())
}

/// Reads what [`of_map`] wrote; `None` of anything else.
pub fn to_map(text: &str) -> Option<Map> {
    let bytes = STANDARD.decode(text).ok().filter(|bytes| bytes.len() == MAP_SIDE * MAP_SIDE)?;
    Some(Map::new(bytes.into_iter().map(|byte| f32::from(byte) / 255.0).collect()))
}

#[cfg(feature = "cli")]
mod photo {
    use std::io::Cursor;

    use image::codecs::jpeg::JpegEncoder;
    use image::imageops::{FilterType, resize};
    use image::{ImageFormat, RgbImage};

    use super::{Engine, PHOTO_SIDE, QUALITY, STANDARD};
    use crate::picture::Framing;

    /// Shrinks what a model sees of a picture to [`PHOTO_SIDE`] and writes it as JPEG in base 64; `None` where it
    /// cannot be encoded.
    pub fn of_photo(picture: &RgbImage, framing: Framing) -> Option<String> {
        let seen = framing.frame(picture).to_picture();
        let small = resize(&seen, PHOTO_SIDE as u32, PHOTO_SIDE as u32, FilterType::Triangle);
        let mut bytes = Vec::new();
        JpegEncoder::new_with_quality(&mut Cursor::new(&mut bytes), QUALITY).encode_image(&small).ok()?;
        Some(STANDARD.encode(bytes))
    }

    /// Reads what [`of_photo`] wrote; `None` of anything else.
    pub fn to_photo(text: &str) -> Option<RgbImage> {
        let bytes = STANDARD.decode(text).ok()?;
        let read = image::load_from_memory_with_format(&bytes, ImageFormat::Jpeg).ok()?.to_rgb8();
        (read.dimensions() == (PHOTO_SIDE as u32, PHOTO_SIDE as u32)).then_some(read)
    }
}

#[cfg(feature = "cli")]
pub use photo::{of_photo, to_photo};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_map_is_shrunk_by_means_and_read_again() {
        for side in [28, 128, 224] {
            let map = Map::from_fn(side, |i| (i % side) as f32 / side as f32);
            let small = to_map(&of_map(&map)).expect("a small map");
            let middle = |column: usize| (column as f32 + 0.5) / MAP_SIDE as f32;
            let worst = (0..MAP_SIDE).map(|c| (small.values[c] - middle(c)).abs()).fold(0.0, f32::max);
            assert!(worst < 0.03, "{side}: {worst}");
        }
        assert_eq!(to_map("words"), None);
    }

    #[cfg(feature = "cli")]
    #[test]
    fn a_photo_is_shrunk_and_read_again() {
        let photo = image::RgbImage::from_fn(300, 200, |x, _| image::Rgb([if x < 150 { 20 } else { 220 }; 3]));
        let text = of_photo(&photo, crate::picture::Framing::whole(64)).expect("encoded");
        let small = to_photo(&text).expect("decoded");
        let (left, right) = (small.get_pixel(10, 50).0[0], small.get_pixel(100, 50).0[0]);
        assert!(left < 40 && right > 200, "{left} {right}");
        assert!(to_photo("AAAA").is_none());
    }
}
