//! The results of the test of a local rule.

use serde::Serialize;

use super::deletion::{Deletion, Family};
use crate::rules::effect::LEVEL;
use crate::rules::statistics::{Bootstrap, CONFIDENCE, Interval, clustered};

/// One trial of a rule or of its control, with its result.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "RuleTrial"))]
pub struct Trial {
    /// Number of the deletion among those of the test.
    pub deletion: usize,
    /// Level of the evidence's range at which the region was cut.
    pub level: f32,
    /// Whether this is the region moved elsewhere.
    pub control: bool,
    /// The score, normalised by the scores of the original and the fully deleted picture under this deletion.
    pub normalised: f32,
    /// Whether the rule held.
    pub holds: bool,
}

/// The results of the test on one picture, with every trial. `deletions` were drawn at random from the families, so
/// that shares have intervals. The trials of one deletion are not independent and count as one cluster.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Generalisation {
    /// The name of the class.
    pub label: String,
    /// Whether the rule is about keeping the region.
    pub preserves: bool,
    /// The region's share of the picture at the middle level, in [0, 1], or at the next smaller region if that was left
    /// out.
    pub area: f32,
    /// The least and the largest share of the picture that a tested region covers.
    pub areas: (f32, f32),
    /// The shares of the regions that were left out because they are too large to be moved, while others could be.
    pub unmoved: Vec<f32>,
    /// Deletions that could tell nothing: the changed picture had already lost its answer, or kept it with everything
    /// deleted.
    pub void: usize,
    /// The deletions that were tried.
    pub deletions: Vec<Deletion>,
    /// Every trial.
    pub trials: Vec<Trial>,
}

/// The results of a rule in one family.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct FamilyOutcome {
    /// The family.
    pub family: Family,
    /// The share of its trials in which the rule held, in [0, 1].
    pub held: f64,
    /// The same share for the control; `None` if the region has none.
    pub control: Option<f64>,
    /// Its trials, without the control's.
    pub trials: usize,
    /// Its deletions, each of which was tried at every level.
    pub deletions: usize,
    /// The interval of `held` over deletions like these, at 1 − .05 / (families), because the worst family is chosen
    /// after all were seen. `None` below two deletions.
    pub interval: Option<Interval>,
}

impl Generalisation {
    /// Returns the share of trials in which the rule held, h; not a number without trials.
    pub fn held(&self) -> f64 {
        share(self.of(false))
    }

    /// Returns the share in which the control held, h⁰; `None` if there is no control.
    pub fn control(&self) -> Option<f64> {
        Some(share(self.of(true))).filter(|share| share.is_finite())
    }

    /// Returns h − h⁰; `None` without a control.
    pub fn lift(&self) -> Option<f64> {
        Some(self.held() - self.control()?)
    }

    /// Returns (h − h⁰) / (1 − h⁰); `None` without a control, or if the control always holds.
    pub fn skill(&self) -> Option<f64> {
        let control = self.control().filter(|&control| control < 1.0)?;
        Some((self.held() - control) / (1.0 - control))
    }

    /// Returns the interval of h over deletions like these; `None` for fewer than two.
    pub fn held_interval(&self) -> Option<Interval> {
        clustered(&self.by_deletion(false), self.levels(), CONFIDENCE).ok()
    }

    /// Returns the interval of the lift over deletions like these; `None` for fewer than twenty, or without a control.
    pub fn lift_interval(&self) -> Option<Interval> {
        Bootstrap::default().difference(&self.by_deletion(false), &self.by_deletion(true)).ok()
    }

    /// Returns the families in the order of their first trials.
    pub fn families(&self) -> Vec<FamilyOutcome> {
        let mut families: Vec<Family> = vec![];
        for deletion in &self.deletions {
            if !families.contains(&deletion.family) {
                families.push(deletion.family);
            }
        }
        let confidence = 1.0 - LEVEL / families.len().max(1) as f64;
        families.into_iter().map(|family| self.family(family, confidence)).collect()
    }

    fn family(&self, family: Family, confidence: f64) -> FamilyOutcome {
        let within = |control: bool| self.of(control).filter(move |t| self.deletions[t.deletion].family == family);
        let of_it = |number: &usize| self.deletions[*number].family == family;
        let shares: Vec<f64> = self.shares(false).filter(|(number, _)| of_it(number)).map(|(_, share)| share).collect();
        FamilyOutcome {
            family,
            held: share(within(false)),
            control: Some(share(within(true))).filter(|share| share.is_finite()),
            trials: within(false).count(),
            deletions: shares.len(),
            interval: clustered(&shares, self.levels(), confidence).ok(),
        }
    }

    /// The number of levels at which each deletion was tried.
    pub(super) fn levels(&self) -> usize {
        self.of(false).count() / self.deletions.len().max(1)
    }

    /// Returns the family in which the rule held least.
    pub fn worst(&self) -> Option<FamilyOutcome> {
        self.families().into_iter().min_by(|a, b| a.held.total_cmp(&b.held))
    }

    /// Returns the trials in which the rule failed.
    pub fn failures(&self) -> impl Iterator<Item = &Trial> {
        self.of(false).filter(|trial| !trial.holds)
    }

    fn of(&self, control: bool) -> impl Iterator<Item = &Trial> + Clone {
        self.trials.iter().filter(move |trial| trial.control == control)
    }

    /// Returns the share of each deletion's trials that held; those without any are left out.
    fn by_deletion(&self, control: bool) -> Vec<f64> {
        self.shares(control).map(|(_, share)| share).collect()
    }

    /// The same with the deletion's number.
    fn shares(&self, control: bool) -> impl Iterator<Item = (usize, f64)> {
        let of = move |number: usize| (number, share(self.of(control).filter(move |t| t.deletion == number)));
        (0..self.deletions.len()).map(of).filter(|(_, share)| share.is_finite())
    }
}

/// Returns the share of trials that hold; not a number where there are none.
fn share<'a>(trials: impl Iterator<Item = &'a Trial> + Clone) -> f64 {
    trials.clone().filter(|trial| trial.holds).count() as f64 / trials.count() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deletion(family: Family) -> Deletion {
        Deletion { family, sigma_px: 0.0, shift_px: (0, 0), mirrored: false, brightness: 0.0, seed: 0 }
    }

    fn outcome(held: [bool; 4], control: [bool; 4]) -> Generalisation {
        let deletions = vec![deletion(Family::Mean), deletion(Family::Noise)];
        let trial = |i: usize, control: bool, holds: bool| Trial {
            deletion: i / 2,
            level: 0.5,
            control,
            normalised: if holds { 0.0 } else { 1.0 },
            holds,
        };
        let rule = held.iter().enumerate().map(|(i, &h)| trial(i, false, h));
        let trials = rule.chain(control.iter().enumerate().map(|(i, &h)| trial(i, true, h))).collect();
        Generalisation {
            label: "fox".into(),
            preserves: false,
            area: 0.1,
            areas: (0.04, 0.2),
            unmoved: vec![],
            void: 0,
            deletions,
            trials,
        }
    }

    #[test]
    fn lift_and_skill_are_what_the_region_adds_to_its_control() {
        let found = outcome([true, true, true, false], [true, false, false, false]);
        assert_eq!((found.held(), found.control(), found.lift()), (0.75, Some(0.25), Some(0.5)));
        assert!((found.skill().expect("a control") - 0.5 / 0.75).abs() < 1e-12);
        let worst = found.worst().expect("two families");
        assert_eq!((worst.family, worst.held, worst.trials), (Family::Noise, 0.5, 2));
        assert_eq!(found.failures().count(), 1);
        // Wilson's by hand: h = .75, two clusters, three effective trials, t(.975, 1) = 12.706: .0103 to .9989.
        assert_eq!(
            found.sentence(),
            "Deleting 4.0 to 20.0 % of the picture (the evidence, cut at levels of its range) takes fox away in 75 % of \
             2 unseen deletions at 2 levels each (95 % interval 1 to 100 %). Moved elsewhere, the same regions do so in \
             25 %. It holds least where pixels are deleted by noise: 50 % (n 1)."
        );
    }

    #[test]
    fn the_family_in_which_a_rule_holds_least_has_an_interval_that_knows_of_the_choice() {
        let families = [Family::Mean, Family::Noise].map(|family| vec![deletion(family); 20]).concat();
        let trial =
            |i: usize| Trial { deletion: i, level: 0.5, control: false, normalised: 0.0, holds: !i.is_multiple_of(4) };
        let found = Generalisation {
            deletions: families,
            trials: (0..40).map(trial).collect(),
            ..outcome([true; 4], [true; 4])
        };
        let worst = found.worst().expect("two families");
        let shares: Vec<f64> = (0..20).map(|i| f64::from(u8::from(i % 4 > 0))).collect();
        assert_eq!(worst.interval, clustered(&shares, 1, 0.975).ok());
        let said = found.sentence();
        assert!(said.contains(": 75 % (n 20; ") && said.contains("corrected for 2 families"), "{said}");
    }

    #[test]
    fn regions_that_cannot_be_moved_are_said() {
        let partly_moved = Generalisation { unmoved: vec![0.968, 0.6], ..outcome([true; 4], [false; 4]) };
        assert!(
            partly_moved.sentence().contains("Regions of 60.0 to 96.8 % are too large to be moved"),
            "{}",
            partly_moved.sentence()
        );
        let mut none = outcome([true; 4], [false; 4]);
        none.trials.retain(|trial| !trial.control);
        assert_eq!((none.lift(), none.skill(), none.lift_interval()), (None, None, None));
        assert!(none.sentence().contains("No region is small enough to be moved"), "{}", none.sentence());
    }

    #[test]
    fn regions_of_one_size_have_one_area() {
        let found = Generalisation { areas: (0.1, 0.1), ..outcome([true; 4], [false; 4]) };
        assert!(found.sentence().starts_with("Deleting 10.0 % of the picture takes fox away"));
    }

    #[test]
    fn a_control_that_always_holds_leaves_no_skill() {
        assert_eq!(outcome([true; 4], [true; 4]).skill(), None);
        let none = Generalisation { trials: vec![], deletions: vec![], ..outcome([true; 4], [true; 4]) };
        assert!(none.worst().is_none() && none.sentence().starts_with("Nothing can be said"));
    }
}
