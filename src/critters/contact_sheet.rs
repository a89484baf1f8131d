//! Contact sheets, for a look at every kind in the same scenes.

use super::part::Part;
use super::{Critter, Kind, SIZE, World, draw, files};
use crate::Result;
use image::{Rgb, RgbImage, imageops};
use std::path::Path;

/// One colour for each part, in the order of [`Part::ALL`].
const COLOURS: [[u8; 3]; Part::COUNT] =
    [[255, 220, 0], [235, 30, 30], [30, 60, 255], [255, 0, 220], [0, 190, 80], [0, 210, 250], [160, 90, 0]];

/// Writes `kinds.png` (a row a kind, a column a scene), `scenes.png` (the pictures of successive
/// seeds) and `parts.png` (the first with each part coloured).
pub fn write(out: &Path, seed: u64, scenes: usize, world: &World) -> Result<()> {
    let alone = World { second: 0.0, ..*world };
    let kinds = sheet(scenes, |row, column| draw(seed + column, &alone.of(Kind::ALL[row as usize])).picture);
    files::save(&kinds, &out.join("kinds.png"))?;
    let succession = sheet(scenes, |row, column| draw(seed + row * scenes as u64 + column, world).picture);
    files::save(&succession, &out.join("scenes.png"))?;
    let parts = sheet(scenes, |row, column| overlay(&draw(seed + column, &alone.of(Kind::ALL[row as usize]))));
    files::save(&parts, &out.join("parts.png"))
}

fn sheet(columns: usize, cell: impl Fn(u64, u64) -> RgbImage) -> RgbImage {
    let side = SIZE as u32;
    let mut sheet = RgbImage::new(columns as u32 * side, Kind::ALL.len() as u32 * side);
    for row in 0..Kind::ALL.len() as u64 {
        for column in 0..columns as u64 {
            imageops::replace(
                &mut sheet,
                &cell(row, column),
                (column * SIZE as u64) as i64,
                (row * SIZE as u64) as i64,
            );
        }
    }
    sheet
}

/// Returns the picture with each part of its main animal coloured.
pub fn overlay(critter: &Critter) -> RgbImage {
    let mut picture = critter.picture.clone();
    for (part, colour) in Part::ALL.into_iter().zip(COLOURS) {
        let cover = critter.main().part(part).values();
        for (Rgb(pixel), &share) in picture.pixels_mut().zip(cover) {
            for (value, colour) in pixel.iter_mut().zip(colour) {
                let step = (i32::from(colour) - i32::from(*value)) * i32::from(share) * 6 / 2550;
                *value = (i32::from(*value) + step) as u8;
            }
        }
    }
    picture
}
