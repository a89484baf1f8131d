//! Boxes of pixels: a box around the evidence of a map, a box to delete, or an annotated box.

/// A box in pixels. Its right and bottom edges are exclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
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
    /// Returns the area, in pixels.
    pub fn area(&self) -> usize {
        (self.right - self.left) * (self.bottom - self.top)
    }

    /// Returns whether a pixel lies in the box.
    pub fn holds(&self, row: usize, column: usize) -> bool {
        (self.top..self.bottom).contains(&row) && (self.left..self.right).contains(&column)
    }

    /// Returns the intersection over union of two boxes, in [0, 1].
    pub fn overlap(&self, other: &Self) -> f32 {
        let length = |a: (usize, usize), b: (usize, usize)| a.1.min(b.1).saturating_sub(a.0.max(b.0));
        let width = length((self.left, self.right), (other.left, other.right));
        let both = width * length((self.top, self.bottom), (other.top, other.bottom));
        both as f32 / (self.area() + other.area() - both) as f32
    }

    /// Returns the tight box around the pixels of a square map for which `inside` holds; `None` if there are none.
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

#[cfg(test)]
mod tests {
    use super::*;

    const UNIT: PixelBox = PixelBox { left: 0, top: 0, right: 2, bottom: 2 };

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
