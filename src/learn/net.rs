//! The network: a small residual network without normalisation.
//!
//! ```text
//! picture [N, 3, 128, 128], standardised → conv 8 × 8 / 4 → 32 × 32 × 32
//!   → conv 3 × 3 / 2 → 48 × 16 × 16 → residual (two convolutions)
//!   → conv 3 × 3 / 2 → 80 × 8 × 8 → residual (two convolutions) → mean over 8 × 8 → linear → 8 logits
//! ```
//!
//! Every convolution is followed by a ReLU. A residual block adds its input before the last ReLU. Without normalisation
//! layers there is nothing to fold at export, and a picture's answer never depends on its batch. The last convolution
//! of a block starts with small weights, which keeps the signal's size as a normalisation would. The stem is a matrix
//! product over patches that are laid out beforehand. On the CPU that is an order of magnitude faster than a
//! convolution with three input channels.

use crate::critters::KINDS;
use crate::critters::SIZE;
use crate::critters::dice::Dice;
use crate::picture::RgbImage;
use crate::{Error, ErrorKind, Result};
use burn::tensor::module::{adaptive_avg_pool2d, conv2d};
use burn::tensor::ops::ConvOptions;
use burn::tensor::{Device, Tensor, TensorData, activation::relu};

/// Mean that is subtracted from every channel, also in the profile.
pub const MEAN: f32 = 0.5;
/// Deviation by which every channel is divided, also in the profile.
pub const STD: f32 = 0.25;

/// Width of the stem's kernel, its stride and its padding, in pixels.
pub const STEM: (usize, usize, usize) = (8, 4, 2);
/// Number of channels of the stem.
pub const STEM_CHANNELS: usize = 32;
/// Number of places along a side after the stem.
pub const PLACES: usize = SIZE / STEM.1;
/// Number of values in a patch of the stem.
pub const PATCH: usize = 3 * STEM.0 * STEM.0;
/// Number of channels that the linear layer takes.
pub const FEATURES: usize = 80;
/// Number of channels of the first stage of 3 × 3 convolutions.
const MIDDLE: usize = 48;

/// What a convolution does with its input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Reads every second place, followed by a ReLU.
    Halve,
    /// The first convolution of a block, followed by a ReLU. The input is kept for the second.
    Open,
    /// The second convolution of a block, to which the kept input is added, followed by a ReLU.
    Close,
}

/// A 3 × 3 convolution of the network.
#[derive(Debug, Clone, Copy)]
pub struct Layer {
    pub name: &'static str,
    pub channels_in: usize,
    pub channels_out: usize,
    pub step: Step,
}

const fn layer(name: &'static str, channels_in: usize, channels_out: usize, step: Step) -> Layer {
    Layer { name, channels_in, channels_out, step }
}

/// The convolutions after the stem, in order.
pub const LAYERS: [Layer; 6] = [
    layer("down2", STEM_CHANNELS, MIDDLE, Step::Halve),
    layer("block2a", MIDDLE, MIDDLE, Step::Open),
    layer("block2b", MIDDLE, MIDDLE, Step::Close),
    layer("down3", MIDDLE, FEATURES, Step::Halve),
    layer("block3a", FEATURES, FEATURES, Step::Open),
    layer("block3b", FEATURES, FEATURES, Step::Close),
];

/// The learned numbers: a kernel and a bias for each layer. Their shapes are `[32, 3 · 8 · 8]` for the stem,
/// `[out, in, 3, 3]` for the convolutions, and `[80, 8]` for the linear layer.
#[derive(Debug, Clone, PartialEq)]
pub struct Weights(pub Vec<Vec<f32>>);

impl Weights {
    /// Returns the size of each parameter, in order.
    pub fn sizes() -> Vec<usize> {
        let convolutions = LAYERS.iter().flat_map(|l| [l.channels_out * l.channels_in * 9, l.channels_out]);
        let stem = [STEM_CHANNELS * PATCH, STEM_CHANNELS].into_iter();
        stem.chain(convolutions).chain([FEATURES * KINDS.len(), KINDS.len()]).collect()
    }

    /// Draws random weights whose deviation keeps the signal's size (He and others, 2015).
    pub fn by_chance(dice: &mut Dice) -> Self {
        let mut random = |count: usize, deviation: f32| (0..count).map(|_| deviation * dice.normal()).collect();
        let mut all: Vec<Vec<f32>> =
            vec![random(STEM_CHANNELS * PATCH, (2.0 / PATCH as f32).sqrt()), vec![0.0; STEM_CHANNELS]];
        for layer in LAYERS {
            let small = if layer.step == Step::Close { 0.3 } else { 1.0 };
            let inputs = 9 * layer.channels_in;
            all.push(random(layer.channels_out * inputs, small * (2.0 / inputs as f32).sqrt()));
            all.push(vec![0.0; layer.channels_out]);
        }
        all.push(random(FEATURES * KINDS.len(), 0.05));
        all.push(vec![0.0; KINDS.len()]);
        Self(all)
    }

    /// Returns zeros of the same shapes.
    pub fn zeros() -> Self {
        Self(Self::sizes().into_iter().map(|size| vec![0.0; size]).collect())
    }

    /// Returns the total number of learned numbers.
    pub fn count() -> usize {
        Self::sizes().iter().sum()
    }

    /// Divides the logits by a temperature.
    pub fn cool(&mut self, temperature: f32) {
        let last = self.0.len() - 2;
        self.0[last..].iter_mut().flatten().for_each(|value| *value /= temperature);
    }
}

/// The network on a device.
pub struct Net {
    stem: (Tensor<3>, Tensor<3>),
    convolutions: Vec<(Tensor<4>, Tensor<1>)>,
    linear: (Tensor<2>, Tensor<2>),
}

impl Net {
    /// Puts weights on a device. On a device with autodiff, gradients are kept for [`Net::gradients`].
    pub fn new(weights: &Weights, device: &Device) -> Self {
        let all = &weights.0;
        let convolution = |(index, l): (usize, &Layer)| {
            let kernel = load(&all[2 * index + 2], [l.channels_out, l.channels_in, 3, 3], device);
            (kernel, load(&all[2 * index + 3], [l.channels_out], device))
        };
        let last = all.len() - 2;
        Self {
            stem: (load(&all[0], [1, STEM_CHANNELS, PATCH], device), load(&all[1], [1, STEM_CHANNELS, 1], device)),
            convolutions: LAYERS.iter().enumerate().map(convolution).collect(),
            linear: (load(&all[last], [FEATURES, KINDS.len()], device), load(&all[last + 1], [1, KINDS.len()], device)),
        }
    }

    /// Returns the logits `[N, 8]` of the patches `[N, 192, 32 · 32]` of standardised pictures.
    pub fn forward(&self, patches: Tensor<3>) -> Tensor<2> {
        let count = patches.dims()[0];
        let stem = relu(self.stem.0.clone().matmul(patches) + self.stem.1.clone());
        let mut x: Tensor<4> = stem.reshape([count, STEM_CHANNELS, PLACES, PLACES]);
        let mut kept = None;
        for (layer, (kernel, bias)) in LAYERS.iter().zip(&self.convolutions) {
            let stride = if layer.step == Step::Halve { 2 } else { 1 };
            if layer.step == Step::Open {
                kept = Some(x.clone());
            }
            let y =
                conv2d(x, kernel.clone(), Some(bias.clone()), ConvOptions::new([stride, stride], [1, 1], [1, 1], 1));
            let before = if layer.step == Step::Close { kept.take() } else { None };
            x = relu(before.map_or(y.clone(), |before| y + before));
        }
        let features: Tensor<2> = adaptive_avg_pool2d(x, [1, 1]).flatten(1, 3);
        features.matmul(self.linear.0.clone()) + self.linear.1.clone()
    }

    /// Returns the gradients of a loss of one element, in the order of [`Weights`].
    pub fn gradients(&self, loss: &Tensor<1>) -> Result<Weights> {
        let found = loss.backward();
        let mut all = vec![values(self.stem.0.grad(&found))?, values(self.stem.1.grad(&found))?];
        for (kernel, bias) in &self.convolutions {
            all.push(values(kernel.grad(&found))?);
            all.push(values(bias.grad(&found))?);
        }
        all.push(values(self.linear.0.grad(&found))?);
        all.push(values(self.linear.1.grad(&found))?);
        Ok(Weights(all))
    }
}

/// Reads a tensor back.
pub fn values<const D: usize>(tensor: Option<Tensor<D>>) -> Result<Vec<f32>> {
    let data = tensor.map(|tensor| tensor.into_data().try_to_vec::<f32>());
    data.and_then(std::result::Result::ok)
        .ok_or_else(|| Error::new(ErrorKind::Device, "the device did not return the numbers it was asked for"))
}

fn load<const D: usize>(values: &[f32], shape: [usize; D], device: &Device) -> Tensor<D> {
    let tensor = Tensor::from_data(TensorData::new(values.to_vec(), shape), device);
    if device.is_autodiff() { tensor.require_grad() } else { tensor }
}

/// Returns a batch of patches `[N, 192, 32 · 32]` on a device.
pub fn place(patches: Vec<f32>, device: &Device) -> Tensor<3> {
    let count = patches.len() / (PATCH * PLACES * PLACES);
    Tensor::from_data(TensorData::new(patches, [count, PATCH, PLACES * PLACES]), device)
}

/// Returns the logits of a picture of 128 × 128 pixels, computed as in training.
///
/// # Errors
/// Fails with [`ErrorKind::Device`] if the device fails.
pub fn logits(weights: &Weights, picture: &RgbImage) -> Result<Vec<f32>> {
    let bytes = picture.as_raw();
    let plane = |c: usize| (0..SIZE * SIZE).map(move |i| (f32::from(bytes[3 * i + c]) / 255.0 - MEAN) / STD);
    let mut layout = Vec::new();
    patches(&(0..3).flat_map(plane).collect::<Vec<_>>(), &mut layout);
    let device = Device::flex();
    values(Some(Net::new(weights, &device).forward(place(layout, &device))))
}

/// Lays out the patches of the stem: from planes `[3, 128, 128]` of standardised values to `[192, 32 · 32]`, appended
/// to `out`. Beyond the border the values are the mean, as in a convolution's padding.
pub fn patches(planes: &[f32], out: &mut Vec<f32>) {
    for plane in planes.chunks_exact(SIZE * SIZE) {
        for (row, column) in (0..STEM.0).flat_map(|row| (0..STEM.0).map(move |column| (row, column))) {
            for y in (0..PLACES).map(|place| inside(place, row)) {
                let at = |x: Option<usize>| y.zip(x).map_or(0.0, |(y, x)| plane[y * SIZE + x]);
                out.extend((0..PLACES).map(|place| at(inside(place, column))));
            }
        }
    }
}

/// Returns the line of the picture on which a line of a patch falls, if there is one.
fn inside(place: usize, line: usize) -> Option<usize> {
    (place * STEM.1 + line).checked_sub(STEM.2).filter(|&at| at < SIZE)
}
