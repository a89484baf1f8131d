//! The verdicts on concept rules.

use serde::Serialize;

use super::labelled::{Concept, Seen};
use super::screen::{self, Candidate};
use super::trials::{Trial, Trials};
use crate::rules::effect::{Effect, LEVEL};
use crate::rules::statistics::{Interval, holm};

/// The verdict on a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "ConceptVerdict"))]
pub enum Verdict {
    /// Deleting the concept takes the answer away, or pasting it brings the answer.
    ReliesOn,
    /// The concept and the answer go together, but no intervention confirmed that the answer depends on the concept.
    GoesWith,
    /// Not even the association is confirmed.
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
    pub deleted: Vec<Trial>,
    /// The pictures into which it was pasted.
    pub pasted: Vec<Trial>,
    /// The p of the rule: the better of the two effects, corrected for two effects and by Holm over all tested rules.
    pub p: f64,
    /// The verdict.
    pub verdict: Verdict,
}

/// All rules, strongest on discovery first.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Findings {
    /// Pairs of concept and class that go together on the discovery half; `None` until all of its pictures are
    /// classified.
    pub screened: Option<usize>,
    /// The rules that were tested.
    pub rules: Vec<Finding>,
}

impl Findings {
    /// Returns the rules that are confirmed by intervention.
    pub fn confirmed(&self) -> impl Iterator<Item = &Finding> {
        self.rules.iter().filter(|rule| rule.verdict == Verdict::ReliesOn)
    }

    /// Returns the confirmed rules whose concept does not belong to the class: what the model has wrongly learned.
    pub fn wrongly_learned(&self) -> impl Iterator<Item = &Finding> {
        self.confirmed().filter(|rule| !rule.concept.own)
    }

    /// Returns a sentence that says how many rules were screened, tested and confirmed.
    pub fn sentence(&self) -> String {
        if self.screened == Some(0) {
            return "Nothing was found that goes with an answer beyond the true class, so nothing was tested. \
                    More pictures may show more."
                .into();
        }
        format!(
            "Screened {}, tested {}, confirmed {}, of which {} rest on what does not belong to the class.",
            self.screened.unwrap_or(0),
            self.rules.len(),
            self.confirmed().count(),
            self.wrongly_learned().count()
        )
    }
}

/// Judges all rules together.
pub(super) fn findings(
    screened: Option<usize>,
    trials: &[Trials],
    concepts: &[Concept],
    other_half: &[&Seen],
) -> Findings {
    let effect =
        |made: &[Trial]| Effect::of_donors(&made.iter().map(Trial::by_donor).collect::<Vec<_>>(), trials.len());
    let effects: Vec<[Effect; 2]> = trials.iter().map(|t| [effect(&t.necessity), effect(&t.sufficiency)]).collect();
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
    use super::*;

    #[test]
    fn where_nothing_was_screened_a_sentence_says_what_would_help() {
        let of = |screened| Findings { screened, rules: vec![] }.sentence();
        assert!(of(Some(0)).ends_with("More pictures may show more."), "{}", of(Some(0)));
        assert!(of(Some(3)).starts_with("Screened 3, tested 0"));
        assert!(of(None).starts_with("Screened 0, tested 0"), "before it was screened nothing is known of it");
    }

    #[test]
    fn a_rule_is_relied_on_by_its_p_and_goes_with_its_answer_by_its_association() {
        assert_eq!(verdict(0.2, None), Verdict::Unconfirmed);
        let above = Interval { low: 0.1, estimate: 0.2, high: 0.3, n: 9, effective_n: 9.0 };
        assert_eq!((verdict(0.2, Some(above)), verdict(0.01, None)), (Verdict::GoesWith, Verdict::ReliesOn));
    }
}
