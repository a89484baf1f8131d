//! Ranks of several rows by their means over the same pictures, with intervals.
//!
//! Whole pictures are drawn with replacement, and each draw ranks the rows again. The interval of a rank is that of the
//! percentiles. A row that takes every rank between 2 and 6 has no meaningful rank.
//!
//! Reference: H. Goldstein and D. J. Spiegelhalter, "League tables and their limitations", JRSS A 159, 1996.

use super::bootstrap::FEWEST_PICTURES;
use super::draw::{below, stream};

/// Draws.
const DRAWS: usize = 2_000;
/// Draws for many pictures, with which ranks hardly move.
const FEW_DRAWS: usize = 200;
/// From this number on, pictures count as many.
const MANY: usize = 5_000;

/// Finds for each row the ranks between which 95 % of the draws lie, 1 the largest. `rows` holds a numerator and a
/// denominator of each picture; a row's figure is the ratio of their sums. `None` below 20 pictures, or where the rows
/// differ in length.
pub fn rank_intervals(rows: &[Vec<[f64; 2]>], seed: u64) -> Option<Vec<[usize; 2]>> {
    let n = rows.first()?.len();
    if n < FEWEST_PICTURES || rows.iter().any(|row| row.len() != n) {
        return None;
    }
    let mut random = stream(seed);
    let draws = if n > MANY { FEW_DRAWS } else { DRAWS };
    let mut drawn = vec![Vec::with_capacity(draws); rows.len()];
    for _ in 0..draws {
        let sample: Vec<usize> = (0..n).map(|_| below(&mut random, n)).collect();
        let figures: Vec<f64> = rows.iter().map(|row| ratio(sample.iter().map(|&i| row[i]))).collect();
        ranks(&figures).into_iter().zip(&mut drawn).for_each(|(rank, all)| all.push(rank));
    }
    Some(drawn.into_iter().map(middle).collect())
}

/// Divides the sum of the numerators by that of the denominators.
pub fn ratio(values: impl Iterator<Item = [f64; 2]>) -> f64 {
    let [over, under] = values.fold([0.0, 0.0], |[a, b], [x, y]| [a + x, b + y]);
    over / under
}

/// Ranks figures, 1 the largest; equal ones share the best rank among them. What is not a number comes last.
pub fn ranks(figures: &[f64]) -> Vec<usize> {
    let before = |own: f64, other: f64| other > own || (own.is_nan() && !other.is_nan());
    figures.iter().map(|&own| 1 + figures.iter().filter(|&&other| before(own, other)).count()).collect()
}

/// The ends of the middle 95 %.
fn middle(mut drawn: Vec<usize>) -> [usize; 2] {
    drawn.sort_unstable();
    let cut = drawn.len() / 40;
    [drawn[cut], drawn[drawn.len() - 1 - cut]]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_far_apart_keeps_its_rank_and_what_is_alike_does_not() {
        let row = |base: f64, phase: usize| (0..40).map(|i| [base + ((i * 7 + phase) % 5) as f64, 1.0]).collect();
        let rows: Vec<Vec<[f64; 2]>> = vec![row(20.0, 0), row(0.0, 1), row(0.1, 3)];
        let found = rank_intervals(&rows, 0).expect("40 pictures");
        assert_eq!(found, [[1, 1], [2, 3], [2, 3]]);
        assert_eq!(rank_intervals(&[row(0.0, 0)[..19].to_vec()], 0), None);
    }

    #[test]
    fn equal_figures_share_a_rank() {
        assert_eq!(ranks(&[0.5, 0.9, 0.5, 0.1]), [2, 1, 2, 4]);
        assert_eq!(ranks(&[f64::NAN, 0.5, f64::NAN, f64::NEG_INFINITY]), [3, 1, 3, 2], "not a number comes last");
        assert_eq!(ratio([[1.0, 2.0], [2.0, 2.0]].into_iter()), 0.75);
    }
}
