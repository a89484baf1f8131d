//! Does a score tell attacked pictures from clean ones? The area under the receiver's curve.
//!
//! The area is the chance that an attacked picture scores above a clean one, ties by half: A = U / (n₁ n₀) with U the
//! count of Mann and Whitney. Its interval is the bootstrap's over pictures, a picture's clean and attacked score
//! together. As a check, Hanley's and McNeil's standard error for independent groups is
//!
//! SE² = (A(1 − A) + (n₁ − 1)(Q₁ − A²) + (n₀ − 1)(Q₂ − A²)) / (n₁ n₀), Q₁ = A/(2 − A), Q₂ = 2A²/(1 + A).
//!
//! Reference: J. A. Hanley and B. J. McNeil, "The meaning and use of the area under a receiver operating
//! characteristic (ROC) curve", Radiology 143, 1982.

use super::bootstrap::paired;
use super::{Bootstrap, Estimated};

/// Holds one point of the receiver's curve.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct RocPoint {
    /// The share of clean pictures that are flagged.
    pub false_positive_rate: f64,
    /// The share of attacked pictures that are flagged.
    pub true_positive_rate: f64,
}

/// Computes the area under the curve, where attacked pictures should score higher. `None` where a group is empty or a
/// score is not a number.
pub fn auroc(clean: &[f64], attacked: &[f64]) -> Option<f64> {
    let (clean, attacked) = (rising(clean)?, rising(attacked)?);
    let wins: f64 = attacked.iter().map(|&score| rank(&clean, score)).sum();
    Some(wins / (clean.len() * attacked.len()) as f64)
}

impl Bootstrap {
    /// Computes the interval of the area under the curve over pictures that have a clean and an attacked score.
    ///
    /// # Errors
    /// Fails like [`Bootstrap::difference`].
    pub fn auroc(&self, clean: &[f64], attacked: &[f64]) -> Estimated {
        paired(clean, attacked)?;
        self.interval(clean.len(), |sample| area(clean, attacked, sample))
    }

    /// Computes the interval of the difference of two detectors' areas, `ours` − `theirs`, on the same pictures; each
    /// is (clean, attacked) scores.
    ///
    /// # Errors
    /// Fails like [`Bootstrap::difference`].
    pub fn auroc_difference(&self, ours: (&[f64], &[f64]), theirs: (&[f64], &[f64])) -> Estimated {
        [ours.1, theirs.0, theirs.1].into_iter().try_for_each(|scores| paired(ours.0, scores))?;
        self.interval(ours.0.len(), |sample| area(ours.0, ours.1, sample) - area(theirs.0, theirs.1, sample))
    }
}

/// The area on a sample of pictures; not a number where there is none.
fn area(clean: &[f64], attacked: &[f64], sample: &[usize]) -> f64 {
    let of = |scores: &[f64]| -> Vec<f64> { sample.iter().map(|&i| scores[i]).collect() };
    auroc(&of(clean), &of(attacked)).unwrap_or(f64::NAN)
}

/// Computes the standard error of an area from so many clean and attacked pictures; `None` where a group is empty or
/// the area is out of range.
pub fn hanley_mcneil(area: f64, clean: usize, attacked: usize) -> Option<f64> {
    let (q1, q2) = (area / (2.0 - area), 2.0 * area * area / (1.0 + area));
    let (n0, n1, square) = (clean as f64, attacked as f64, area * area);
    let variance = (area * (1.0 - area) + (n1 - 1.0) * (q1 - square) + (n0 - 1.0) * (q2 - square)) / (n0 * n1);
    (clean > 0 && attacked > 0 && (0.0..=1.0).contains(&area)).then(|| variance.max(0.0).sqrt())
}

/// Finds the threshold that flags at most the share `rate` of clean pictures, where scores above it are flagged.
/// Choose it on other pictures than those it is judged on. `None` without pictures, or where a score or the rate is
/// not a number.
pub fn threshold_at(clean: &[f64], rate: f64) -> Option<f64> {
    let sorted = rising(clean)?;
    let flagged = (rate.clamp(0.0, 1.0) * sorted.len() as f64).floor() as usize;
    let index = (sorted.len() - 1).saturating_sub(flagged);
    (!rate.is_nan()).then(|| sorted[index])
}

/// Draws the receiver's curve from (0, 0) to (1, 1), a point for every distinct score. Empty where [`auroc`] has no
/// value.
pub fn roc(clean: &[f64], attacked: &[f64]) -> Vec<RocPoint> {
    let (Some(clean), Some(attacked)) = (rising(clean), rising(attacked)) else { return vec![] };
    let mut thresholds: Vec<f64> = clean.iter().chain(&attacked).copied().collect();
    thresholds.sort_by(|a, b| b.total_cmp(a));
    thresholds.dedup();
    let above = |scores: &[f64], t: f64| share(scores.len() - scores.partition_point(|&s| s <= t), scores.len());
    let point = |t: f64| RocPoint { false_positive_rate: above(&clean, t), true_positive_rate: above(&attacked, t) };
    thresholds.into_iter().chain([f64::NEG_INFINITY]).map(point).collect()
}

fn share(count: usize, of: usize) -> f64 {
    count as f64 / of as f64
}

/// Sorts the scores in rising order; `None` where there are none or one is not a number.
fn rising(scores: &[f64]) -> Option<Vec<f64>> {
    let mut sorted = scores.to_vec();
    sorted.sort_by(f64::total_cmp);
    (!sorted.is_empty() && !sorted.iter().any(|s| s.is_nan())).then_some(sorted)
}

/// Counts how many sorted scores lie below one, ties by half.
fn rank(sorted: &[f64], score: f64) -> f64 {
    (sorted.partition_point(|&s| s < score) + sorted.partition_point(|&s| s <= score)) as f64 / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_area_counts_pairs() {
        // Of nine pairs six are won and one is tied.
        assert_eq!(auroc(&[0.1, 0.4, 0.5], &[0.3, 0.5, 0.9]), Some(6.5 / 9.0));
        assert_eq!(auroc(&[1.0, 1.0], &[1.0]), Some(0.5));
        assert_eq!((auroc(&[], &[1.0]), auroc(&[f64::NAN], &[1.0])), (None, None));
    }

    #[test]
    fn two_hundred_pairs_tell_an_area_of_ninety_hundredths_to_three() {
        let error = hanley_mcneil(0.9, 200, 200).expect("pictures");
        assert!((1.96 * error - 0.03).abs() < 5e-3, "{error}");
        assert_eq!((hanley_mcneil(0.9, 0, 5), hanley_mcneil(1.1, 5, 5)), (None, None));
    }

    #[test]
    fn the_trapezoids_of_the_curve_are_the_area() {
        let (clean, attacked) = ([0.1, 0.4, 0.5, 0.5], [0.3, 0.5, 0.9]);
        let curve = roc(&clean, &attacked);
        assert_eq!((curve[0].false_positive_rate, curve[0].true_positive_rate), (0.0, 0.0));
        let trapezoid = |p: &[RocPoint]| {
            (p[1].false_positive_rate - p[0].false_positive_rate)
                * f64::midpoint(p[0].true_positive_rate, p[1].true_positive_rate)
        };
        let sum: f64 = curve.windows(2).map(trapezoid).sum();
        assert!((sum - auroc(&clean, &attacked).expect("pictures")).abs() < 1e-12, "{curve:?}");
        assert_eq!(curve.last().map(|p| (p.false_positive_rate, p.true_positive_rate)), Some((1.0, 1.0)));
        assert!(roc(&[], &attacked).is_empty());
    }

    #[test]
    fn a_threshold_flags_no_more_than_its_rate() {
        let clean: Vec<f64> = (0..40).map(f64::from).collect();
        for (rate, flagged) in [(0.0, 0), (0.05, 2), (0.07, 2), (0.5, 20)] {
            let threshold = threshold_at(&clean, rate).expect("pictures");
            assert_eq!(clean.iter().filter(|&&s| s > threshold).count(), flagged, "{rate}");
        }
        assert_eq!((threshold_at(&[], 0.05), threshold_at(&[1.0], f64::NAN)), (None, None));
        assert_eq!(threshold_at(&[1.0, 2.0], 1.0), Some(1.0));
    }

    /// Scores i and i + 60 of 100 pictures: the area by the formula of two uniform scores is 1 − .4²/2 = .92.
    #[test]
    fn the_interval_agrees_with_hanley_and_mcneil_where_pairs_have_nothing_in_common() {
        let clean: Vec<f64> = (0..100).map(|i| f64::from(i * 37 % 100)).collect();
        let attacked: Vec<f64> = (0..100).map(|i| f64::from(i * 61 % 100 + 60)).collect();
        let got = Bootstrap::default().auroc(&clean, &attacked).expect("100 pictures");
        assert!((got.estimate - 0.92).abs() < 5e-3, "{got:?}");
        let expected = 2.0 * 1.96 * hanley_mcneil(got.estimate, 100, 100).expect("pictures");
        assert!(((got.high - got.low) / expected - 1.0).abs() < 0.25, "{got:?} against {expected}");
    }

    #[test]
    fn two_detectors_are_compared_picture_by_picture() {
        let clean: Vec<f64> = (0..40).map(f64::from).collect();
        let attacked: Vec<f64> = (0..40).map(|i| f64::from(i) + 20.0).collect();
        let got = Bootstrap::default().auroc_difference((&clean, &attacked), (&clean, &clean)).expect("40 pictures");
        assert!(got.low > 0.0 && got.contains(got.estimate), "{got:?}");
        assert!(Bootstrap::default().auroc_difference((&clean, &attacked), (&clean, &clean[1..])).is_err());
    }
}
