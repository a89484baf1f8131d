//! Cross-validation by groups: rows of one picture are never used both to fit and to judge.

use std::collections::{BTreeMap, BTreeSet};

use super::Logistic;
use super::draw::{shuffle, stream};

/// Gives the fold of each row, from 0 to `folds` − 1. Groups are dealt out at random, so that the numbers of groups in
/// two folds differ by at most one, and all rows of a group are in one fold. For folds that leave one attack out,
/// number the attacks instead. At least one fold.
pub fn group_folds(groups: &[usize], folds: usize, seed: u64) -> Vec<usize> {
    let mut distinct: Vec<usize> = groups.to_vec();
    distinct.sort_unstable();
    distinct.dedup();
    shuffle(&mut stream(seed), &mut distinct);
    let fold: BTreeMap<usize, usize> =
        distinct.into_iter().enumerate().map(|(i, group)| (group, i % folds.max(1))).collect();
    groups.iter().map(|group| fold[group]).collect()
}

/// Computes the probability of each row by a [`Logistic`] fitted on the rows of all other folds. `None` where the rest
/// of a fold cannot be fitted or the lengths differ.
pub fn out_of_fold(rows: &[Vec<f64>], labels: &[bool], folds: &[usize], penalty: f64) -> Option<Vec<f64>> {
    if rows.len() != labels.len() || rows.len() != folds.len() {
        return None;
    }
    let distinct: BTreeSet<usize> = folds.iter().copied().collect();
    let fit = |fold| Some((fold, without(rows, labels, folds, fold, penalty)?));
    let models = distinct.into_iter().map(fit).collect::<Option<BTreeMap<_, _>>>()?;
    Some(rows.iter().zip(folds).map(|(row, fold)| models[fold].probability(row)).collect())
}

/// Fits all rows but those of one fold.
fn without(rows: &[Vec<f64>], labels: &[bool], folds: &[usize], fold: usize, penalty: f64) -> Option<Logistic> {
    let kept = (0..rows.len()).filter(|&i| folds[i] != fold);
    let (rows, labels): (Vec<Vec<f64>>, Vec<bool>) = kept.map(|i| (rows[i].clone(), labels[i])).unzip();
    Logistic::fit(&rows, &labels, penalty)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_stay_together_and_folds_are_even() {
        let groups: Vec<usize> = (0..46).map(|row| 100 + row / 2).collect();
        let folds = group_folds(&groups, 5, 7);
        assert!(folds.chunks(2).all(|pair| pair[0] == pair[1]));
        for fold in 0..5 {
            let size = folds.iter().filter(|&&f| f == fold).count() / 2;
            assert!((4..=5).contains(&size), "{folds:?}");
        }
        assert_ne!(folds, group_folds(&groups, 5, 8));
        assert_eq!((group_folds(&[], 5, 0), group_folds(&[3, 3], 0, 0)), (vec![], vec![0, 0]));
    }

    /// The label is a coin: a model that has seen the row knows it, one that has not does no better than chance.
    #[test]
    fn no_row_is_judged_by_a_model_that_has_seen_it() {
        let labels: Vec<bool> = (0..40).map(|i| i * i % 7 < 3).collect();
        // One feature a row, of which only its own row has any: learned from it, it separates perfectly.
        let rows: Vec<Vec<f64>> = (0..40).map(|i| (0..40).map(|j| f64::from(u8::from(i == j))).collect()).collect();
        let seen = Logistic::fit(&rows, &labels, 1e-3).expect("both classes");
        assert!((0..40).all(|i| (seen.probability(&rows[i]) > 0.5) == labels[i]));
        let folds: Vec<usize> = (0..40).collect();
        let unseen = out_of_fold(&rows, &labels, &folds, 1e-3).expect("both classes");
        let right = (0..40).filter(|&i| (unseen[i] > 0.5) == labels[i]).count();
        assert!(right < 30, "{right} of 40");
    }

    #[test]
    fn folds_without_a_class_are_refused() {
        let rows = vec![vec![0.0], vec![1.0]];
        assert_eq!(out_of_fold(&rows, &[true, false], &[0, 1], 1.0), None);
        assert_eq!(out_of_fold(&rows, &[true, false], &[0], 1.0), None);
        assert_eq!(out_of_fold(&[], &[], &[], 1.0), Some(vec![]));
    }
}
