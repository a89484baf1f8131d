//! The deletion game: the smallest box, drawn around what a map calls evidence, whose deletion makes the answer vanish.
//!
//! For α = 0, .01, …, .99 the pixels with h − min h ≥ α (max h − min h) are boxed tightly, the box is replaced by the
//! null image, and the score normalised, s′ = (s − s_null) / (s_whole − s_null). For each threshold t the smallest
//! box with s′ ≤ t counts. Smaller is better; a threshold that no box reaches is a miss, to be reported.
//!
//! Reference: \[MP\] R. Fong and A. Vedaldi, "Interpretable Explanations of Black Boxes by Meaningful
//! Perturbation", ICCV 2017, section 5.2 and figure 6.

use super::{Judge, PixelBox};
use crate::error::Result;

/// The normalised scores t to be reached: 80, 90, 95 and 99 % suppressed.
pub const THRESHOLDS: [f32; 4] = [0.2, 0.1, 0.05, 0.01];
/// Number of levels α.
const LEVELS: usize = 100;
/// Boxes scored before it is seen whether the last threshold is reached.
const AT_ONCE: usize = 16;

/// For each of [`THRESHOLDS`] the smallest box's area in pixels, or `None` for a miss.
pub type Areas = [Option<usize>; THRESHOLDS.len()];

/// The boxes of all levels, smallest first, each once.
pub fn boxes(evidence: &[f32], side: usize) -> Vec<PixelBox> {
    let least = evidence.iter().copied().fold(f32::INFINITY, f32::min);
    let span = evidence.iter().copied().fold(f32::NEG_INFINITY, f32::max) - least;
    let at = |level: usize| {
        let alpha = level as f32 / LEVELS as f32;
        PixelBox::around(side, |i| evidence[i] - least >= alpha * span)
    };
    let mut boxes: Vec<PixelBox> = (0..LEVELS).filter_map(at).collect();
    boxes.sort_by_key(|b| (b.area(), b.left, b.top, b.right, b.bottom));
    boxes.dedup();
    boxes
}

/// Plays the game.
///
/// # Errors
/// As the classifier's.
pub async fn play(judge: &Judge<'_>, evidence: &[f32]) -> Result<Areas> {
    let side = judge.side();
    let mut areas: Areas = [None; THRESHOLDS.len()];
    for some in boxes(evidence, side).chunks(AT_ONCE) {
        let masks: Vec<Vec<f32>> = some.iter().map(|b| without(b, side)).collect();
        for (b, score) in some.iter().zip(judge.scores(&masks).await?) {
            note(&mut areas, b.area(), judge.normalise(score));
        }
        // Boxes only grow: nothing smaller is to come.
        if areas.iter().all(Option::is_some) {
            break;
        }
    }
    Ok(areas)
}

/// Notes a box, each no smaller than the one before.
fn note(areas: &mut Areas, area: usize, normalised: f32) {
    for (found, threshold) in areas.iter_mut().zip(THRESHOLDS) {
        if found.is_none() && normalised <= threshold {
            *found = Some(area);
        }
    }
}

/// The mask that deletes a box.
fn without(deleted: &PixelBox, side: usize) -> Vec<f32> {
    (0..side * side).map(|i| if deleted.holds(i / side, i % side) { 0.0 } else { 1.0 }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_grow_as_the_level_falls() {
        // 0 1 / 2 4: α up to .25 boxes three pixels, so all; up to .5 the lower row; above the last alone; 0 all.
        let found: Vec<usize> = boxes(&[0.0, 1.0, 2.0, 4.0], 2).iter().map(PixelBox::area).collect();
        assert_eq!(found, [1, 2, 4]);
    }

    #[test]
    fn each_threshold_takes_its_first_box_and_misses_stay_misses() {
        let mut areas = [None; 4];
        for (area, score) in [(4, 0.5), (9, 0.15), (16, 0.3), (25, 0.04)] {
            note(&mut areas, area, score);
        }
        assert_eq!(areas, [Some(9), Some(25), Some(25), None]);
    }

    #[test]
    fn a_box_is_deleted_and_nothing_else() {
        let middle = PixelBox { left: 1, top: 0, right: 2, bottom: 1 };
        assert_eq!(without(&middle, 2), [1.0, 0.0, 1.0, 1.0]);
    }
}
