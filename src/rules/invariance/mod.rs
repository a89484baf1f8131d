//! Invariance rules: f(x) = f(T x), the answer stays under a change that should not matter.
//!
//! An [`Invariance`] tries every [`Kind`] of change on one picture, from mild to strong and in both directions. It
//! gives the curve of the score, and the range around the identity in which the answer stays. It also tries a change
//! that *must* matter, the deletion of the evidence, because a model that always gives the same answer would pass
//! otherwise. [`Pooled`] combines many pictures: the share that keeps its answer at each strength, and the radius up to
//! which at least 95 % do ([`crate::rules::statistics::radius`]). [`Equivariance`] asks whether the *map* moves with
//! the picture.

mod equivariance;
mod kind;
mod pooled;
mod told;

pub use equivariance::{Equivariance, Moved};
pub use kind::Kind;
pub use pooled::{KindOutcome, Level, Pooled};
pub use told::{Told, ToldCurve};

use std::rc::Rc;

use serde::{Deserialize, Serialize};

use crate::classifier::Classifier;
use crate::error::{Error, ErrorKind, Result};
use crate::job::{Divisible, Job, Later, Progress, Share};
use crate::map::Map;
use crate::picture::{Framing, Planes, RgbImage, Scene};
use crate::question::{Edit, Question};

/// The picture under one strength of a change.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "ChangePoint"))]
pub struct Point {
    /// The strength in the kind's unit; negative in the other direction, 0 for the unchanged picture.
    pub strength: f64,
    /// Probability of the picture's own answer.
    pub score: f32,
    /// Whether that is still the most probable class.
    pub kept: bool,
    /// Whether the most probable class is the true one; `None` if the true class is not known.
    pub right: Option<bool>,
    /// Total variation between the probabilities of all classes before and after, in [0, 1].
    pub variation: f32,
}

/// One kind of change on one picture.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Curve {
    /// The kind of change.
    pub kind: Kind,
    /// The points from the strongest change in one direction to the strongest in the other.
    pub points: Vec<Point>,
}

impl Curve {
    /// Returns the range of strengths around the unchanged picture in which the answer stays without a break.
    pub fn range(&self) -> (f64, f64) {
        let kept = |points: &mut dyn Iterator<Item = &Point>| {
            points.take_while(|p| p.kept).last().map_or(0.0, |point| point.strength)
        };
        let down = kept(&mut self.points.iter().rev().filter(|p| p.strength <= 0.0));
        (down, kept(&mut self.points.iter().filter(|p| p.strength >= 0.0)))
    }

    /// Whether the answer stays in both directions at a strength.
    fn keeps(&self, strength: f64) -> bool {
        self.points.iter().filter(|p| p.strength.abs() == strength).all(|p| p.kept)
    }
}

/// The result of a change that must matter.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct MustChange {
    /// Share of the picture that was deleted, in [0, 1].
    pub area: f32,
    /// Probability of the picture's own answer afterwards.
    pub score: f32,
    /// Whether another class is now the most probable.
    pub changed: bool,
}

/// Every kind of change on one picture.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Outcome {
    /// Position of the picture's own answer in the model's output.
    pub class: usize,
    /// The answer's probability.
    pub score: f32,
    /// A curve for each kind.
    pub curves: Vec<Curve>,
    /// The deletion of the evidence; `None` if no evidence was given.
    pub must_change: Option<MustChange>,
}

impl Outcome {
    /// Returns the ranges in one sentence, with the name of the answer.
    pub fn sentence(&self, label: &str) -> String {
        let survived: Vec<String> = self.curves.iter().map(|curve| curve.kind.said(curve.range())).collect();
        format!("{label} survives {}.{}", survived.join(", "), self.said_of_must_change(label))
    }

    fn said_of_must_change(&self, label: &str) -> String {
        self.must_change.map_or_else(String::new, |must| {
            let area = 100.0 * must.area;
            let (what, score) = if must.changed {
                ("changes the answer, as it must", must.score)
            } else {
                ("does not change the answer, so that nothing can be concluded from its staying", must.score)
            };
            format!(" Deleting its evidence ({area:.1} % of the picture) {what}: {label} is left at {score:.2}.")
        })
    }
}

/// A running test of every kind of change on one picture. A step is one kind, and so is a part.
pub struct Invariance {
    question: Question,
    kinds: Vec<Kind>,
    truth: Option<usize>,
    evidence: Option<Map>,
    /// The probabilities of the unchanged picture.
    original: Option<Vec<f32>>,
    curves: Vec<Curve>,
    share: Share<Kind, Curve>,
    must_change: Option<MustChange>,
}

impl Invariance {
    /// Prepares the changes of a picture. `evidence` is the region whose deletion must change the answer, `[S, S]`, 1
    /// inside.
    pub fn new(
        classifier: Rc<dyn Classifier>,
        picture: &RgbImage,
        kinds: &[Kind],
        truth: Option<usize>,
        evidence: Option<Map>,
    ) -> Self {
        let framing = classifier.framing();
        let frame = square(picture, framing);
        let null = crate::picture::NullImage { sigma_at: crate::picture::BlurScale::Model, ..Default::default() };
        let scene = Scene::new(&frame.to_picture(), Framing::whole(frame.side), &null);
        let question = Question::of_class(classifier, Scene { photo: frame, ..scene }, 0);
        let kinds = kinds.to_vec();
        let (original, curves, share, must_change) = (None, vec![], Share::default(), None);
        Self { question, kinds, truth, evidence, original, curves, share, must_change }
    }

    /// The kinds that are not known yet.
    fn wanted(&self) -> Vec<Kind> {
        let known = |kind: Kind| self.curves.iter().any(|curve| curve.kind == kind);
        self.kinds.iter().copied().filter(|&kind| !known(kind)).collect()
    }

    fn is_done(&self) -> bool {
        self.original.is_some() && self.share.is_over(|| self.wanted().is_empty())
    }

    /// Asks for the answer to the unchanged picture, and to the picture without its evidence.
    async fn begin(&mut self) -> Result<()> {
        let mut edits = vec![Edit::Nothing];
        edits.extend(self.evidence.as_ref().map(Edit::delete));
        let rows = self.question.probabilities(&edits).await?;
        let class = best(&rows[0]);
        if let (Some(evidence), Some(row)) = (&self.evidence, rows.get(1)) {
            self.must_change =
                Some(MustChange { area: evidence.mean(), score: row[class], changed: best(row) != class });
        }
        self.original = rows.into_iter().next();
        Ok(())
    }

    /// Returns the picture that the model saw at a strength of a change; at 0 the unchanged picture.
    ///
    /// # Errors
    /// Fails with [`ErrorKind::Settings`] if the kind is not tried at this strength.
    pub fn picture(&self, kind: Kind, strength: f64) -> Result<RgbImage> {
        let (scene, side) = (self.question.scene(), self.question.side());
        let unknown = || Error::new(ErrorKind::Settings, format!("{kind} is not tried at a strength of {strength}"));
        let edit = match strength {
            0.0 => Edit::Nothing,
            _ => {
                let change = kind.changes(side).into_iter().find(|(at, _)| *at == strength);
                Edit::Transform(change.ok_or_else(unknown)?.1)
            }
        };
        Ok(edit.picture(scene, side).to_picture())
    }

    async fn try_kind(&mut self, kind: Kind, original: Vec<f32>) -> Result<()> {
        let changes = kind.changes(self.question.side());
        let edits: Vec<Edit> = changes.iter().map(|(_, transform)| Edit::Transform(*transform)).collect();
        let rows = self.question.probabilities(&edits).await?;
        let mut points: Vec<Point> =
            changes.iter().zip(&rows).map(|((strength, _), row)| self.point(*strength, row, &original)).collect();
        points.push(self.point(0.0, &original, &original));
        points.sort_by(|a, b| a.strength.total_cmp(&b.strength));
        self.tell(Curve { kind, points });
        Ok(())
    }

    fn point(&self, strength: f64, row: &[f32], original: &[f32]) -> Point {
        let (class, now) = (best(original), best(row));
        let variation = row.iter().zip(original).map(|(a, b)| (a - b).abs()).sum::<f32>() / 2.0;
        Point { strength, score: row[class], kept: now == class, right: self.truth.map(|t| t == now), variation }
    }
}

/// The most probable class; of equally probable classes the first.
fn best(row: &[f32]) -> usize {
    (0..row.len()).max_by(|&a, &b| row[a].total_cmp(&row[b]).then(b.cmp(&a))).unwrap_or(0)
}

/// The largest central square of a photo after the resize of the model's framing: the model's input with the photo's
/// own margin around it.
fn square(picture: &RgbImage, framing: Framing) -> Planes {
    framing.with_margin(framing.resize.saturating_sub(framing.side)).frame(picture)
}

impl Job for Invariance {
    type Detail = Kind;
    type Outcome = Outcome;

    fn step(&mut self, count: usize) -> Later<'_, Progress<Kind>> {
        Box::pin(async move {
            for _ in 0..count {
                let Some(original) = self.original.clone() else {
                    self.begin().await?;
                    continue;
                };
                let Some(kind) = self.take_part() else { break };
                self.try_kind(kind, original).await?;
            }
            Ok(Progress { done: self.is_done(), ..self.stand() })
        })
    }

    fn finish(&mut self) -> Later<'_, Outcome> {
        Box::pin(async move {
            if self.original.is_none() {
                self.begin().await?;
            }
            let original = self.original.clone().unwrap_or_default();
            let class = best(&original);
            Ok(Outcome {
                class,
                score: original.get(class).copied().unwrap_or_default(),
                curves: self.curves.clone(),
                must_change: self.must_change,
            })
        })
    }
}

impl Divisible for Invariance {
    type Part = Kind;
    type Line = Curve;

    fn parts(&self) -> Vec<Kind> {
        self.wanted()
    }

    fn share(&mut self) -> &mut Share<Kind, Curve> {
        &mut self.share
    }

    /// Adds a curve in its place among the kinds.
    fn add_line(&mut self, curve: Curve) {
        if self.wanted().contains(&curve.kind) {
            self.curves.push(curve);
            let place = |curve: &Curve| self.kinds.iter().position(|&kind| kind == curve.kind);
            self.curves.sort_by_key(place);
        }
    }

    fn stand(&self) -> Progress<Kind> {
        let (wanted, total) = (self.wanted(), self.kinds.len());
        let detail = wanted.first().or(self.kinds.last()).copied().unwrap_or(Kind::Mirror);
        Progress { iteration: total - wanted.len(), total, done: wanted.is_empty(), stage: "change", detail }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curve(kept: &[(f64, bool)]) -> Curve {
        let point = |&(strength, kept): &(f64, bool)| Point { strength, score: 0.5, kept, right: None, variation: 0.0 };
        Curve { kind: Kind::Rotation, points: kept.iter().map(point).collect() }
    }

    #[test]
    fn the_range_ends_at_the_first_break_on_either_side() {
        let found = curve(&[(-20.0, true), (-10.0, false), (-5.0, true), (0.0, true), (5.0, true), (10.0, true)]);
        assert_eq!(found.range(), (-5.0, 10.0));
        assert!(found.keeps(5.0) && !found.keeps(10.0) && found.keeps(20.0));
        assert_eq!(curve(&[(-5.0, false), (0.0, true), (5.0, false)]).range(), (0.0, 0.0));
    }
}
