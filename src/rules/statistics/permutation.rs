//! Many concepts tried on the same pictures: max-T by permutation.
//!
//! Holm's correction ignores dependence between tests, and is severe if concepts occur together (snow and sky). If no
//! concept had to do with the answer, the pictures of a true class could exchange their concepts. Each such deal gives
//! all statistics at once, and a concept must beat the largest of them. Stepping down from the largest statistic, the
//! i-th competes only with those that are not larger. With t_(1) ≥ … ≥ t_(m) the statistics and u_b(i) the largest of
//! the i-th to the m-th in deal b,
//!
//! p̃_(i) = max_{j ≤ i} (1 + #{b : u_b(j) ≥ t_(j)}) / (1 + B).
//!
//! Reference: P. H. Westfall and S. S. Young, "Resampling-based multiple testing", 1993, section 2.6; the count starts
//! at one as in B. Phipson and G. K. Smyth, "Permutation p-values should never be zero", 2010.

use rand_chacha::ChaCha8Rng;

use super::draw::{shuffle, stream};

/// Deals of a test.
const DEALS: usize = 2_000;

/// Deals concepts out anew from a seed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Permutation {
    /// How many deals: 2,000.
    pub deals: usize,
    /// The seed of the deals: 0.
    pub seed: u64,
}

impl Default for Permutation {
    fn default() -> Self {
        Self { deals: DEALS, seed: 0 }
    }
}

impl Permutation {
    /// Adjusts the p-value of every statistic, the larger the more surprising.
    ///
    /// `strata` says to which true class each picture belongs. `statistics` is given a list `source`: picture i is to
    /// be taken with the concepts of picture `source[i]`, which belongs to the same class. The first call is with the
    /// pictures as they are.
    pub fn max_t(&self, strata: &[usize], statistics: impl Fn(&[usize]) -> Vec<f64>) -> Vec<f64> {
        let groups = Groups::new(strata);
        let mut random = stream(self.seed);
        let observed = statistics(&groups.unmoved());
        let deals: Vec<Vec<f64>> = (0..self.deals).map(|_| statistics(&groups.deal(&mut random))).collect();
        max_t(&observed, &deals)
    }
}

/// The pictures of each class.
struct Groups {
    members: Vec<Vec<usize>>,
    pictures: usize,
}

impl Groups {
    fn new(strata: &[usize]) -> Self {
        let mut members = std::collections::BTreeMap::<usize, Vec<usize>>::new();
        strata.iter().enumerate().for_each(|(picture, &class)| members.entry(class).or_default().push(picture));
        Self { members: members.into_values().collect(), pictures: strata.len() }
    }

    fn unmoved(&self) -> Vec<usize> {
        (0..self.pictures).collect()
    }

    /// Draws a permutation of the pictures that leaves each in its class.
    fn deal(&self, random: &mut ChaCha8Rng) -> Vec<usize> {
        let mut source = self.unmoved();
        for members in &self.members {
            let mut dealt = members.clone();
            shuffle(random, &mut dealt);
            members.iter().zip(dealt).for_each(|(&picture, from)| source[picture] = from);
        }
        source
    }
}

/// Computes step-down max-T p-values from the statistics observed and those of each deal, of the same length. What is
/// not a number confirms nothing: its p-value is 1, and in a deal it beats nothing.
pub fn max_t(observed: &[f64], deals: &[Vec<f64>]) -> Vec<f64> {
    let order = descending(observed);
    let mut beaten = vec![1usize; order.len()];
    for deal in deals {
        count_beaten(observed, deal, &order, &mut beaten);
    }
    let (mut adjusted, mut largest) = (vec![1.0; order.len()], 0.0f64);
    for (&i, &count) in order.iter().zip(&beaten) {
        largest = largest.max(count as f64 / (1 + deals.len()) as f64);
        adjusted[i] = if observed[i].is_nan() { 1.0 } else { largest };
    }
    adjusted
}

/// Adds a deal to the counts of those that it reaches: `beaten` runs along `order`.
fn count_beaten(observed: &[f64], deal: &[f64], order: &[usize], beaten: &mut [usize]) {
    let mut largest = f64::NEG_INFINITY;
    for (&i, count) in order.iter().zip(beaten).rev() {
        // `max` passes over what is not a number.
        largest = largest.max(deal.get(i).copied().unwrap_or(f64::NAN));
        *count += usize::from(largest >= observed[i]);
    }
}

/// Lists the indices from the largest statistic to the smallest, what is not a number last.
fn descending(observed: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..observed.len()).collect();
    let key = |i: usize| if observed[i].is_nan() { f64::NEG_INFINITY } else { observed[i] };
    order.sort_by(|&a, &b| key(b).total_cmp(&key(a)));
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_deals_by_hand() {
        let deals = [vec![1.0, 0.0], vec![0.0, 4.0], vec![0.0, 2.5]];
        // The larger statistic competes with both columns: 4 reaches 3, so 2/4. The smaller only with its own, where
        // 1 does not reach 2: 1/4, raised to its elder's.
        assert_eq!(max_t(&[2.0, 3.0], &deals), [0.5, 0.5]);
        assert_eq!(max_t(&[2.0, 5.0], &deals), [0.25, 0.25]);
    }

    #[test]
    fn deals_keep_pictures_in_their_class() {
        let strata = [0, 1, 0, 1, 1, 0, 2];
        let groups = Groups::new(&strata);
        let mut random = stream(5);
        for _ in 0..50 {
            let source = groups.deal(&mut random);
            assert!((0..7).all(|i| strata[source[i]] == strata[i]));
            let mut sorted = source.clone();
            sorted.sort_unstable();
            assert_eq!(sorted, groups.unmoved());
        }
    }

    /// Twelve pictures, of which concept 0 marks those with the answer and concept 1 is alike in both. Of the
    /// C(12, 6) = 924 deals, two give concept 0 so large a difference and two others concept 1.
    #[test]
    fn a_concept_that_is_the_answer_is_found_and_one_that_is_not_is_not() {
        let answer: Vec<bool> = (0..12).map(|i| i < 6).collect();
        let statistics = |source: &[usize]| {
            let difference = |concept: &dyn Fn(usize) -> bool| -> f64 {
                let with = |wanted: bool| (0..12).filter(|&i| answer[i] == wanted && concept(source[i])).count() as f64;
                (with(true) - with(false)).abs()
            };
            vec![difference(&|i| i < 6), difference(&|i| i % 2 == 0)]
        };
        let p = Permutation { deals: 20_000, seed: 1 }.max_t(&[0; 12], statistics);
        assert!((p[0] - 4.0 / 924.0).abs() < 1.5e-3 && p[1] > 0.9, "{p:?}");
    }

    #[test]
    fn degenerate_input_confirms_nothing() {
        assert_eq!(max_t(&[], &[]), Vec::<f64>::new());
        assert_eq!(max_t(&[1.0], &[]), [1.0]);
        assert_eq!(max_t(&[f64::NAN, 9.0], &[vec![f64::NAN, 1.0]]), [1.0, 0.5]);
        assert_eq!(Permutation::default().max_t(&[], |_| vec![]), Vec::<f64>::new());
    }
}
