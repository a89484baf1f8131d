//! Where a place of the photo lies in the square that the model sees.

use crate::image::{corner, scaled};

/// A box in pixels, right and bottom exclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct PixelBox {
    /// First column.
    pub left: usize,
    /// First row.
    pub top: usize,
    /// Column after the last.
    pub right: usize,
    /// Row after the last.
    pub bottom: usize,
}

impl PixelBox {
    /// Its area, in pixels.
    pub fn area(&self) -> usize {
        (self.right - self.left) * (self.bottom - self.top)
    }

    /// Whether a pixel lies in it.
    pub fn holds(&self, row: usize, column: usize) -> bool {
        (self.top..self.bottom).contains(&row) && (self.left..self.right).contains(&column)
    }

    /// Area of what both cover over area of what either covers.
    pub fn overlap(&self, other: &Self) -> f32 {
        let length = |a: (usize, usize), b: (usize, usize)| a.1.min(b.1).saturating_sub(a.0.max(b.0));
        let width = length((self.left, self.right), (other.left, other.right));
        let both = width * length((self.top, self.bottom), (other.top, other.bottom));
        both as f32 / (self.area() + other.area() - both) as f32
    }

    /// The tight box around the pixels of a square map for which `inside` holds; `None` if for none.
    pub fn around(side: usize, inside: impl Fn(usize) -> bool) -> Option<Self> {
        let mut found: Option<Self> = None;
        for i in (0..side * side).filter(|&i| inside(i)) {
            let (row, column) = (i / side, i % side);
            let seen = found.unwrap_or(Self { left: column, top: row, right: 0, bottom: 0 });
            found = Some(Self {
                left: seen.left.min(column),
                top: seen.top.min(row),
                right: seen.right.max(column + 1),
                bottom: seen.bottom.max(row + 1),
            });
        }
        found
    }
}

/// The resize of the shorter side and the central crop, as [`crate::image::resize_and_crop`] makes them.
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

    const UNIT: PixelBox = PixelBox { left: 0, top: 0, right: 2, bottom: 2 };

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

    #[test]
    fn overlaps_are_intersection_over_union() {
        assert_eq!(UNIT.overlap(&UNIT), 1.0);
        assert_eq!(UNIT.overlap(&PixelBox { left: 1, top: 0, right: 3, bottom: 2 }), 2.0 / 6.0);
        assert_eq!(UNIT.overlap(&PixelBox { left: 2, top: 0, right: 3, bottom: 2 }), 0.0);
    }

    #[test]
    fn the_tight_box_holds_all_and_no_more() {
        let found = PixelBox::around(4, |i| i == 6 || i == 9);
        assert_eq!(found, Some(PixelBox { left: 1, top: 1, right: 3, bottom: 3 }));
        assert_eq!(PixelBox::around(4, |_| false), None);
    }
}
