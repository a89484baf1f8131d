//! Convolutions of few channels, such as depthwise ones, summed without columns or matrix products.

use std::ops::Range;

use crate::add_scaled;
use crate::convolution::Convolution;
use crate::scratch::Scratch;
use crate::vectors::{Vectored, widest};

/// Number of sums that all taps add to while the sums are in the first-level cache.
const NEAR: usize = 2048;

/// A plane with its padding, split into phases by the stride. Stride (s, t) gives s · t phases, and phase (i, j) holds
/// the pixels (i + s · row, j + t · column). The pixels that a tap reads for consecutive windows are then consecutive
/// in one phase, so a kernel is a few sums of long rows. Only the last places of a row belong to no window.
pub struct Phases {
    /// Length of a row in a phase. `length` is that of the whole phase.
    width: usize,
    length: usize,
    /// The phase of each tap, and the place in it that the first window reads.
    taps: Vec<usize>,
    /// The distance from the first window to the last, in places of a phase.
    span: usize,
}

impl Phases {
    pub fn new(c: &Convolution) -> Self {
        let reach = |axis: usize| (c.output[axis] - 1) * c.stride[axis] + (c.kernel[axis] - 1) * c.dilation[axis] + 1;
        let [height, width] = [0, 1].map(|axis| reach(axis).div_ceil(c.stride[axis]));
        let length = height * width;
        let mut phases = Self { width, length, taps: vec![], span: (c.output[0] - 1) * width + c.output[1] };
        let taps = (0..c.taps()).map(|tap| {
            let (row, column) = phases.row(c, tap / c.kernel[1] * c.dilation[0], tap % c.kernel[1] * c.dilation[1]);
            row + column
        });
        phases.taps = taps.collect();
        phases
    }

    /// Returns the number of elements in all phases.
    fn total(&self, c: &Convolution) -> usize {
        c.stride[0] * c.stride[1] * self.length
    }

    /// Returns the start of the row of a padded pixel, and the pixel's place in that row.
    fn row(&self, c: &Convolution, y: usize, x: usize) -> (usize, usize) {
        let phase = y % c.stride[0] * c.stride[1] + x % c.stride[1];
        (phase * self.length + y / c.stride[0] * self.width, x / c.stride[1])
    }

    /// Calls `copy` with each row of a plane that windows reach: the place of its first pixel of each phase, and the
    /// pixels.
    fn each_row(&self, c: &Convolution, mut copy: impl FnMut(usize, Range<usize>, usize)) {
        for y in 0..c.input[0] {
            if (y + c.pad[0]) / c.stride[0] * self.width >= self.length {
                return;
            }
            for first in 0..c.stride[1].min(c.input[1]) {
                let (row, column) = self.row(c, y + c.pad[0], first + c.pad[1]);
                let count = (c.input[1] - first).div_ceil(c.stride[1]).min(self.width.saturating_sub(column));
                copy(row + column, y * c.input[1] + first..(y + 1) * c.input[1], count);
            }
        }
    }

    /// Writes a plane into `phases`, whose padding has been set to 0.
    fn split(&self, c: &Convolution, plane: &[f32], phases: &mut [f32]) {
        self.each_row(c, |to, from, count| {
            let to = &mut phases[to..to + count];
            if c.stride[1] == 1 {
                to.copy_from_slice(&plane[from][..count]);
            } else {
                to.iter_mut().zip(plane[from].iter().step_by(c.stride[1])).for_each(|(t, s)| *t = *s);
            }
        });
    }

    /// Adds `phases` back to their plane.
    fn join(&self, c: &Convolution, phases: &[f32], plane: &mut [f32]) {
        self.each_row(c, |from, to, count| {
            let to = plane[to].iter_mut().step_by(c.stride[1]);
            to.zip(&phases[from..from + count]).for_each(|(t, s)| *t += *s);
        });
    }
}

/// Computes one output plane, which is the sum of its taps' rows.
pub fn direct(c: &Convolution, phases: &Phases, x: &[f32], weight: &[f32], number: usize, plane: &mut [f32]) {
    let (picture, channel) = (number / c.out_channels, number % c.out_channels);
    let group = channel / c.group_outputs();
    let mut scratch = Scratch::take(phases.total(c) + phases.span);
    let scratch = scratch.values();
    scratch.fill(0.0);
    let (split, sums) = scratch.split_at_mut(phases.total(c));
    for inner in 0..c.group_inputs() {
        let input = &x[(picture * c.in_channels + group * c.group_inputs() + inner) * c.pixels()..][..c.pixels()];
        let kernel = &weight[(channel * c.group_inputs() + inner) * c.taps()..][..c.taps()];
        phases.split(c, input, split);
        for (number, sums) in sums.chunks_mut(NEAR).enumerate() {
            widest(Taps { kernel, starts: &phases.taps, from: &split[number * NEAR..], sums });
        }
    }
    for (target, sums) in plane.chunks_mut(c.output[1]).zip(sums.chunks(phases.width)) {
        target.iter_mut().zip(sums).for_each(|(t, s)| *t += *s);
    }
}

/// Adds Σ w · (the row that the tap reads). Three taps are added at a time, so that the sums are read and written less
/// often.
struct Taps<'a> {
    kernel: &'a [f32],
    starts: &'a [usize],
    from: &'a [f32],
    sums: &'a mut [f32],
}

impl Vectored for Taps<'_> {
    #[inline(always)]
    fn run<const FUSED: bool, const WIDE: usize>(self) {
        let Self { kernel, starts, from, sums } = self;
        let count = sums.len();
        for (weights, starts) in kernel.chunks(3).zip(starts.chunks(3)) {
            if let ([u, v, w], [i, j, k]) = (weights, starts) {
                let (a, b, d) = (&from[*i..][..count], &from[*j..][..count], &from[*k..][..count]);
                for (((t, a), b), d) in sums.iter_mut().zip(a).zip(b).zip(d) {
                    *t += u * a + v * b + w * d;
                }
            } else {
                for (w, start) in weights.iter().zip(starts) {
                    add_scaled(sums, &from[*start..][..count], *w);
                }
            }
        }
    }
}

/// Adds a row, times the weight of each tap, to the row that the tap reads. This is the adjoint of [`Taps`].
struct Spread<'a> {
    kernel: &'a [f32],
    starts: &'a [usize],
    row: &'a [f32],
    to: &'a mut [f32],
}

impl Vectored for Spread<'_> {
    #[inline(always)]
    fn run<const FUSED: bool, const WIDE: usize>(self) {
        for (w, start) in self.kernel.iter().zip(self.starts) {
            add_scaled(&mut self.to[*start..], self.row, *w);
        }
    }
}

/// Computes one plane of the input's gradient. This is the adjoint of [`direct`].
pub fn direct_adjoint(
    c: &Convolution,
    phases: &Phases,
    weight: &[f32],
    gradient: &[f32],
    number: usize,
    plane: &mut [f32],
) {
    let (picture, channel) = (number / c.in_channels, number % c.in_channels);
    let (group, inner) = (channel / c.group_inputs(), channel % c.group_inputs());
    let mut scratch = Scratch::take(phases.total(c) + phases.span);
    let scratch = scratch.values();
    scratch.fill(0.0);
    let (split, spread) = scratch.split_at_mut(phases.total(c));
    for o in group * c.group_outputs()..(group + 1) * c.group_outputs() {
        let output = &gradient[(picture * c.out_channels + o) * c.places()..][..c.places()];
        let kernel = &weight[(o * c.group_inputs() + inner) * c.taps()..][..c.taps()];
        // Places that belong to no window stay 0.
        for (to, from) in spread.chunks_mut(phases.width).zip(output.chunks(c.output[1])) {
            to[..from.len()].copy_from_slice(from);
        }
        widest(Spread { kernel, starts: &phases.taps, row: spread, to: split });
    }
    phases.join(c, split, plane);
}
