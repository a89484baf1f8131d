//! How a row differs from the best one.
//!
//! The pictures that compare the rows also chose the best, so chance favours the best in every comparison. Any pair of
//! methods could have been compared. So Holm's correction counts all pairs of methods, and the p of the pairs with the
//! best are taken from it. A control cannot be best, so controls are corrected only over the comparisons with the best.

use serde::Serialize;

use super::interval::{MANY, linear, normal_interval, plain};
use crate::rules::statistics::{Bootstrap, detectable_difference, holm, ratio, sign_test_of};
use crate::study::figure::Value;

/// The level at which methods are told apart.
const LEVEL: f64 = 0.05;
/// Smaller gaps of a ratio are rounding, and the picture is a tie.
const ROUNDING: f64 = 1e-12;

/// How a row differs from the best on the common pictures; positive is larger.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "EvaluationDifference"))]
pub struct Difference {
    /// The mean difference.
    pub estimate: f64,
    /// Its 95 % interval; `None` below 20 pictures.
    pub interval: Option<[f64; 2]>,
    /// The two-sided p of the sign test, adjusted by Holm over all pairs of methods; for a control, over the rows
    /// compared with the best.
    pub p: f64,
    /// The smallest difference that this number of pictures shows in four of five studies.
    pub detectable: Option<f64>,
    /// Whether the row is told apart from the best: p is at most .05, the interval does not contain 0, and both point
    /// in the same direction.
    pub told_apart: bool,
}

/// The adjusted p of each row against the best, given the test of two rows: for a method over all pairs of methods, for
/// a control over all rows against the best.
pub(super) fn adjusted(
    best: usize,
    methods: &[usize],
    controls: &[usize],
    test: impl Fn(usize, usize) -> f64,
) -> Vec<(usize, f64)> {
    let pairs =
        methods.iter().enumerate().flat_map(|(at, &row)| methods[at + 1..].iter().map(move |&other| [row, other]));
    let pairs: Vec<[usize; 2]> = pairs.collect();
    let tests: Vec<f64> = pairs.iter().map(|&[row, other]| test(row, other)).collect();
    let with_best = |[row, other]: [usize; 2]| match best {
        _ if row == best => Some(other),
        _ if other == best => Some(row),
        _ => None,
    };
    let of_methods = pairs.iter().zip(holm(&tests)).filter_map(|(&pair, p)| Some((with_best(pair)?, p)));
    let plain = pairs.iter().zip(&tests).filter(|(pair, _)| with_best(**pair).is_some()).map(|(_, &p)| p);
    let against_best: Vec<f64> = controls.iter().map(|&row| test(row, best)).chain(plain).collect();
    of_methods.chain(controls.iter().copied().zip(holm(&against_best))).collect()
}

/// Each picture's contribution to the difference of two rows; the mean is the difference. For a ratio of means it is
/// the linear part, because numerators may be equal while the denominators differ.
pub(super) fn gaps(pairs: &[[Value; 2]]) -> Vec<f64> {
    let [own, other] = sides(pairs);
    if let (Some(own), Some(other)) = (plain(&own), plain(&other)) {
        return own.iter().zip(other).map(|(own, other)| own - other).collect();
    }
    let [middle, others] = [&own, &other].map(|side| ratio(side.iter().copied()));
    let gap = |(own, other): (f64, &f64)| middle - others + own - other;
    let gaps = linear(&own, middle).into_iter().zip(&linear(&other, others)).map(gap).collect::<Vec<f64>>();
    gaps.into_iter().map(|gap| if gap.abs() < ROUNDING { 0.0 } else { gap }).collect()
}

fn sides(pairs: &[[Value; 2]]) -> [Vec<Value>; 2] {
    [0, 1].map(|side| pairs.iter().map(|pair| pair[side]).collect())
}

/// Compares a row with the best, given the sign test's adjusted p; `None` if one of them has no figure.
pub(super) fn difference(pairs: &[[Value; 2]], p: f64) -> Option<Difference> {
    let of = |side: usize, sample: &[usize]| ratio(sample.iter().map(|&i| pairs[i][side]));
    let all: Vec<usize> = (0..pairs.len()).collect();
    let estimate = Some(of(0, &all) - of(1, &all)).filter(|difference| difference.is_finite())?;
    let gaps = gaps(pairs);
    let interval = if pairs.len() > MANY {
        Some(normal_interval(estimate, &gaps))
    } else {
        let found = match sides(pairs).map(|side| plain(&side)) {
            [Some(own), Some(best)] => Bootstrap::default().difference(&own, &best),
            _ => Bootstrap::default().interval(pairs.len(), |sample| of(0, sample) - of(1, sample)),
        };
        found.ok().map(|found| [found.low, found.high])
    };
    let signs = sign_test_of(&gaps);
    let apart = interval.is_some_and(|[low, high]| {
        (low > 0.0 && signs.wins > signs.losses) || (high < 0.0 && signs.losses > signs.wins)
    });
    let detectable = detectable_difference(&gaps);
    Some(Difference { estimate, interval, p, detectable, told_apart: apart && p <= LEVEL })
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    use super::*;
    use crate::picture::uniform;

    #[test]
    fn hits_that_are_all_alike_are_not_told_apart() {
        let found = difference(&[[[1.0, 1.0]; 2]; 20], 1.0).expect("pictures");
        let [low, high] = found.interval.expect("twenty pictures");
        assert!((low + 0.1611).abs() < 1e-4 && (high - 0.1611).abs() < 1e-4, "{low} {high}");
        assert!(!found.told_apart && found.detectable.is_none(), "{found:?}");
    }

    #[test]
    fn a_skill_of_equal_lifts_over_unequal_rests_is_told_apart() {
        // Each wins .3: the one of the .4 that its moved region leaves open, the other of .6.
        let pairs = [[[0.3, 0.4], [0.3, 0.6]]; 20];
        assert!(gaps(&pairs).iter().all(|gap| (gap - 0.25).abs() < 1e-12), "{:?}", gaps(&pairs));
        let p = sign_test_of(&gaps(&pairs)).p_two_sided;
        let found = difference(&pairs, p).expect("pictures");
        assert!(p < 1e-5 && found.told_apart, "{found:?}");
        assert_eq!(gaps(&[[[0.3, 0.4]; 2]; 20]), [0.0; 20]);
    }

    #[test]
    fn signs_that_contradict_the_mean_tell_nothing_apart() {
        // Most pictures lose a little and a few win much, so that the mean is above 0 and the signs say below.
        let pairs: Vec<[Value; 2]> =
            (0..100).map(|i| [[if i % 5 == 0 { 0.9 } else { 0.0 }, 1.0], [0.01, 1.0]]).collect();
        let p = sign_test_of(&gaps(&pairs)).p_two_sided;
        let found = difference(&pairs, p).expect("pictures");
        assert!(p < 1e-6 && found.interval.is_some_and(|[low, _]| low > 0.0), "{found:?}");
        assert!(!found.told_apart, "{found:?}");
    }

    /// The share of studies of 13 equal methods in which the p tells some method apart from the best.
    fn wrongly_told_apart(adjust: impl Fn(usize, &dyn Fn(usize, usize) -> f64) -> Vec<f64>) -> f64 {
        const STUDIES: usize = 400;
        let study = |seed: usize| {
            let mut random = ChaCha8Rng::seed_from_u64(seed as u64);
            let rows: Vec<Vec<f64>> =
                (0..13).map(|_| (0..40).map(|_| f64::from(uniform(&mut random))).collect()).collect();
            let mean = |row: usize| rows[row].iter().sum::<f64>();
            let best = (0..13).max_by(|&a, &b| mean(a).total_cmp(&mean(b))).unwrap_or(0);
            let test = |row: usize, other: usize| {
                let gaps: Vec<f64> = rows[row].iter().zip(&rows[other]).map(|(a, b)| a - b).collect();
                sign_test_of(&gaps).p_two_sided
            };
            adjust(best, &test).iter().any(|&p| p <= LEVEL)
        };
        (0..STUDIES).filter(|&seed| study(seed)).count() as f64 / STUDIES as f64
    }

    #[test]
    fn of_methods_that_are_alike_few_studies_tell_any_apart_from_the_one_that_seems_best() {
        let rows: Vec<usize> = (0..13).collect();
        let share =
            wrongly_told_apart(|best, test| adjusted(best, &rows, &[], test).into_iter().map(|(_, p)| p).collect());
        assert!(share <= LEVEL, "{share}");
        // Counting the comparisons with the best alone forgets that the same pictures chose it.
        let forgetful = wrongly_told_apart(|best, test| {
            holm(&rows.iter().filter(|&&row| row != best).map(|&row| test(row, best)).collect::<Vec<_>>())
        });
        assert!(forgetful > 1.5 * LEVEL, "{forgetful}");
    }

    #[test]
    fn a_control_is_counted_among_the_rows_that_are_compared_with_the_best() {
        let test = |row: usize, other: usize| if row.max(other) == 9 { 0.01 } else { 0.02 };
        // Three pairs of methods; against the best stand two methods and a control.
        let found = adjusted(1, &[0, 1, 2], &[9], test);
        let close = |at: usize, row: usize, p: f64| found[at].0 == row && (found[at].1 - p).abs() < 1e-12;
        assert!(close(0, 0, 0.06) && close(1, 2, 0.06) && close(2, 9, 0.03), "{found:?}");
    }
}
