//! How many answers an intervention flips, and how many of them its control would have flipped anyway.
//!
//! *Changed* and *control* are the shares of answers that flip under the intervention and under the control. Their
//! difference decides whether a rule is confirmed. Trials that share a patch are not independent, so the trials of a
//! donor are counted together. An exact sign test compares the number of donors whose patches flip more trials than the
//! control with the number of donors whose patches flip fewer. Intervals resample donors with all their trials. A
//! deletion has no donor, so there each picture counts as one.
//!
//! The difference is not the share of answers that rest on the cue. An edit leaves traces, which flip some answers by
//! themselves. So an answer flips because of the cue (a share e) or because of the trace (a share *control*, measured):
//! changed = 1 − (1 − e)(1 − control). Solving for e gives *net* = (changed − control) / (1 − control), Abbott's
//! correction. A picture that is drawn again without the cue has no trace, so its *exact* share is comparable with
//! *net*.
//!
//! Reference: W. S. Abbott, "A method of computing the effectiveness of an insecticide", Journal of Economic
//! Entomology 18, 1925.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::statistics::{Bootstrap, Interval, sign_test_of};

/// Rules are confirmed at this level, all together.
pub const LEVEL: f64 = 0.05;

/// The outcome of one picture: under the intervention, under the control, and drawn again if that is possible.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Flip {
    /// Whether the answer flipped.
    pub changed: bool,
    /// Whether it flipped under the control.
    pub control: bool,
    /// Whether the answer flipped when the picture was drawn again; `None` if that is not known.
    pub exact: Option<bool>,
}

/// How many answers an intervention flips.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Effect {
    /// Independent trials: pictures from which something was deleted, or donors from which it was pasted.
    pub n: usize,
    /// Pictures on which the intervention was tried: `n`, or more if a donor lends to several.
    pub trials: usize,
    /// Answers that flip.
    pub flips: usize,
    /// Answers that flip under the control.
    pub control_flips: usize,
    /// The share of answers that flip, in [0, 1]: the mean over independent trials; 0 without any.
    pub changed: f64,
    /// The share that flips under the control.
    pub control: f64,
    /// The interval of the difference, at 1 − .05 / (rules tested); `None` if `n` is below 20.
    pub interval: Option<Interval>,
    /// The interval of (changed − control) / (1 − control), the share that flips because of the cue alone; `None` if
    /// `n` is below 20, or if the control flips every answer.
    pub net: Option<Interval>,
    /// The exact one-sided p of the sign test over the independent trials in which one of the two flips more than the
    /// other.
    pub p: f64,
    /// The share that flips when the picture is drawn again with only the concept changed; `None` if that is not known.
    pub exact: Option<f64>,
}

impl Effect {
    /// Counts flips, each an independent trial. `tested` is the number of rules tested together, which widens the
    /// intervals.
    pub(crate) fn new(flips: &[Flip], tested: usize) -> Self {
        Self::of_donors(&flips.iter().enumerate().map(|(at, &flip)| (at, flip)).collect::<Vec<_>>(), tested)
    }

    /// Counts flips given with the number of their donor.
    pub(crate) fn of_donors(flips: &[(usize, Flip)], tested: usize) -> Self {
        let mut donors = BTreeMap::<usize, Vec<Flip>>::new();
        flips.iter().for_each(|&(donor, flip)| donors.entry(donor).or_default().push(flip));
        let shares = |of: fn(&Flip) -> bool| donors.values().map(|flips| share(flips, of)).collect::<Vec<_>>();
        let count = |of: fn(&Flip) -> bool| flips.iter().filter(|(_, flip)| of(flip)).count();
        let (changed, control) = (shares(|f| f.changed), shares(|f| f.control));
        let differences: Vec<f64> = changed.iter().zip(&control).map(|(a, b)| a - b).collect();
        let bootstrap = Bootstrap { confidence: 1.0 - LEVEL / tested.max(1) as f64, ..Bootstrap::default() };
        // Shares that happen to be equal, but are neither 0 nor 1, would give an interval without width.
        let wide = |interval: &Interval| interval.low < interval.high;
        let known: Vec<bool> = flips.iter().filter_map(|(_, flip)| flip.exact).collect();
        Self {
            n: donors.len(),
            trials: flips.len(),
            flips: count(|f| f.changed),
            control_flips: count(|f| f.control),
            changed: mean(&changed),
            control: mean(&control),
            interval: bootstrap.difference(&changed, &control).ok().filter(wide),
            net: bootstrap.skill(&changed, &control).ok().filter(wide),
            p: sign_test_of(&differences).p_one_sided,
            exact: (!known.is_empty()).then(|| known.iter().filter(|&&k| k).count() as f64 / known.len() as f64),
        }
    }

    /// Returns the share that flips beyond the control's.
    pub fn difference(&self) -> f64 {
        self.changed - self.control
    }

    /// Returns whether the exact effect lies in the interval of the net effect; `None` if either is not known.
    pub fn agrees(&self) -> Option<bool> {
        Some(self.net?.contains(self.exact?))
    }
}

/// The mean, which is 0 for an empty list: nothing was tried, so nothing flipped.
fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

fn share(flips: &[Flip], of: fn(&Flip) -> bool) -> f64 {
    flips.iter().filter(|flip| of(flip)).count() as f64 / flips.len() as f64
}

#[cfg(test)]
mod tests {
    use rand_chacha::ChaCha8Rng;

    use super::*;
    use crate::rules::statistics::draw::{below, stream};
    use crate::rules::statistics::sign_test;

    fn flip(changed: bool, control: bool) -> Flip {
        Flip { changed, control, exact: Some(changed) }
    }

    #[test]
    fn an_effect_is_what_flips_beyond_the_control() {
        let flips = [vec![flip(true, false); 18], vec![flip(false, true); 2], vec![flip(true, true); 4]].concat();
        let effect = Effect::new(&flips, 1);
        assert!((effect.difference() - 16.0 / 24.0).abs() < 1e-12 && effect.n == 24);
        assert!((effect.p - sign_test(18, 2).p_one_sided).abs() < 1e-15);
        assert_eq!(effect.exact, Some(22.0 / 24.0));
        assert!(effect.interval.is_some_and(|i| i.low > 0.3 && i.high < 0.95), "{effect:?}");
    }

    #[test]
    fn what_the_trace_of_an_edit_flips_is_not_missing_from_the_net_effect() {
        // Every answer rests on the cue; the edit's trace alone flips a third.
        let flips = [vec![flip(true, false); 20], vec![flip(true, true); 10]].concat();
        let effect = Effect::new(&flips, 3);
        assert!(effect.interval.is_some_and(|i| !i.contains(1.0)), "{effect:?}");
        assert!((effect.net.expect("enough pictures").estimate - 1.0).abs() < 1e-12);
        assert_eq!(effect.agrees(), Some(true));
    }

    #[test]
    fn nothing_that_was_not_tried_has_an_effect() {
        let none = Effect::new(&[], 3);
        assert_eq!((none.n, none.p, none.interval, none.net, none.exact), (0, 1.0, None, None, None));
    }

    /// Trials of a false rule: some patches flip any picture, with or without the concept.
    fn null_trials(donors: usize, receivers: usize, random: &mut ChaCha8Rng) -> Vec<(usize, Flip)> {
        let mut flips = || below(random, 100) < 10;
        let pairs: Vec<[bool; 2]> = (0..donors).map(|_| [flips(), flips()]).collect();
        let of = |at: usize| (at % donors, flip(pairs[at % donors][0], pairs[at % donors][1]));
        (0..receivers).map(of).collect()
    }

    #[test]
    fn a_patch_that_flips_anything_is_one_trial_however_many_receive_it() {
        let all = |donor| (0..60).map(|_| (donor, flip(true, false))).collect::<Vec<_>>();
        let one = Effect::of_donors(&all(0), 1);
        assert_eq!((one.n, one.trials, one.flips, one.interval), (1, 60, 60, None));
        assert!((one.p - 0.5).abs() < 1e-12, "{one:?}");
        let mut random = stream(7);
        for donors in [1, 4, 20, 60] {
            let null = |_: &usize| Effect::of_donors(&null_trials(donors, 60, &mut random), 1).p <= LEVEL;
            let confirmed = (0..1_000).filter(null).count();
            // At most .05, with three standard deviations of 1,000 draws.
            assert!(confirmed <= 70, "{donors} donors: {confirmed} of 1000");
        }
    }

    #[test]
    fn the_interval_covers_by_donors_and_not_by_receivers() {
        let mut random = stream(8);
        for (donors, receivers) in [(30, 30), (30, 60), (20, 60)] {
            let covers = |_: &usize| {
                let found = Effect::of_donors(&null_trials(donors, receivers, &mut random), 1).interval;
                found.is_none_or(|interval| interval.contains(0.0))
            };
            let covered = (0..300).filter(covers).count();
            // The bootstrap of so few rare flips covers .88. Counting receivers as independent would cover .6 to .8.
            assert!(covered >= 250, "{donors} donors, {receivers} receivers: {covered} of 300");
        }
    }
}
