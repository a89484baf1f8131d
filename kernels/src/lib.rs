//! The processor's own kernels for what a step spends its time on, over plain slices.
//!
//! Burn's CPU backend computes everything else. These replaced its kernels where a profile showed more time in moving
//! numbers than in arithmetic (docs/results/speed.md); vanish's arrays call them for tensors that lie in memory. The
//! page's build for the processor has arithmetic of elements, sums and products of matrices from here as well, because
//! Burn's, for every type of number, are larger (docs/results/size.md).
//! Nothing here depends on the number of threads: the same input gives the same bits.

pub mod convolution;
mod cut;
mod direct;
pub mod elements;
pub mod pooling;
pub mod product;
pub mod rectifier;
mod scratch;
pub mod sums;
#[cfg(any(target_arch = "wasm32", test))]
mod tiled;
mod vectors;
pub mod winograd;

/// Makes the calling thread one of those that compute, which it has to be from the start and to the end of the program.
///
/// Otherwise it hands each kernel to others and sleeps meanwhile; where kernels are short, waking up takes as long as
/// they do (docs/results/speed.md). Does nothing if the threads run already.
#[cfg(not(target_arch = "wasm32"))]
pub fn compute_here() {
    // The one error is that they do.
    let _ = rayon::ThreadPoolBuilder::new().use_current_thread().build_global();
}

/// The threads that the calling thread divides its work among, as long as this is kept.
#[cfg(not(target_arch = "wasm32"))]
pub struct Team(#[expect(dead_code, reason = "the threads end with it")] rayon::ThreadPool);

/// Divides what the calling thread computes from now on among so many threads, itself one of them, and no longer among
/// those of the whole program; `None` where the system has no threads to give.
#[cfg(not(target_arch = "wasm32"))]
pub fn compute_with(threads: usize) -> Option<Team> {
    rayon::ThreadPoolBuilder::new().num_threads(threads.max(1)).use_current_thread().build().ok().map(Team)
}

/// Adds `weight` times one row to another. Inlined, so that it has the vectors of who calls it.
#[inline(always)]
pub fn add_scaled(sums: &mut [f32], row: &[f32], weight: f32) {
    sums.iter_mut().zip(row).for_each(|(sum, value)| *sum += weight * value);
}

/// Returns how many threads compute.
pub fn threads() -> usize {
    #[cfg(not(target_arch = "wasm32"))]
    return rayon::current_num_threads();
    #[cfg(target_arch = "wasm32")]
    return 1;
}

/// Returns what `job` makes of each item, in their order, several at a time where there are threads.
///
/// Whole passes of a model fill threads better than the parts of one pass do, which wait for each other at each layer.
pub fn map_each<T: Send, R: Send>(items: Vec<T>, job: impl Fn(T) -> R + Send + Sync) -> Vec<R> {
    #[cfg(not(target_arch = "wasm32"))]
    {
        use rayon::prelude::*;
        items.into_par_iter().with_max_len(1).map(job).collect()
    }
    #[cfg(target_arch = "wasm32")]
    items.into_iter().map(job).collect()
}

/// Calls `job` with each item and its number, on all threads there are.
fn for_each<T: Send>(items: Vec<T>, job: impl Fn((usize, T)) + Send + Sync) {
    #[cfg(not(target_arch = "wasm32"))]
    {
        use rayon::prelude::*;
        items.into_par_iter().enumerate().with_max_len(1).for_each(job);
    }
    #[cfg(target_arch = "wasm32")]
    items.into_iter().enumerate().for_each(job);
}

#[cfg(test)]
mod tests {
    use rand::{Rng, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    /// Numbers in [-1, 1).
    pub fn numbers(seed: u64, count: usize) -> Vec<f32> {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        (0..count).map(|_| (random.next_u32() >> 8) as f32 / (1 << 23) as f32 - 1.0).collect()
    }

    /// So many rows of random numbers, to choose a case by.
    pub fn cases(count: usize) -> Vec<[u32; 16]> {
        let mut random = ChaCha8Rng::seed_from_u64(0);
        (0..count).map(|_| std::array::from_fn(|_| random.next_u32())).collect()
    }
}
