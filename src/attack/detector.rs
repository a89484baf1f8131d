//! Detectors that are calibrated on clean pictures alone, without learning from attacks.

use serde::{Deserialize, Serialize};

use super::Reading;
use super::detect::{FALSE_POSITIVES, Wide, rule, wide_signals};
use crate::rules::statistics::{fewest_for, threshold_at};

/// A detector that tells an attacked picture from a clean one without having seen an attack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum Detector {
    /// [`rule`].
    Rule,
    /// [`Wide`].
    Wide,
}

impl Detector {
    /// Every one.
    pub const ALL: [Self; 2] = [Self::Rule, Self::Wide];

    /// Returns its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rule => "rule",
            Self::Wide => "wide rule",
        }
    }
}

/// The measurements of a picture on which the detectors rest.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Signals {
    /// The score of the rule f(x) = f(Tx).
    pub rule: f64,
    /// The two signals of the wide rule; `None` if the many views were not asked.
    pub wide: Option<[f64; 2]>,
}

impl Signals {
    /// Measures a picture by the model's answers.
    pub fn of(reading: &Reading) -> Self {
        Self { rule: f64::from(rule(reading)), wide: wide_signals(reading) }
    }
}

/// Detectors after calibration on clean pictures.
#[derive(Clone, Copy, Debug)]
pub struct Calibrated {
    wide: Option<Wide>,
    /// The threshold of each of [`Detector::ALL`]; `None` if there are too few clean pictures.
    thresholds: [Option<f64>; 2],
    /// How many more clean pictures each detector needs for a threshold.
    lacking: [usize; 2],
}

impl Calibrated {
    /// Calibrates the detectors so that each flags a further clean picture like these with a chance of at most
    /// [`FALSE_POSITIVES`]. The wide rule uses the pictures whose many views were asked. For it the chance holds only
    /// nearly, because its units come from the same pictures.
    pub fn on(clean: &[Signals]) -> Self {
        let wide = Wide::calibrated(clean.iter().filter_map(|signals| signals.wide));
        let unset = Self { wide, thresholds: [None; 2], lacking: [0; 2] };
        let scores = Detector::ALL.map(|detector| -> Vec<f64> {
            clean.iter().filter_map(|signals| unset.score(detector, signals)).collect()
        });
        let lacking = |scores: &Vec<f64>| fewest_for(FALSE_POSITIVES).map_or(0, |n| n.saturating_sub(scores.len()));
        let thresholds = scores.each_ref().map(|scores| threshold_at(scores, FALSE_POSITIVES));
        Self { thresholds, lacking: scores.each_ref().map(lacking), ..unset }
    }

    /// Returns a detector's score of a picture; `None` if it is not known.
    pub fn score(&self, detector: Detector, signals: &Signals) -> Option<f64> {
        match detector {
            Detector::Rule => Some(signals.rule),
            Detector::Wide => Some(self.wide?.score(signals.wide?)),
        }
    }

    /// Returns the score above which a detector flags a picture; `None` if there are too few clean pictures.
    pub fn threshold(&self, detector: Detector) -> Option<f64> {
        self.thresholds[detector as usize]
    }

    /// Says how many more clean pictures a detector needs for a threshold.
    pub fn lacking(&self, detector: Detector) -> usize {
        self.lacking[detector as usize]
    }

    /// Says whether a detector flags a picture; `None` if it has no threshold or no score.
    pub fn flags(&self, detector: Detector, signals: &Signals) -> Option<bool> {
        Some(self.score(detector, signals)? > self.threshold(detector)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clean(count: usize, wide: bool) -> Vec<Signals> {
        let value = |i: usize| 0.02 * i as f64;
        (0..count).map(|i| Signals { rule: value(i), wide: wide.then(|| [value(i), value(i)]) }).collect()
    }

    #[test]
    fn each_detector_is_calibrated_on_the_pictures_that_it_was_asked_of() {
        let half = [clean(20, false), clean(20, true)].concat();
        let calibrated = Calibrated::on(&half);
        // One of forty scores lies above the rule's threshold (there are two of each), and none of twenty above the
        // wide rule's, whose unit is the second largest.
        assert_eq!(calibrated.threshold(Detector::Rule), Some(0.38));
        assert!(calibrated.threshold(Detector::Wide).is_some_and(|wide| (wide - 0.38 / 0.36).abs() < 1e-12));
        let flags = |rule, wide| {
            let signals = Signals { rule, wide };
            Detector::ALL.map(|detector| calibrated.flags(detector, &signals))
        };
        assert_eq!(flags(0.39, None), [Some(true), None]);
        assert_eq!(flags(0.38, Some([0.2, 0.4])), [Some(false), Some(true)]);
    }

    #[test]
    fn a_threshold_of_too_few_clean_pictures_is_none() {
        let calibrated = Calibrated::on(&[clean(6, false), clean(12, true)].concat());
        let of = |detector| (calibrated.threshold(detector), calibrated.lacking(detector));
        assert_eq!(Detector::ALL.map(of), [(None, 1), (None, 7)]);
        let signals = Signals { rule: 2.0, wide: Some([2.0, 0.9]) };
        assert_eq!(Detector::ALL.map(|detector| calibrated.flags(detector, &signals)), [None; 2]);
        assert!(calibrated.score(Detector::Wide, &signals).is_some(), "a score takes no threshold");
        assert_eq!(Calibrated::on(&clean(19, true)).lacking(Detector::Wide), 0);
    }

    #[test]
    fn without_clean_pictures_nothing_is_flagged() {
        let signals = Signals { rule: 2.0, wide: Some([2.0, 0.9]) };
        let none = Calibrated::on(&[]);
        assert_eq!(Detector::ALL.map(|detector| none.flags(detector, &signals)), [None; 2]);
        assert_eq!(Detector::ALL.map(|detector| none.score(detector, &signals)), [Some(2.0), None]);
        let without_views = Calibrated::on(&clean(20, false));
        assert_eq!(Detector::ALL.map(|detector| without_views.flags(detector, &signals)), [Some(true), None]);
    }
}
