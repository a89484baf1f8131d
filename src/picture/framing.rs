//! Where a place of the photo lies in the square that the model sees.

use super::resize::{corner, scaled};
use crate::pixel_box::PixelBox;

/// The resize of the shorter side and the central crop, as [`crate::picture::resize_and_crop`] makes them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Framing {
    scale: [f32; 2],
    corner: [f32; 2],
    side: usize,
}

impl Framing {
    /// For a photo of this size.
    pub fn new(width: u32, height: u32, resize: usize, side: usize) -> Self {
        let shorter = width.min(height) as usize;
        let resized = [width, height].map(|length| scaled(length as usize, shorter, resize));
        Self {
            scale: [resized[0] as f32 / width as f32, resized[1] as f32 / height as f32],
            corner: resized.map(|length| corner(length, side) as f32),
            side,
        }
    }

    /// A box `[left, top, right, bottom]` of the photo, in the square; `None` if the crop leaves nothing of it.
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
        let framing = Framing::new(400, 200, 100, 100);
        assert_eq!(
            framing.place([120.0, 20.0, 200.0, 100.0]),
            Some(PixelBox { left: 10, top: 10, right: 50, bottom: 50 })
        );
        assert_eq!(framing.place([0.0, 0.0, 90.0, 200.0]), None);
    }
}
