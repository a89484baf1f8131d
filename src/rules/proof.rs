//! The proof of a local rule: does it hold for deletions it was not learned on?
//!
//! "If region R is deleted, the answer vanishes" is a rule; the test is its prediction for deletions that were never
//! seen: other null images (blurs of other σ, the mean colour, noise), other shifts of the picture, and the region cut
//! hard at several levels. A rule *holds* in a deletion if the score, normalised by that null's own, is at most .2; in
//! the preservation game, where everything else is deleted, if at least .8 stays.
//!
//! Reference: \[MP\] R. Fong and A. Vedaldi, ICCV 2017, sections 3 and 5.4 (the experiment with other α and nulls).

use crate::array::range;
use crate::classifier::Classifier;
use crate::error::Result;
use crate::explain::Explanation;
use crate::judge::Judge;
use crate::methods::{Game, Settings};
use crate::picture::Null;

/// A deleting region must leave at most this share of the score, a preserving one at least its complement.
pub const HOLDS: f32 = 0.2;
/// The levels at which the region is cut, as shares of the evidence's range.
const LEVELS: [f32; 3] = [0.25, 0.5, 0.75];
/// Shifts of the picture (rows, columns), in pixels of the scene's margin; from the middle they are (−4, 4), (0, 0)
/// and (4, −3), the learned ones −2 to 1.
const MARGIN_PX: usize = 8;
const SHIFTS: [(usize, usize); 3] = [(0, 8), (4, 4), (8, 1)];
/// The null images tried: kind and σ in pixels.
const NULLS: [(Null, f32); 4] = [(Null::Blur, 6.0), (Null::Blur, 20.0), (Null::Mean, 0.0), (Null::Noise, 0.0)];
/// Seed of the noise, apart from that of a run.
const SEED: u64 = 0x70_72_6f_6f_66;

/// One unseen deletion and what it did.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Trial {
    /// What deleted pixels became.
    pub null: Null,
    /// σ of a blur, in pixels.
    pub null_sigma_px: f32,
    /// Shift of the picture under the region, from the middle, in pixels (rows, columns).
    pub shift_px: (i64, i64),
    /// Level at which the region was cut.
    pub level: f32,
    /// The score, normalised by this null's own.
    pub normalised: f32,
    /// Whether the rule held.
    pub holds: bool,
}

/// All trials of one explanation.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Proof {
    /// In how many the rule held.
    pub held: usize,
    /// Of how many.
    pub of: usize,
    /// Each of them.
    pub trials: Vec<Trial>,
}

/// Tries an explanation on deletions it has not seen.
///
/// # Errors
/// As the classifier's.
pub async fn prove(classifier: &dyn Classifier, explanation: &Explanation, resize: usize) -> Result<Proof> {
    let (side, preserves) = (classifier.size(), explanation.settings.game == Game::Preserve);
    let masks: Vec<Vec<f32>> = LEVELS.map(|level| cut(&explanation.evidence(), level, preserves)).into();
    let mut trials = vec![];
    for (null, null_sigma_px) in NULLS {
        let settings = Settings { null, null_sigma_px, jitter: MARGIN_PX, seed: SEED, ..Settings::default() };
        let scene = settings.scene(&explanation.subject.picture, resize, side);
        for (top, left) in SHIFTS {
            let moved = crate::picture::Scene {
                photo: scene.photo.crop(top, left, side),
                null: scene.null.crop(top, left, side),
            };
            let judge = Judge::new(classifier, &moved, explanation.subject.target).await?;
            for (level, score) in LEVELS.into_iter().zip(judge.scores(&masks).await?) {
                let normalised = judge.normalise(score);
                let shift_px = (top as i64 - MARGIN_PX as i64 / 2, left as i64 - MARGIN_PX as i64 / 2);
                trials.push(Trial {
                    null,
                    null_sigma_px,
                    shift_px,
                    level,
                    normalised,
                    holds: holds(normalised, preserves),
                });
            }
        }
    }
    Ok(Proof { held: trials.iter().filter(|t| t.holds).count(), of: trials.len(), trials })
}

fn holds(normalised: f32, preserves: bool) -> bool {
    if preserves { normalised >= 1.0 - HOLDS } else { normalised <= HOLDS }
}

/// The mask that deletes (or keeps alone) what is evidence above a level of its range.
fn cut(evidence: &[f32], level: f32, preserves: bool) -> Vec<f32> {
    let (least, largest) = range(evidence);
    let threshold = least + level * (largest - least);
    evidence.iter().map(|&e| if (e > threshold) == preserves { 1.0 } else { 0.0 }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_are_cut_hard_by_a_share_of_their_range() {
        let evidence = [0.2, 0.4, 0.6, 0.7];
        assert_eq!(cut(&evidence, 0.5, false), [1.0, 1.0, 0.0, 0.0]);
        assert_eq!(cut(&evidence, 0.5, true), [0.0, 0.0, 1.0, 1.0]);
        assert_eq!(cut(&evidence, 0.75, false), [1.0, 1.0, 0.0, 0.0]);
    }

    #[test]
    fn a_rule_holds_by_its_game() {
        assert!(holds(0.2, false) && !holds(0.3, false) && holds(-0.1, false));
        assert!(holds(0.8, true) && !holds(0.7, true));
    }
}
