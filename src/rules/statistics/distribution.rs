//! Quantiles and tails of the normal, Student's, beta and binomial distributions.
//!
//! They wrap the functions of `statrs`, whose quantiles panic out of range. These return `None` instead.

use statrs::distribution::{Beta, ContinuousCDF, Normal, StudentsT};
use statrs::function::beta::beta_reg;

/// Computes the standard normal distribution function Φ(z).
pub fn normal_cdf(z: f64) -> f64 {
    Normal::standard().cdf(z)
}

/// Finds the standard normal quantile Φ⁻¹(p), for p strictly between 0 and 1.
pub fn normal_quantile(p: f64) -> Option<f64> {
    inside(p).then(|| Normal::standard().inverse_cdf(p))
}

/// Finds the p-quantile of Student's t with `freedom` > 0 degrees of freedom, for p strictly between 0 and 1.
pub fn t_quantile(p: f64, freedom: f64) -> Option<f64> {
    let t = StudentsT::new(0.0, 1.0, freedom).ok()?;
    inside(p).then(|| t.inverse_cdf(p))
}

/// Finds the p-quantile of Beta(a, b) with a, b > 0, for p strictly between 0 and 1.
pub fn beta_quantile(p: f64, a: f64, b: f64) -> Option<f64> {
    let beta = Beta::new(a, b).ok()?;
    inside(p).then(|| beta.inverse_cdf(p))
}

/// Computes the upper tail P(X ≥ k) of a binomial count of n trials with probability p, as I_p(k, n − k + 1).
pub fn binomial_tail(k: usize, n: usize, p: f64) -> f64 {
    match k {
        0 => 1.0,
        k if k > n => 0.0,
        k => beta_reg(k as f64, (n - k) as f64 + 1.0, p.clamp(0.0, 1.0)),
    }
}

/// Finds the normal quantile of a two-sided interval, Φ⁻¹((1 + confidence) / 2).
pub(super) fn two_sided(confidence: f64) -> Option<f64> {
    inside(confidence).then(|| normal_quantile((1.0 + confidence) / 2.0))?
}

/// Says whether a probability lies strictly between 0 and 1; not a number does not.
pub(super) fn inside(p: f64) -> bool {
    p > 0.0 && p < 1.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t_agrees_with_the_printed_tables() {
        for (freedom, printed) in [(1.0, 12.706), (9.0, 2.262), (19.0, 2.093), (29.0, 2.045), (99.0, 1.984)] {
            let t = t_quantile(0.975, freedom).expect("in range");
            assert!((t - printed).abs() < 5e-4, "{freedom}: {t}");
        }
    }

    #[test]
    fn what_is_out_of_range_has_no_quantile() {
        for p in [0.0, 1.0, -0.1, 1.1, f64::NAN] {
            assert_eq!((normal_quantile(p), t_quantile(p, 5.0), beta_quantile(p, 1.0, 1.0)), (None, None, None), "{p}");
        }
        assert_eq!((t_quantile(0.9, 0.0), beta_quantile(0.9, 0.0, 1.0)), (None, None));
    }

    #[test]
    fn the_tails_of_three_coins() {
        let tails: Vec<f64> = (0..5).map(|k| binomial_tail(k, 3, 0.5)).collect();
        for (got, want) in tails.iter().zip([1.0, 0.875, 0.5, 0.125, 0.0]) {
            assert!((got - want).abs() < 1e-14, "{tails:?}");
        }
    }
}
