//! Work that is compiled once for each vector width. The program chooses the widest that the processor has.

/// Work that the compiler vectorises. `run` and the functions that it calls must be inlined, or they use only the
/// vectors that every processor has.
pub(crate) trait Vectored {
    /// Does the work. `FUSED` says that the processor multiplies and adds in one instruction. `WIDE` is the number of
    /// floats that each of eight accumulators can hold without leaving the registers.
    fn run<const FUSED: bool, const WIDE: usize>(self);
}

/// Does the work with the widest vectors that the processor has.
pub(crate) fn widest(work: impl Vectored) {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::is_x86_feature_detected as has;
        if has!("avx512f") && has!("avx512vl") && has!("avx512dq") && has!("fma") {
            // SAFETY: the processor has these instructions.
            return unsafe { with_512_bits(work) };
        }
        if has!("avx2") && has!("fma") {
            // SAFETY: the processor has these instructions.
            return unsafe { with_256_bits(work) };
        }
    }
    #[cfg(target_arch = "aarch64")]
    work.run::<true, 8>();
    #[cfg(target_arch = "wasm32")]
    work.run::<false, 8>();
    #[cfg(not(any(target_arch = "aarch64", target_arch = "wasm32")))]
    work.run::<false, 4>();
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512vl,avx512dq,avx2,fma")]
fn with_512_bits(work: impl Vectored) {
    work.run::<true, 16>();
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn with_256_bits(work: impl Vectored) {
    work.run::<true, 8>();
}
