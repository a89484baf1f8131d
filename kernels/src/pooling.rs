//! The maximum over windows, and its adjoint.
//!
//! The maximum of a window is the maximum of its columns' maxima. The column maxima are computed for a whole row of
//! pixels at once. Then the columns are reordered (`Columns`) so that all windows' first columns are neighbours, and
//! likewise their second columns. Comparing windows is then a few operations on long vectors.

use crate::for_each;
use crate::vectors::{Vectored, widest};

/// Index of a maximum that has no element, because its window lies in the padding.
const NOWHERE: u32 = u32::MAX;

/// Windows over planes of `input` (height, width). There are `output` (down, across) of them.
#[derive(Clone, Copy, Debug)]
pub struct Windows {
    /// Height and width of a plane.
    pub input: [usize; 2],
    /// Number of windows down and across.
    pub output: [usize; 2],
    /// Height and width of a window.
    pub kernel: [usize; 2],
    /// Step between windows.
    pub stride: [usize; 2],
    /// Step between the elements inside a window.
    pub dilation: [usize; 2],
    /// Padding before each axis. No maximum is taken from it.
    pub pad: [usize; 2],
}

impl Windows {
    /// Returns, for each row of windows, where its first row of pixels lies and how many rows it has.
    fn rows(&self) -> Vec<(usize, usize)> {
        let (pad, step) = (self.pad[0], self.dilation[0]);
        let taps = |number: usize| {
            let start = number * self.stride[0];
            let first = pad.saturating_sub(start).div_ceil(step);
            let last = (self.input[0] + pad).saturating_sub(start).div_ceil(step).min(self.kernel[0]);
            ((start + first * step).saturating_sub(pad), last.saturating_sub(first))
        };
        (0..self.output[0]).map(taps).collect()
    }
}

/// Returns the maximum of each window of each plane of `x`, and its index in the plane. Of equal maxima the first
/// counts, and NaN counts as larger than any number.
pub fn max(w: &Windows, x: &[f32]) -> (Vec<f32>, Vec<u32>) {
    let (pixels, places) = (w.input[0] * w.input[1], w.output[0] * w.output[1]);
    let planes = x.len().checked_div(pixels).unwrap_or(0);
    let (mut values, mut indices) = (vec![f32::NEG_INFINITY; planes * places], vec![NOWHERE; planes * places]);
    let each = x.chunks(pixels.max(1)).zip(values.chunks_mut(places.max(1)).zip(indices.chunks_mut(places.max(1))));
    let rows = w.rows();
    for_each(each.collect(), |(_, (plane, (values, indices)))| {
        widest(Maxima { w, rows: &rows, plane, values, indices });
    });
    (values, indices)
}

/// The maxima of one plane, which are to be written.
struct Maxima<'a> {
    w: &'a Windows,
    rows: &'a [(usize, usize)],
    plane: &'a [f32],
    values: &'a mut [f32],
    indices: &'a mut [u32],
}

impl Vectored for Maxima<'_> {
    #[inline(always)]
    fn run<const FUSED: bool, const WIDE: usize>(self) {
        let Self { w, rows, plane, values, indices } = self;
        let (width, across) = (w.input[1], w.output[1]);
        // The largest value of each column in this row of windows, and its place.
        let (mut best, mut places) = (vec![0.0f32; width], vec![0u32; width]);
        let mut columns = Columns::new(w);
        let windows = values.chunks_mut(across.max(1)).zip(indices.chunks_mut(across.max(1)));
        for (&(top, count), (values, indices)) in rows.iter().zip(windows) {
            for (tap, row) in (top..).step_by(w.dilation[0]).take(count).enumerate() {
                let (line, first) = (&plane[row * width..][..width], (row * width) as u32);
                if tap == 0 {
                    best.copy_from_slice(line);
                    places.iter_mut().zip(first..).for_each(|(place, here)| *place = here);
                } else {
                    for (((best, place), value), here) in best.iter_mut().zip(&mut places).zip(line).zip(first..) {
                        keep_larger(best, place, *value, here);
                    }
                }
            }
            if count == 0 {
                continue;
            }
            columns.put(w, &best, &places);
            for tap in 0..w.kernel[1] {
                let (best, places) = columns.of_tap(w, tap);
                if tap == 0 {
                    values.copy_from_slice(&best[..across]);
                    indices.copy_from_slice(&places[..across]);
                } else {
                    for (((value, index), best), place) in values.iter_mut().zip(&mut *indices).zip(best).zip(places) {
                        keep_larger(value, index, *best, *place);
                    }
                }
            }
        }
    }
}

/// Keeps the larger of two numbers and its index. Of equal numbers the first counts, and NaN counts as larger than any
/// number. It uses masks instead of branches, because the winner is unpredictable.
#[inline(always)]
fn keep_larger(best: &mut f32, place: &mut u32, value: f32, here: u32) {
    let larger = (value > *best) | (value.is_nan() & !best.is_nan());
    let wins = u32::from(larger | ((value == *best) & (here < *place))).wrapping_neg();
    *best = f32::from_bits((best.to_bits() & !wins) | (value.to_bits() & wins));
    *place = (*place & !wins) | (here & wins);
}

/// The columns of a row of windows, including padding, reordered. With a stride of s, the columns 0, s, 2 s, … come
/// first, then the columns 1, s + 1, 2 s + 1, …, and so on. So the columns that several windows read at one tap are
/// neighbours.
struct Columns {
    best: Vec<f32>,
    places: Vec<u32>,
    /// Number of columns with the same remainder by the stride.
    length: usize,
}

impl Columns {
    /// Makes columns of padding, which loses to every number.
    fn new(w: &Windows) -> Self {
        let reach = w.output[1].max(1) * w.stride[1] + (w.kernel[1] - 1) * w.dilation[1];
        let length = reach.max(w.pad[1] + w.input[1]).div_ceil(w.stride[1]);
        let count = length * w.stride[1];
        Self { best: vec![f32::NEG_INFINITY; count], places: vec![NOWHERE; count], length }
    }

    #[inline(always)]
    fn put(&mut self, w: &Windows, best: &[f32], places: &[u32]) {
        let (pad, stride) = (w.pad[1], w.stride[1]);
        for remainder in 0..stride {
            // The first column with this remainder that is a pixel.
            let at = pad.saturating_sub(remainder).div_ceil(stride);
            let first = (remainder + at * stride - pad).min(best.len());
            let target = remainder * self.length + at;
            let pixels = best[first..].iter().step_by(stride).zip(places[first..].iter().step_by(stride));
            let to = self.best[target..].iter_mut().zip(&mut self.places[target..]);
            to.zip(pixels).for_each(|((best, place), (b, p))| (*best, *place) = (*b, *p));
        }
    }

    /// Returns what each window reads at this place along its row.
    #[inline(always)]
    fn of_tap(&self, w: &Windows, tap: usize) -> (&[f32], &[u32]) {
        let offset = tap * w.dilation[1];
        let start = offset % w.stride[1] * self.length + offset / w.stride[1];
        (&self.best[start..], &self.places[start..])
    }
}

/// Returns the gradient of `Σ gradient · max(x)` with respect to `x`. Each plane has `pixels` pixels and `places`
/// windows.
pub fn max_gradient(pixels: usize, places: usize, indices: &[u32], gradient: &[f32]) -> Vec<f32> {
    assert_eq!(indices.len(), gradient.len(), "one index a window");
    let planes = gradient.len().checked_div(places).unwrap_or(0);
    let mut x = vec![0.0; planes * pixels];
    let each = x.chunks_mut(pixels.max(1)).zip(indices.chunks(places.max(1)).zip(gradient.chunks(places.max(1))));
    for_each(each.collect(), |(_, (plane, (indices, gradient)))| {
        for (&index, value) in indices.iter().zip(gradient) {
            if index != NOWHERE {
                plane[index as usize] += value;
            }
        }
    });
    x
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{cases, numbers};

    /// Computes the definition: the first of the largest, row by row, where NaN is larger than any number.
    fn by_definition(w: &Windows, plane: &[f32]) -> Vec<(f32, u32)> {
        let places = (0..w.output[0]).flat_map(|y| (0..w.output[1]).map(move |x| (y, x)));
        let window = |(y, x): (usize, usize)| {
            let mut best: Option<(f32, u32)> = None;
            for (ky, kx) in (0..w.kernel[0]).flat_map(|ky| (0..w.kernel[1]).map(move |kx| (ky, kx))) {
                let row = (y * w.stride[0] + ky * w.dilation[0]).checked_sub(w.pad[0]).filter(|&r| r < w.input[0]);
                let column = (x * w.stride[1] + kx * w.dilation[1]).checked_sub(w.pad[1]).filter(|&c| c < w.input[1]);
                let (Some(row), Some(column)) = (row, column) else { continue };
                let index = row * w.input[1] + column;
                if best.is_none_or(|(b, _)| plane[index] > b || (plane[index].is_nan() && !b.is_nan())) {
                    best = Some((plane[index], index as u32));
                }
            }
            best.unwrap_or((f32::NEG_INFINITY, NOWHERE))
        };
        places.map(window).collect()
    }

    #[test]
    fn the_maximum_is_its_definition() {
        for random in cases(300) {
            let pick = |n: usize, of: &[usize]| of[random[n] as usize % of.len()];
            let input = [pick(0, &[1, 2, 5, 8, 13]), pick(1, &[1, 3, 7, 13, 30])];
            let (kernel, stride) =
                ([pick(2, &[1, 2, 3]), pick(3, &[1, 2, 3, 5])], [pick(4, &[1, 2]), pick(5, &[1, 2, 3])]);
            let (dilation, pad) = ([pick(6, &[1, 1, 2]), pick(7, &[1, 1, 3])], [pick(8, &[0, 1]), pick(9, &[0, 1, 2])]);
            let output = [0, 1].map(|a| {
                let room = (input[a] + 2 * pad[a]).checked_sub(dilation[a] * (kernel[a] - 1) + 1);
                room.map_or(0, |room| room / stride[a] + 1)
            });
            let w = Windows { input, output, kernel, stride, dilation, pad };
            // There are few different values, because equal maxima are the hard part.
            let x: Vec<f32> = numbers(5, 2 * input[0] * input[1]).iter().map(|v| (v * 3.0).round()).collect();
            let (values, indices) = max(&w, &x);
            let wanted: Vec<(f32, u32)> = x.chunks(input[0] * input[1]).flat_map(|p| by_definition(&w, p)).collect();
            let got: Vec<(f32, u32)> = values.into_iter().zip(indices).collect();
            assert_eq!(got, wanted, "{w:?}");
        }
    }

    #[test]
    fn a_nan_in_a_window_is_its_maximum() {
        let w =
            Windows { input: [2, 3], output: [1, 2], kernel: [2, 2], stride: [1, 1], dilation: [1, 1], pad: [0, 0] };
        for at in 0..6 {
            let mut x = vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
            x[at] = f32::NAN;
            let (values, indices) = max(&w, &x);
            for place in 0..2 {
                let holds = (at % 3) == place || (at % 3) == place + 1;
                assert_eq!((values[place].is_nan(), indices[place] as usize == at), (holds, holds), "{at}, {place}");
            }
        }
    }

    #[test]
    fn the_gradient_goes_to_the_maximum() {
        let w =
            Windows { input: [3, 3], output: [2, 2], kernel: [2, 2], stride: [1, 1], dilation: [1, 1], pad: [0, 0] };
        let (_, indices) = max(&w, &[0.0, 1.0, 0.0, 0.0, 9.0, 0.0, 0.0, 0.0, 0.0]);
        assert_eq!(max_gradient(9, 4, &indices, &[1.0, 2.0, 4.0, 8.0]), [0.0, 0.0, 0.0, 0.0, 15.0, 0.0, 0.0, 0.0, 0.0]);
    }
}
