//! The statistics of rules: intervals of figures, and corrections for the number of rules that were tried.
//!
//! | question | answer |
//! |---|---|
//! | How often does a rule hold, with many trials on each picture? | [`clustered`] |
//! | How often, with one trial a picture? | [`wilson`], [`lower_bound`] |
//! | How large are a lift, a skill, a difference of two methods? | [`Bootstrap`] |
//! | Does a change help more pictures than it harms? | [`sign_test`] |
//! | Which of several regions has the best rule? | [`BestArm`] |
//! | Does a concept go with an answer, whatever the true class? | [`mantel_haenszel`], [`association_z`] |
//! | Up to which strength do the pictures keep their answer? | [`radius`] |
//! | Which rank has a method, and how sure is it? | [`rank_intervals`] |
//! | Do two lists put methods in one order? | [`tau_b`] |
//! | Does a score tell attacked pictures from clean ones? | [`auroc`], [`Logistic`] |
//! | Above which score is a picture flagged, so that few clean ones are? | [`threshold_at`] |
//! | Is a finding more than the best of many tries? | [`holm`], [`benjamini_hochberg`], [`Permutation`] |
//! | Which difference would this many pictures show? | [`detectable_difference`] |
//!
//! Everything counts in `f64`, draws from a seeded ChaCha8 stream, and gives [`NoInterval`] or `None` where the data
//! cannot carry a figure; nothing panics on empty or degenerate input.

mod auroc;
mod best_arm;
mod bootstrap;
mod distribution;
pub(in crate::rules) mod draw;
mod folds;
mod kendall;
mod linear;
mod logistic;
mod mantel_haenszel;
mod multiplicity;
mod permutation;
mod power;
mod proportion;
mod radius;
mod ranks;
mod sign_test;
mod threshold;

pub use auroc::{RocPoint, auroc, auroc_interval, hanley_mcneil, roc};
pub use best_arm::{Arm, BestArm, Choice, MOST_ARMS, kl_divergence, kl_lower_bound, kl_upper_bound};
pub use bootstrap::{Bootstrap, FEWEST_PICTURES, bca};
pub use distribution::{beta_quantile, binomial_tail, normal_cdf, normal_quantile, t_quantile};
pub use folds::{group_folds, out_of_fold};
pub use kendall::tau_b;
pub use logistic::Logistic;
pub use mantel_haenszel::{Count, Stratum, association_z, mantel_haenszel};
pub use multiplicity::{benjamini_hochberg, holm};
pub use permutation::{Permutation, max_t};
pub use power::detectable_difference;
pub use proportion::{Paired, clustered, lower_bound, paired_difference, trials_without_failure, wilson};
pub use radius::{Agreement, Radius, radius};
pub use ranks::{rank_intervals, ranks, ratio};
pub use sign_test::{SignTest, sign_test, sign_test_of};
pub use threshold::{exceeded_by, fewest_for, threshold_at};

use std::fmt;

/// The default confidence of intervals.
pub const CONFIDENCE: f64 = 0.95;

/// Holds an estimate with its confidence interval.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Interval {
    /// The lower end.
    pub low: f64,
    /// The estimate itself.
    pub estimate: f64,
    /// The upper end.
    pub high: f64,
    /// How many pictures carry the estimate.
    pub n: usize,
    /// The effective number of independent observations: at least `n` if each picture was tried several times.
    pub effective_n: f64,
}

impl Interval {
    /// Says whether a value lies in the interval, its ends included.
    pub fn contains(&self, value: f64) -> bool {
        (self.low..=self.high).contains(&value)
    }
}

/// Says why there is no interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case", tag = "reason")]
pub enum NoInterval {
    /// There are fewer pictures than the method needs.
    TooFew {
        /// How many there are.
        n: usize,
        /// How many it takes.
        needed: usize,
    },
    /// The figure is not defined on these data: a division by zero, lengths that differ, or values out of range.
    Undefined,
}

impl fmt::Display for NoInterval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooFew { n, needed } => write!(f, "{n} pictures are too few: an interval needs {needed}"),
            Self::Undefined => f.write_str("the figure is not defined on these pictures"),
        }
    }
}

impl std::error::Error for NoInterval {}

/// Holds an estimate with its interval, or says why there is none.
pub type Estimated = Result<Interval, NoInterval>;

/// Fails with [`NoInterval::TooFew`] below the number of pictures that is needed.
pub(crate) fn enough(n: usize, needed: usize) -> Result<(), NoInterval> {
    if n < needed { Err(NoInterval::TooFew { n, needed }) } else { Ok(()) }
}

/// Writes a p-value with four digits. A smaller value is written as `p < 0.0001`, never as 0.
pub fn p_words(p: f64) -> String {
    if p < 1e-4 { "p < 0.0001".to_owned() } else { format!("p = {p:.4}") }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// Computes the sample variance, with n − 1 in the denominator; not a number below two values.
fn variance(values: &[f64]) -> f64 {
    let middle = mean(values);
    values.iter().map(|v| (v - middle).powi(2)).sum::<f64>() / (values.len() as f64 - 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_belong_to_an_interval() {
        let interval = Interval { low: 0.1, estimate: 0.2, high: 0.4, n: 30, effective_n: 30.0 };
        assert!(interval.contains(0.1) && interval.contains(0.4) && !interval.contains(0.41));
    }

    #[test]
    fn no_p_value_is_said_to_be_0() {
        assert_eq!(
            [0.0, 3e-5, 1e-4, 0.04321, 1.0].map(p_words),
            ["p < 0.0001", "p < 0.0001", "p = 0.0001", "p = 0.0432", "p = 1.0000"]
        );
    }

    #[test]
    fn too_few_says_how_many_it_takes() {
        assert_eq!(enough(20, 20), Ok(()));
        let sentence = enough(12, 20).expect_err("too few").to_string();
        assert_eq!(sentence, "12 pictures are too few: an interval needs 20");
    }
}
