//! Convolutions on the processor, over plain slices.
//!
//! Burn's CPU backend converts the input to channels-last, copies windows element by element, and copies the product
//! out again. That took two thirds of a step (docs/results/speed.md). Here a tile of windows is copied by rows,
//! multiplied by the weights straight into the output, and dropped while it is still in the cache:
//!
//! `y[o, p] = Σ_k w[o, k] · column[k, p]`, with `k` over (input channel, kernel row, kernel column) and `p` over
//! places.

use std::ops::Range;

use crate::cut::{Cut, LANES, LEAST_JOBS, Piece, TILE, Tile};
use crate::direct::{Phases, direct, direct_adjoint};
use crate::product::{Matrix, Place, Shared};
use crate::scratch::Scratch;
use crate::{for_each, winograd};

/// Most rows of windows' gradients in one product, from a few input channels. Each such product reads the output's
/// gradient again.
const TOGETHER: usize = 72;
/// Largest number of channel pairs (inputs × outputs of a group) that are summed directly, without columns.
const DIRECT: usize = 2;

/// The shapes of a convolution. The output is `[batch, out_channels, output]`.
#[derive(Clone, Debug)]
pub struct Convolution {
    /// Number of pictures.
    pub batch: usize,
    /// Number of input channels, over all groups.
    pub in_channels: usize,
    /// Number of output channels, over all groups.
    pub out_channels: usize,
    /// Height and width of the input.
    pub input: [usize; 2],
    /// Height and width of the output.
    pub output: [usize; 2],
    /// Height and width of the kernel.
    pub kernel: [usize; 2],
    /// Step between windows.
    pub stride: [usize; 2],
    /// Step between the elements inside a window.
    pub dilation: [usize; 2],
    /// Number of zeros before each axis. The number after it follows from `output`.
    pub pad: [usize; 2],
    /// Number of groups of channels that do not see each other.
    pub groups: usize,
}

impl Convolution {
    pub(crate) fn places(&self) -> usize {
        self.output[0] * self.output[1]
    }

    pub(crate) fn pixels(&self) -> usize {
        self.input[0] * self.input[1]
    }

    pub(crate) fn taps(&self) -> usize {
        self.kernel[0] * self.kernel[1]
    }

    pub(crate) fn group_inputs(&self) -> usize {
        self.in_channels / self.groups
    }

    pub(crate) fn group_outputs(&self) -> usize {
        self.out_channels / self.groups
    }

    /// Returns the number of rows of a column matrix, which is that of the elements of a window.
    fn depth(&self) -> usize {
        self.group_inputs() * self.taps()
    }

    /// Returns whether each place reads only its own pixel, so that the input is its own column matrix.
    fn is_pointwise(&self) -> bool {
        self.kernel == [1, 1] && self.stride == [1, 1] && self.pad == [0, 0] && self.input == self.output
    }

    fn is_direct(&self) -> bool {
        self.group_inputs() * self.group_outputs() <= DIRECT
    }

    /// Returns the outputs along an axis that read inside the input at kernel position `tap`.
    pub(crate) fn inside(&self, axis: usize, tap: usize) -> Range<usize> {
        let (offset, pad, stride) = (tap * self.dilation[axis], self.pad[axis], self.stride[axis]);
        let start = pad.saturating_sub(offset).div_ceil(stride);
        let end = (self.input[axis] + pad).saturating_sub(offset).div_ceil(stride);
        start..end.clamp(start, self.output[axis].max(start))
    }

    pub(crate) fn check(&self, x: &[f32], weight: &[f32], y: usize) {
        assert_eq!(x.len(), self.batch * self.in_channels * self.pixels(), "the input does not fit {self:?}");
        assert_eq!(weight.len(), self.out_channels * self.depth(), "the weights do not fit {self:?}");
        assert_eq!(y, self.batch * self.out_channels * self.places(), "the output does not fit {self:?}");
    }
}

/// Returns the convolution of `x` `[batch, in_channels, input]` with `weight`
/// `[out_channels, in_channels / groups, kernel]`, plus `bias` `[out_channels]`.
///
/// Kernels of 3 × 3 go through [`winograd`] if that is faster. The result is then exact to a millionth of the largest
/// sum that pixels and weights of this size could have.
///
/// Panics if the slices do not have these sizes.
/// If the slices do not have these sizes.
pub fn forward(c: &Convolution, x: &[f32], weight: &[f32], bias: Option<&[f32]>) -> Vec<f32> {
    if winograd::wins(c) { winograd::forward(c, x, weight, bias) } else { directly(c, x, weight, bias) }
}

/// Returns the same as [`forward`], with each output as the plain sum of its products.
///
/// Panics if the slices do not have the sizes of [`forward`].
/// If the slices do not have the sizes of [`forward`].
pub fn directly(c: &Convolution, x: &[f32], weight: &[f32], bias: Option<&[f32]>) -> Vec<f32> {
    let places = c.places();
    let mut y = filled(c, bias);
    c.check(x, weight, y.len());
    if c.is_direct() {
        let planes: Vec<&mut [f32]> = y.chunks_mut(places.max(1)).collect();
        if places > 0 {
            let phases = Phases::new(c);
            for_each(planes, |(number, plane)| direct(c, &phases, x, weight, number, plane));
        }
        return y;
    }
    let (depth, outputs) = (c.depth(), c.group_outputs());
    let cut = Cut::new(c, outputs, depth);
    let out = Shared::new(&mut y);
    let multiply = |piece: &Piece, columns: &Matrix| {
        let kernel = piece.tile.group * outputs + piece.rows.start;
        let first = (piece.tile.picture * c.out_channels + kernel) * places + piece.tile.places.start;
        let kernels = Matrix::rows(&weight[kernel * depth..][..piece.rows.len() * depth], depth);
        let place = Place { first, row: places, rows: piece.rows.len(), columns: columns.columns };
        // SAFETY: pieces have no element of `y` in common.
        unsafe { out.multiply(&place, &kernels, columns) };
    };
    let input = |tile: &Tile| {
        let first = (tile.picture * c.in_channels + tile.group * c.group_inputs()) * c.pixels();
        &x[first..][..c.group_inputs() * c.pixels()]
    };
    let tiles = cut.tiles(c);
    if c.is_pointwise() {
        for_each(cut.pieces(&tiles), |(_, piece)| {
            let values = &input(piece.tile)[piece.tile.places.start..];
            let columns = piece.tile.places.len();
            multiply(&piece, &Matrix { values, row: places, column: 1, rows: depth, columns });
        });
    } else if cut.is_whole() {
        for_each(cut.pieces(&tiles), |(_, piece)| {
            let wide = piece.tile.places.len();
            let mut columns = Scratch::take(depth * wide);
            fill_columns(c, input(piece.tile), 0, &piece.tile.places, columns.values());
            multiply(&piece, &Matrix::rows(columns.values(), wide));
        });
    } else {
        // The outputs of a tile are several jobs, which read the same columns.
        for tile in &tiles {
            let wide = tile.places.len();
            let mut columns = Scratch::take(depth * wide);
            let high = depth.div_ceil(LEAST_JOBS).max(1);
            let jobs = columns.values().chunks_mut(high * wide).collect();
            for_each(jobs, |(number, columns): (_, &mut [f32])| {
                fill_columns(c, input(tile), number * high, &tile.places, columns)
            });
            let columns = Matrix::rows(columns.values(), wide);
            for_each(cut.pieces(std::slice::from_ref(tile)), |(_, piece)| multiply(&piece, &columns));
        }
    }
    y
}

/// Returns the gradient of `Σ gradient · y` with respect to `x`, where `y` is the output of [`forward`].
///
/// # Panics
/// Panics if the slices do not have the sizes of [`forward`].
pub fn input_gradient(c: &Convolution, weight: &[f32], gradient: &[f32]) -> Vec<f32> {
    let (pixels, places, depth, outputs) = (c.pixels(), c.places(), c.depth(), c.group_outputs());
    let mut x = vec![0.0; c.batch * c.in_channels * pixels];
    c.check(&x, weight, gradient.len());
    if c.is_direct() {
        if places > 0 {
            let phases = Phases::new(c);
            let planes = x.chunks_mut(pixels.max(1)).collect();
            for_each(planes, |(number, plane): (_, &mut [f32])| {
                direct_adjoint(c, &phases, weight, gradient, number, plane)
            });
        }
        return x;
    }
    if c.is_pointwise() {
        let out = Shared::new(&mut x);
        let cut = Cut::new(c, depth, outputs);
        for_each(cut.pieces(&cut.tiles(c)), |(_, Piece { rows, tile })| {
            let kernels = &weight[tile.group * outputs * depth + rows.start..];
            let kernels = Matrix { values: kernels, row: 1, column: depth, rows: rows.len(), columns: outputs };
            let start = (tile.picture * c.out_channels + tile.group * outputs) * places + tile.places.start;
            let (values, columns) = (&gradient[start..], tile.places.len());
            let columns = Matrix { values, row: places, column: 1, rows: outputs, columns };
            let first = (tile.picture * c.in_channels + tile.group * depth + rows.start) * places + tile.places.start;
            let place = Place { first, row: places, rows: rows.len(), columns: columns.columns };
            // SAFETY: pieces have no element of `x` in common.
            unsafe { out.multiply(&place, &kernels, &columns) };
        });
        return x;
    }
    // Each job takes some input channels. The windows of one channel overlap, but those of different channels do not.
    let taps = c.taps();
    let together = (TOGETHER / taps.max(1)).min(c.in_channels / LEAST_JOBS).clamp(1, c.group_inputs().max(1));
    let blocks = (0..c.batch * c.groups).flat_map(|n| {
        let blocks = (0..c.group_inputs()).step_by(together);
        blocks.map(move |inner| (n, inner, together.min(c.group_inputs() - inner)))
    });
    let mut rest = &mut x[..];
    let jobs = blocks.map(|(n, inner, count)| {
        let (planes, after) = std::mem::take(&mut rest).split_at_mut(count * pixels);
        rest = after;
        (n, inner, planes)
    });
    for_each(jobs.collect(), |(_, (n, inner, planes))| {
        let (group, rows) = (n % c.groups, planes.len() / pixels.max(1) * taps);
        let kernels = &weight[group * outputs * depth + inner * taps..];
        let kernels = Matrix { values: kernels, row: 1, column: depth, rows, columns: outputs };
        let wide = (TILE / rows.max(1)).max(LANES) / LANES * LANES;
        for at in (0..places).step_by(wide) {
            let tile = at..(at + wide).min(places);
            let start = n * outputs * places + at;
            let values =
                Matrix { values: &gradient[start..], row: places, column: 1, rows: outputs, columns: tile.len() };
            let mut columns = Scratch::take(rows * tile.len());
            let columns = columns.values();
            columns.fill(0.0);
            let place = Place { first: 0, row: tile.len(), rows, columns: tile.len() };
            // SAFETY: `columns` is this job's own.
            unsafe { Shared::new(columns).multiply(&place, &kernels, &values) };
            for (plane, columns) in planes.chunks_mut(pixels.max(1)).zip(columns.chunks(taps * tile.len())) {
                add_columns(c, columns, &tile, plane);
            }
        }
    });
    x
}

/// Returns an output that is filled with the bias.
fn filled(c: &Convolution, bias: Option<&[f32]>) -> Vec<f32> {
    let places = c.places();
    let Some(bias) = bias else { return vec![0.0; c.batch * c.out_channels * places] };
    assert_eq!(bias.len(), c.out_channels, "one bias a channel");
    let mut y = Vec::with_capacity(c.batch * c.out_channels * places);
    for _ in 0..c.batch {
        bias.iter().for_each(|&b| y.extend(std::iter::repeat_n(b, places)));
    }
    y
}

/// Returns the parts of a range of places that lie in one row each: (row, first column, length).
fn rows_of(tile: &Range<usize>, width: usize) -> impl Iterator<Item = (usize, usize, usize)> + use<> {
    let (mut at, end) = (tile.start, tile.end);
    std::iter::from_fn(move || {
        if at >= end {
            return None;
        }
        let (row, column) = (at / width, at % width);
        let length = (width - column).min(end - at);
        at += length;
        Some((row, column, length))
    })
}

/// Copies the windows of a tile's places into `columns`: rows of the column matrix from the row `first` on.
fn fill_columns(c: &Convolution, input: &[f32], first: usize, tile: &Range<usize>, columns: &mut [f32]) {
    let rows: Vec<_> = rows_of(tile, c.output[1]).collect();
    let shifts_whole = c.stride == [1, 1] && c.output[1] == c.input[1];
    for (row, column) in columns.chunks_exact_mut(tile.len()).enumerate() {
        let (channel, tap) = ((first + row) / c.taps(), (first + row) % c.taps());
        let plane = &input[channel * c.pixels()..][..c.pixels()];
        if shifts_whole {
            shift(c, plane, tap, tile, &rows, column);
        } else {
            pick(c, plane, tap, &rows, column);
        }
    }
}

/// Fills one row of the columns for a stride of 1: the shifted plane, without the pixels that wrap around its sides.
fn shift(
    c: &Convolution,
    plane: &[f32],
    tap: usize,
    tile: &Range<usize>,
    rows: &[(usize, usize, usize)],
    column: &mut [f32],
) {
    let (ky, kx) = (tap / c.kernel[1], tap % c.kernel[1]);
    let forth = ky * c.dilation[0] * c.input[1] + kx * c.dilation[1];
    let back = c.pad[0] * c.input[1] + c.pad[1];
    // Place `p` reads pixel `p + forth - back`.
    let first = back.saturating_sub(forth).clamp(tile.start, tile.end);
    let last = (plane.len() + back).saturating_sub(forth).clamp(first, tile.end);
    column[..first - tile.start].fill(0.0);
    column[last - tile.start..].fill(0.0);
    if first < last {
        column[first - tile.start..last - tile.start]
            .copy_from_slice(&plane[first + forth - back..last + forth - back]);
    }
    let inside = c.inside(1, kx);
    if inside == (0..c.output[1]) {
        return;
    }
    let mut at = 0;
    for &(_, from, count) in rows {
        let (first, last) = clipped(&inside, from, count);
        column[at..at + first].fill(0.0);
        column[at + last..at + count].fill(0.0);
        at += count;
    }
}

/// Fills one row of the columns: pixel by pixel, or row by row if the pixels are neighbours.
fn pick(c: &Convolution, plane: &[f32], tap: usize, rows: &[(usize, usize, usize)], column: &mut [f32]) {
    let (ky, kx) = (tap / c.kernel[1], tap % c.kernel[1]);
    let (inside_y, inside_x) = (c.inside(0, ky), c.inside(1, kx));
    let mut at = 0;
    for &(row, from, count) in rows {
        let line = &mut column[at..at + count];
        at += count;
        let (first, last) = clipped(&inside_x, from, count);
        if !inside_y.contains(&row) || first == last {
            line.fill(0.0);
            continue;
        }
        let y = row * c.stride[0] + ky * c.dilation[0] - c.pad[0];
        let x = (from + first) * c.stride[1] + kx * c.dilation[1] - c.pad[1];
        let source = &plane[y * c.input[1] + x..];
        line[..first].fill(0.0);
        line[last..].fill(0.0);
        let target = &mut line[first..last];
        if c.stride[1] == 1 {
            target.copy_from_slice(&source[..target.len()]);
        } else {
            target.iter_mut().zip(source.iter().step_by(c.stride[1])).for_each(|(t, s)| *t = *s);
        }
    }
}

/// Returns the part of `from..from + count` inside the range, relative to `from`. It is empty and at the end if there
/// is none.
fn clipped(inside: &Range<usize>, from: usize, count: usize) -> (usize, usize) {
    let last = inside.end.saturating_sub(from).min(count);
    (inside.start.saturating_sub(from).min(last), last)
}

/// Adds `columns` `[taps, tile]` to the pixels from which they were read. This is the adjoint of [`fill_columns`] for
/// one channel.
fn add_columns(c: &Convolution, columns: &[f32], tile: &Range<usize>, plane: &mut [f32]) {
    let rows: Vec<_> = rows_of(tile, c.output[1]).collect();
    for (tap, column) in columns.chunks_exact(tile.len()).enumerate() {
        let (ky, kx) = (tap / c.kernel[1], tap % c.kernel[1]);
        let (inside_y, inside_x) = (c.inside(0, ky), c.inside(1, kx));
        let mut at = 0;
        for &(row, from, count) in &rows {
            let line = &column[at..at + count];
            at += count;
            let (first, last) = clipped(&inside_x, from, count);
            if !inside_y.contains(&row) || first == last {
                continue;
            }
            let y = row * c.stride[0] + ky * c.dilation[0] - c.pad[0];
            let x = (from + first) * c.stride[1] + kx * c.dilation[1] - c.pad[1];
            let target = plane[y * c.input[1] + x..].iter_mut().step_by(c.stride[1]);
            target.zip(&line[first..last]).for_each(|(t, v)| *t += v);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{cases, numbers};

    /// Computes the definition, element by element.
    fn by_definition(c: &Convolution, x: &[f32], weight: &[f32], bias: &[f32]) -> Vec<f32> {
        let mut y = vec![];
        for picture in 0..c.batch {
            for o in 0..c.out_channels {
                for place in 0..c.places() {
                    let (row, column) = (place / c.output[1], place % c.output[1]);
                    let mut sum = f64::from(bias[o]);
                    for k in 0..c.depth() {
                        let (inner, tap) = (k / c.taps(), k % c.taps());
                        let channel = o / c.group_outputs() * c.group_inputs() + inner;
                        let at = |axis: usize, place: usize, tap: usize| {
                            (place * c.stride[axis] + tap * c.dilation[axis]).checked_sub(c.pad[axis])
                        };
                        let (y, x_) = (at(0, row, tap / c.kernel[1]), at(1, column, tap % c.kernel[1]));
                        let (Some(y), Some(x_)) = (y, x_) else { continue };
                        if y < c.input[0] && x_ < c.input[1] {
                            let value = x[((picture * c.in_channels + channel) * c.input[0] + y) * c.input[1] + x_];
                            sum += f64::from(weight[o * c.depth() + k]) * f64::from(value);
                        }
                    }
                    y.push(sum as f32);
                }
            }
        }
        y
    }

    /// Returns convolutions of all kinds: (groups, inputs and outputs of a group, input, kernel, stride, dilation, pads
    /// before and after).
    fn convolutions() -> Vec<Convolution> {
        let mut found = vec![];
        for random in cases(300) {
            let pick = |n: usize, of: &[usize]| of[random[n] as usize % of.len()];
            let input = [pick(0, &[1, 2, 5, 8, 13, 40]), pick(1, &[1, 3, 7, 13, 64])];
            let kernel = [pick(2, &[1, 1, 2, 3, 5]), pick(3, &[1, 1, 2, 3, 7])];
            let stride = [pick(4, &[1, 1, 2, 3]), pick(5, &[1, 1, 2, 4])];
            let dilation = [pick(6, &[1, 1, 2]), pick(7, &[1, 1, 3])];
            let (pad, after) =
                ([pick(8, &[0, 1, 2, 6]), pick(9, &[0, 1, 3])], [pick(10, &[0, 1, 2]), pick(11, &[0, 1, 4])]);
            let groups = pick(12, &[1, 1, 2, 5]);
            let output = [0, 1].map(|a| {
                let room = (input[a] + pad[a] + after[a]).checked_sub(dilation[a] * (kernel[a] - 1) + 1);
                room.map_or(0, |room| room / stride[a] + 1)
            });
            found.push(Convolution {
                batch: pick(13, &[1, 1, 2]),
                in_channels: groups * pick(14, &[1, 2, 3, 17]),
                out_channels: groups * pick(15, &[1, 2, 5, 16]),
                input,
                output,
                kernel,
                stride,
                dilation,
                pad,
                groups,
            });
        }
        found.extend(divided());
        found
    }

    /// Returns convolutions whose work is divided among threads by tiles, by outputs, by both, or by neither: (batch,
    /// channels, input, kernel, stride).
    fn divided() -> Vec<Convolution> {
        let shapes = [
            (1, [64, 70], 7, 1, 1),
            (1, [150, 100], 17, 1, 1),
            (2, [64, 70], 9, 1, 2),
            (1, [20, 100], 7, 3, 2),
            (1, [40, 60], 6, 3, 1),
            (1, [60, 30], 31, 3, 2),
            (1, [24, 20], 57, 3, 1),
            (1, [3, 32], 40, 7, 2),
        ];
        let convolution =
            |(batch, [in_channels, out_channels], side, kernel, stride): (_, [_; 2], _, _, _)| Convolution {
                batch,
                in_channels,
                out_channels,
                input: [side; 2],
                output: [(side + kernel / 2 * 2 - kernel) / stride + 1; 2],
                kernel: [kernel; 2],
                stride: [stride; 2],
                dilation: [1; 2],
                pad: [kernel / 2; 2],
                groups: 1,
            };
        shapes.map(convolution).to_vec()
    }

    fn operands(c: &Convolution) -> (Vec<f32>, Vec<f32>, Vec<f32>) {
        let x = numbers(1, c.batch * c.in_channels * c.pixels());
        (x, numbers(2, c.out_channels * c.depth()), numbers(3, c.out_channels))
    }

    #[test]
    fn the_convolution_is_its_definition() {
        for c in convolutions() {
            let (x, weight, bias) = operands(&c);
            let (y, wanted) = (forward(&c, &x, &weight, Some(&bias)), by_definition(&c, &x, &weight, &bias));
            assert_eq!(y.len(), wanted.len(), "{c:?}");
            for (y, wanted) in y.iter().zip(&wanted) {
                assert!((y - wanted).abs() <= 1e-4 * (1.0 + wanted.abs()), "{y} is not {wanted}: {c:?}");
            }
        }
    }

    /// `⟨g, conv(x)⟩ = ⟨conv*(g), x⟩` for every `x`.
    #[test]
    fn the_input_gradient_is_the_adjoint() {
        for c in convolutions() {
            let (x, weight, _) = operands(&c);
            let y = forward(&c, &x, &weight, None);
            let g = numbers(4, y.len());
            let back = input_gradient(&c, &weight, &g);
            let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum::<f64>();
            let (there, here) = (dot(&g, &y), dot(&back, &x));
            let scale = 1.0 + dot(&g, &g).sqrt() * dot(&y, &y).sqrt();
            assert!((there - here).abs() <= 1e-5 * scale, "{there} is not {here}: {c:?}");
            // A pixel that no output reads has no gradient.
            let reached = input_gradient(&c, &vec![1.0; weight.len()], &vec![1.0; y.len()]);
            assert!(back.iter().zip(&reached).all(|(b, r)| *r > 0.0 || *b == 0.0), "{c:?}");
        }
    }

    #[test]
    fn another_number_of_threads_gives_the_same_bits() {
        for c in divided() {
            let (x, weight, bias) = operands(&c);
            let with = |threads: usize| {
                let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads can be had");
                let y = pool.install(|| forward(&c, &x, &weight, Some(&bias)));
                let gradient = pool.install(|| input_gradient(&c, &weight, &y));
                (y, gradient)
            };
            assert_eq!(with(1), with(3), "{c:?}");
        }
    }

    #[test]
    fn a_picture_of_a_batch_has_the_bits_that_it_has_alone() {
        for alone in divided().into_iter().filter(|c| c.batch == 1) {
            let both = Convolution { batch: 2, ..alone.clone() };
            let (x, weight, bias) = operands(&both);
            let y = forward(&both, &x, &weight, Some(&bias));
            let first = forward(&alone, &x[..x.len() / 2], &weight, Some(&bias));
            assert_eq!(y[..y.len() / 2], first, "{alone:?}");
            let back = input_gradient(&both, &weight, &y);
            assert_eq!(back[..x.len() / 2], input_gradient(&alone, &weight, &first), "{alone:?}");
        }
    }
}
