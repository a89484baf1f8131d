//! Convolutions of 3 × 3, stride 1, by Winograd's minimal filtering F(4 × 4, 3 × 3) (Lavin and Gray 2016).
//!
//! A tile of 6 × 6 pixels `d` and a kernel `g` give 4 × 4 outputs by 36 products instead of 144:
//!
//! `Y = Aᵀ [ (G g Gᵀ) ⊙ (Bᵀ d B) ] A`
//!
//! Summed over input channels, the 36 products of all tiles are 36 matrix products, `[outputs, inputs]` with
//! `[inputs, tiles]`. Tiles lie in the lanes of vectors throughout. A block of tiles is first transformed for all
//! inputs. Then each block of outputs takes the 36 products of a block of tiles, transforms them back while they are in
//! the first-level cache, and writes rows of the output. Each number is the same sum in the same order, however the
//! work is divided.
//!
//! Each call transforms the kernels again, one block of outputs at a time, in the cache. Keeping the transformed
//! kernels would take four times the memory of the weights in each direction, and would save a twentieth of a step
//! (docs/results/speed.md).

#![allow(clippy::needless_range_loop, reason = "iterators' closures are not always inlined into wide vectors' code")]

use std::ops::Range;

use crate::convolution::Convolution;
use crate::for_each;
use crate::scratch::Scratch;
use crate::vectors::{Vectored, widest};

/// Number of outputs of a tile on each axis.
const SIDE: usize = 4;
/// Number of inputs of a tile on each axis.
const REACH: usize = SIDE + 2;
/// Number of products of a tile.
const POINTS: usize = REACH * REACH;
/// Number of output channels in a block. They are enough accumulators to hide the latency of a multiplication.
const ROWS: usize = if cfg!(target_arch = "wasm32") { 4 } else { 8 };
/// Number of tiles in a block. The last block of a picture may be half as wide.
const LANES: usize = if cfg!(target_arch = "wasm32") { 8 } else { 16 };
const HALF: usize = LANES / 2;
/// Largest number of transformed pixels, in floats, that are computed before they are multiplied. They stay in the
/// second-level cache.
const AHEAD: usize = 256 * 1024;

/// Least number of input channels for which the transforms pay.
const LEAST_INPUTS: usize = if cfg!(target_arch = "wasm32") { 8 } else { 16 };

/// Returns whether this is faster than [`crate::convolution::directly`].
///
/// Both were timed on one processor (AMD EPYC) for 1 to 512 inputs and 1 to 256 outputs. Natively, with vectors of 512
/// bits, the squares had sides of 4 to 112, and in Chromium of 4 to 56. Lanes without a tile, and places of tiles
/// beyond the edge, cost as much as others. With sides of 9 and 10, more of them are idle than in use, which took up to
/// 2.1 times the direct time natively and 1.5 times in Chromium from 16 inputs on. So at most three in seven may be
/// idle. For the remaining squares, few inputs do not pay for the transforms: 8 took 0.7 to 1.5 of the direct time
/// natively and 0.5 to 1.0 in Chromium, 16 took 0.6 to 1.2 and 0.3 to 0.9, and 64 took 0.4 to 0.9 and 0.3 to 0.6.
pub fn wins(c: &Convolution) -> bool {
    let count = Tiles::new(c).count;
    let lanes = count / LANES * LANES + (count % LANES).next_multiple_of(HALF);
    fits(c) && c.in_channels >= LEAST_INPUTS && lanes * SIDE * SIDE * 4 <= 7 * c.places()
}

/// Returns whether this file computes such a convolution: 3 × 3, stride and dilation 1, a single group, and at least
/// one pixel.
pub fn fits(c: &Convolution) -> bool {
    let plain = c.kernel == [3, 3] && c.stride == [1, 1] && c.dilation == [1, 1] && c.groups == 1;
    plain && c.in_channels * c.pixels() > 0
}

/// Returns the convolution of `x` with kernels of 3 × 3, plus `bias`, as [`crate::convolution::forward`] does.
///
/// # Panics
/// Panics if the convolution does not fit ([`fits`]), or if the slices do not fit it.
pub fn forward(c: &Convolution, x: &[f32], weight: &[f32], bias: Option<&[f32]>) -> Vec<f32> {
    assert!(fits(c), "not a plain convolution of 3 × 3: {c:?}");
    assert!(bias.is_none_or(|bias| bias.len() == c.out_channels), "one bias a channel");
    let mut y = vec![0.0; c.batch * c.out_channels * c.places()];
    c.check(x, weight, y.len());
    if !y.is_empty() {
        let pictures = x.chunks(c.in_channels * c.pixels()).zip(y.chunks_mut(c.out_channels * c.places()));
        pictures.for_each(|(x, y)| picture(c, x, weight, bias, y));
    }
    y
}

fn picture(c: &Convolution, x: &[f32], weight: &[f32], bias: Option<&[f32]>, y: &mut [f32]) {
    let tiles = Tiles::new(c);
    let blocks: Vec<Range<usize>> =
        (0..tiles.count).step_by(LANES).map(|first| first..(first + LANES).min(tiles.count)).collect();
    let points = POINTS * stride(c.in_channels);
    let at_once = (AHEAD / (points * LANES)).clamp(1, blocks.len());
    let mut pixels = Scratch::take(at_once * points * LANES);
    for blocks in blocks.chunks(at_once) {
        let jobs = pixels.values().chunks_mut(points * LANES).zip(blocks);
        for_each(jobs.collect(), |(_, (to, block))| widest(Pixels { c, tiles: &tiles, x, block, to }));
        let ready = &*pixels.values();
        let jobs = y.chunks_mut(ROWS * c.places()).zip(weight.chunks(ROWS * c.in_channels * 9));
        for_each(jobs.collect(), |(number, (planes, kernels))| {
            let mut weights = Scratch::take(points * ROWS);
            let weights = weights.values().as_chunks_mut().0;
            widest(Kernels { kernels, inputs: c.in_channels, to: weights });
            let mut biases = [0.0; ROWS];
            if let Some(bias) = bias {
                biases.iter_mut().zip(&bias[number * ROWS..]).for_each(|(to, from)| *to = *from);
            }
            for (pixels, block) in ready.chunks(points * LANES).zip(blocks) {
                widest(Outputs { c, tiles: &tiles, block, weights, pixels, bias: biases, planes });
            }
        });
    }
}

/// Returns the number of rows from one point to the next. It is odd. At a power of two, the 36 rows written for an
/// input, one for each point, would compete for the same few places of the first-level cache.
fn stride(inputs: usize) -> usize {
    inputs | 1
}

/// The division of a picture's outputs into tiles: row by row, with the last ones reaching beyond the edges.
struct Tiles {
    across: usize,
    count: usize,
}

impl Tiles {
    fn new(c: &Convolution) -> Self {
        let [down, across] = c.output.map(|length| length.div_ceil(SIDE));
        Self { across, count: down * across }
    }

    /// Returns the row and column of the first output of a tile.
    fn start(&self, tile: usize) -> [usize; 2] {
        [tile / self.across * SIDE, tile % self.across * SIDE]
    }

    /// Returns the length of a row of pixels that all tiles reach.
    fn width(&self) -> usize {
        self.across * SIDE + 2
    }
}

/// Transforms each column of a block: `to[·][x] = line(from[·][x])`, in every lane. It uses plain loops, because the
/// standard library's functions with closures are not always inlined and then use narrow vectors.
#[inline(always)]
fn down<const N: usize, const W: usize, const I: usize, const O: usize>(
    from: &[[[f32; N]; W]; I],
    line: impl Fn([f32; I]) -> [f32; O],
    to: &mut [[[f32; N]; W]; O],
) {
    for x in 0..W {
        for lane in 0..N {
            let mut values = [0.0; I];
            for y in 0..I {
                values[y] = from[y][x][lane];
            }
            let found = line(values);
            for y in 0..O {
                to[y][x][lane] = found[y];
            }
        }
    }
}

/// Transforms each row of a block.
#[inline(always)]
fn along<const N: usize, const I: usize, const O: usize>(
    from: &[[f32; N]; I],
    line: impl Fn([f32; I]) -> [f32; O],
    to: &mut [[f32; N]; O],
) {
    for lane in 0..N {
        let mut values = [0.0; I];
        for x in 0..I {
            values[x] = from[x][lane];
        }
        let found = line(values);
        for x in 0..O {
            to[x][lane] = found[x];
        }
    }
}

/// The polynomials behind the transforms are evaluated at 0, ±[`NEAR`], ±[`FAR`] and infinity. At the customary 1 and 2
/// the error is twice as large. These and their squares are short binary fractions.
const NEAR: f32 = 0.75;
const FAR: f32 = 1.5;
const NEAR_2: f32 = NEAR * NEAR;
const FAR_2: f32 = FAR * FAR;

/// Returns `G g`.
#[inline(always)]
fn kernel_line([a, b, c]: [f32; 3]) -> [f32; REACH] {
    const ZERO: f32 = 1.0 / (NEAR_2 * FAR_2);
    const AT_NEAR: f32 = 0.5 / (NEAR_2 * (NEAR_2 - FAR_2));
    const AT_FAR: f32 = 0.5 / (FAR_2 * (FAR_2 - NEAR_2));
    let (near, far) = (AT_NEAR * (a + NEAR_2 * c), AT_FAR * (a + FAR_2 * c));
    let (near_odd, far_odd) = (AT_NEAR * NEAR * b, AT_FAR * FAR * b);
    [ZERO * a, near + near_odd, near - near_odd, far + far_odd, far - far_odd, c]
}

/// Returns `Bᵀ d`.
#[inline(always)]
fn input_line([a, b, c, d, e, f]: [f32; REACH]) -> [f32; REACH] {
    const PRODUCT: f32 = NEAR_2 * FAR_2;
    const SUM: f32 = NEAR_2 + FAR_2;
    let (near, far) = (e - FAR_2 * c, e - NEAR_2 * c);
    let (near_odd, far_odd) = (NEAR * (d - FAR_2 * b), FAR * (d - NEAR_2 * b));
    let ends = [PRODUCT * a - SUM * c + e, PRODUCT * b - SUM * d + f];
    [ends[0], near + near_odd, near - near_odd, far + far_odd, far - far_odd, ends[1]]
}

/// Returns `Aᵀ m`.
#[inline(always)]
fn output_line([a, b, c, d, e, f]: [f32; REACH]) -> [f32; SIDE] {
    let (near, far, near_odd, far_odd) = (b + c, d + e, NEAR * (b - c), FAR * (d - e));
    [a + near + far, near_odd + far_odd, NEAR_2 * near + FAR_2 * far, NEAR_2 * near_odd + FAR_2 * far_odd + f]
}

/// Computes `G g Gᵀ` for the kernels of a block of outputs.
struct Kernels<'a> {
    kernels: &'a [f32],
    inputs: usize,
    to: &'a mut [[f32; ROWS]],
}

impl Vectored for Kernels<'_> {
    #[inline(always)]
    fn run<const FUSED: bool, const WIDE: usize>(self) {
        let (mut kernel, mut columns, mut points) =
            ([[[0.0; ROWS]; 3]; 3], [[[0.0; ROWS]; 3]; REACH], [[0.0; ROWS]; REACH]);
        for input in 0..self.inputs {
            for row in 0..self.kernels.len() / (self.inputs * 9) {
                let from: &[f32; 9] = self.kernels[(row * self.inputs + input) * 9..].first_chunk().expect("nine taps");
                for tap in 0..9 {
                    kernel[tap / 3][tap % 3][row] = from[tap];
                }
            }
            down(&kernel, kernel_line, &mut columns);
            for y in 0..REACH {
                along(&columns[y], kernel_line, &mut points);
                for x in 0..REACH {
                    self.to[(y * REACH + x) * stride(self.inputs) + input] = points[x];
                }
            }
        }
    }
}

/// Computes `Bᵀ d B` for a block of tiles, as `[points, inputs, lanes]`.
struct Pixels<'a> {
    c: &'a Convolution,
    tiles: &'a Tiles,
    x: &'a [f32],
    block: &'a Range<usize>,
    to: &'a mut [f32],
}

impl Vectored for Pixels<'_> {
    #[inline(always)]
    fn run<const FUSED: bool, const WIDE: usize>(self) {
        if self.block.len() > HALF { self.transform::<LANES>() } else { self.transform::<HALF>() }
    }
}

impl Pixels<'_> {
    #[inline(always)]
    fn transform<const N: usize>(self) {
        let Self { c, tiles, x, block, to } = self;
        let (width, first) = (tiles.width(), tiles.start(block.start)[0]);
        let rows = tiles.start(block.end - 1)[0] - first + REACH;
        // Where each tile begins among the rows. Lanes without a tile repeat the first one.
        let mut starts = [0; N];
        for lane in 0..N {
            let [y, x] = tiles.start(block.start + if lane < block.len() { lane } else { 0 });
            starts[lane] = (y - first) * width + x;
        }
        let mut padded = vec![0.0; rows * width];
        let to = to.as_chunks_mut::<N>().0;
        let (mut pixels, mut columns, mut points) =
            ([[[0.0; N]; REACH]; REACH], [[[0.0; N]; REACH]; REACH], [[0.0; N]; REACH]);
        for (input, plane) in x.chunks_exact(c.input[0] * c.input[1]).enumerate() {
            pad(c, plane, first, width, &mut padded);
            for lane in 0..N {
                for y in 0..REACH {
                    let row: &[f32; REACH] = padded[starts[lane] + y * width..].first_chunk().expect("it is inside");
                    for x in 0..REACH {
                        pixels[y][x][lane] = row[x];
                    }
                }
            }
            down(&pixels, input_line, &mut columns);
            for y in 0..REACH {
                along(&columns[y], input_line, &mut points);
                for x in 0..REACH {
                    to[(y * REACH + x) * stride(c.in_channels) + input] = points[x];
                }
            }
        }
    }
}

/// Copies the rows of a plane from the padded row `first` on. The padding has been set to 0.
#[inline(always)]
fn pad(c: &Convolution, plane: &[f32], first: usize, width: usize, padded: &mut [f32]) {
    let count = c.input[1].min(width.saturating_sub(c.pad[1]));
    for (row, to) in padded.chunks_exact_mut(width).enumerate() {
        let Some(y) = (first + row).checked_sub(c.pad[0]).filter(|&y| y < c.input[0]) else { continue };
        to[c.pad[1]..][..count].copy_from_slice(&plane[y * c.input[1]..][..count]);
    }
}

/// Computes the products of a block of outputs with a block of tiles, transforms them back and writes them to the
/// planes.
struct Outputs<'a> {
    c: &'a Convolution,
    tiles: &'a Tiles,
    block: &'a Range<usize>,
    weights: &'a [[f32; ROWS]],
    pixels: &'a [f32],
    bias: [f32; ROWS],
    planes: &'a mut [f32],
}

impl Vectored for Outputs<'_> {
    #[inline(always)]
    fn run<const FUSED: bool, const WIDE: usize>(self) {
        if self.block.len() > HALF { self.write::<LANES, WIDE, FUSED>() } else { self.write::<HALF, WIDE, FUSED>() }
    }
}

impl Outputs<'_> {
    #[inline(always)]
    fn write<const N: usize, const WIDE: usize, const FUSED: bool>(self) {
        let inputs = self.c.in_channels;
        let pixels = self.pixels.as_chunks::<N>().0;
        let mut products = [[[[0.0; N]; REACH]; REACH]; ROWS];
        for point in 0..POINTS {
            let start = point * stride(inputs);
            let range = start..start + inputs;
            let (weights, pixels) = (&self.weights[range.clone()], &pixels[range]);
            if N <= WIDE {
                multiply::<N, N, FUSED>(weights, pixels, 0, point, &mut products);
            } else {
                for first in (0..N).step_by(WIDE) {
                    multiply::<N, WIDE, FUSED>(weights, pixels, first, point, &mut products);
                }
            }
        }
        let [height, width] = self.c.output;
        let (mut columns, mut line, mut pieces) =
            ([[[0.0; N]; REACH]; SIDE], [[0.0; N]; SIDE], [[[0.0; SIDE]; N]; SIDE]);
        for (row, plane) in self.planes.chunks_mut(height * width).enumerate() {
            down(&products[row], output_line, &mut columns);
            for y in 0..SIDE {
                along(&columns[y], output_line, &mut line);
                for lane in 0..N {
                    for x in 0..SIDE {
                        pieces[y][lane][x] = line[x][lane] + self.bias[row];
                    }
                }
            }
            for (lane, number) in self.block.clone().enumerate() {
                let [top, left] = self.tiles.start(number);
                for y in 0..SIDE.min(height - top) {
                    let to = &mut plane[(top + y) * width + left..(top + y + 1) * width];
                    put(&pieces[y][lane], to);
                }
            }
        }
    }
}

/// Writes as much of a piece as fits, by copies of known lengths.
#[inline(always)]
fn put(piece: &[f32; SIDE], to: &mut [f32]) {
    match to {
        [] => (),
        [a] => *a = piece[0],
        [a, b] => [*a, *b] = [piece[0], piece[1]],
        [a, b, c] => [*a, *b, *c] = [piece[0], piece[1], piece[2]],
        [a, b, c, d, ..] => [*a, *b, *c, *d] = *piece,
    }
}

/// Computes Σ_k a[k, i] · b[k, j] for each output and as many lanes as the registers hold, from `first` on, at its
/// `point`.
#[inline(always)]
fn multiply<const N: usize, const WIDE: usize, const FUSED: bool>(
    a: &[[f32; ROWS]],
    b: &[[f32; N]],
    first: usize,
    point: usize,
    to: &mut [[[[f32; N]; REACH]; REACH]; ROWS],
) {
    // Computed in two halves, so that the compiler unrolls each completely and the sums stay in registers.
    const PART: usize = ROWS / 2;
    let (mut above, mut below) = ([[0.0; WIDE]; PART], [[0.0; WIDE]; PART]);
    for (a, b) in a.iter().zip(b) {
        let b: &[f32; WIDE] = b[first..].first_chunk().expect("the lanes are divided evenly");
        add_rows::<WIDE, FUSED>(&a[..PART], b, &mut above);
        add_rows::<WIDE, FUSED>(&a[PART..], b, &mut below);
    }
    let (y, x) = (point / REACH, point % REACH);
    for row in 0..PART {
        to[row][y][x][first..first + WIDE].copy_from_slice(&above[row]);
        to[PART + row][y][x][first..first + WIDE].copy_from_slice(&below[row]);
    }
}

#[inline(always)]
fn add_rows<const N: usize, const FUSED: bool>(a: &[f32], b: &[f32; N], sums: &mut [[f32; N]; ROWS / 2]) {
    for row in 0..ROWS / 2 {
        for lane in 0..N {
            let sum = &mut sums[row][lane];
            *sum = if FUSED { a[row].mul_add(b[lane], *sum) } else { *sum + a[row] * b[lane] };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::convolution;
    use crate::tests::{cases, numbers};

    /// Largest error of an output, relative to the value that it would have if all pixels and weights were as large as
    /// the largest, which is 1 here. It is not relative to the output's own products, because pixels of the tile that
    /// the output does not read also leave rounding errors in it.
    const BOUND: f64 = 1e-6;

    fn plain([batch, inputs, outputs]: [usize; 3], input: [usize; 2], pads: [[usize; 2]; 2]) -> Convolution {
        let output = [0, 1].map(|axis| (input[axis] + pads[axis][0] + pads[axis][1]).saturating_sub(2));
        Convolution {
            batch,
            in_channels: inputs,
            out_channels: outputs,
            input,
            output,
            kernel: [3, 3],
            stride: [1, 1],
            dilation: [1, 1],
            pad: pads.map(|[before, _]| before),
            groups: 1,
        }
    }

    /// Returns convolutions of few and many channels, with sides that tiles fit or do not, and with pads before and
    /// after.
    fn convolutions() -> Vec<Convolution> {
        let each = cases(200).into_iter().map(|random| {
            let pick = |n: usize, of: &[usize]| of[random[n] as usize % of.len()];
            let channels = [pick(0, &[1, 1, 2, 3]), pick(1, &[1, 2, 3, 8, 17, 64]), pick(2, &[1, 3, 4, 8, 9, 16, 33])];
            let sides = [1, 2, 3, 4, 5, 7, 8, 13, 14, 27, 33];
            let pads = [3, 5].map(|n| [pick(n, &[0, 1, 1, 2]), pick(n + 1, &[0, 1, 1, 2, 3])]);
            plain(channels, [pick(7, &sides), pick(8, &sides)], pads)
        });
        let large = plain([1, 300, 20], [13, 61], [[1, 1], [1, 1]]);
        each.chain([large]).collect()
    }

    /// Computes the definition in f64, element by element.
    fn by_definition(c: &Convolution, x: &[f32], weight: &[f32], bias: &[f32]) -> Vec<f64> {
        let [height, width] = c.input;
        let mut found = vec![];
        for (picture, o) in (0..c.batch).flat_map(|n| (0..c.out_channels).map(move |o| (n, o))) {
            for (row, column) in (0..c.output[0]).flat_map(|y| (0..c.output[1]).map(move |x| (y, x))) {
                let mut sum = f64::from(bias[o]);
                for (input, tap) in (0..c.in_channels).flat_map(|i| (0..9).map(move |tap| (i, tap))) {
                    let (y, x_) = ((row + tap / 3).wrapping_sub(c.pad[0]), (column + tap % 3).wrapping_sub(c.pad[1]));
                    if y < height && x_ < width {
                        let pixel = x[((picture * c.in_channels + input) * height + y) * width + x_];
                        sum += f64::from(weight[(o * c.in_channels + input) * 9 + tap]) * f64::from(pixel);
                    }
                }
                found.push(sum);
            }
        }
        found
    }

    fn operands(c: &Convolution) -> [Vec<f32>; 3] {
        let counts = [c.batch * c.in_channels * c.pixels(), c.out_channels * c.in_channels * 9, c.out_channels];
        [0, 1, 2].map(|i| numbers(i as u64 + 1, counts[i]))
    }

    /// Returns the zeros after each axis.
    fn after(c: &Convolution) -> [usize; 2] {
        [0, 1].map(|axis| c.output[axis] + 2 - c.input[axis] - c.pad[axis])
    }

    /// Returns the convolution whose forward pass is the gradient with respect to `c`'s input, and its weights.
    fn turned(c: &Convolution, weight: &[f32]) -> (Convolution, Vec<f32>) {
        let pads = [0, 1].map(|axis| [2 - c.pad[axis], 2 - after(c)[axis]]);
        let mut values = vec![];
        for (input, output) in (0..c.in_channels).flat_map(|i| (0..c.out_channels).map(move |o| (i, o))) {
            values.extend(weight[(output * c.in_channels + input) * 9..][..9].iter().rev());
        }
        (plain([c.batch, c.out_channels, c.in_channels], c.output, pads), values)
    }

    #[test]
    fn the_layers_it_was_made_for_are_taken_and_small_ones_are_not() {
        let layer = |inputs, outputs, side| plain([1, inputs, outputs], [side; 2], [[1, 1]; 2]);
        for [inputs, outputs, side] in [[16, 64, 55], [128, 32, 27], [48, 192, 13], [64, 64, 56], [256, 256, 14]] {
            assert!(wins(&layer(inputs, outputs, side)), "{inputs} to {outputs} at {side}");
        }
        for [inputs, outputs, side] in [[3, 64, 224], [64, 64, 9], [512, 512, 7]] {
            assert!(!wins(&layer(inputs, outputs, side)), "{inputs} to {outputs} at {side}");
        }
        let strided = Convolution { stride: [2, 2], ..layer(64, 64, 56) };
        let grouped = Convolution { groups: 2, ..layer(64, 64, 56) };
        assert!(!wins(&strided) && !wins(&grouped));
    }

    #[test]
    fn the_convolution_is_its_definition_within_the_bound() {
        for c in convolutions() {
            let [x, weight, bias] = operands(&c);
            let (y, wanted) = (forward(&c, &x, &weight, Some(&bias)), by_definition(&c, &x, &weight, &bias));
            assert_eq!(y.len(), wanted.len(), "{c:?}");
            let limit = BOUND * (9 * c.in_channels) as f64;
            for (y, wanted) in y.iter().zip(&wanted) {
                assert!((f64::from(*y) - wanted).abs() <= limit, "{y} is not {wanted}: {c:?}");
            }
        }
    }

    #[test]
    fn without_a_bias_it_is_the_direct_convolution() {
        for c in convolutions() {
            let [x, weight, _] = operands(&c);
            let (y, direct) = (forward(&c, &x, &weight, None), convolution::directly(&c, &x, &weight, None));
            let scale = 9.0 * c.in_channels as f32;
            assert!(y.iter().zip(&direct).all(|(y, d)| (y - d).abs() <= BOUND as f32 * scale), "{c:?}");
        }
    }

    /// `⟨g, A x⟩ = ⟨Aᵀ g, x⟩`, where `Aᵀ` is the convolution with the turned kernels.
    #[test]
    fn the_convolution_with_turned_kernels_is_the_adjoint() {
        let small_pads = |c: &Convolution| c.output.iter().all(|o| *o > 0) && after(c).iter().all(|pad| *pad <= 2);
        for c in convolutions().into_iter().filter(small_pads) {
            let [x, weight, _] = operands(&c);
            let y = forward(&c, &x, &weight, None);
            let g = numbers(4, y.len());
            let (back, weight) = turned(&c, &weight);
            let gradient = forward(&back, &g, &weight, None);
            let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum::<f64>();
            let (there, here) = (dot(&g, &y), dot(&gradient, &x));
            let scale = 1.0 + dot(&g, &g).sqrt() * dot(&y, &y).sqrt();
            assert!((there - here).abs() <= 1e-6 * scale, "{there} is not {here}: {c:?}");
        }
    }

    #[test]
    fn another_number_of_threads_gives_the_same_bits() {
        for c in [plain([1, 24, 20], [57, 61], [[1, 1]; 2]), plain([2, 130, 65], [13, 14], [[1, 1]; 2])] {
            let [x, weight, bias] = operands(&c);
            let with = |threads: usize| {
                let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads can be had");
                pool.install(|| forward(&c, &x, &weight, Some(&bias)))
            };
            let one = with(1);
            assert!([2, 3].into_iter().all(|threads| with(threads) == one), "{c:?}");
        }
    }

    #[test]
    fn a_picture_of_a_batch_has_the_bits_that_it_has_alone() {
        for c in convolutions().into_iter().filter(|c| c.batch > 1) {
            let [x, weight, bias] = operands(&c);
            let alone = Convolution { batch: 1, ..c.clone() };
            let pictures = x.chunks(c.in_channels * c.pixels());
            let each: Vec<f32> = pictures.flat_map(|x| forward(&alone, x, &weight, Some(&bias))).collect();
            assert_eq!(forward(&c, &x, &weight, Some(&bias)), each, "{c:?}");
        }
    }

    #[test]
    fn what_is_not_finite_stays_within_its_tile() {
        let c = plain([1, 2, 3], [12, 12], [[1, 1]; 2]);
        let [mut x, weight, _] = operands(&c);
        x[5 * 12 + 5] = f32::NAN;
        let y = forward(&c, &x, &weight, None);
        for (place, y) in y.iter().enumerate() {
            let (row, column) = (place / 12 % 12, place % 12);
            let reached = (4..=6).contains(&row) && (4..=6).contains(&column);
            let tile = (4..8).contains(&row) && (4..8).contains(&column);
            assert!(if reached { y.is_nan() } else { tile || y.is_finite() }, "{row}, {column}");
        }
    }
}
