//! The kernel of a convolution on the graphics card.
//!
//! One unit computes a few neighbouring channels of one pixel, as Burn's own direct convolution does. Neighbouring
//! units read the same pixels of the input and neighbouring weights, which is why the weights lie as `[kh, kw, C, O]`.
//! If there are few such sums with many channels each, several units share a sum.

use cubecl::prelude::*;

use super::group::{dealt, sum_of_slices};
use super::masked::passed;

/// Counts and places. Those of channels are counted in vectors, and all others in pixels.
#[derive(CubeType, CubeLaunch)]
pub(super) struct Sizes {
    units: usize,
    out_height: usize,
    out_width: usize,
    in_height: usize,
    in_width: usize,
    kernel_height: usize,
    kernel_width: usize,
    stride_y: usize,
    stride_x: usize,
    spread_y: usize,
    spread_x: usize,
    dilation_y: usize,
    dilation_x: usize,
    pad_y: i32,
    pad_x: i32,
    inputs: usize,
    outputs: usize,
    in_pixel: usize,
    in_first: usize,
    out_pixel: usize,
    out_first: usize,
    add_pixel: usize,
    add_first: usize,
    mask_pixel: usize,
    mask_first: usize,
    low: f32,
    high: f32,
    above: f32,
    below: f32,
}

#[cube(launch_unchecked)]
#[allow(clippy::too_many_arguments)]
pub(super) fn convolve<X: Size, N: Size>(
    input: &[Vector<f32, X>],
    weight: &[Vector<f32, N>],
    bias: ComptimeOption<&[Vector<f32, N>]>,
    add: ComptimeOption<&[Vector<f32, N>]>,
    mask: ComptimeOption<&[Vector<f32, N>]>,
    out: &mut [Vector<f32, N>],
    sizes: Sizes,
    #[comptime] slices: usize,
    #[comptime] by_channel: bool,
    #[comptime] spread: bool,
    #[comptime] limited: bool,
    #[comptime] added: bool,
) {
    let (unit, slice) = dealt(slices);
    let channel = unit % sizes.outputs;
    let pixel = unit / sizes.outputs;

    let mut sum = Vector::new(0.0f32);
    if unit < sizes.units {
        sum = products(input, weight, channel, pixel, slice, &sizes, slices, by_channel, spread);
    }
    sum = sum_of_slices(sum, slices);
    if slice == 0 && unit < sizes.units {
        #[comptime]
        match &bias {
            ComptimeOption::Some(bias) => sum += bias[channel],
            ComptimeOption::None => {}
        }
        #[comptime]
        match &add {
            ComptimeOption::Some(add) => sum += add[pixel * sizes.add_pixel + sizes.add_first + channel],
            ComptimeOption::None => {}
        }
        let to = pixel * sizes.out_pixel + sizes.out_first + channel;
        if added {
            sum += out[to];
        }
        if limited {
            let (low, high) = (Vector::new(sizes.low), Vector::new(sizes.high));
            sum = select_many(sum.less_than(&low), low, sum);
            sum = select_many(sum.greater_than(&high), high, sum);
        }
        #[comptime]
        match &mask {
            ComptimeOption::Some(mask) => {
                let by = mask[pixel * sizes.mask_pixel + sizes.mask_first + channel];
                sum = passed(sum, by, sizes.above, sizes.below);
            }
            ComptimeOption::None => {}
        }
        out[to] = sum;
    }
}

/// Returns the sum of the products of one slice of the input's channels with the weights of some outputs, at one pixel.
#[cube]
#[allow(clippy::too_many_arguments)]
fn products<X: Size, N: Size>(
    input: &[Vector<f32, X>],
    weight: &[Vector<f32, N>],
    channel: usize,
    pixel: usize,
    slice: usize,
    sizes: &Sizes,
    #[comptime] slices: usize,
    #[comptime] by_channel: bool,
    #[comptime] spread: bool,
) -> Vector<f32, N> {
    let column = pixel % sizes.out_width;
    let row = (pixel / sizes.out_width) % sizes.out_height;
    let picture = pixel / (sizes.out_width * sizes.out_height);
    let mut sum = Vector::new(0.0f32);
    for ky in 0..sizes.kernel_height {
        let y = (row * sizes.stride_y + ky * sizes.dilation_y) as i32 - sizes.pad_y;
        if reaches(y, sizes.spread_y, sizes.in_height, spread) {
            let y = y as usize / sizes.spread_y;
            for kx in 0..sizes.kernel_width {
                let x = (column * sizes.stride_x + kx * sizes.dilation_x) as i32 - sizes.pad_x;
                if reaches(x, sizes.spread_x, sizes.in_width, spread) {
                    let x = x as usize / sizes.spread_x;
                    let from = ((picture * sizes.in_height + y) * sizes.in_width + x) * sizes.in_pixel + sizes.in_first;
                    let tap = ky * sizes.kernel_width + kx;
                    if by_channel {
                        sum += Vector::cast_from(input[from + channel]) * weight[tap * sizes.outputs + channel];
                    } else {
                        let size = input.vector_size();
                        let mut at = (tap * sizes.inputs + slice) * size * sizes.outputs + channel;
                        for i in range_stepped(slice, sizes.inputs, slices) {
                            let value = input[from + i];
                            #[unroll]
                            for lane in 0..size {
                                sum += Vector::new(value.extract(lane)) * weight[at];
                                at += sizes.outputs;
                            }
                            at += comptime!(slices - 1) * size * sizes.outputs;
                        }
                    }
                }
            }
        }
    }
    sum
}

/// Returns whether a place on a spread-out axis is a pixel of the input.
#[cube]
fn reaches(at: i32, spread_by: usize, size: usize, #[comptime] spread: bool) -> bool {
    let mut inside = at >= 0 && (at as usize) < size * spread_by;
    if spread {
        inside = inside && (at as usize).is_multiple_of(spread_by);
    }
    inside
}
