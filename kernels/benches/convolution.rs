//! Times convolutions of 3 × 3 directly and by Winograd's filtering, in turn.
//!
//! ```sh
//! cargo bench -p vanish-kernels --bench convolution -- 2
//! ```
//!
//! The number is of threads. The times are medians of half a second's rounds.

use std::hint::black_box;
use std::time::{Duration, Instant};

use vanish_kernels::convolution::{self, Convolution};
use vanish_kernels::winograd;

/// Inputs, outputs and side of the layers of SqueezeNet 1.1 at 224², the same turned for the gradient, and those of
/// ResNet-50.
const SHAPES: [[usize; 3]; 12] = [
    [16, 64, 55],
    [32, 128, 27],
    [48, 192, 13],
    [64, 256, 13],
    [64, 16, 55],
    [128, 32, 27],
    [192, 48, 13],
    [256, 64, 13],
    [64, 64, 56],
    [128, 128, 28],
    [256, 256, 14],
    [512, 512, 7],
];

fn main() {
    let threads = std::env::args().find_map(|word| word.parse().ok()).unwrap_or(1);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).use_current_thread().build();
    let pool = pool.expect("threads can be had");
    pool.install(|| SHAPES.iter().for_each(|shape| time(*shape)));
}

fn time([inputs, outputs, side]: [usize; 3]) {
    let c = Convolution {
        batch: 1,
        in_channels: inputs,
        out_channels: outputs,
        input: [side; 2],
        output: [side; 2],
        kernel: [3; 2],
        stride: [1; 2],
        dilation: [1; 2],
        pad: [1; 2],
        groups: 1,
    };
    let numbers = |count: usize| -> Vec<f32> { (0..count).map(|i| (i * 7919 % 1009) as f32 / 504.5 - 1.0).collect() };
    let (x, weight) = (numbers(inputs * side * side), numbers(outputs * inputs * 9));
    let mut times = [vec![], vec![]];
    let began = Instant::now();
    while began.elapsed() < Duration::from_millis(500) {
        times[0].push(seconds(|| convolution::directly(&c, &x, &weight, None)));
        times[1].push(seconds(|| winograd::forward(&c, &x, &weight, None)));
    }
    let [direct, filtered] = times.map(|mut times| {
        times.sort_by(f64::total_cmp);
        times[times.len() / 2]
    });
    println!(
        "{inputs:3} to {outputs:3} at {side:2}²: {:6.3} ms directly, {:6.3} by Winograd, {:4.2} of it{}",
        direct * 1e3,
        filtered * 1e3,
        filtered / direct,
        if winograd::wins(&c) { "" } else { " (not taken)" }
    );
}

fn seconds(work: impl Fn() -> Vec<f32>) -> f64 {
    let start = Instant::now();
    black_box(work());
    start.elapsed().as_secs_f64()
}
