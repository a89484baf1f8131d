//! Kernels for the processor, over plain slices, for the operations that take most of a step's time.
//!
//! Burn's CPU backend computes everything else. These kernels replace its own where a profile showed more time in
//! moving numbers than in arithmetic (docs/results/speed.md). vanish's arrays call them for tensors in memory. The
//! page's processor-only build also takes element-wise arithmetic, sums and matrix products from here, because Burn
//! compiles its own for every number type, which is larger (docs/results/size.md). Nothing here depends on the number
//! of threads: the same input gives the same bits.

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

/// Makes the calling thread one of the computing threads, from the start to the end of the program.
///
/// Otherwise it hands each kernel to other threads and sleeps meanwhile. For short kernels, waking up takes as long as
/// the kernel (docs/results/speed.md). Does nothing if the threads already run.
#[cfg(not(target_arch = "wasm32"))]
pub fn compute_here() {
    // The only error is that the threads already run.
    let _ = rayon::ThreadPoolBuilder::new().use_current_thread().build_global();
}

/// The threads among which the calling thread divides its work, as long as this value is kept.
#[cfg(not(target_arch = "wasm32"))]
pub struct Team(#[expect(dead_code, reason = "the threads end with it")] rayon::ThreadPool);

/// Divides the calling thread's work among `threads` threads, including itself, instead of among those of the whole
/// program, until the returned value is dropped. Returns `None` if the system cannot start the threads.
#[cfg(not(target_arch = "wasm32"))]
pub fn compute_with(threads: usize) -> Option<Team> {
    rayon::ThreadPoolBuilder::new().num_threads(threads.max(1)).use_current_thread().build().ok().map(Team)
}

/// Adds `weight` times one row to another. It is inlined, so that it uses the caller's vector width.
#[inline(always)]
pub fn add_scaled(sums: &mut [f32], row: &[f32], weight: f32) {
    sums.iter_mut().zip(row).for_each(|(sum, value)| *sum += weight * value);
}

/// Returns the number of threads that compute.
pub fn threads() -> usize {
    #[cfg(not(target_arch = "wasm32"))]
    return rayon::current_num_threads();
    #[cfg(target_arch = "wasm32")]
    return 1;
}

/// Returns the result of `job` for each item, in order. Several items run at a time if there are threads.
///
/// Whole passes of a model use threads better than the parts of one pass, which wait for each other at each layer.
pub fn map_each<T: Send, R: Send>(items: Vec<T>, job: impl Fn(T) -> R + Send + Sync) -> Vec<R> {
    #[cfg(not(target_arch = "wasm32"))]
    {
        use rayon::prelude::*;
        items.into_par_iter().with_max_len(1).map(job).collect()
    }
    #[cfg(target_arch = "wasm32")]
    items.into_iter().map(job).collect()
}

/// Calls `job` with each item and its number, on all threads.
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

    /// Returns numbers in [-1, 1).
    pub fn numbers(seed: u64, count: usize) -> Vec<f32> {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        (0..count).map(|_| (random.next_u32() >> 8) as f32 / (1 << 23) as f32 - 1.0).collect()
    }

    /// Returns rows of random numbers, each of which chooses a case.
    pub fn cases(count: usize) -> Vec<[u32; 16]> {
        let mut random = ChaCha8Rng::seed_from_u64(0);
        (0..count).map(|_| std::array::from_fn(|_| random.next_u32())).collect()
    }
}
