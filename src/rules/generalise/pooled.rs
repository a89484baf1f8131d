//! Local rules of many pictures together.

use serde::Serialize;

use super::deletion::Family;
use super::outcome::Generalisation;
use crate::number::minus;
use crate::rules::effect::LEVEL;
use crate::rules::statistics::{Bootstrap, CONFIDENCE, Interval, clustered};

/// How well the rules of many pictures hold, with intervals over pictures; an interval is `None` if there are too few.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Pooled {
    /// Pictures with a rule, a control and trials of both.
    pub pictures: usize,
    /// Mean share of trials in which the rules held, h.
    pub held: f64,
    /// The same share for the controls, h⁰.
    pub control: f64,
    /// Mean share of the picture that a region covers.
    pub area: f64,
    /// The interval of h, from the spread between pictures.
    pub held_interval: Option<Interval>,
    /// h − h⁰ with its interval; `None` below 20 pictures.
    pub lift: Option<Interval>,
    /// (h − h⁰) / (1 − h⁰) with its interval; `None` below 20 pictures.
    pub skill: Option<Interval>,
    /// The families, the worst first.
    pub families: Vec<PooledFamily>,
    /// Pictures that are left out because none of their regions is small enough to be moved.
    pub uncontrolled: usize,
    /// Pictures that are left out because no deletion could tell anything.
    pub silent: usize,
    /// Pictures with some regions that were left out because they are too large to be moved.
    pub partly: usize,
}

/// One family of deletions over all pictures.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct PooledFamily {
    /// What deleted pixels become.
    pub family: Family,
    /// Mean share of trials in which the rules held, in [0, 1].
    pub held: f64,
    /// Pictures with trials in it.
    pub pictures: usize,
    /// The interval of `held` over pictures, at 1 − .05 / (families), because the worst family is chosen after all were
    /// seen. `None` for one picture.
    pub interval: Option<Interval>,
}

impl Pooled {
    /// Puts together the rules of the pictures that have a control.
    pub fn new(all: &[Generalisation]) -> Self {
        let count = |of: fn(&Generalisation) -> bool| all.iter().filter(|g| of(g)).count();
        let uncontrolled = count(|g| g.held().is_finite() && g.control().is_none());
        let silent = count(|g| !g.held().is_finite());
        let all: Vec<&Generalisation> = all.iter().filter(|g| g.control().is_some() && g.held().is_finite()).collect();
        let held: Vec<f64> = all.iter().map(|g| g.held()).collect();
        let control: Vec<f64> = all.iter().filter_map(|g| g.control()).collect();
        let bootstrap = Bootstrap::default();
        Self {
            pictures: all.len(),
            held: mean(&held),
            control: mean(&control),
            area: mean(&all.iter().map(|g| f64::from(g.area)).collect::<Vec<_>>()),
            held_interval: clustered(&held, trials(&all, |_| true), CONFIDENCE).ok(),
            lift: bootstrap.difference(&held, &control).ok(),
            skill: bootstrap.skill(&held, &control).ok(),
            families: families(&all),
            uncontrolled,
            silent,
            partly: all.iter().filter(|g| !g.unmoved.is_empty()).count(),
        }
    }

    /// Returns a sentence about the rules, and about the pictures that were left out.
    pub fn sentence(&self) -> String {
        let said = if self.pictures == 0 { self.nothing() } else { self.figures() };
        let without = match self.uncontrolled {
            0 => String::new(),
            1 => " 1 picture has no control, since its regions are too large to be moved.".to_owned(),
            n => format!(" {n} pictures have no control, since their regions are too large to be moved."),
        };
        let partly = match self.partly {
            0 => String::new(),
            1 => " On 1 picture the largest regions cannot be moved and are left out.".to_owned(),
            n => format!(" On {n} pictures the largest regions cannot be moved and are left out."),
        };
        format!("{said}{without}{partly}")
    }

    fn nothing(&self) -> String {
        "No picture has a rule that can be held against a control, so nothing can be said: take pictures of which the \
         model is sure, or a method with smaller regions."
            .to_owned()
    }

    fn figures(&self) -> String {
        let percent = |value: f64| format!("{:.0} %", minus(100.0 * value));
        let span = |interval: &Option<Interval>| {
            interval.map_or_else(
                || "too few pictures for an interval".to_owned(),
                |i| format!("{} to {}", percent(i.low), percent(i.high)),
            )
        };
        let worst = self.families.first().filter(|_| self.families.len() > 1).map_or_else(String::new, |worst| {
            format!(
                "; least where pixels are deleted by {}: {} (n {}; {}, corrected for {} families)",
                worst.family.title(),
                percent(worst.held),
                worst.pictures,
                span(&worst.interval),
                self.families.len()
            )
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

/// How many trials of some families each picture has, rounded down.
fn trials(all: &[&Generalisation], of: impl Fn(Family) -> bool) -> usize {
    let within = all.iter().flat_map(|g| g.families()).filter(|f| of(f.family));
    within.map(|f| f.trials).sum::<usize>() / all.len().max(1)
}

fn families(all: &[&Generalisation]) -> Vec<PooledFamily> {
    let shares = |family: Family| -> Vec<f64> {
        all.iter().flat_map(|g| g.families()).filter(|f| f.family == family).map(|f| f.held).collect()
    };
    let met: Vec<_> =
        Family::ALL.into_iter().map(|f| (f, shares(f))).filter(|(_, shares)| !shares.is_empty()).collect();
    let confidence = 1.0 - LEVEL / met.len().max(1) as f64;
    let of = |(family, shares): &(Family, Vec<f64>)| PooledFamily {
        family: *family,
        held: mean(shares),
        pictures: shares.len(),
        interval: clustered(shares, trials(all, |f| f == *family).max(1), confidence).ok(),
    };
    let mut families: Vec<PooledFamily> = met.iter().map(of).collect();
    families.sort_by(|a, b| a.held.total_cmp(&b.held));
    families
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_any_picture_a_sentence_says_what_would_help() {
        let said = Pooled::new(&[]).sentence();
        assert!(!said.contains("NaN") && said.contains("take pictures of which the model is sure"), "{said}");
    }
}
