//! The exact sign test of pairs: does a change go one way more often than the other?
//!
//! Pairs without a difference say nothing. Of the n others, X go one way; if either way were as likely,
//! P(X ≥ k) = Σ_{i ≥ k} C(n, i) / 2ⁿ. On pairs of yes and no this is McNemar's exact test.
//!
//! Reference: W. J. Dixon and A. M. Mood, "The statistical sign test", JASA 41, 1946.

use super::distribution::binomial_tail;

/// Says what the sign test found.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SignTest {
    /// Pairs that went the way the rule says.
    pub wins: usize,
    /// Pairs that went the other way.
    pub losses: usize,
    /// The chance of so many wins or more if either way were as likely.
    pub p_one_sided: f64,
    /// The chance of so uneven a count in either direction.
    pub p_two_sided: f64,
}

/// Tests so many wins against so many losses. Without any both p are 1.
pub fn sign_test(wins: usize, losses: usize) -> SignTest {
    let n = wins + losses;
    let tail = |k| binomial_tail(k, n, 0.5);
    SignTest { wins, losses, p_one_sided: tail(wins), p_two_sided: (2.0 * tail(wins.max(losses))).min(1.0) }
}

/// Tests the signs of differences: positive ones win, zeros and what is not a number do not count.
pub fn sign_test_of(differences: &[f64]) -> SignTest {
    let count = |way: f64| differences.iter().filter(|&&d| d * way > 0.0).count();
    sign_test(count(1.0), count(-1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_exact() {
        // 9 of 10: (10 + 1) / 1024.
        let nine = sign_test(9, 1);
        assert!((nine.p_one_sided - 11.0 / 1024.0).abs() < 1e-14);
        assert!((nine.p_two_sided - 22.0 / 1024.0).abs() < 1e-14);
        let even = sign_test(5, 5);
        assert!((even.p_one_sided - 638.0 / 1024.0).abs() < 1e-14);
        assert_eq!(even.p_two_sided, 1.0);
        assert!((sign_test(1, 9).p_two_sided - 22.0 / 1024.0).abs() < 1e-14);
    }

    #[test]
    fn ties_do_not_count() {
        let got = sign_test_of(&[0.1, 0.0, -0.2, 3.0, f64::NAN]);
        assert_eq!((got.wins, got.losses), (2, 1));
        let none = sign_test_of(&[]);
        assert_eq!((none.p_one_sided, none.p_two_sided), (1.0, 1.0));
    }
}
