//! The threshold of a detector: the score above which few clean pictures lie.
//!
//! The threshold is that of split conformal prediction: k = ⌊α(n + 1)⌋ − 1 of n clean pictures lie above it. A further
//! clean picture of the same kind then lies above it with a chance of at most (k + 1)/(n + 1) ≤ α, by its rank among
//! all n + 1. Counting α n of the n pictures themselves would promise too much: with α = 5 % and n = 20, a further
//! picture is flagged in 10 %.
//!
//! Reference: H. Papadopoulos, K. Proedrou, V. Vovk and A. Gammerman, "Inductive confidence machines for regression",
//! ECML 2002.

use super::auroc::rising;

/// Finds the value that at most the share `rate` of these scores exceeds. It describes these scores only; a larger
/// share of other scores may exceed it. `None` without scores, or where a score or the rate is not a number.
pub fn exceeded_by(scores: &[f64], rate: f64) -> Option<f64> {
    let sorted = rising(scores)?;
    let above = (rate.clamp(0.0, 1.0) * sorted.len() as f64).floor() as usize;
    let index = (sorted.len() - 1).saturating_sub(above);
    (!rate.is_nan()).then(|| sorted[index])
}

/// Finds the threshold that a further clean picture exceeds with a chance of at most `rate`, where it is of the same
/// kind as these. `None` where so few cannot say so, or where a score or the rate is not a number.
pub fn threshold_at(clean: &[f64], rate: f64) -> Option<f64> {
    let sorted = rising(clean)?;
    let above = ranks_above(sorted.len(), rate).checked_sub(1)?;
    Some(sorted[(sorted.len() - 1).saturating_sub(above)])
}

/// Says how many clean pictures a threshold takes that a further one exceeds with a chance of at most `rate`: 19 for a
/// twentieth. `None` where no number is enough.
pub fn fewest_for(rate: f64) -> Option<usize> {
    let fewest = (1.0 / rate.min(1.0) - 1.0).ceil().max(1.0);
    let n = (rate > 0.0).then_some(fewest as usize)?;
    [n - 1, n, n + 1].into_iter().find(|&n| n > 0 && ranks_above(n, rate) > 0)
}

/// How many of the ranks of n + 1 pictures are at most the share `rate` of them. A product that is whole but for
/// rounding counts as whole.
fn ranks_above(n: usize, rate: f64) -> usize {
    (rate.clamp(0.0, 1.0) * (n + 1) as f64 + 1e-9).floor() as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_exceeded_by_no_more_than_its_share() {
        let clean: Vec<f64> = (0..40).map(f64::from).collect();
        for (rate, above) in [(0.0, 0), (0.05, 2), (0.07, 2), (0.5, 20)] {
            let value = exceeded_by(&clean, rate).expect("pictures");
            assert_eq!(clean.iter().filter(|&&s| s > value).count(), above, "{rate}");
        }
        assert_eq!((exceeded_by(&[], 0.05), exceeded_by(&[1.0], f64::NAN)), (None, None));
        assert_eq!(exceeded_by(&[1.0, 2.0], 1.0), Some(1.0));
    }

    /// Each of n + 1 clean pictures is left out in turn and judged by the threshold of the others: that is the chance
    /// itself, as any of them may be the next.
    #[test]
    fn a_further_clean_picture_is_flagged_no_more_often_than_stated() {
        for (n, flagged) in [(19, 1), (20, 1), (38, 1), (39, 2), (100, 5), (199, 10)] {
            let all: Vec<f64> = (0..=n).map(f64::from).collect();
            let is_flagged = |&out: &usize| {
                let others: Vec<f64> = all.iter().copied().filter(|&s| s != all[out]).collect();
                all[out] > threshold_at(&others, 0.05).expect("enough pictures")
            };
            let count = (0..all.len()).filter(is_flagged).count();
            assert!(count == flagged && 20 * count <= all.len(), "{n}: {count}");
        }
        let few: Vec<f64> = (0..18).map(f64::from).collect();
        assert_eq!((threshold_at(&few, 0.05), fewest_for(0.05)), (None, Some(19)));
        assert_eq!((threshold_at(&[], 0.05), threshold_at(&[1.0; 50], f64::NAN)), (None, None));
        assert_eq!(
            (fewest_for(0.0), fewest_for(f64::NAN), fewest_for(0.5), fewest_for(1.0)),
            (None, None, Some(1), Some(1))
        );
        assert_eq!((threshold_at(&[1.0, 2.0], 1.0), threshold_at(&few, 0.0)), (Some(1.0), None));
    }
}
