//! What is said of concept rules once they were tried.

use serde::Serialize;

use super::labelled::{Concept, Seen};
use super::screen::{self, Candidate};
use super::trials::{Flip, Trials};
use crate::rules::statistics::{Bootstrap, Interval, holm, sign_test};

/// Rules are confirmed at this level, all together.
const LEVEL: f64 = 0.05;

/// How many answers an intervention flips.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Effect {
    /// Pictures on which it was tried.
    pub n: usize,
    /// The share of answers that flip, in [0, 1].
    pub changed: f64,
    /// The share that flips under the control.
    pub control: f64,
    /// The interval of their difference, at 1 − .05 / (rules tested); none below 20 pictures.
    pub interval: Option<Interval>,
    /// The exact one-sided p of the sign test on pictures that flip under one of the two alone.
    pub p: f64,
    /// The share that flips when the picture is made again with the concept changed and nothing else; `None` where that
    /// is not known.
    pub exact: Option<f64>,
}

impl Effect {
    fn new(flips: &[Flip], tested: usize) -> Self {
        let share = |of: fn(&Flip) -> bool| flips.iter().filter(|f| of(f)).count() as f64 / flips.len() as f64;
        let count = |of: fn(&Flip) -> bool| flips.iter().filter(|f| of(f)).count();
        let values = |of: fn(&Flip) -> bool| flips.iter().map(|f| f64::from(u8::from(of(f)))).collect::<Vec<_>>();
        let bootstrap = Bootstrap { confidence: 1.0 - LEVEL / tested.max(1) as f64, ..Bootstrap::default() };
        let known: Vec<bool> = flips.iter().filter_map(|f| f.exact).collect();
        Self {
            n: flips.len(),
            changed: share(|f| f.changed),
            control: share(|f| f.control),
            interval: bootstrap.difference(&values(|f| f.changed), &values(|f| f.control)).ok(),
            p: sign_test(count(|f| f.changed && !f.control), count(|f| f.control && !f.changed)).p_one_sided,
            exact: (!known.is_empty()).then(|| known.iter().filter(|&&k| k).count() as f64 / known.len() as f64),
        }
    }

    /// Returns the share that flips beyond the control's.
    pub fn difference(&self) -> f64 {
        self.changed - self.control
    }

    /// Returns whether the exact effect lies in the interval; `None` where either is not known.
    pub fn agrees(&self) -> Option<bool> {
        Some(self.interval?.contains(self.exact?))
    }
}

/// What is said of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "ConceptVerdict"))]
pub enum Verdict {
    /// Deleting the concept takes the answer away, or pasting it brings the answer.
    ReliesOn,
    /// The concept and the answer go together, but neither follows from the other.
    GoesWith,
    /// Not even that is confirmed.
    Unconfirmed,
}

/// A rule that was tested.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "ConceptRule"))]
pub struct Finding {
    /// The concept.
    pub concept: Concept,
    /// The pair, with its z and its rank for the class on the pictures of discovery.
    pub candidate: Candidate,
    /// The association on the pictures of confirmation, with its interval.
    pub association: Option<Interval>,
    /// Answers that flip when the concept is deleted.
    pub necessity: Effect,
    /// Answers that become this class when the concept is pasted.
    pub sufficiency: Effect,
    /// The pictures in which it was deleted.
    pub deleted: Vec<Flip>,
    /// The pictures into which it was pasted.
    pub pasted: Vec<Flip>,
    /// The p of the rule, the better of both effects corrected for there being two, and by Holm for all rules tested.
    pub p: f64,
    /// What is said of it.
    pub verdict: Verdict,
}

/// All rules, strongest on discovery first.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Findings {
    /// Pairs of concept and class that go together on the pictures of discovery.
    pub screened: usize,
    /// The rules that were tested.
    pub rules: Vec<Finding>,
}

impl Findings {
    /// Returns the rules that are confirmed by intervention.
    pub fn confirmed(&self) -> impl Iterator<Item = &Finding> {
        self.rules.iter().filter(|rule| rule.verdict == Verdict::ReliesOn)
    }

    /// Lists those of them whose concept does not belong to the class: what the model has wrongly learned.
    pub fn wrongly_learned(&self) -> impl Iterator<Item = &Finding> {
        self.confirmed().filter(|rule| !rule.concept.own)
    }

    /// Returns how many rules there were, and how many are left.
    pub fn sentence(&self) -> String {
        format!(
            "Screened {}, tested {}, confirmed {}, of which {} rest on what does not belong to the class.",
            self.screened,
            self.rules.len(),
            self.confirmed().count(),
            self.wrongly_learned().count()
        )
    }
}

/// Judges all rules together.
pub(super) fn findings(screened: usize, trials: &[Trials], concepts: &[Concept], other_half: &[&Seen]) -> Findings {
    let effects: Vec<[Effect; 2]> =
        trials.iter().map(|t| [&t.necessity, &t.sufficiency].map(|flips| Effect::new(flips, trials.len()))).collect();
    let best = |[necessity, sufficiency]: &[Effect; 2]| (2.0 * necessity.p.min(sufficiency.p)).min(1.0);
    let adjusted = holm(&effects.iter().map(best).collect::<Vec<_>>());
    let confidence = 1.0 - LEVEL / trials.len().max(1) as f64;
    let finding = |(trial, ([necessity, sufficiency], p)): (&Trials, ([Effect; 2], f64))| {
        let association = screen::association(other_half, &trial.candidate, confidence).ok();
        Finding {
            concept: concepts[trial.candidate.concept].clone(),
            candidate: trial.candidate,
            verdict: verdict(p, association),
            association,
            necessity,
            sufficiency,
            deleted: trial.necessity.clone(),
            pasted: trial.sufficiency.clone(),
            p,
        }
    };
    Findings { screened, rules: trials.iter().zip(effects.into_iter().zip(adjusted)).map(finding).collect() }
}

fn verdict(p: f64, association: Option<Interval>) -> Verdict {
    if p <= LEVEL {
        Verdict::ReliesOn
    } else if association.is_some_and(|interval| interval.low > 0.0) {
        Verdict::GoesWith
    } else {
        Verdict::Unconfirmed
    }
}

#[cfg(test)]
mod tests {
    use super::super::trials::Source;
    use super::*;

    #[test]
    fn an_effect_is_what_flips_beyond_the_control() {
        let source = Source::Donors(0, 0);
        let flip = |changed, control| Flip { number: 0, changed, control, exact: Some(changed), source };
        let flips = [vec![flip(true, false); 18], vec![flip(false, true); 2], vec![flip(true, true); 4]].concat();
        let effect = Effect::new(&flips, 1);
        assert!((effect.difference() - 16.0 / 24.0).abs() < 1e-12 && effect.n == 24);
        assert!((effect.p - sign_test(18, 2).p_one_sided).abs() < 1e-15);
        assert_eq!(effect.exact, Some(22.0 / 24.0));
        assert!(effect.interval.is_some_and(|i| i.low > 0.3 && i.high < 0.95), "{effect:?}");
    }

    #[test]
    fn nothing_that_was_not_tried_is_confirmed() {
        let none = Effect::new(&[], 3);
        assert_eq!((none.n, none.p, none.interval, none.exact), (0, 1.0, None, None));
        assert_eq!(verdict(0.2, None), Verdict::Unconfirmed);
        let above = Interval { low: 0.1, estimate: 0.2, high: 0.3, n: 9, effective_n: 9.0 };
        assert_eq!((verdict(0.2, Some(above)), verdict(0.01, None)), (Verdict::GoesWith, Verdict::ReliesOn));
    }
}
