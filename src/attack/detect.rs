//! Scores that should be higher for an attacked picture than for a clean one.
//!
//! - The rule f(x) = f(Tx): the largest change of the answer over three light edits, max_T ‖p(x) − p(Tx)‖₁. It needs no
//!   training. Its threshold is calibrated on clean pictures to a stated chance of flagging a further one. Reference:
//!   W. Xu, D. Evans and Y. Qi, "Feature squeezing", NDSS 2018, with other edits.
//! - The wide rule, for attacks that survive light edits: the mean change of the answer under all light edits, or the
//!   fall of its probability under many mixed edits ([`super::ensemble()`]), whichever is more unusual among clean
//!   pictures. The combination is this project's.
//! - Statistics of the mask alone, the experiment of \[MP\] section 5.5 with a logistic regression for its CNN.
//! - Baselines: the highest probability, and the area of the mask alone.

use super::Reading;
use super::views::Look;
use crate::map::Map;
use crate::rules::statistics::exceeded_by;

/// The chance with which a calibrated detector may flag a further clean picture.
pub const FALSE_POSITIVES: f64 = 0.05;
/// The light edits of the rule.
pub const RULE: [Look; 3] = [Look::Blur(1.5), Look::Jpeg(50), Look::Shift(5, 5)];

/// Returns the rule's score, in [0, 2].
pub fn rule(reading: &Reading) -> f32 {
    RULE.iter().filter_map(|&look| reading.after(look)).map(|looked| looked.change).fold(0.0, f32::max)
}

/// The wide rule: two signals, each in units of the values that clean pictures reach. It learns nothing from attacks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Wide {
    /// The value of each signal that [`FALSE_POSITIVES`] of the calibrating pictures exceed. A score above 1 means that
    /// one of the two signals is unusual among them. It is a unit and not a threshold, so any number of pictures will
    /// do.
    usual: [f64; 2],
}

/// Least value of a unit. Without it, on a model that light edits do not move at all, the smallest change would count.
const LEAST_UNIT: f64 = 0.02;

impl Wide {
    /// Reads the units off the [`wide_signals`] of clean pictures; `None` without any.
    pub fn calibrated(clean: impl Iterator<Item = [f64; 2]>) -> Option<Self> {
        let signals: Vec<[f64; 2]> = clean.collect();
        let unit = |of: usize| {
            let values: Vec<f64> = signals.iter().map(|signal| signal[of]).collect();
            Some(exceeded_by(&values, FALSE_POSITIVES)?.max(LEAST_UNIT))
        };
        Some(Self { usual: [unit(0)?, unit(1)?] })
    }

    /// Returns the score of a picture's [`wide_signals`], in those units.
    pub fn score(&self, [light, strong]: [f64; 2]) -> f64 {
        (light / self.usual[0]).max(strong / self.usual[1])
    }
}

/// Returns the two signals of the wide rule: the mean of ‖p(x) − p(Tx)‖₁ over the light edits, in [0, 2], and p(c)
/// minus its joint probability in many views, in [−1, 1]. A class that was not kept counts with the probability of the
/// last kept one. `None` if many views were not asked.
pub fn wide_signals(reading: &Reading) -> Option<[f64; 2]> {
    let answer = reading.answer();
    let kept = reading.ensemble.iter().find(|other| other.class == answer.class).or(reading.ensemble.last())?;
    let light = reading.looks.iter().map(|looked| f64::from(looked.change)).sum::<f64>() / reading.looks.len() as f64;
    Some([light, f64::from(answer.probability - kept.probability)]).filter(|_| !reading.looks.is_empty())
}

/// The names of [`statistics`].
pub const STATISTICS: [&str; 8] =
    ["area", "area at half", "largest", "variation", "entropy", "blobs", "largest blob", "spread"];

/// Computes statistics of the deleted part of a mask `[S, S]` (1 keeps, 0 deletes), without asking the model. They are
/// the mean; the share above half; the largest value; the mean total variation; the entropy over pixels as a share of
/// its maximum; the number of connected regions above half of the largest value; the largest region's share of all of
/// them; and the root mean square distance from the centre of gravity, as a share of the side.
pub fn statistics(mask: &Map) -> [f64; STATISTICS.len()] {
    let deleted = mask.complement().mapped(|v| v.clamp(0.0, 1.0));
    let (_, largest) = deleted.range();
    let blobs = if largest > 0.0 { blobs(&deleted.cut(0.5 * largest)) } else { vec![] };
    let all: usize = blobs.iter().sum();
    let share = blobs.iter().max().map_or(0.0, |&most| most as f64 / all as f64);
    [
        f64::from(deleted.mean()),
        f64::from(deleted.share_above(0.5)),
        f64::from(largest),
        variation(&deleted),
        entropy(&deleted),
        blobs.len() as f64,
        share,
        spread(&deleted),
    ]
}

/// Returns the mean of |dx| + |dy|.
fn variation(map: &Map) -> f64 {
    let side = map.side;
    let at = |row: usize, column: usize| map.values[row.min(side - 1) * side + column.min(side - 1)];
    let difference = |i: usize| {
        let (row, column) = (i / side, i % side);
        (at(row + 1, column) - at(row, column)).abs() + (at(row, column + 1) - at(row, column)).abs()
    };
    (0..side * side).map(|i| f64::from(difference(i))).sum::<f64>() / (side * side) as f64
}

/// Returns −Σ q log q / log N with q the values as shares of their sum; 0 where nothing is deleted.
fn entropy(map: &Map) -> f64 {
    let sum: f64 = map.values.iter().map(|&v| f64::from(v)).sum();
    if sum <= 0.0 {
        return 0.0;
    }
    let shares = map.values.iter().map(|&v| f64::from(v) / sum).filter(|&q| q > 0.0);
    -shares.map(|q| q * q.ln()).sum::<f64>() / (map.values.len() as f64).ln()
}

/// Returns the root mean square distance from the centre of gravity, in sides; 0 where nothing is deleted.
fn spread(map: &Map) -> f64 {
    let side = map.side;
    let sum: f64 = map.values.iter().map(|&v| f64::from(v)).sum();
    if sum <= 0.0 {
        return 0.0;
    }
    let mean = |of: &dyn Fn(f64, f64) -> f64| {
        let weighed = |(i, &v): (usize, &f32)| f64::from(v) * of((i / side) as f64, (i % side) as f64);
        map.values.iter().enumerate().map(weighed).sum::<f64>() / sum
    };
    let (row, column) = (mean(&|row, _| row), mean(&|_, column| column));
    mean(&|r, c| (r - row).powi(2) + (c - column).powi(2)).sqrt() / side as f64
}

/// Returns the sizes of the regions of 1, connected along rows and columns, in pixels.
fn blobs(region: &Map) -> Vec<usize> {
    let side = region.side;
    let mut left: Vec<bool> = region.values.iter().map(|&v| v > 0.5).collect();
    let mut sizes = vec![];
    for start in 0..left.len() {
        let mut pending = if std::mem::take(&mut left[start]) { vec![start] } else { continue };
        let mut size = 0;
        while let Some(at) = pending.pop() {
            size += 1;
            let (row, column) = (at / side, at % side);
            let near = [
                (row > 0).then(|| at - side),
                (row + 1 < side).then_some(at + side),
                (column > 0).then(|| at - 1),
                (column + 1 < side).then_some(at + 1),
            ];
            pending.extend(near.into_iter().flatten().filter(|&next| std::mem::take(&mut left[next])));
        }
        sizes.push(size);
    }
    sizes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attack::{Answer, Looked};

    /// A reading of answer 0 that light edits move by `light`, and of which many views leave `left` of .9.
    fn reading(light: f32, left: Option<f32>) -> Reading {
        let answer = |probability| Answer { class: 0, probability };
        let looks = RULE.map(|look| Looked { look, change: light, top: vec![answer(0.9)] }).into();
        Reading { top: vec![answer(0.9)], looks, ensemble: left.map(answer).into_iter().collect() }
    }

    #[test]
    fn the_wide_rule_takes_the_more_unusual_of_two_signals() {
        let clean = (0..=20).map(|i| reading(0.02 * i as f32, Some(0.9 - 0.02 * i as f32)));
        let wide = Wide::calibrated(clean.filter_map(|reading| wide_signals(&reading))).expect("clean pictures");
        // The units are the twentieth of twenty-one: .38 and .38.
        let score = |light, left| wide.score(wide_signals(&reading(light, Some(left))).expect("asked"));
        assert!((score(0.76, 0.9) - 2.0).abs() < 1e-4 && (score(0.0, 0.33) - 1.5).abs() < 1e-4);
        assert!((score(0.38, 0.14) - 2.0).abs() < 1e-4, "the larger of 1 and 2");
        assert_eq!(wide_signals(&reading(2.0, None)), None, "many views were not asked");
        assert_eq!(Wide::calibrated(std::iter::empty()), None);
    }

    #[test]
    fn a_class_that_many_views_forget_falls_to_the_last_they_keep() {
        let others = vec![Answer { class: 1, probability: 0.5 }, Answer { class: 2, probability: 0.2 }];
        let signals = wide_signals(&Reading { ensemble: others, ..reading(0.0, None) });
        assert!(signals.is_some_and(|[light, strong]| light == 0.0 && (strong - 0.7).abs() < 1e-6), "{signals:?}");
    }

    #[test]
    fn a_mask_that_deletes_nothing_has_no_statistics() {
        assert_eq!(statistics(&Map::constant(8, 1.0)), [0.0; 8]);
    }

    #[test]
    fn two_squares_are_two_blobs() {
        // 4 and 2 of 64 pixels, deleted whole, and far apart.
        let mask = Map::indicator(8, |row, column| !((row < 2 && column < 2) || (row == 7 && column > 5)));
        let [area, at_half, largest, variation, entropy, blobs, share, spread] = statistics(&mask);
        assert!((area - 6.0 / 64.0).abs() < 1e-6 && (at_half - area).abs() < 1e-6 && largest == 1.0);
        assert_eq!((blobs, (share * 6.0).round()), (2.0, 4.0));
        // Borders within the picture: 2 + 2 of the square, 2 + 1 of the bar.
        assert!((variation - 7.0 / 64.0).abs() < 1e-6, "{variation}");
        assert!((entropy - 6f64.ln() / 64f64.ln()).abs() < 1e-6, "{entropy}");
        assert!(spread > 0.4 && spread < 0.8, "{spread}");
    }

    #[test]
    fn regions_that_touch_at_a_corner_alone_are_two() {
        assert_eq!(blobs(&Map::indicator(4, |row, column| row == column)), [1, 1, 1, 1]);
        assert_eq!(blobs(&Map::constant(4, 1.0)), [16]);
    }
}
