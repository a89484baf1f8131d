//! The exact truth about a picture: the pixels of each part of each animal.

use super::canvas::{Layer, SIZE};

/// The coverage of pixels by something: 128 × 128 values row by row, 0 to 255.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cover(Vec<u8>);

impl Cover {
    /// The values, row by row.
    pub fn values(&self) -> &[u8] {
        &self.0
    }

    /// Which pixels are at least half covered, row by row.
    pub fn pixels(&self) -> Vec<bool> {
        self.0.iter().map(|&v| v >= 128).collect()
    }

    /// The covered area in pixels.
    pub fn area_px(&self) -> f32 {
        self.0.iter().map(|&v| f32::from(v)).sum::<f32>() / 255.0
    }

    /// The box `[left, top, right, bottom]` (right and bottom exclusive) around the pixels that are at least half
    /// covered.
    pub fn bounds(&self) -> Option<[u32; 4]> {
        let seen = |index: &usize| self.0[*index] >= 128;
        let columns = (0..self.0.len()).filter(seen).map(|i| (i % SIZE) as u32);
        let rows = (0..self.0.len()).filter(seen).map(|i| (i / SIZE) as u32);
        let (left, right) = (columns.clone().min()?, columns.max()? + 1);
        Some([left, rows.clone().min()?, right, rows.max()? + 1])
    }

    /// All pixels within `radius_px` of the covered ones (a square neighbourhood).
    #[must_use]
    pub fn dilated(&self, radius_px: usize) -> Self {
        let sideways = running_max(&self.0, radius_px, |line, i| line * SIZE + i);
        Self(running_max(&sideways, radius_px, |line, i| i * SIZE + line))
    }

    /// The union of the two covers.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        Self(self.0.iter().zip(&other.0).map(|(&a, &b)| a.max(b)).collect())
    }

    /// A layer as bytes.
    pub(super) fn of(layer: &Layer) -> Self {
        Self(layer.iter().map(|v| (v.clamp(0.0, 1.0) * 255.0 + 0.5) as u8).collect())
    }

    /// A cover from its values.
    pub(super) fn from_values(values: Vec<u8>) -> Self {
        Self(values)
    }
}

fn running_max(values: &[u8], radius: usize, index: impl Fn(usize, usize) -> usize) -> Vec<u8> {
    let mut out = vec![0; values.len()];
    for line in 0..SIZE {
        for i in 0..SIZE {
            let reach = i.saturating_sub(radius)..(i + radius + 1).min(SIZE);
            out[index(line, i)] = reach.map(|j| values[index(line, j)]).max().unwrap_or(0);
        }
    }
    out
}

/// A named place on an animal, in pixels; it may lie outside the picture or be hidden.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Keypoint {
    pub name: &'static str,
    pub x: f32,
    pub y: f32,
    /// Whether it is inside the picture and the animal is visible there.
    pub visible: bool,
}

impl Keypoint {
    /// A point of an animal that covers `whole`.
    pub(super) fn new(name: &'static str, at: (f32, f32), whole: &Cover) -> Self {
        let inside = |v: f32| (0.0..SIZE as f32).contains(&v);
        let seen = inside(at.0) && inside(at.1) && whole.0[at.1 as usize * SIZE + at.0 as usize] >= 128;
        Self { name, x: at.0, y: at.1, visible: seen }
    }
}
