//! Invariance rules of many pictures together.

use serde::Serialize;

use super::{Curve, Kind, Outcome, Point};
use crate::rules::statistics::{Agreement, CONFIDENCE, Interval, Radius, radius, wilson};

/// The share of pictures that must keep their answer within the radius.
pub const LEAST: f64 = 0.95;

/// The share of pictures whose answers must change when their evidence is deleted.
const MOST: f64 = 0.5;

/// All pictures at one strength, in both directions if there are two.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Level {
    /// The strength in the kind's unit.
    pub strength: f64,
    /// The share of pictures that keep their answer in every direction, with its interval.
    pub kept: Option<Interval>,
    /// The share of right answers, over all directions; `None` if the true classes are not known.
    pub accuracy: Option<f64>,
    /// Mean total variation of the probabilities, in [0, 1].
    pub variation: f64,
}

/// One kind of change on all pictures.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct KindOutcome {
    /// The kind.
    pub kind: Kind,
    /// The shares from mild to strong changes.
    pub levels: Vec<Level>,
    /// The strength up to which at least 95 % of pictures keep their answer, one-sided at 95 %; `None` below 59
    /// pictures.
    pub radius: Option<Radius>,
}

/// Every kind of change on all pictures.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Pooled {
    /// Pictures.
    pub pictures: usize,
    /// Each kind of change.
    pub kinds: Vec<KindOutcome>,
    /// The share of pictures whose answer changes when their evidence is deleted, as it must, with its interval.
    pub must_change: Option<Interval>,
}

impl Pooled {
    /// Pools the outcomes of many pictures.
    pub fn new(all: &[Outcome]) -> Self {
        let must: Vec<bool> = all.iter().filter_map(|o| o.must_change.map(|m| m.changed)).collect();
        let changed = must.iter().filter(|&&changed| changed).count();
        Self {
            pictures: all.len(),
            kinds: Kind::ALL.into_iter().filter_map(|kind| pooled(kind, all)).collect(),
            must_change: wilson(changed, must.len(), CONFIDENCE).ok(),
        }
    }

    /// Returns a sentence for each kind, and one about the change that must matter.
    pub fn sentences(&self) -> Vec<String> {
        let must = self.must_change.map(|share| {
            format!(
                "Deleting the evidence changes the answer of {} (95 % interval {} to {}){}.",
                percent(share.estimate),
                percent(share.low),
                percent(share.high),
                as_it_must(share)
            )
        });
        self.kinds.iter().map(|kind| kind.sentence(self.pictures)).chain(must).collect()
    }
}

impl KindOutcome {
    fn sentence(&self, pictures: usize) -> String {
        let (title, unit) = self.kind.title();
        let share = |at: f64| {
            let level = self.levels.iter().find(|level| level.strength == at);
            level
                .and_then(|level| level.kept)
                .map_or_else(String::new, |k| format!(" ({} do there)", percent(k.estimate)))
        };
        match self.radius {
            None => {
                let last = self.levels.iter().take_while(|l| l.kept.is_some_and(|k| k.estimate >= LEAST)).last();
                let seen = last.map_or("no strength".to_owned(), |l| format!("{}{unit}", l.strength));
                format!(
                    "{title}: 95 % of {pictures} pictures keep their answer up to {seen}; 59 are needed to be sure of \
                        it."
                )
            }
            Some(Radius { strength: None, .. }) => {
                format!(
                    "{title}: at the mildest strength it is not sure that 95 % of {pictures} pictures keep their \
                        answer."
                )
            }
            Some(Radius { strength: Some(at), .. }) => {
                format!("{title}: 95 % of {pictures} pictures keep their answer up to {at}{unit}{}.", share(at))
            }
        }
    }
}

/// Says what follows for the other sentences. A model that always gives the same answer keeps every answer under every
/// change, also when the evidence is deleted. So most answers must change under that deletion.
fn as_it_must(share: Interval) -> &'static str {
    if share.low > MOST {
        ", as it must"
    } else if share.high < MOST {
        ": most stay without it, so that nothing can be concluded from their staying under other changes"
    } else {
        "; whether most do, as they must, is not sure, so that little can be concluded from their staying under other \
         changes"
    }
}

fn percent(value: f64) -> String {
    format!("{:.0} %", 100.0 * value)
}

fn pooled(kind: Kind, all: &[Outcome]) -> Option<KindOutcome> {
    let curves: Vec<&Curve> = all.iter().filter_map(|o| o.curves.iter().find(|c| c.kind == kind)).collect();
    if curves.is_empty() {
        return None;
    }
    let kept = |strength: f64| curves.iter().filter(|curve| curve.keeps(strength)).count();
    let agreement = |&strength: &f64| Agreement { strength, kept: kept(strength), of: curves.len() };
    let agreements: Vec<Agreement> = kind.strengths().iter().map(agreement).collect();
    Some(KindOutcome {
        kind,
        levels: agreements.iter().map(|a| level(a, &curves)).collect(),
        radius: radius(&agreements, LEAST, CONFIDENCE).ok(),
    })
}

fn level(agreement: &Agreement, curves: &[&Curve]) -> Level {
    let at = |p: &&Point| p.strength.abs() == agreement.strength;
    let points: Vec<&Point> = curves.iter().flat_map(|curve| curve.points.iter().filter(at)).collect();
    let right: Vec<bool> = points.iter().filter_map(|p| p.right).collect();
    let share = |of: usize, all: usize| of as f64 / all as f64;
    Level {
        strength: agreement.strength,
        kept: wilson(agreement.kept, agreement.of, CONFIDENCE).ok(),
        accuracy: (!right.is_empty()).then(|| share(right.iter().filter(|&&r| r).count(), right.len())),
        variation: points.iter().map(|p| f64::from(p.variation)).sum::<f64>() / points.len() as f64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A picture that keeps its answer up to a strength of blur.
    fn outcome(up_to: f64) -> Outcome {
        let point = |&strength: &f64| Point {
            strength,
            score: 0.5,
            kept: strength <= up_to,
            right: Some(strength <= up_to),
            variation: 0.25,
        };
        let points = Kind::Blur.strengths().iter().map(point).collect();
        let must_change = Some(super::super::MustChange { area: 0.1, score: 0.0, changed: true });
        Outcome { class: 0, score: 0.9, curves: vec![Curve { kind: Kind::Blur, points }], must_change }
    }

    #[test]
    fn the_radius_is_where_the_bound_still_reaches_95_percent() {
        let all: Vec<Outcome> = (0..100).map(|i| outcome(if i < 10 { 2.0 } else { 6.0 })).collect();
        let found = Pooled::new(&all);
        assert_eq!(found.kinds.len(), 1);
        assert_eq!(found.kinds[0].radius.and_then(|r| r.strength), Some(2.0));
        let at_three = found.kinds[0].levels[4];
        assert_eq!((at_three.strength, at_three.accuracy), (3.0, Some(0.9)));
        assert_eq!(
            found.sentences(),
            [
                "blur: 95 % of 100 pictures keep their answer up to 2 px (100 % do there).",
                "Deleting the evidence changes the answer of 100 % (95 % interval 96 % to 100 %), as it must."
            ]
        );
    }

    #[test]
    fn answers_that_stay_without_their_evidence_are_not_said_to_change_as_they_must() {
        let said = |changed: usize| {
            let of = |i: usize| {
                let must_change =
                    outcome(6.0).must_change.map(|m| super::super::MustChange { changed: i < changed, ..m });
                Outcome { must_change, ..outcome(6.0) }
            };
            let mut sentences = Pooled::new(&(0..60).map(of).collect::<Vec<_>>()).sentences();
            sentences.pop().expect("a sentence about it")
        };
        assert!(said(60).ends_with(", as it must."), "{}", said(60));
        for (changed, words) in [(0, "nothing can be concluded"), (15, "nothing can be concluded"), (30, "is not sure")]
        {
            assert!(said(changed).contains(words) && !said(changed).contains("it must"), "{}", said(changed));
        }
    }

    #[test]
    fn too_few_pictures_are_said_to_be_too_few() {
        let found = Pooled::new(&[outcome(2.0), outcome(2.0)]);
        assert_eq!(found.kinds[0].radius, None);
        assert!(found.sentences()[0].contains("59 are needed"), "{:?}", found.sentences());
    }
}
