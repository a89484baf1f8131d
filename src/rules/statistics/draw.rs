//! Draws from a seeded stream that are the same on every platform and with every version of `rand`. `rand` itself keeps
//! its sampling of ranges stable only within a minor version.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Starts the stream of a seed.
pub(in crate::rules) fn stream(seed: u64) -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(seed)
}

/// Draws a whole number below `n` from 32 bits: the deviation from uniform is at most n / 2³².
pub(in crate::rules) fn below(random: &mut ChaCha8Rng, n: usize) -> usize {
    ((u64::from(random.next_u32()) * n as u64) >> 32) as usize
}

/// Shuffles by Fisher and Yates: every order is as likely.
pub(in crate::rules) fn shuffle<T>(random: &mut ChaCha8Rng, items: &mut [T]) {
    for last in (1..items.len()).rev() {
        items.swap(below(random, last + 1), last);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_order_of_three_is_as_likely() {
        let (mut random, mut seen) = (stream(1), std::collections::BTreeMap::new());
        for _ in 0..6_000 {
            let mut items = [0, 1, 2];
            shuffle(&mut random, &mut items);
            *seen.entry(items).or_insert(0) += 1;
        }
        // Six orders of 1,000 each, with a standard deviation of 29.
        assert!(seen.len() == 6 && seen.values().all(|&count: &i32| (count - 1_000).abs() < 150), "{seen:?}");
    }
}
