//! The offsets at which the views are cut.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// A stream of offsets (rows, columns), in pixels.
#[derive(Clone)]
pub(crate) enum Jitter {
    /// Independent random draws.
    Random { random: ChaCha8Rng, largest: u32 },
    /// All offsets in a random order, then all again in another order. The mean over a few steps approaches the mean
    /// over all offsets sooner than with independent draws.
    Shuffled { random: ChaCha8Rng, largest: u32, pending: Vec<(usize, usize)> },
    /// Takes the listed offsets in turn.
    Listed { offsets: Vec<(usize, usize)>, next: usize },
}

impl Jitter {
    pub(crate) fn random(seed: u64, largest: usize) -> Self {
        Self::Random { random: ChaCha8Rng::seed_from_u64(seed), largest: largest as u32 }
    }

    pub(crate) fn shuffled(seed: u64, largest: usize) -> Self {
        Self::Shuffled { random: ChaCha8Rng::seed_from_u64(seed), largest: largest as u32, pending: vec![] }
    }

    pub(crate) fn next(&mut self) -> (usize, usize) {
        match self {
            Jitter::Random { random, largest } => {
                let mut offset = || (random.next_u32() % (*largest + 1)) as usize;
                (offset(), offset())
            }
            Jitter::Shuffled { random, largest, pending } => {
                if pending.is_empty() {
                    *pending = shuffle(random, *largest as usize);
                }
                pending.pop().unwrap_or_default()
            }
            Jitter::Listed { offsets, next } => {
                *next += 1;
                offsets[(*next - 1) % offsets.len()]
            }
        }
    }

    /// Returns the next `count` offsets.
    pub(crate) fn take(&mut self, count: usize) -> Vec<(usize, usize)> {
        (0..count).map(|_| self.next()).collect()
    }
}

/// Every offset once (Fisher and Yates).
fn shuffle(random: &mut ChaCha8Rng, largest: usize) -> Vec<(usize, usize)> {
    let side = largest + 1;
    let mut all: Vec<_> = (0..side * side).map(|i| (i / side, i % side)).collect();
    for i in (1..all.len()).rev() {
        all.swap(i, random.next_u32() as usize % (i + 1));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shuffled_round_holds_every_offset_once() {
        let mut round = Jitter::shuffled(7, 3).take(16);
        round.sort_unstable();
        round.dedup();
        assert_eq!(round.len(), 16);
    }
}
