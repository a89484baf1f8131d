//! The proof of a local rule: does it hold for deletions it was not learned on?
//!
//! "If region R is deleted, the answer vanishes" is a rule; the test is its prediction for deletions that were never
//! seen: other null images (blurs of other σ, the mean colour, noise), other shifts of the picture, and the region cut
//! hard at several levels. A rule *holds* in a deletion if the score, normalised by that null's own, is at most .2; in
//! the preservation game, where everything else is deleted, if at least .8 stays.
//!
//! Reference: \[MP\] R. Fong and A. Vedaldi, ICCV 2017, sections 3 and 5.4 (the experiment with other α and nulls).

use std::rc::Rc;

use crate::classifier::Classifier;
use crate::error::Result;
use crate::explain::Explanation;
use crate::map::Map;
use crate::methods::Game;
use crate::picture::{Null, NullImage, Scene};
use crate::question::{Edit, Question};

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
/// As [`Question::scores`].
pub async fn prove(classifier: &Rc<dyn Classifier>, explanation: &Explanation) -> Result<Proof> {
    let preserves = explanation.settings.game == Game::Preserve;
    let evidence = explanation.evidence();
    let cuts = LEVELS.map(|level| Edit::Mask(cut(&evidence, level, preserves)));
    let mut trials = vec![];
    for (null, null_sigma_px) in NULLS {
        let described = NullImage { kind: null, sigma_px: null_sigma_px, seed: SEED, ..NullImage::default() };
        let framing = classifier.framing().with_margin(MARGIN_PX);
        let scene = Scene::new(&explanation.subject.picture, framing, &described);
        for shift in SHIFTS {
            let moved = scene.crop(shift, classifier.size());
            let question = Question::of_class(classifier.clone(), moved, explanation.subject.target);
            let ends = question.ends().await?;
            for (level, score) in LEVELS.into_iter().zip(question.scores(&cuts).await?) {
                let normalised = ends.normalise(score);
                let holds = holds(normalised, preserves);
                trials.push(Trial { null, null_sigma_px, shift_px: from_middle(shift), level, normalised, holds });
            }
        }
    }
    Ok(Proof { held: trials.iter().filter(|t| t.holds).count(), of: trials.len(), trials })
}

/// A shift, from the middle of the margin.
fn from_middle((top, left): (usize, usize)) -> (i64, i64) {
    let middle = MARGIN_PX as i64 / 2;
    (top as i64 - middle, left as i64 - middle)
}

fn holds(normalised: f32, preserves: bool) -> bool {
    if preserves { normalised >= 1.0 - HOLDS } else { normalised <= HOLDS }
}

/// The mask that deletes (or keeps alone) what is evidence above a level of its range.
fn cut(evidence: &Map, level: f32, preserves: bool) -> Map {
    let kept = evidence.cut(evidence.threshold(level));
    if preserves { kept } else { kept.complement() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_are_cut_hard_by_a_share_of_their_range() {
        let evidence = Map::new(vec![0.2, 0.4, 0.6, 0.7]);
        assert_eq!(cut(&evidence, 0.5, false).values, [1.0, 1.0, 0.0, 0.0]);
        assert_eq!(cut(&evidence, 0.5, true).values, [0.0, 0.0, 1.0, 1.0]);
        assert_eq!(cut(&evidence, 0.75, false).values, [1.0, 1.0, 0.0, 0.0]);
    }

    #[test]
    fn a_rule_holds_by_its_game() {
        assert!(holds(0.2, false) && !holds(0.3, false) && holds(-0.1, false));
        assert!(holds(0.8, true) && !holds(0.7, true));
    }
}
