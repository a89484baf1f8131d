//! Many rules tried at once: p-values adjusted for how many there were.
//!
//! An adjusted p-value is the smallest level at which its rule is still confirmed.
//!
//! - Holm: p̃_(i) = max_{j ≤ i} min(1, (m − j + 1) p_(j)) for the sorted p_(1) ≤ … ≤ p_(m). Of all rules confirmed at
//!   .05, none is wrong with probability .95, whatever the dependence.
//! - Benjamini and Hochberg: p̃_(i) = min_{j ≥ i} min(1, m p_(j) / j). Of the rules listed at .05, 5 % are wrong on
//!   average, for independent or positively dependent tests.
//!
//! References: S. Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics
//! 6, 1979; Y. Benjamini and Y. Hochberg, "Controlling the false discovery rate", JRSS B 57, 1995.

/// Adjusts p-values by Holm's steps, in the order given. What is not a number counts as 1.
pub fn holm(p: &[f64]) -> Vec<f64> {
    let (order, mut largest) = (ascending(p), 0.0f64);
    let steps = order.iter().enumerate().map(|(step, &i)| (i, (p.len() - step) as f64 * sound(p[i])));
    let monotone = steps.map(|(i, value)| {
        largest = largest.max(value.min(1.0));
        (i, largest)
    });
    placed(p.len(), monotone)
}

/// Adjusts p-values by Benjamini's and Hochberg's steps, in the order given. What is not a number counts as 1.
pub fn benjamini_hochberg(p: &[f64]) -> Vec<f64> {
    let (order, mut smallest) = (ascending(p), 1.0f64);
    let steps = order.iter().enumerate().rev().map(|(step, &i)| (i, p.len() as f64 / (step + 1) as f64 * sound(p[i])));
    let monotone = steps.map(|(i, value)| {
        smallest = smallest.min(value);
        (i, smallest)
    });
    placed(p.len(), monotone)
}

/// Lists the indices from the smallest p-value to the largest.
fn ascending(p: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|&a, &b| sound(p[a]).total_cmp(&sound(p[b])));
    order
}

fn sound(p: f64) -> f64 {
    if p.is_nan() { 1.0 } else { p.clamp(0.0, 1.0) }
}

/// Puts values back to their indices.
fn placed(length: usize, values: impl Iterator<Item = (usize, f64)>) -> Vec<f64> {
    let mut all = vec![1.0; length];
    values.for_each(|(i, value)| all[i] = value);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The fifteen p-values of Benjamini and Hochberg, section 3.2: they reject four, Bonferroni three.
    const INFARCTION: [f64; 15] = [
        0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590,
        1.0,
    ];

    fn confirmed(adjusted: &[f64]) -> usize {
        adjusted.iter().filter(|&&p| p <= 0.05).count()
    }

    #[test]
    fn the_papers_example_confirms_four_by_rate_and_three_by_holm() {
        assert_eq!(confirmed(&benjamini_hochberg(&INFARCTION)), 4);
        assert_eq!(confirmed(&holm(&INFARCTION)), 3);
    }

    #[test]
    fn four_values_by_hand() {
        let p = [0.01, 0.04, 0.03, 0.005];
        for (got, want) in holm(&p).iter().zip([0.03, 0.06, 0.06, 0.02]) {
            assert!((got - want).abs() < 1e-12);
        }
        for (got, want) in benjamini_hochberg(&p).iter().zip([0.02, 0.04, 0.04, 0.02]) {
            assert!((got - want).abs() < 1e-12);
        }
    }

    #[test]
    fn what_is_no_p_value_confirms_nothing() {
        assert_eq!((holm(&[]), benjamini_hochberg(&[])), (vec![], vec![]));
        assert_eq!(holm(&[f64::NAN, 0.01]), [1.0, 0.02]);
        assert_eq!(benjamini_hochberg(&[f64::NAN, 0.01]), [1.0, 0.02]);
    }
}
