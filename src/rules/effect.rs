//! How many answers an intervention flips, and how many of them its control would have flipped anyway.
//!
//! With a picture's answer under the intervention and under the control, *changed* and *control* are the shares that
//! flip. Their difference decides whether a rule is confirmed (an exact sign test on discordant pictures).
//!
//! The difference is not the share of answers that rest on the cue. An edit leaves traces that flip some answers by
//! themselves, so an answer flips by the cue (a share e) or by the trace (a share *control*, measured): changed =
//! 1 − (1 − e)(1 − control). Solved for e that is *net* = (changed − control) / (1 − control), Abbott's correction. A
//! picture that is drawn again without the cue bears no trace, so its *exact* share is compared with *net*.
//!
//! Reference: W. S. Abbott, "A method of computing the effectiveness of an insecticide", Journal of Economic
//! Entomology 18, 1925.

use serde::{Deserialize, Serialize};

use super::statistics::{Bootstrap, Interval, sign_test};

/// Rules are confirmed at this level, all together.
pub const LEVEL: f64 = 0.05;

/// What happened to one picture: under the intervention, its control, and where the picture could be made again.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Flip {
    /// Whether the answer flipped.
    pub changed: bool,
    /// Whether it flipped under the control.
    pub control: bool,
    /// Whether it flipped when the picture was made again; `None` where that is not known.
    pub exact: Option<bool>,
}

/// How many answers an intervention flips.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Effect {
    /// Pictures on which it was tried.
    pub n: usize,
    /// The share of answers that flip, in [0, 1]; not a number without pictures.
    pub changed: f64,
    /// The share that flips under the control.
    pub control: f64,
    /// The interval of their difference, at 1 − .05 / (rules tested); none below 20 pictures.
    pub interval: Option<Interval>,
    /// The interval of (changed − control) / (1 − control), the share that flips by the cue alone; none below 20
    /// pictures, or where the control flips every answer.
    pub net: Option<Interval>,
    /// The exact one-sided p of the sign test on pictures that flip under one of the two alone.
    pub p: f64,
    /// The share that flips when the picture is made again with the concept changed and nothing else; `None` where that
    /// is not known.
    pub exact: Option<f64>,
}

impl Effect {
    /// Counts flips, with intervals for one of so many rules that are tested.
    pub(crate) fn new(flips: &[Flip], tested: usize) -> Self {
        let count = |of: fn(&Flip) -> bool| flips.iter().filter(|f| of(f)).count();
        let values = |of: fn(&Flip) -> bool| flips.iter().map(|f| f64::from(u8::from(of(f)))).collect::<Vec<_>>();
        let (changed, control) = (values(|f| f.changed), values(|f| f.control));
        let bootstrap = Bootstrap { confidence: 1.0 - LEVEL / tested.max(1) as f64, ..Bootstrap::default() };
        let known: Vec<bool> = flips.iter().filter_map(|f| f.exact).collect();
        Self {
            n: flips.len(),
            changed: mean(&changed),
            control: mean(&control),
            interval: bootstrap.difference(&changed, &control).ok(),
            net: bootstrap.skill(&changed, &control).ok(),
            p: sign_test(count(|f| f.changed && !f.control), count(|f| f.control && !f.changed)).p_one_sided,
            exact: (!known.is_empty()).then(|| known.iter().filter(|&&k| k).count() as f64 / known.len() as f64),
        }
    }

    /// Returns the share that flips beyond the control's.
    pub fn difference(&self) -> f64 {
        self.changed - self.control
    }

    /// Returns whether the exact effect lies in the interval of the net one; `None` where either is not known.
    pub fn agrees(&self) -> Option<bool> {
        Some(self.net?.contains(self.exact?))
    }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
