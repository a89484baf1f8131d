//! How a photo becomes the square that a model sees, and where a point of the photo lies in that square.

use image::{Rgb32FImage, RgbImage};

use serde::{Deserialize, Serialize};

use super::planes::{Planes, to_float};
use super::resize::{central_spread, corner, resize_and_crop, resized_to, scaled};
use crate::pixel_box::PixelBox;

/// How a photo of other proportions is fitted to the model's input.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum ResizeRule {
    /// Keeps the proportions until the photo covers the input, and crops the rest on both sides.
    #[default]
    Crop,
    /// Resizes each side separately.
    Stretch,
    /// Keeps the proportions until the photo lies inside the input, and fills the rest with black.
    Pad,
}

impl ResizeRule {
    /// Whether this is [`ResizeRule::Crop`], the usual rule.
    pub(crate) fn is_crop(&self) -> bool {
        *self == Self::Crop
    }
}

/// The resize of the shorter side and the central crop that a model was trained with, in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Framing {
    /// Length that the shorter side of a photo is resized to.
    pub resize: usize,
    /// Side of the square that is cropped from the centre, or to which the model's own picture is spread.
    pub side: usize,
    /// Rows and columns of the model's own picture; the longer of them is `side`, and pixels of the other are repeated
    /// until they fill the square.
    pub sides: [usize; 2],
    /// How a photo of other proportions is fitted to `sides`.
    pub rule: ResizeRule,
}

impl Framing {
    /// Returns the framing of a model that sees the whole of a square photo.
    pub fn whole(side: usize) -> Self {
        Self { resize: side, side, sides: [side, side], rule: ResizeRule::Crop }
    }

    /// Returns the same crop with `margin` pixels more on each axis, so that smaller crops of it are jittered views.
    #[must_use]
    pub fn with_margin(self, margin: usize) -> Self {
        let side = self.side + margin;
        let sides = self.sides.map(|length| (length * side + self.side / 2) / self.side);
        Self { side, sides, ..self }
    }

    /// Whether this is the resize of the shorter side and a square crop.
    fn is_plain(self) -> bool {
        self.rule == ResizeRule::Crop && self.sides == [self.side; 2]
    }

    /// Returns the size, in pixels, to which a photo of this width and height is resized before its centre is cropped.
    /// A margin enlarges the crop, not this size.
    fn resized(self, [width, height]: [f64; 2]) -> [u32; 2] {
        let zoom = self.resize as f64 / self.side as f64;
        let [rows, columns] = self.sides.map(|side| side as f64 * zoom);
        let (across, down) = (columns / width, rows / height);
        let scales = match self.rule {
            ResizeRule::Stretch => [across, down],
            ResizeRule::Crop => [across.max(down); 2],
            ResizeRule::Pad => [across.min(down); 2],
        };
        [width * scales[0], height * scales[1]].map(|length| (length.round() as u32).max(1))
    }

    /// Returns the square that the model sees of a photo, `[3, S, S]` in [0, 1].
    pub fn frame(self, photo: &RgbImage) -> Planes {
        self.frame_float(&to_float(photo))
    }

    /// Returns the square that the model sees of a photo in floating point.
    pub(super) fn frame_float(self, photo: &Rgb32FImage) -> Planes {
        if self.is_plain() {
            return resize_and_crop(photo, self.resize, self.side);
        }
        let size = self.resized([f64::from(photo.width()), f64::from(photo.height())]);
        central_spread(&resized_to(photo, size), self.sides, self.side, self.rule == ResizeRule::Pad)
    }

    /// Returns the map from points of a photo of this size to points of the square.
    pub fn placement(self, width: u32, height: u32) -> Placement {
        let [rows, columns] = self.sides;
        let resized = if self.is_plain() {
            let shorter = width.min(height) as usize;
            [width, height].map(|length| scaled(length as usize, shorter, self.resize))
        } else {
            self.resized([width, height].map(f64::from)).map(|length| length as usize)
        };
        // The factor from the model's own picture to the square.
        let spread = [columns, rows].map(|length| self.side as f32 / length as f32);
        let corners = [corner(resized[0], columns), corner(resized[1], rows)];
        Placement {
            scale: [resized[0] as f32 / width as f32 * spread[0], resized[1] as f32 / height as f32 * spread[1]],
            corner: [corners[0] as f32 * spread[0], corners[1] as f32 * spread[1]],
            side: self.side,
        }
    }
}

/// The map from the pixels of a photo to those of the square that a model sees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Placement {
    scale: [f32; 2],
    corner: [f32; 2],
    side: usize,
}

impl Placement {
    /// Returns a point `[x, y]` of the photo, in the square; it may lie outside of what the model sees.
    pub fn point(&self, photo: [f32; 2]) -> [f32; 2] {
        std::array::from_fn(|axis| photo[axis] * self.scale[axis] - self.corner[axis])
    }

    /// Returns a box `[left, top, right, bottom]` of the photo, in the square; `None` if the crop leaves nothing of it.
    pub fn place(&self, photo: [f32; 4]) -> Option<PixelBox> {
        let at = |value: f32, axis: usize| {
            (value * self.scale[axis] - self.corner[axis]).round().clamp(0.0, self.side as f32) as usize
        };
        let [left, top, right, bottom] = [at(photo[0], 0), at(photo[1], 1), at(photo[2], 0), at(photo[3], 1)];
        (left < right && top < bottom).then_some(PixelBox { left, top, right, bottom })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_is_scaled_and_cropped_with_its_photo() {
        // 400 × 200, shorter side to 100 and cropped to 100: half the size, 50 px off on each end.
        let placement = Framing::whole(100).placement(400, 200);
        assert_eq!(
            placement.place([120.0, 20.0, 200.0, 100.0]),
            Some(PixelBox { left: 10, top: 10, right: 50, bottom: 50 })
        );
        assert_eq!(placement.place([0.0, 0.0, 90.0, 200.0]), None);
        assert_eq!(placement.point([120.0, 20.0]), [10.0, 10.0]);
    }

    fn columns(planes: &Planes, row: usize) -> Vec<u8> {
        planes.values[row * planes.side..][..planes.side].iter().map(|v| (v * 255.0).round() as u8).collect()
    }

    /// A photo of 8 rows and 16 columns, each column of its own grey.
    fn ramp() -> RgbImage {
        RgbImage::from_fn(16, 8, |x, _| image::Rgb([x as u8 * 10; 3]))
    }

    #[test]
    fn a_picture_that_is_not_square_is_spread_by_repeating_pixels() {
        // The model sees 8 × 16 of the photo as it is; each row stands twice in the square.
        let framing = Framing { sides: [8, 16], ..Framing::whole(16) };
        let planes = framing.frame(&ramp());
        let wanted: Vec<u8> = (0..16).map(|x| x * 10).collect();
        assert!((0..16).all(|row| columns(&planes, row) == wanted));
        assert_eq!(
            framing.placement(16, 8).place([2.0, 1.0, 6.0, 3.0]),
            Some(PixelBox { left: 2, top: 2, right: 6, bottom: 6 })
        );
    }

    #[test]
    fn the_rules_cut_squeeze_or_pad() {
        let framing = |rule| Framing { rule, ..Framing::whole(8) };
        assert_eq!(columns(&framing(ResizeRule::Crop).frame(&ramp()), 0), [40, 50, 60, 70, 80, 90, 100, 110]);
        let squeezed = columns(&framing(ResizeRule::Stretch).frame(&ramp()), 3);
        assert!(squeezed[0] < 15 && squeezed[7] > 135 && squeezed.is_sorted(), "{squeezed:?}");
        let padded = framing(ResizeRule::Pad).frame(&RgbImage::from_pixel(16, 8, image::Rgb([200; 3])));
        let rows: Vec<u8> = (0..8).map(|row| columns(&padded, row)[4]).collect();
        assert_eq!(rows, [0, 0, 200, 200, 200, 200, 0, 0]);
        let placed = |rule| framing(rule).placement(16, 8).place([4.0, 0.0, 12.0, 8.0]);
        assert_eq!(placed(ResizeRule::Crop), Some(PixelBox { left: 0, top: 0, right: 8, bottom: 8 }));
        assert_eq!(placed(ResizeRule::Stretch), Some(PixelBox { left: 2, top: 0, right: 6, bottom: 8 }));
        assert_eq!(placed(ResizeRule::Pad), Some(PixelBox { left: 2, top: 2, right: 6, bottom: 6 }));
    }
}
