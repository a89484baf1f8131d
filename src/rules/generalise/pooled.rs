//! Local rules of many pictures together.

use serde::Serialize;

use super::deletion::Family;
use super::design::{DELETIONS, LEVELS};
use super::outcome::Generalisation;
use crate::rules::statistics::{Bootstrap, CONFIDENCE, Interval, clustered};

/// How well the rules of many pictures hold, with intervals over pictures; `None` where there are too few pictures for
/// one.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Pooled {
    /// Pictures with a rule, a control and trials of both.
    pub pictures: usize,
    /// Mean share of trials in which the rules held, h.
    pub held: f64,
    /// The same of their controls, h⁰.
    pub control: f64,
    /// Mean share of the picture that a region covers.
    pub area: f64,
    /// The interval of h, by the spread between pictures.
    pub held_interval: Option<Interval>,
    /// h − h⁰ with its interval; none below 20 pictures.
    pub lift: Option<Interval>,
    /// (h − h⁰) / (1 − h⁰) with its interval; none below 20 pictures.
    pub skill: Option<Interval>,
    /// Mean share by family, the worst first.
    pub families: Vec<(Family, f64)>,
}

impl Pooled {
    /// Puts together the rules of the pictures that have a control.
    pub fn new(all: &[Generalisation]) -> Self {
        let all: Vec<&Generalisation> = all.iter().filter(|g| g.control().is_some() && g.held().is_finite()).collect();
        let held: Vec<f64> = all.iter().map(|g| g.held()).collect();
        let control: Vec<f64> = all.iter().filter_map(|g| g.control()).collect();
        let bootstrap = Bootstrap::default();
        Self {
            pictures: all.len(),
            held: mean(&held),
            control: mean(&control),
            area: mean(&all.iter().map(|g| f64::from(g.area)).collect::<Vec<_>>()),
            held_interval: clustered(&held, DELETIONS * LEVELS.len(), CONFIDENCE).ok(),
            lift: bootstrap.difference(&held, &control).ok(),
            skill: bootstrap.skill(&held, &control).ok(),
            families: families(&all),
        }
    }

    /// Says the rules in one sentence.
    pub fn sentence(&self) -> String {
        let percent = |value: f64| format!("{:.0} %", 100.0 * value);
        let span = |interval: &Option<Interval>| {
            interval.map_or_else(
                || "too few pictures for an interval".to_owned(),
                |i| format!("{} to {}", percent(i.low), percent(i.high)),
            )
        };
        let worst = self.families.first().map_or_else(String::new, |(family, held)| {
            format!("; least where pixels are deleted by {}: {}", family.title(), percent(*held))
        });
        format!(
            "On {} pictures the rules hold in {} of unseen deletions ({}), their controls in {}; skill {} ({}) at an \
             area of {:.1} %{worst}.",
            self.pictures,
            percent(self.held),
            span(&self.held_interval),
            percent(self.control),
            percent((self.held - self.control) / (1.0 - self.control)),
            span(&self.skill),
            100.0 * self.area
        )
    }
}

fn families(all: &[&Generalisation]) -> Vec<(Family, f64)> {
    let of = |family: Family| {
        let shares = all.iter().flat_map(|g| g.families()).filter(|f| f.family == family);
        (family, mean(&shares.map(|f| f.held).collect::<Vec<_>>()))
    };
    let mut families: Vec<_> = Family::ALL.into_iter().map(of).filter(|(_, held)| held.is_finite()).collect();
    families.sort_by(|a, b| a.1.total_cmp(&b.1));
    families
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}
