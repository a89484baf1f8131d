//! Randomness: ChaCha8 streams that give the same numbers on every platform.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// The choices of a random stream. Each matter has its own stream, so that fixing one (drawing the same scene with
/// another kind of animal) leaves all others unchanged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u64)]
pub enum Matter {
    Kind = 1,
    Background = 2,
    Light = 3,
    Body = 4,
    Head = 5,
    Cue = 6,
    Objects = 7,
    Occluder = 8,
    Second = 9,
    SecondBody = 10,
    SecondHead = 11,
    Parasol = 12,
    /// What the background looks like.
    Backdrop = 13,
    /// What things look like.
    Details = 14,
    /// Shuffling, augmentation and initial weights.
    Training = 15,
}

/// A seeded source of randomness.
#[derive(Debug, Clone)]
pub struct Dice(ChaCha8Rng);

impl Dice {
    /// Returns the stream of `seed` that decides `matter`.
    pub fn new(seed: u64, matter: Matter) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(matter as u64);
        Self(rng)
    }

    /// Returns a number in [0, 1).
    pub fn unit(&mut self) -> f32 {
        (self.0.next_u32() >> 8) as f32 / 16_777_216.0
    }

    /// Returns a number in [low, high).
    pub fn between(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.unit()
    }

    /// Returns true with this probability.
    pub fn chance(&mut self, probability: f32) -> bool {
        self.unit() < probability
    }

    /// Returns a whole number in [0, count); 0 where `count` is 0.
    pub fn below(&mut self, count: usize) -> usize {
        // The bias of the multiply-shift is below 1e-9 for the counts used here.
        ((u64::from(self.0.next_u32()) * count as u64) >> 32) as usize
    }

    /// Returns one of the items.
    ///
    /// # Panics
    /// If there are none.
    pub fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())]
    }

    /// Draws 32 random bits.
    pub fn bits(&mut self) -> u32 {
        self.0.next_u32()
    }

    /// Draws −1 or 1.
    pub fn sign(&mut self) -> f32 {
        if self.chance(0.5) { 1.0 } else { -1.0 }
    }

    /// Draws an approximately normal number with mean 0 and deviation 1 (the sum of twelve uniforms).
    pub fn normal(&mut self) -> f32 {
        (0..12).map(|_| self.unit()).sum::<f32>() - 6.0
    }
}
