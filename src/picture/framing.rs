//! How a photo becomes the square that a model sees, and where a place of the photo lies in it.

use image::{Rgb32FImage, RgbImage};

use super::planes::{Planes, to_float};
use super::resize::{corner, resize_and_crop, scaled};
use crate::pixel_box::PixelBox;

/// The resize of the shorter side and the central crop that a model was trained with, in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Framing {
    /// Length that the shorter side of a photo is resized to.
    pub resize: usize,
    /// Side of the square that is cropped from its centre.
    pub side: usize,
}

impl Framing {
    /// Returns the framing of a model that sees the whole of a square photo.
    pub fn whole(side: usize) -> Self {
        Self { resize: side, side }
    }

    /// Returns the same crop with `margin` pixels more on each axis, so that smaller crops of it are jittered views.
    #[must_use]
    pub fn with_margin(self, margin: usize) -> Self {
        Self { side: self.side + margin, ..self }
    }

    /// Returns the square that the model sees of a photo, `[3, S, S]` in [0, 1].
    pub fn frame(self, photo: &RgbImage) -> Planes {
        self.frame_float(&to_float(photo))
    }

    /// Returns the same of a photo in floating point.
    pub(super) fn frame_float(self, photo: &Rgb32FImage) -> Planes {
        resize_and_crop(photo, self.resize, self.side)
    }

    /// Returns where the places of a photo of this size lie in the square.
    pub fn placement(self, width: u32, height: u32) -> Placement {
        let shorter = width.min(height) as usize;
        let resized = [width, height].map(|length| scaled(length as usize, shorter, self.resize));
        Placement {
            scale: [resized[0] as f32 / width as f32, resized[1] as f32 / height as f32],
            corner: resized.map(|length| corner(length, self.side) as f32),
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
    }
}
