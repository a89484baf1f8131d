//! The deletion game: the smallest box around a map's evidence whose deletion makes the answer vanish.
//!
//! For α = 0, .01, …, .99 the pixels with h − min h ≥ α (max h − min h) are boxed tightly, the box is replaced by the
//! null image, and the score normalised, s′ = (s − s_null) / (s_whole − s_null). For each threshold t the smallest
//! box with s′ ≤ t counts. Smaller is better; a threshold that no box reaches is a miss, to be reported.
//!
//! Reference: \[MP\] R. Fong and A. Vedaldi, "Interpretable Explanations of Black Boxes by Meaningful
//! Perturbation", ICCV 2017, section 5.2 and figure 6.

use crate::error::Result;
use crate::map::Map;
use crate::question::{Edit, Question};

/// The normalised scores t to be reached: 80, 90, 95 and 99 % suppressed.
pub const THRESHOLDS: [f32; 4] = [0.2, 0.1, 0.05, 0.01];
/// Number of levels α.
const LEVELS: usize = 100;
/// Boxes scored before checking whether the last threshold is reached.
const AT_ONCE: usize = 16;

/// The area in pixels of the smallest box for each of [`THRESHOLDS`], or `None` for a miss.
pub type Areas = [Option<usize>; THRESHOLDS.len()];

/// Plays the game with evidence `[S, S]`.
///
/// # Errors
/// Fails when the classifier rejects its input or the device is lost ([`crate::ErrorKind::Device`]).
pub async fn play(question: &Question, evidence: &Map) -> Result<Areas> {
    let ends = question.ends().await?;
    let mut areas: Areas = [None; THRESHOLDS.len()];
    for boxes in evidence.level_boxes(LEVELS).chunks(AT_ONCE) {
        let edits: Vec<Edit> = boxes.iter().map(|&found| Edit::DeleteBox(found)).collect();
        for (found, score) in boxes.iter().zip(question.scores(&edits).await?) {
            note(&mut areas, found.area(), ends.normalise(score));
        }
        // Boxes only grow, so no smaller one follows.
        if areas.iter().all(Option::is_some) {
            break;
        }
    }
    Ok(areas)
}

/// Records a box, which is no smaller than the one before.
fn note(areas: &mut Areas, area: usize, normalised: f32) {
    for (found, threshold) in areas.iter_mut().zip(THRESHOLDS) {
        if found.is_none() && normalised <= threshold {
            *found = Some(area);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_threshold_takes_its_first_box_and_misses_stay_misses() {
        let mut areas = [None; 4];
        for (area, score) in [(4, 0.5), (9, 0.15), (16, 0.3), (25, 0.04)] {
            note(&mut areas, area, score);
        }
        assert_eq!(areas, [Some(9), Some(25), Some(25), None]);
    }
}
