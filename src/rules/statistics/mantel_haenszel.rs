//! The weighted difference of Mantel and Haenszel: does a concept go with an answer within the true classes?
//!
//! In stratum y (the true class), of n₁ pictures with the concept x₁ have the answer, of n₀ without it x₀, and
//! n = n₁ + n₀. With weights w = n₁ n₀ / n,
//!
//! Δ = Σ w (x₁/n₁ − x₀/n₀) / Σ w,
//! Var Δ = (Δ Σ P + Σ Q) / (Σ w)²,
//! P = (n₁² x₀ − n₀² x₁ + n₁ n₀ (n₀ − n₁)/2) / n²,
//! Q = (x₁ (n₀ − x₀) + x₀ (n₁ − x₁)) / 2n,
//!
//! a variance that holds both for few large strata and for many small ones. It is 0 if all or none of each kind have
//! the answer in every stratum, however few they are. Then the ends are combined from Wilson's, as Yan and Su do: Δ −
//! √Σ w² ((p₁ − l₁)² + (u₀ − p₀)²) / Σ w, and Δ + √Σ w² ((u₁ − p₁)² + (p₀ − l₀)²) / Σ w. Strata that lack one kind of
//! picture say nothing and are left out.
//!
//! References: S. Greenland and J. M. Robins, "Estimation of a common effect parameter from sparse follow-up data",
//! Biometrics 41, 1985; T. Sato, "On the variance estimator for the Mantel-Haenszel risk difference", Biometrics 45,
//! 1989; W. G. Cochran, "Some methods for strengthening the common χ² tests", Biometrics 10, 1954, for the test; X. Yan
//! and X. G. Su, "Stratified Wilson and Newcombe confidence intervals for multiple binomial proportions", Statistics in
//! Biopharmaceutical Research 2, 2010.

use super::distribution::two_sided;
use super::{Estimated, Interval, NoInterval, wilson};

/// The number of hits among some pictures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Count {
    /// Those with the answer.
    pub hits: usize,
    /// All of them.
    pub of: usize,
}

impl Count {
    /// The share of hits.
    fn share(&self) -> f64 {
        self.hits as f64 / self.of as f64
    }
}

/// Counts the pictures of one true class, with the concept and without it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Stratum {
    /// Those that show the concept.
    pub with: Count,
    /// Those that do not.
    pub without: Count,
}

impl Stratum {
    fn n(&self) -> f64 {
        (self.with.of + self.without.of) as f64
    }

    fn weight(&self) -> f64 {
        self.with.of as f64 * self.without.of as f64 / self.n()
    }

    fn difference(&self) -> f64 {
        self.with.share() - self.without.share()
    }

    fn p(&self) -> f64 {
        let [x1, n1, x0, n0] = self.counts();
        (n1 * n1 * x0 - n0 * n0 * x1 + n1 * n0 * (n0 - n1) / 2.0) / self.n().powi(2)
    }

    fn q(&self) -> f64 {
        let [x1, n1, x0, n0] = self.counts();
        (x1 * (n0 - x0) + x0 * (n1 - x1)) / (2.0 * self.n())
    }

    /// Computes the hits beyond what independence expects, and the hypergeometric variance of the hits.
    fn excess(&self) -> (f64, f64) {
        let [x1, n1, x0, n0] = self.counts();
        let (n, hits) = (self.n(), x1 + x0);
        let variance = if n > 1.0 { n1 * n0 * hits * (n - hits) / (n * n * (n - 1.0)) } else { 0.0 };
        (x1 - n1 * hits / n, variance)
    }

    /// x₁, n₁, x₀, n₀.
    fn counts(&self) -> [f64; 4] {
        [self.with.hits, self.with.of, self.without.hits, self.without.of].map(|count| count as f64)
    }

    fn informs(&self) -> bool {
        self.with.of > 0 && self.without.of > 0
    }
}

/// Keeps the strata that have both kinds of picture; `None` where a count exceeds its pictures.
fn informative(strata: &[Stratum]) -> Option<Vec<Stratum>> {
    let sound = strata.iter().all(|s| s.with.hits <= s.with.of && s.without.hits <= s.without.of);
    sound.then(|| strata.iter().copied().filter(Stratum::informs).collect())
}

/// Computes the weighted difference Δ with its interval Δ ± z √Var, cut to [−1, 1]. `n` counts the pictures of the
/// strata that have both kinds, and `effective_n` says so too.
///
/// # Errors
/// Fails with [`NoInterval::TooFew`] where no stratum has both kinds of picture, and with [`NoInterval::Undefined`]
/// where there are more hits than pictures or the confidence does not lie between 0 and 1.
pub fn mantel_haenszel(strata: &[Stratum], confidence: f64) -> Estimated {
    let strata = informative(strata).ok_or(NoInterval::Undefined)?;
    let z = two_sided(confidence).ok_or(NoInterval::Undefined)?;
    let n = strata.iter().map(Stratum::n).sum::<f64>();
    super::enough(n as usize, FEWEST)?;
    let sum = |of: fn(&Stratum) -> f64| strata.iter().map(of).sum::<f64>();
    let estimate = sum(|s| s.weight() * s.difference()) / sum(Stratum::weight);
    let variance = (estimate * sum(Stratum::p) + sum(Stratum::q)).max(0.0);
    let [below, above] = if variance > LEAST_VARIANCE { [z * variance.sqrt(); 2] } else { gaps(&strata, confidence)? };
    let weight = sum(Stratum::weight);
    let (low, high) = ((estimate - below / weight).max(-1.0), (estimate + above / weight).min(1.0));
    Ok(Interval { low, estimate, high, n: n as usize, effective_n: n })
}

/// A variance up to this is rounding.
const LEAST_VARIANCE: f64 = 1e-9;

/// The distances of the interval's ends below and above the estimate, times the sum of the weights.
fn gaps(strata: &[Stratum], confidence: f64) -> Result<[f64; 2], NoInterval> {
    let mut squared = [0.0; 2];
    for stratum in strata {
        let [with, without] = [stratum.with, stratum.without].map(|count| wilson(count.hits, count.of, confidence));
        let (with, without, weight) = (with?, without?, stratum.weight());
        let down = (with.estimate - with.low).powi(2) + (without.high - without.estimate).powi(2);
        let up = (with.high - with.estimate).powi(2) + (without.estimate - without.low).powi(2);
        squared[0] += weight * weight * down;
        squared[1] += weight * weight * up;
    }
    Ok(squared.map(f64::sqrt))
}

/// A stratum with both kinds of picture has two at least.
const FEWEST: usize = 2;

/// Computes the standardised excess of hits among the pictures with the concept, the signed root of the
/// Cochran-Mantel-Haenszel χ² without correction: the statistic for [`super::Permutation::max_t`]. `None` where it has
/// no variance.
pub fn association_z(strata: &[Stratum]) -> Option<f64> {
    let terms = informative(strata)?.iter().map(Stratum::excess).fold((0.0, 0.0), |a, b| (a.0 + b.0, a.1 + b.1));
    (terms.1 > 0.0).then(|| terms.0 / terms.1.sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stratum(x1: usize, n1: usize, x0: usize, n0: usize) -> Stratum {
        Stratum { with: Count { hits: x1, of: n1 }, without: Count { hits: x0, of: n0 } }
    }

    #[test]
    fn one_stratum_is_the_plain_difference() {
        // .75 − .25, n₁ = n₀: P = n²(x₀ − x₁)/n² and Q as Wald's variance: √(2 · .1875 / 40).
        let got = mantel_haenszel(&[stratum(30, 40, 10, 40)], 0.95).expect("pictures");
        assert!((got.estimate - 0.5).abs() < 1e-12);
        assert!((got.high - 0.5 - 1.959964 * (0.375f64 / 40.0).sqrt()).abs() < 1e-6, "{got:?}");
    }

    #[test]
    fn an_interval_without_variance_has_a_width_all_the_same() {
        // One picture of each kind proves nothing; Newcombe's by hand: Wilson's of 1 of 1 begin at .20654.
        let one = mantel_haenszel(&[stratum(1, 1, 0, 1)], 0.95).expect("two pictures");
        assert!((one.low - (1.0 - 0.79346 * 2.0f64.sqrt())).abs() < 5e-5 && one.high == 1.0, "{one:?}");
        let many = mantel_haenszel(&[stratum(20, 20, 0, 20), stratum(8, 8, 0, 9)], 0.95).expect("pictures");
        assert!(many.low > 0.7 && many.estimate == 1.0, "{many:?}");
        // Every answer is right, so that the concept changes none.
        let perfect = mantel_haenszel(&[stratum(9, 9, 11, 11), stratum(0, 5, 0, 40)], 0.95).expect("pictures");
        assert!(perfect.estimate == 0.0 && perfect.low < -0.05 && perfect.high > 0.05, "{perfect:?}");
    }

    /// Thirteen trials of BCG vaccine (G. A. Colditz et al., JAMA 271, 1994), vaccinated and not: cases and others of
    /// each. The R package metafor, which uses the same variance, gives −.0033 with z = −11.4708.
    #[test]
    fn the_trials_of_bcg_vaccine_agree_with_metafor() {
        let trials = [
            [4, 119, 11, 128],
            [6, 300, 29, 274],
            [3, 228, 11, 209],
            [62, 13_536, 248, 12_619],
            [33, 5_036, 47, 5_761],
            [180, 1_361, 372, 1_079],
            [8, 2_537, 10, 619],
            [505, 87_886, 499, 87_892],
            [29, 7_470, 45, 7_232],
            [17, 1_699, 65, 1_600],
            [186, 50_448, 141, 27_197],
            [5, 2_493, 3, 2_338],
            [27, 16_886, 29, 17_825],
        ];
        let strata = trials.map(|[a, b, c, d]| stratum(a, a + b, c, c + d));
        let got = mantel_haenszel(&strata, 0.95).expect("pictures");
        let z = got.estimate * 2.0 * 1.959_964 / (got.high - got.low);
        assert!((got.estimate + 0.0033).abs() < 5e-5 && (z + 11.4708).abs() < 5e-4, "{z} {got:?}");
    }

    /// Within each class the concept does not matter; over both it seems to, because one class has it more often.
    #[test]
    fn what_the_true_class_explains_is_no_association() {
        let strata = [stratum(36, 40, 9, 10), stratum(1, 10, 4, 40)];
        let pooled = mantel_haenszel(&[stratum(37, 50, 13, 50)], 0.95).expect("pictures");
        assert!(pooled.low > 0.25, "{pooled:?}");
        let within = mantel_haenszel(&strata, 0.95).expect("pictures");
        assert!(within.estimate.abs() < 1e-12 && within.contains(0.0), "{within:?}");
        assert!(association_z(&strata).expect("a variance").abs() < 1e-12);
    }

    #[test]
    fn strata_with_one_kind_only_say_nothing() {
        let strata = [stratum(3, 4, 1, 4), stratum(5, 5, 0, 0), stratum(0, 0, 0, 7)];
        assert_eq!(mantel_haenszel(&strata, 0.95), mantel_haenszel(&strata[..1], 0.95));
        assert_eq!(mantel_haenszel(&strata[1..], 0.95), Err(NoInterval::TooFew { n: 0, needed: 2 }));
        assert_eq!(association_z(&strata[1..]), None);
    }

    #[test]
    fn degenerate_input_is_refused() {
        assert_eq!(mantel_haenszel(&[], 0.95), Err(NoInterval::TooFew { n: 0, needed: 2 }));
        assert_eq!(mantel_haenszel(&[stratum(5, 4, 1, 4)], 0.95), Err(NoInterval::Undefined));
        assert_eq!(mantel_haenszel(&[stratum(3, 4, 1, 4)], 0.0), Err(NoInterval::Undefined));
        assert_eq!(association_z(&[stratum(0, 4, 0, 4)]), None);
    }
}
