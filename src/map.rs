//! A map over a picture: one value for each pixel.
//!
//! Every result about a picture is a map: a mask, its evidence, the order of the pixels. What can be computed from any
//! of them is in this file.

use serde::{Deserialize, Serialize};

use crate::pixel_box::PixelBox;

/// A value for each pixel of a square.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Map {
    /// Side of the square, in pixels.
    pub side: usize,
    /// The values row by row, `[S, S]`.
    pub values: Vec<f32>,
}

impl Map {
    /// Makes the map of these values, given row by row. Their number is the square of the side.
    pub fn new(values: Vec<f32>) -> Self {
        let side = values.len().isqrt();
        debug_assert_eq!(side * side, values.len(), "a map is square");
        Self { side, values }
    }

    /// Makes a map of one value everywhere.
    pub fn constant(side: usize, value: f32) -> Self {
        Self { side, values: vec![value; side * side] }
    }

    /// Makes a map from a function of each pixel's number, counted row by row.
    pub fn from_fn(side: usize, value: impl Fn(usize) -> f32) -> Self {
        Self { side, values: (0..side * side).map(value).collect() }
    }

    /// Makes a map that is 1 where the condition holds for (row, column), and 0 elsewhere.
    pub fn indicator(side: usize, inside: impl Fn(usize, usize) -> bool) -> Self {
        Self::from_fn(side, |i| if inside(i / side, i % side) { 1.0 } else { 0.0 })
    }

    /// Returns 1 − v for each value.
    #[must_use]
    pub fn complement(&self) -> Self {
        self.mapped(|v| 1.0 - v)
    }

    /// Applies a function to each value.
    #[must_use]
    pub fn mapped(&self, function: impl Fn(f32) -> f32) -> Self {
        Self { side: self.side, values: self.values.iter().map(|&v| function(v)).collect() }
    }

    /// Returns the mean of the values.
    pub fn mean(&self) -> f32 {
        self.values.iter().sum::<f32>() / self.values.len() as f32
    }

    /// Returns the least and the largest value.
    pub fn range(&self) -> (f32, f32) {
        range(&self.values)
    }

    /// Returns the least value plus `level` times the range of the values.
    pub fn threshold(&self, level: f32) -> f32 {
        let (least, largest) = self.range();
        least + level * (largest - least)
    }

    /// Returns the share of the pixels whose value is above `value`, in [0, 1].
    pub fn share_above(&self, value: f32) -> f32 {
        self.values.iter().filter(|&&v| v > value).count() as f32 / self.values.len() as f32
    }

    /// Returns a map that is 1 where the value is above `value`, and 0 elsewhere.
    #[must_use]
    pub fn cut(&self, value: f32) -> Self {
        self.mapped(|v| if v > value { 1.0 } else { 0.0 })
    }

    /// Returns the numbers of the pixels, ordered by falling value. Of equal values, the earlier pixel comes first.
    pub fn order(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.values.len()).collect();
        order.sort_by(|&a, &b| self.values[b].total_cmp(&self.values[a]));
        order
    }

    /// Returns the number of the first pixel with the largest value, counted row by row.
    pub fn maximum(&self) -> usize {
        let mut best = 0;
        for (i, value) in self.values.iter().enumerate() {
            if *value > self.values[best] {
                best = i;
            }
        }
        best
    }

    /// Returns the tight box around the pixels whose value is at least `value`; `None` if there are none.
    pub fn tight_box(&self, value: f32) -> Option<PixelBox> {
        PixelBox::around(self.side, |i| self.values[i] >= value)
    }

    /// Returns the tight boxes around the pixels with v − min v ≥ α (max v − min v), for α = 0, 1/levels, …, the
    /// smallest box first. Each box is returned once.
    pub fn level_boxes(&self, levels: usize) -> Vec<PixelBox> {
        let (least, largest) = self.range();
        let span = largest - least;
        let at = |level: usize| {
            let alpha = level as f32 / levels as f32;
            PixelBox::around(self.side, |i| self.values[i] - least >= alpha * span)
        };
        let mut boxes: Vec<PixelBox> = (0..levels).filter_map(at).collect();
        boxes.sort_by_key(|b| (b.area(), b.left, b.top, b.right, b.bottom));
        boxes.dedup();
        boxes
    }

    /// Returns the intersection over union of the pixels that reach a threshold with the truth `[S, S]`, in [0, 1]. It
    /// is that of the best of 100 thresholds, spread over the range of the values.
    pub fn best_overlap(&self, truth: &[bool]) -> f32 {
        (1..=100).map(|level| self.overlap(self.threshold(level as f32 / 100.0), truth)).fold(0.0, f32::max)
    }

    fn overlap(&self, threshold: f32, truth: &[bool]) -> f32 {
        let (mut both, mut either) = (0, 0);
        for (value, &inside) in self.values.iter().zip(truth) {
            both += usize::from(*value >= threshold && inside);
            either += usize::from(*value >= threshold || inside);
        }
        both as f32 / either.max(1) as f32
    }

    /// Returns Spearman's rank correlation with another map of the same size, in [−1, 1].
    pub fn correlation(&self, other: &Self) -> f64 {
        rank_correlation(&self.values, &other.values)
    }
}

/// Returns the least and the largest of some values.
pub fn range(values: &[f32]) -> (f32, f32) {
    values.iter().fold((f32::INFINITY, f32::NEG_INFINITY), |(least, largest), v| (least.min(*v), largest.max(*v)))
}

/// Returns Spearman's rank correlation of two lists of the same length, in [−1, 1]. Ties share their mean rank. The
/// correlation is 0 if either list is constant.
pub fn rank_correlation(a: &[f32], b: &[f32]) -> f64 {
    pearson(&ranks(a), &ranks(b))
}

/// Returns the mean of maps at each pixel. The maps have the same size, and there is at least one.
pub fn mean_of(maps: &[Map]) -> Map {
    Map::from_fn(maps[0].side, |i| maps.iter().map(|map| map.values[i]).sum::<f32>() / maps.len() as f32)
}

/// Returns the mean rank correlation over all pairs of maps; NaN for fewer than two maps.
pub fn mean_pairwise_correlation(maps: &[Map]) -> f64 {
    let ranks: Vec<Vec<f64>> = maps.iter().map(|map| ranks(&map.values)).collect();
    let pairs = (0..ranks.len()).flat_map(|i| (0..i).map(move |j| (i, j)));
    let all: Vec<f64> = pairs.map(|(i, j)| pearson(&ranks[i], &ranks[j])).collect();
    all.iter().sum::<f64>() / all.len() as f64
}

fn ranks(values: &[f32]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&i, &j| values[i].total_cmp(&values[j]));
    let mut ranks = vec![0.0; values.len()];
    let mut start = 0;
    for tied in order.chunk_by(|&i, &j| values[i] == values[j]) {
        let mean = start as f64 + (tied.len() - 1) as f64 / 2.0;
        tied.iter().for_each(|&i| ranks[i] = mean);
        start += tied.len();
    }
    ranks
}

fn pearson(a: &[f64], b: &[f64]) -> f64 {
    let mean = |v: &[f64]| v.iter().sum::<f64>() / v.len() as f64;
    let (ma, mb) = (mean(a), mean(b));
    let product: f64 = a.iter().zip(b).map(|(x, y)| (x - ma) * (y - mb)).sum();
    let squares = |v: &[f64], m: f64| v.iter().map(|x| (x - m).powi(2)).sum::<f64>();
    let scale = (squares(a, ma) * squares(b, mb)).sqrt();
    if scale > 0.0 { product / scale } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_order_counts_in_a_rank_correlation() {
        assert!((rank_correlation(&[1.0, 2.0, 3.0, 10.0], &[0.1, 0.2, 0.9, 1.0]) - 1.0).abs() < 1e-12);
        assert!((rank_correlation(&[1.0, 2.0, 3.0], &[3.0, 2.0, 1.0]) + 1.0).abs() < 1e-12);
        assert_eq!(rank_correlation(&[1.0, 1.0, 1.0], &[3.0, 2.0, 1.0]), 0.0);
        // Ranks 1, 2.5, 2.5, 4 against 1, 2, 3, 4: 4.5 / √(4.5 · 5).
        let tied = rank_correlation(&[1.0, 2.0, 2.0, 4.0], &[1.0, 2.0, 3.0, 4.0]);
        assert!((tied - 4.5 / (4.5f64 * 5.0).sqrt()).abs() < 1e-12, "{tied}");
    }

    #[test]
    fn pairs_of_maps_are_averaged() {
        let rising = Map::new(vec![1.0, 2.0, 3.0, 4.0]);
        let maps = [rising.clone(), rising.clone(), rising.complement()];
        assert!((mean_pairwise_correlation(&maps) + 1.0 / 3.0).abs() < 1e-12);
    }

    #[test]
    fn boxes_grow_as_the_level_falls() {
        // 0 1 / 2 4: α up to .25 boxes three pixels, so all; up to .5 the lower row; above the last alone; 0 all.
        let boxes = Map::new(vec![0.0, 1.0, 2.0, 4.0]).level_boxes(100);
        assert_eq!(boxes.iter().map(PixelBox::area).collect::<Vec<_>>(), [1, 2, 4]);
    }

    #[test]
    fn the_best_overlap_is_found() {
        let map = Map::new(vec![0.0, 0.0, 0.0, 0.0, 4.0, 1.0, 0.0, 2.0, 1.0]);
        let truth: Vec<bool> = (0..9).map(|i| i == 4 || i == 7).collect();
        assert_eq!(map.best_overlap(&truth), 1.0);
        let other: Vec<bool> = (0..9).map(|i| i == 0).collect();
        assert_eq!(map.best_overlap(&other), 0.0);
    }

    #[test]
    fn pixels_are_ordered_by_value_and_then_by_place() {
        let map = Map::new(vec![1.0, 3.0, 1.0, 2.0]);
        assert_eq!(map.order(), [1, 3, 0, 2]);
        assert_eq!((map.maximum(), map.range(), map.threshold(0.5)), (1, (1.0, 3.0), 2.0));
        assert_eq!(map.share_above(1.0), 0.5);
        assert_eq!(map.tight_box(2.0), Some(PixelBox { left: 1, top: 0, right: 2, bottom: 2 }));
    }
}
