//! Colour maps and overlays.

use image::{Rgb, RgbImage};

use crate::map::Map;

/// A colour map. Never jet: it draws borders where there are none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ColourMap {
    /// Dark blue to yellow, even to the eye and readable by the colour-blind.
    #[default]
    Viridis,
    /// Black to pale yellow.
    Inferno,
    /// Black to white.
    Grey,
}

/// The share of the heat map in an overlay, unless another is chosen.
pub const OPACITY: f32 = 0.65;

/// Points of the maps at equal distances; values between are interpolated.
/// Viridis and inferno: N. Smith and S. van der Walt, CC0.
const VIRIDIS: [[u8; 3]; 9] = [
    [68, 1, 84],
    [71, 44, 122],
    [59, 81, 139],
    [44, 113, 142],
    [33, 144, 141],
    [39, 173, 129],
    [92, 200, 99],
    [170, 220, 50],
    [253, 231, 37],
];
const INFERNO: [[u8; 3]; 9] = [
    [0, 0, 4],
    [31, 12, 72],
    [85, 15, 109],
    [136, 34, 106],
    [186, 54, 85],
    [227, 89, 51],
    [249, 140, 10],
    [249, 201, 50],
    [252, 255, 164],
];

impl ColourMap {
    /// Returns the map of a name.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "viridis" => Some(Self::Viridis),
            "inferno" => Some(Self::Inferno),
            "grey" => Some(Self::Grey),
            _ => None,
        }
    }

    /// Returns the colour of a value in [0, 1].
    pub fn colour(self, value: f32) -> [u8; 3] {
        let value = value.clamp(0.0, 1.0);
        let points = match self {
            Self::Viridis => &VIRIDIS,
            Self::Inferno => &INFERNO,
            Self::Grey => return [(value * 255.0).round() as u8; 3],
        };
        let at = value * (points.len() - 1) as f32;
        let low = (at as usize).min(points.len() - 2);
        let part = at - low as f32;
        std::array::from_fn(|c| {
            (f32::from(points[low][c]) * (1.0 - part) + f32::from(points[low + 1][c]) * part).round() as u8
        })
    }
}

/// Lays evidence `[S, S]` in [0, 1] over a picture of that size; the opacity lies in [0, 1].
pub fn heatmap(picture: &RgbImage, evidence: &Map, map: ColourMap, opacity: f32) -> RgbImage {
    let width = picture.width() as usize;
    RgbImage::from_fn(picture.width(), picture.height(), |x, y| {
        let colour = map.colour(evidence.values[y as usize * width + x as usize]);
        let below = picture.get_pixel(x, y).0;
        Rgb(std::array::from_fn(|c| {
            (f32::from(colour[c]) * opacity + f32::from(below[c]) * (1.0 - opacity)).round() as u8
        }))
    })
}

/// Returns a mask in [0, 1] as a grey picture: white keeps, black deletes.
pub fn mask_picture(mask: &Map) -> RgbImage {
    let side = mask.side as u32;
    RgbImage::from_fn(side, side, |x, y| Rgb(ColourMap::Grey.colour(mask.values[(y * side + x) as usize])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn maps_begin_and_end_where_they_should_and_brighten_between() {
        assert_eq!(ColourMap::Viridis.colour(0.0), [68, 1, 84]);
        assert_eq!(ColourMap::Viridis.colour(1.0), [253, 231, 37]);
        for map in [ColourMap::Viridis, ColourMap::Inferno, ColourMap::Grey] {
            let luma =
                |v: f32| map.colour(v).iter().zip([0.299, 0.587, 0.114]).map(|(c, w)| f32::from(*c) * w).sum::<f32>();
            let rising = (0..100).all(|i| luma(i as f32 / 100.0) <= luma((i + 1) as f32 / 100.0) + 0.6);
            assert!(rising, "{map:?}");
        }
    }

    #[test]
    fn without_opacity_the_picture_stays() {
        let picture = RgbImage::from_fn(4, 4, |x, y| Rgb([x as u8, y as u8, 9]));
        assert_eq!(heatmap(&picture, &Map::constant(4, 0.7), ColourMap::Viridis, 0.0), picture);
    }
}
