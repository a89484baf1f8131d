//! The area under the ROC curve: does a score tell attacked pictures from clean ones?
//!
//! The area is the chance that an attacked picture scores above a clean one, ties by half: A = U / (n₁ n₀) with U the
//! count of Mann and Whitney. Its interval is the bootstrap's over pictures, a picture's clean and attacked score
//! together. Hanley's and McNeil's standard error for independent groups is
//!
//! SE² = (A(1 − A) + (n₁ − 1)(Q₁ − A²) + (n₀ − 1)(Q₂ − A²)) / (n₁ n₀), Q₁ = A/(2 − A), Q₂ = 2A²/(1 + A).
//!
//! The error is 0 at A = 1, and every draw of the bootstrap is 1 there, although five pictures that are told apart say
//! little about the sixth. So in cases where the bootstrap says nothing (few pictures, A of 0 or 1, equal draws), the
//! interval holds every θ with |A − θ| ≤ z SE(θ). The error is that of the end, not of the estimate, as in Wilson's
//! interval of a share.
//!
//! Reference: J. A. Hanley and B. J. McNeil, "The meaning and use of the area under a receiver operating
//! characteristic (ROC) curve", Radiology 143, 1982.

use super::bootstrap::{FEWEST_PICTURES, paired};
use super::distribution::two_sided;
use super::{Bootstrap, Estimated, Interval, NoInterval, enough};

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
    /// Fails with [`NoInterval::Undefined`] where the lengths differ, and like [`Bootstrap::area`].
    pub fn auroc(&self, clean: &[f64], attacked: &[f64]) -> Estimated {
        paired(clean, attacked)?;
        self.area(clean.len(), |sample| area(clean, attacked, sample))
    }

    /// Computes the interval of an area under the curve, where `figure` gives that of a sample of `n` pictures. Where
    /// pictures are few, or draws say nothing since the area is 0 or 1 or all of them are alike, it is
    /// [`auroc_interval`]'s.
    ///
    /// # Errors
    /// Fails with [`NoInterval::TooFew`] without a picture, and with [`NoInterval::Undefined`] where all pictures
    /// together have no area or more than one draw in twenty has none.
    pub fn area(&self, n: usize, figure: impl Fn(&[usize]) -> f64) -> Estimated {
        let all: Vec<usize> = (0..n).collect();
        let estimate = figure(&all);
        let is_inside = estimate > 0.0 && estimate < 1.0;
        if n >= FEWEST_PICTURES && is_inside {
            let found = self.interval(n, figure)?;
            if found.low < found.high {
                return Ok(found);
            }
        }
        auroc_interval(estimate, n, n, self.confidence)
    }

    /// Computes the interval of the difference of two detectors' areas, `ours` − `theirs`, on the same pictures; each
    /// is (clean, attacked) scores. Draws that are all alike say nothing of it: there its ends are those of the two
    /// areas, by Newcombe's square and add.
    ///
    /// # Errors
    /// Fails like [`Bootstrap::difference`].
    pub fn auroc_difference(&self, ours: (&[f64], &[f64]), theirs: (&[f64], &[f64])) -> Estimated {
        [ours.1, theirs.0, theirs.1].into_iter().try_for_each(|scores| paired(ours.0, scores))?;
        let gap = |sample: &[usize]| area(ours.0, ours.1, sample) - area(theirs.0, theirs.1, sample);
        let found = self.interval(ours.0.len(), gap)?;
        if found.low < found.high {
            return Ok(found);
        }
        let (one, two) = (self.auroc(ours.0, ours.1)?, self.auroc(theirs.0, theirs.1)?);
        let low = found.estimate - (one.estimate - one.low).hypot(two.high - two.estimate);
        let high = found.estimate + (one.high - one.estimate).hypot(two.estimate - two.low);
        Ok(Interval { low: low.max(-1.0), high: high.min(1.0), ..found })
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

/// Computes the interval of an area from so many clean and attacked pictures: every area θ from which the estimate lies
/// no farther than z times the [`hanley_mcneil`] error at θ.
///
/// # Errors
/// Fails with [`NoInterval::TooFew`] where a group is empty, and with [`NoInterval::Undefined`] where the area or the
/// confidence is out of range.
pub fn auroc_interval(area: f64, clean: usize, attacked: usize, confidence: f64) -> Estimated {
    let n = clean.min(attacked);
    enough(n, 1)?;
    let z = two_sided(confidence).filter(|_| (0.0..=1.0).contains(&area)).ok_or(NoInterval::Undefined)?;
    let is_far = |end: f64| (area - end).abs() > z * hanley_mcneil(end, clean, attacked).unwrap_or(f64::NAN);
    let (low, high) = (last_near(area, 0.0, is_far), last_near(area, 1.0, is_far));
    Ok(Interval { low, estimate: area, high, n, effective_n: n as f64 })
}

/// Halvings of the way to an end: below the last digit that is shown.
const HALVINGS: usize = 50;

/// Finds where ends between an estimate and a bound begin to be far from it, by halving.
fn last_near(estimate: f64, bound: f64, is_far: impl Fn(f64) -> bool) -> f64 {
    let halve = |(near, far): (f64, f64), _| {
        let middle = f64::midpoint(near, far);
        if is_far(middle) { (near, middle) } else { (middle, far) }
    };
    (0..HALVINGS).fold((estimate, bound), halve).0
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
pub(super) fn rising(scores: &[f64]) -> Option<Vec<f64>> {
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

    /// At A = 1 the lower end solves 1 − θ = z SE(θ).
    #[test]
    fn an_area_of_one_is_not_certain() {
        for (n, low) in [(5, 0.64), (10, 0.80), (19, 0.89), (40, 0.95)] {
            let clean: Vec<f64> = (0..n).map(f64::from).collect();
            let attacked: Vec<f64> = (0..n).map(|i| f64::from(100 + i)).collect();
            let found = Bootstrap::default().auroc(&clean, &attacked).expect("pictures");
            assert!((found.low - low).abs() < 6e-3, "{n}: {found:?}");
            assert!(
                (1.0 - found.low - 1.96 * hanley_mcneil(found.low, n as usize, n as usize).expect("pictures")).abs()
                    < 1e-4
            );
            assert_eq!((found.estimate, found.high), (1.0, 1.0), "{n}");
            let turned = Bootstrap::default().auroc(&attacked, &clean).expect("pictures");
            assert!((turned.high - (1.0 - found.low)).abs() < 0.02 && turned.low == 0.0, "{n}: {turned:?}");
        }
        assert!(Bootstrap::default().auroc(&[], &[]).is_err() && auroc_interval(f64::NAN, 5, 5, 0.95).is_err());
        let (low, high) = ([0.0; 20], [1.0; 20]);
        let gap = Bootstrap::default().auroc_difference((&low, &high), (&low, &high)).expect("20 pictures");
        assert!(gap.low < -0.1 && gap.high > 0.1 && gap.estimate == 0.0, "{gap:?}");
    }

    /// Normal scores whose means lie apart by √2 Φ⁻¹(A), 1,000 sets of pictures each.
    #[test]
    fn few_pictures_cover_the_area_as_often_as_stated() {
        let mut random = super::super::draw::stream(1);
        let mut normal = || {
            let uniform = (super::super::draw::below(&mut random, 1 << 20) as f64 + 0.5) / f64::from(1 << 20);
            super::super::normal_quantile(uniform).expect("between 0 and 1")
        };
        for (n, truth) in [(5, 0.8), (5, 0.95), (10, 0.95), (19, 0.8), (19, 0.95), (19, 0.99)] {
            let apart = 2f64.sqrt() * super::super::normal_quantile(truth).expect("between 0 and 1");
            let mut covers = |_: &usize| {
                let clean: Vec<f64> = (0..n).map(|_| normal()).collect();
                let attacked: Vec<f64> = (0..n).map(|_| normal() + apart).collect();
                Bootstrap::default().auroc(&clean, &attacked).expect("pictures").contains(truth)
            };
            let covered = (0..1000).filter(|i| covers(i)).count();
            assert!((935..=990).contains(&covered), "{n} pictures, {truth}: {covered}");
        }
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
