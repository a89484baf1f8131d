//! A small network with fixed numbers for which the plan of a graphics card has each kind of launch. With it, a card's
//! answers can be compared with the processor's.

use burn::tensor::Device;
use burn::tensor::ops::ConvOptions;

use super::builder::Builder;
use super::ir::Value;
use super::op::{Binary, Reduction};
use super::{Graph, Rectifier};
use crate::array::{Array, Unary, Window};
use crate::classifier::host::{HostTensor, Kind};
use crate::error::Result;

/// Pixels of the picture on each axis.
const SIDE: usize = 21;

/// Returns the network's answers to two pictures, and the gradient of a sum of the answers.
///
/// # Errors
/// Fails as [`Graph::run`] does.
pub fn answers_and_gradient(device: &Device) -> Result<[Array; 2]> {
    let graph = network(device)?;
    let pictures = Array::new(wave(2 * 3 * SIDE * SIDE, 0.37), &[2, 3, SIDE, SIDE], device);
    let (mut outputs, tape) = graph.run_taped(vec![pictures], None)?;
    let answers = outputs.swap_remove(0);
    let pull = Array::new(wave(answers.len(), 0.91), &answers.shape(), device);
    let gradient = graph.gradient(tape, pull, Rectifier::True).into_iter().next().flatten();
    Ok([answers, gradient.unwrap_or_else(|| Array::full(&[1], 0.0, device))])
}

fn network(device: &Device) -> Result<Graph> {
    let mut b = Builder::new();
    let picture = b.input(&[1, 3, SIDE, SIDE], Kind::Float)?;
    let stem = convolved(&mut b, picture.clone(), [8, 3, 3], 2, 1)?;
    let stem = b.unary(Unary::Relu, stem)?;
    let window = Window { kernel: [3, 3], stride: [2, 2], pad_begin: [1, 1], pad_end: [1, 1], dilation: [1, 1] };
    let pooled = b.max_pool(stem, window)?;
    // One branch is kept. The other passes a residual of depthwise filters. Both are joined and shuffled.
    let (kept, taken) = (channels(&mut b, &pooled, 0)?, channels(&mut b, &pooled, 4)?);
    let by_channel = convolved(&mut b, taken.clone(), [4, 1, 3], 1, 4)?;
    let limited = b.clamp(by_channel, 0.0, 1.0)?;
    let mixed = convolved(&mut b, limited, [4, 4, 1], 1, 1)?;
    let residual = b.binary(Binary::Add, mixed, taken)?;
    let residual = b.unary(Unary::Relu, residual)?;
    let joined = b.concat(vec![kept, residual], 1)?;
    let shape = b.shape(&joined);
    let split = b.reshape(joined, &[1, 2, 4, shape[2], shape[3]])?;
    let turned = b.permute(split, &[0, 2, 1, 3, 4])?;
    let shuffled = b.reshape(turned, &shape)?;
    // Two branches side by side, one of them with a stride.
    let (left, right) = (channels(&mut b, &shuffled, 0)?, channels(&mut b, &shuffled, 4)?);
    let left = convolved(&mut b, left, [6, 4, 3], 2, 1)?;
    let left = b.unary(Unary::Relu, left)?;
    let right = convolved(&mut b, right, [4, 1, 3], 2, 4)?;
    let both = b.concat(vec![left, right], 1)?;
    let last = convolved(&mut b, both, [5, 10, 1], 1, 1)?;
    let mean = b.reduce(Reduction::Mean, last, &[2, 3])?;
    let answers = b.reshape(mean, &[1, 5])?;
    Graph::new(b, &[picture], &[answers], device)
}

/// Adds a slice of four of the eight channels.
fn channels(b: &mut Builder, x: &Value, first: usize) -> Result<Value> {
    let shape = b.shape(x);
    b.slice(x.clone(), &[(0, 1, 1), (first, first + 4, 1), (0, shape[2], 1), (0, shape[3], 1)])
}

/// Adds a convolution with weights `[O, C, k, k]` and a bias, padded by half a window.
fn convolved(
    b: &mut Builder,
    x: Value,
    [outputs, each, side]: [usize; 3],
    stride: usize,
    groups: usize,
) -> Result<Value> {
    let shape = [outputs, each, side, side];
    let weight = HostTensor::new(Kind::Float, &shape, wave(shape.iter().product(), 0.53));
    let bias = HostTensor::new(Kind::Float, &[outputs], wave(outputs, 0.71));
    b.conv(x, weight, Some(bias), ConvOptions::new([stride; 2], [side / 2; 2], [1, 1], groups))
}

fn wave(count: usize, step: f32) -> Vec<f32> {
    (0..count).map(|i| (i as f32 * step).sin()).collect()
}
