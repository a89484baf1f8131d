//! Intervals of a share: how often a rule holds.
//!
//! Wilson's interval of a share h from n trials, with z the quantile of the confidence:
//! (h + z²/2n ± z √(h(1 − h)/n + z²/4n²)) / (1 + z²/n).
//!
//! The trials of one picture are not independent, so T trials on each of n pictures are worth fewer than nT.
//! [`clustered`] estimates the effective number from the spread between pictures. With h the mean of the pictures'
//! shares h_i and s² = Σ(h_i − h)² / (n(n − 1)), it is n_eff = h(1 − h) / s², clamped between n and nT. z is Student's
//! quantile with n − 1 degrees of freedom, because s² is itself estimated from n pictures.
//!
//! Shares of the same pictures under two conditions differ by [`paired_difference`]: with p₁, p₂ the shares, (l₁, u₁),
//! (l₂, u₂) their Wilson intervals and φ the correlation of the two, it reaches from
//! p₁ − p₂ − √((p₁ − l₁)² − 2φ(p₁ − l₁)(u₂ − p₂) + (u₂ − p₂)²) to
//! p₁ − p₂ + √((u₁ − p₁)² − 2φ(u₁ − p₁)(p₂ − l₂) + (p₂ − l₂)²).
//!
//! References: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22, 1927;
//! C. J. Clopper and E. S. Pearson, "The use of confidence or fiducial limits", Biometrika 26, 1934; the effective
//! sample size is that of E. L. Korn and B. I. Graubard, "Confidence intervals for proportions with small expected
//! number of positive counts estimated from survey data", Survey Methodology 24, 1998, with Wilson's interval for the
//! exact one; the paired difference is method 10 of R. G. Newcombe, "Improved confidence intervals for the difference
//! between binomial proportions based on paired data", Statistics in Medicine 17, 1998.

use super::distribution::{beta_quantile, inside, t_quantile, two_sided};
use super::{Estimated, Interval, NoInterval, enough, mean, variance};

/// Fewest pictures that have a spread.
const FEWEST_CLUSTERS: usize = 2;

/// Computes Wilson's interval of independent trials, one a picture.
///
/// # Errors
/// Fails with [`NoInterval::TooFew`] without a trial, and with [`NoInterval::Undefined`] where more hold than there
/// are trials or the confidence does not lie between 0 and 1.
pub fn wilson(held: usize, trials: usize, confidence: f64) -> Estimated {
    enough(trials, 1)?;
    let z = two_sided(confidence).filter(|_| held <= trials).ok_or(NoInterval::Undefined)?;
    Ok(around(held as f64 / trials as f64, trials, trials as f64, z))
}

/// Computes the interval of a share of trials that come in pictures: `shares` holds each picture's share of its
/// `trials`.
///
/// # Errors
/// Fails with [`NoInterval::TooFew`] below two pictures, and with [`NoInterval::Undefined`] where a share or the
/// confidence lies out of range or there are no trials.
pub fn clustered(shares: &[f64], trials: usize, confidence: f64) -> Estimated {
    let n = shares.len();
    enough(n, FEWEST_CLUSTERS)?;
    let sound = trials > 0 && inside(confidence) && shares.iter().all(|share| (0.0..=1.0).contains(share));
    let z = t_quantile((1.0 + confidence) / 2.0, n as f64 - 1.0).filter(|_| sound).ok_or(NoInterval::Undefined)?;
    Ok(around(mean(shares), n, effective(shares, trials), z))
}

/// The outcomes of pictures that were tried under two conditions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Paired {
    /// Held under both.
    pub both: usize,
    /// Held under the first alone.
    pub first: usize,
    /// Held under the second alone.
    pub second: usize,
    /// Held under neither.
    pub neither: usize,
}

/// Computes Newcombe's interval of the share that holds under the first condition less that under the second.
///
/// # Errors
/// Fails with [`NoInterval::TooFew`] without a picture, and with [`NoInterval::Undefined`] if the confidence does not
/// lie between 0 and 1.
pub fn paired_difference(pairs: Paired, confidence: f64) -> Estimated {
    let Paired { both, first, second, neither } = pairs;
    let n = both + first + second + neither;
    let (one, two) = (wilson(both + first, n, confidence)?, wilson(both + second, n, confidence)?);
    let [e, f, g, h, all] = [both, first, second, neither, n].map(|count| count as f64);
    let product = (e + f) * (g + h) * (e + g) * (f + h);
    let excess = e * h - f * g;
    // Corrected for continuity if the two go together, as in Newcombe's method.
    let excess = if excess > 0.0 { (excess - all / 2.0).max(0.0) } else { excess };
    let correlation = if product > 0.0 { excess / product.sqrt() } else { 0.0 };
    let reach = |a: f64, b: f64| (a * a - 2.0 * correlation * a * b + b * b).max(0.0).sqrt();
    let estimate = one.estimate - two.estimate;
    Ok(Interval {
        low: estimate - reach(one.estimate - one.low, two.high - two.estimate),
        estimate,
        high: estimate + reach(one.high - one.estimate, two.estimate - two.low),
        n,
        effective_n: all,
    })
}

/// Estimates how many independent trials the trials of these pictures are worth.
fn effective(shares: &[f64], trials: usize) -> f64 {
    let (n, share) = (shares.len() as f64, mean(shares));
    let squared_error = variance(shares) / n;
    if squared_error > 0.0 { (share * (1.0 - share) / squared_error).clamp(n, n * trials as f64) } else { n }
}

/// Computes Wilson's interval around a share.
fn around(share: f64, n: usize, effective_n: f64, z: f64) -> Interval {
    let square = z * z / effective_n;
    let centre = (share + square / 2.0) / (1.0 + square);
    let half = (square * (share * (1.0 - share) + square / 4.0)).sqrt() / (1.0 + square);
    // Rounding must not put the estimate outside: at a share of 0 or 1 it is an end of the interval.
    Interval {
        low: (centre - half).clamp(0.0, share),
        estimate: share,
        high: (centre + half).clamp(share, 1.0),
        n,
        effective_n,
    }
}

/// Computes the exact one-sided lower bound of Clopper and Pearson for the share that holds: the (1 −
/// confidence)-quantile of Beta(held, trials − held + 1), and 0 where none holds. `None` without trials or where the
/// input is out of range.
pub fn lower_bound(held: usize, trials: usize, confidence: f64) -> Option<f64> {
    if trials == 0 || held > trials || !inside(confidence) {
        return None;
    }
    if held == 0 { Some(0.0) } else { beta_quantile(1.0 - confidence, held as f64, (trials - held) as f64 + 1.0) }
}

/// Counts the fewest trials whose lower bound reaches `bound` when all hold: ⌈ln(1 − confidence) / ln(bound)⌉. `None`
/// where either does not lie strictly between 0 and 1.
pub fn trials_without_failure(bound: f64, confidence: f64) -> Option<usize> {
    (inside(bound) && inside(confidence)).then(|| ((1.0 - confidence).ln() / bound.ln()).ceil() as usize)
}

#[cfg(test)]
mod tests {
    use rand::{RngExt, SeedableRng};

    use super::*;

    /// The first example of Newcombe's paper, and its limits where no picture tells the conditions apart: there the two
    /// shares' own intervals decide, 20 of 20 being Wilson's .8389 to 1.
    #[test]
    fn the_paired_difference_agrees_with_newcombe() {
        let found = paired_difference(Paired { both: 36, first: 12, second: 2, neither: 0 }, 0.95).expect("pictures");
        assert!((found.estimate - 0.2).abs() < 1e-12);
        assert!((found.low - 0.0569).abs() < 5e-5 && (found.high - 0.3404).abs() < 5e-5, "{found:?}");
        let alike = paired_difference(Paired { both: 20, ..Paired::default() }, 0.95).expect("pictures");
        assert!((alike.low + 0.1611).abs() < 5e-5 && (alike.high - 0.1611).abs() < 5e-5, "{alike:?}");
        assert_eq!(paired_difference(Paired::default(), 0.95), Err(NoInterval::TooFew { n: 0, needed: 1 }));
    }

    /// The two conditions exchanged turn the interval round, and it holds the true difference as often as it says.
    #[test]
    fn the_paired_difference_covers_the_true_one() {
        let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(5);
        for [both, first, second] in [[0.9, 0.05, 0.02], [0.3, 0.3, 0.1], [0.0, 0.1, 0.1], [0.02, 0.0, 0.01]] {
            let (mut covered, repeats) = (0, 2_000);
            for _ in 0..repeats {
                let mut pairs = Paired::default();
                for _ in 0..30 {
                    let draw: f64 = random.random();
                    match draw {
                        _ if draw < both => pairs.both += 1,
                        _ if draw < both + first => pairs.first += 1,
                        _ if draw < both + first + second => pairs.second += 1,
                        _ => pairs.neither += 1,
                    }
                }
                let found = paired_difference(pairs, 0.95).expect("pictures");
                covered += usize::from(found.contains(first - second));
                let turned = paired_difference(Paired { first: pairs.second, second: pairs.first, ..pairs }, 0.95);
                let turned = turned.expect("pictures");
                assert!((turned.low + found.high).abs() < 1e-12 && (turned.high + found.low).abs() < 1e-12);
            }
            assert!(covered as f64 >= 0.935 * repeats as f64, "{both} {first} {second}: {covered}");
        }
    }

    /// R. G. Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17, 1998,
    /// table I, method 3.
    #[test]
    fn wilson_agrees_with_newcombe() {
        for (held, trials, low, high) in
            [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)]
        {
            let got = wilson(held, trials, 0.95).expect("trials");
            assert!((got.low - low).abs() < 5e-5 && (got.high - high).abs() < 5e-5, "{held} of {trials}: {got:?}");
        }
    }

    #[test]
    fn pictures_that_agree_count_once_each() {
        let all = clustered(&[1.0; 10], 36, 0.95).expect("ten pictures");
        assert_eq!((all.estimate, all.high, all.effective_n), (1.0, 1.0, 10.0));
        // t(.975, 9)² = 5.117: the lower end is 10 / 15.117.
        assert!((all.low - 0.6615).abs() < 1e-4, "{all:?}");
    }

    #[test]
    fn effective_trials_lie_between_the_pictures_and_all_trials() {
        // Shares as far apart as can be: a picture is one trial. h(1 − h)/s² = (n − 1), held at n.
        let split: Vec<f64> = (0..10).map(|i| f64::from(i % 2)).collect();
        assert_eq!(effective(&split, 36), 10.0);
        // Shares nearer each other than independent trials would be: held at n T.
        assert_eq!(effective(&[0.5, 0.5, 0.5, 0.51], 36), 144.0);
        // Two pictures of .4 and .6: s² = .01, so .25 / .01.
        assert!((effective(&[0.4, 0.6], 36) - 25.0).abs() < 1e-9);
    }

    #[test]
    fn without_failures_bounds_are_reached_at_29_59_and_299_trials() {
        for (bound, trials) in [(0.90, 29), (0.95, 59), (0.99, 299)] {
            assert_eq!(trials_without_failure(bound, 0.95), Some(trials));
            assert!(lower_bound(trials, trials, 0.95).expect("trials") >= bound);
            assert!(lower_bound(trials - 1, trials - 1, 0.95).expect("trials") < bound);
        }
    }

    #[test]
    fn degenerate_input_is_refused() {
        assert_eq!(wilson(0, 0, 0.95), Err(NoInterval::TooFew { n: 0, needed: 1 }));
        assert_eq!(wilson(3, 2, 0.95), Err(NoInterval::Undefined));
        assert_eq!(wilson(1, 2, 1.0), Err(NoInterval::Undefined));
        assert_eq!(clustered(&[0.5], 36, 0.95), Err(NoInterval::TooFew { n: 1, needed: 2 }));
        assert_eq!(clustered(&[0.5, f64::NAN], 36, 0.95), Err(NoInterval::Undefined));
        assert_eq!(clustered(&[0.5, 1.5], 36, 0.95), Err(NoInterval::Undefined));
        assert_eq!(clustered(&[0.5, 0.5], 0, 0.95), Err(NoInterval::Undefined));
        assert_eq!(
            (lower_bound(0, 0, 0.95), lower_bound(2, 1, 0.95), lower_bound(0, 5, 0.95)),
            (None, None, Some(0.0))
        );
        assert_eq!(trials_without_failure(1.0, 0.95), None);
    }
}
