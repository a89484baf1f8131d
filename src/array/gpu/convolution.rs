//! A convolution with given weights on the graphics card, and what is done to each sum before it is written.
//!
//! An input gradient is computed as a convolution with turned weights. Its input is spread out by the stride.

use burn::tensor::Device;
use burn::tensor::ops::ConvOptions;
use cubecl::calculate_cube_count_elemwise;
use cubecl::prelude::*;

use super::convolve::{SizesLaunch, convolve};
use super::group::{UNITS, slices};
use super::masked::Masked;
use super::{Part, Placed, vector};
use crate::array::Array;

/// A convolution of given weights, or its input gradient.
pub struct Convolution {
    /// `[kh, kw, C, O]`, or `[kh, kw, C]` if each channel has its own filter.
    weight: Array,
    bias: Option<Array>,
    by_channel: bool,
    inputs: usize,
    outputs: usize,
    kernel: [usize; 2],
    /// Input pixels from one output pixel to the next.
    stride: [usize; 2],
    /// Distance of the input's pixels after they are spread out. The places between them are zeros.
    spread: [usize; 2],
    dilation: [usize; 2],
    /// Zeros before the input. A negative number crops it.
    pad: [i32; 2],
}

/// What is done to each sum before it is written. The fields apply in this order.
#[derive(Default)]
pub struct After {
    /// Numbers that are added to the sum.
    pub add: Option<Part>,
    /// A range to which it is limited.
    pub limit: Option<(f32, f32)>,
    /// It becomes 0 where these numbers are not between their limits.
    pub mask: Option<Masked>,
    /// Where it is written; otherwise to new maps.
    pub into: Option<Part>,
    /// Whether it is added to the values that are already there.
    pub added: bool,
}

impl Convolution {
    /// Makes the convolution with weights `[O, C / groups, kh, kw]`. Returns `None` unless there is one group, or one
    /// for each channel.
    pub fn forward(
        weight: (&[f32], [usize; 4]),
        bias: Option<&[f32]>,
        options: &ConvOptions<2>,
        device: &Device,
    ) -> Option<Self> {
        let (values, shape) = weight;
        let [outputs, each, height, width] = shape;
        let by_channel = by_channel(shape, options.groups)?;
        let values = arranged(values, shape, by_channel, false);
        Some(Self {
            weight: Array::new(values, &[outputs * each * height * width], device),
            bias: bias.map(|bias| Array::new(bias.to_vec(), &[bias.len()], device)),
            by_channel,
            inputs: each * options.groups,
            outputs,
            kernel: [height, width],
            stride: options.stride,
            spread: [1, 1],
            dilation: options.dilation,
            pad: [0, 1].map(|axis| options.padding[axis].0 as i32),
        })
    }

    /// Makes the gradient of [`Convolution::forward`] with respect to its input.
    pub fn input_gradient(weight: (&[f32], [usize; 4]), options: &ConvOptions<2>, device: &Device) -> Option<Self> {
        let (values, shape) = weight;
        let [outputs, each, height, width] = shape;
        let by_channel = by_channel(shape, options.groups)?;
        let values = arranged(values, shape, by_channel, true);
        let kernel = [height, width];
        // The backward pass crops what the forward pass padded, and pads what it did not.
        let pad = |axis: usize| (options.dilation[axis] * (kernel[axis] - 1)) as i32 - options.padding[axis].0 as i32;
        Some(Self {
            weight: Array::new(values, &[outputs * each * height * width], device),
            bias: None,
            by_channel,
            inputs: outputs,
            outputs: each * options.groups,
            kernel,
            stride: [1, 1],
            spread: options.stride,
            dilation: options.dilation,
            pad: [pad(0), pad(1)],
        })
    }

    /// Returns the bytes of the weights and the bias.
    pub fn bytes(&self) -> usize {
        4 * (self.weight.len() + self.bias.as_ref().map_or(0, Array::len))
    }

    /// Convolves maps to maps of `size` (height, width), and does nothing else to the sums.
    pub fn alone(&self, x: Array, size: [usize; 2]) -> Array {
        self.run(&Part::whole(x), size, After::default()).array()
    }

    /// Convolves `x` to maps of `size` (height, width), and applies `after` to each sum.
    pub fn run(&self, x: &Part, size: [usize; 2], after: After) -> Part {
        let shape = x.maps.shape();
        let [pictures, height, width] = [shape[0], shape[2], shape[3]];
        let own = || Part::whole(Array::unwritten([pictures, self.outputs, size[0], size[1]], &x.maps));
        let out = after.into.unwrap_or_else(own);
        let [from, to] = [Placed::of(x), Placed::of(&out)];
        let (add, mask) = (after.add.as_ref().map(Placed::of), after.mask.as_ref().map(|mask| Placed::of(&mask.by)));
        let places = [Some(&to), add.as_ref(), mask.as_ref()];
        let written: Vec<usize> = places.into_iter().flatten().flat_map(|place| [place.pixel, place.first]).collect();
        let lanes = vector(&[&written[..], &[self.outputs]].concat());
        let read = [self.inputs, from.pixel, from.first];
        let (lanes, taken) = if self.by_channel {
            let both = lanes.min(vector(&read));
            (both, both)
        } else {
            (lanes, vector(&read))
        };
        let units = pictures * size[0] * size[1] * self.outputs / lanes;
        let place = |place: Option<&Placed>| place.map_or((0, 0), |at| (at.pixel / lanes, at.first / lanes));
        let ((out_pixel, out_first), (add_pixel, add_first), (mask_pixel, mask_first)) =
            (place(Some(&to)), place(add.as_ref()), place(mask.as_ref()));
        let (limit, between) = (after.limit, after.mask.map(|mask| mask.between));
        let client = to.buffer.client.clone();
        let slices =
            if self.by_channel { 1 } else { slices(&client.properties().hardware, units, self.inputs / taken) };
        let cubes = CubeDim::new_1d(UNITS);
        let sizes = SizesLaunch::new(
            units,
            size[0],
            size[1],
            height,
            width,
            self.kernel[0],
            self.kernel[1],
            self.stride[0],
            self.stride[1],
            self.spread[0],
            self.spread[1],
            self.dilation[0],
            self.dilation[1],
            self.pad[0],
            self.pad[1],
            self.inputs / taken,
            self.outputs / lanes,
            from.pixel / taken,
            from.first / taken,
            out_pixel,
            out_first,
            add_pixel,
            add_first,
            mask_pixel,
            mask_first,
            limit.map_or(0.0, |limit| limit.0),
            limit.map_or(0.0, |limit| limit.1.min(f32::MAX)),
            between.map_or(0.0, |between| between.0),
            between.map_or(0.0, |between| between.1.min(f32::MAX)),
        );
        // SAFETY: units beyond the last one write nothing, and every place that a unit reads or writes lies within the
        // pixels and channels of the parts, whose shapes the graph has checked.
        unsafe {
            convolve::launch_unchecked(
                &client,
                calculate_cube_count_elemwise(&client, units * slices, cubes),
                cubes,
                taken,
                lanes,
                from.buffer.into_buffer_arg(),
                self.weight.cube().into_buffer_arg(),
                self.bias.as_ref().map(|bias| bias.cube().into_buffer_arg()).into(),
                add.map(|add| add.buffer.into_buffer_arg()).into(),
                mask.map(|mask| mask.buffer.into_buffer_arg()).into(),
                to.buffer.into_buffer_arg(),
                sizes,
                slices,
                self.by_channel,
                self.spread != [1, 1],
                limit.is_some(),
                after.added,
            );
        }
        out
    }
}

/// Returns whether each channel has its own filter; `None` if there are groups of several channels.
fn by_channel([outputs, each, ..]: [usize; 4], groups: usize) -> Option<bool> {
    match groups {
        1 => Some(false),
        _ => (each == 1 && outputs == groups).then_some(true),
    }
}

/// Returns weights `[O, C, kh, kw]` in the order in which the kernel reads them. For the gradient they are turned by
/// 180° and their channels are exchanged.
fn arranged(values: &[f32], shape: [usize; 4], by_channel: bool, turned: bool) -> Vec<f32> {
    let [outputs, inputs, height, width] = shape;
    let tap = |ky: usize, kx: usize| if turned { (height - 1 - ky, width - 1 - kx) } else { (ky, kx) };
    let value = |o: usize, i: usize, (ky, kx): (usize, usize)| values[((o * inputs + i) * height + ky) * width + kx];
    let taps = (0..height * width).map(|k| tap(k / width, k % width));
    let of_tap = |at: (usize, usize)| -> Vec<f32> {
        match (by_channel, turned) {
            (true, _) => (0..outputs).map(|o| value(o, 0, at)).collect(),
            (false, false) => (0..inputs * outputs).map(|k| value(k % outputs, k / outputs, at)).collect(),
            (false, true) => (0..inputs * outputs).map(|k| value(k / inputs, k % inputs, at)).collect(),
        }
    };
    taps.flat_map(of_tap).collect()
}
