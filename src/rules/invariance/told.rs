//! The invariance rules of one picture for people: a sentence, and a curve for each kind of change.

use serde::Serialize;

use super::{Curve, Kind, MustChange, Outcome, Point};

/// Every kind of change on one picture, in words and figures.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "InvarianceTest"))]
pub struct Told {
    /// The ranges in one sentence.
    pub sentence: String,
    /// The name of the picture's own answer.
    pub label: String,
    /// The answer's probability.
    pub score: f32,
    /// A curve for each kind.
    pub curves: Vec<ToldCurve>,
    /// The deletion of the evidence; `null` if no evidence was given.
    pub must_change: Option<MustChange>,
}

/// One kind of change, with its names for people.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "ChangeCurve"))]
pub struct ToldCurve {
    /// The kind of change.
    pub kind: Kind,
    /// Its name for people.
    pub title: &'static str,
    /// The unit of its strengths, written after a number.
    pub unit: &'static str,
    /// What the answer survives, in words.
    pub words: String,
    /// The range of strengths around the unchanged picture in which the answer stays without a break.
    pub range: (f64, f64),
    /// The points from the strongest change in one direction to the strongest in the other.
    pub points: Vec<Point>,
}

impl Told {
    /// Puts an outcome into words, with the name of the answer.
    pub fn new(outcome: &Outcome, label: &str) -> Self {
        Self {
            sentence: if outcome.curves.is_empty() { String::new() } else { outcome.sentence(label) },
            label: label.to_owned(),
            score: outcome.score,
            curves: outcome.curves.iter().map(ToldCurve::new).collect(),
            must_change: outcome.must_change,
        }
    }
}

impl ToldCurve {
    fn new(curve: &Curve) -> Self {
        let ((title, unit), range) = (curve.kind.title(), curve.range());
        Self { kind: curve.kind, title, unit, words: curve.kind.said(range), range, points: curve.points.clone() }
    }
}
