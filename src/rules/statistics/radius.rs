//! The radius of an invariance: the strength of a change up to which the pictures keep their answer.
//!
//! At each strength, of n pictures k keep their answer. The radius s* is the largest strength whose exact one-sided
//! lower bound reaches .95. Strengths are tested from mild to strong until the first failure. This is a fixed sequence,
//! so each strength is tested at the full level and no correction is needed. Without a failure the bound takes 59
//! pictures.

use super::{NoInterval, enough, lower_bound, trials_without_failure};

/// Counts the pictures that keep their answer at one strength.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Agreement {
    /// How strong the change is, in its own unit, not negative.
    pub strength: f64,
    /// The pictures that keep their answer.
    pub kept: usize,
    /// All pictures.
    pub of: usize,
}

/// Holds the radius of an invariance.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Radius {
    /// The largest strength that passes; `None` where already the mildest fails.
    pub strength: Option<f64>,
    /// The first strength that fails; `None` where none of those tested does, and the radius may be larger.
    pub fails_at: Option<f64>,
}

/// Finds the radius within which at least the share `least` of pictures keeps its answer, at this confidence, from
/// agreements sorted from mild to strong.
///
/// # Errors
/// Fails with [`NoInterval::TooFew`] where a strength has fewer pictures than could pass without a failure, and with
/// [`NoInterval::Undefined`] without strengths, where they are not sorted, or where a number is out of range.
pub fn radius(agreements: &[Agreement], least: f64, confidence: f64) -> Result<Radius, NoInterval> {
    let needed = trials_without_failure(least, confidence).ok_or(NoInterval::Undefined)?;
    let fewest = agreements.iter().map(|a| a.of).min().ok_or(NoInterval::Undefined)?;
    enough(fewest, needed)?;
    let sound = agreements.is_sorted_by(|a, b| a.strength < b.strength) && agreements.iter().all(|a| a.kept <= a.of);
    let passes = |a: &Agreement| lower_bound(a.kept, a.of, confidence).is_some_and(|bound| bound >= least);
    let passed = agreements.iter().take_while(|a| passes(a)).count();
    let at = |index: usize| agreements.get(index).map(|a| a.strength);
    sound
        .then(|| Radius { strength: passed.checked_sub(1).and_then(at), fails_at: at(passed) })
        .ok_or(NoInterval::Undefined)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn agreements(kept: &[usize], of: usize) -> Vec<Agreement> {
        kept.iter().enumerate().map(|(i, &kept)| Agreement { strength: 5.0 * (i + 1) as f64, kept, of }).collect()
    }

    #[test]
    fn the_first_failure_ends_it() {
        // Of 200, 196 reach .9548 and 195 only .9482.
        let got = radius(&agreements(&[200, 196, 195, 200], 200), 0.95, 0.95).expect("200 pictures");
        assert_eq!((got.strength, got.fails_at), (Some(10.0), Some(15.0)));
        let none = radius(&agreements(&[190, 200], 200), 0.95, 0.95).expect("200 pictures");
        assert_eq!((none.strength, none.fails_at), (None, Some(5.0)));
        let all = radius(&agreements(&[59, 59], 59), 0.95, 0.95).expect("59 pictures");
        assert_eq!((all.strength, all.fails_at), (Some(10.0), None));
    }

    #[test]
    fn degenerate_input_is_refused() {
        assert_eq!(radius(&agreements(&[58], 58), 0.95, 0.95), Err(NoInterval::TooFew { n: 58, needed: 59 }));
        assert_eq!(radius(&[], 0.95, 0.95), Err(NoInterval::Undefined));
        assert_eq!(radius(&agreements(&[61], 60), 0.95, 0.95), Err(NoInterval::Undefined));
        let mut unsorted = agreements(&[60, 60], 60);
        unsorted.reverse();
        assert_eq!(radius(&unsorted, 0.95, 0.95), Err(NoInterval::Undefined));
    }
}
