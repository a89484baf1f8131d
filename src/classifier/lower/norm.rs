//! Normalisations and softmax.

use super::call::{Call, axis};
use super::operator::{MICROSOFT, Operator};
use super::reduce::{root_of_squares, sum_of_sizes};
use crate::array::{Unary, Window};
use crate::classifier::graph::builder::Builder;
use crate::classifier::graph::ir::Value;
use crate::classifier::graph::op::{Binary, Reduction};
use crate::classifier::host::{HostTensor, Kind};
use crate::classifier::refusal::{FOR_TRAINING, misfit, unsupported_but};
use crate::error::Result;

pub(super) const OPERATORS: &[Operator] = &[
    Operator::several("LayerNormalization", layer_norm),
    Operator::several("BatchNormalization", batch_norm).noting("in training mode over constants only"),
    Operator::several("RMSNormalization", root_mean_square_norm),
    Operator::several("SimplifiedLayerNormalization", root_mean_square_norm).of(MICROSOFT),
    Operator::several("SimplifiedLayerNormalization", root_mean_square_norm),
    Operator::several("SkipLayerNormalization", skip_layer_norm).of(MICROSOFT),
    Operator::several("SkipSimplifiedLayerNormalization", skip_layer_norm).of(MICROSOFT),
    Operator::one("InstanceNormalization", instance_norm),
    Operator::one("GroupNormalization", group_norm),
    Operator::one("LRN", local_response),
    Operator::one("LpNormalization", lp_norm),
    Operator::one("MeanVarianceNormalization", mean_variance_norm),
    Operator::one("Softmax", |call, b| softmax(call, b, call.input(0)?, call.opset, Builder::softmax)),
    Operator::one("LogSoftmax", |call, b| softmax(call, b, call.input(0)?, call.opset, Builder::log_softmax)),
];

/// Returns y = γ (x − μ) / √(σ² + ε) + β per channel, folded into the convolution before it if nothing else reads that.
fn batch_norm(call: &Call, b: &mut Builder) -> Result<Vec<Value>> {
    if call.node.int("training_mode", 0) != 0 {
        return batch_norm_in_training(call, b);
    }
    let x = call.input(0)?;
    let [gamma, beta, mean, variance] = [1, 2, 3, 4].map(|i| call.constant(i, "statistics"));
    let (gamma, beta, mean, variance) = (gamma?, beta?, mean?, variance?);
    let channels = b.shape(&x).get(1).copied().unwrap_or(0);
    if [&gamma, &beta, &mean, &variance].iter().any(|h| h.values.len() != channels) {
        return Err(misfit(format!("a BatchNormalization's statistics do not fit {channels} channels")));
    }
    let epsilon = call.node.float("epsilon", 1e-5);
    let scale: Vec<f32> =
        gamma.values.iter().zip(variance.values.iter()).map(|(g, v)| g / (v + epsilon).sqrt()).collect();
    let shift: Vec<f32> = (0..channels).map(|c| beta.values[c] - mean.values[c] * scale[c]).collect();
    if call.first_input_uses == 1
        && let Some(folded) = b.fold_into_conv(&x, &scale, &shift)
    {
        return Ok(vec![folded?]);
    }
    Ok(vec![per_channel(b, x, scale, shift)?])
}

/// Normalises x by its own mean and deviation, and returns the updated running statistics too, which are rarely read.
/// Exporters write weight standardisation this way. It is refused for a tensor that depends on the picture, because it
/// would mix the pictures of a batch.
fn batch_norm_in_training(call: &Call, b: &mut Builder) -> Result<Vec<Value>> {
    let x = call.input(0)?;
    if matches!(x, Value::Dynamic(_)) {
        return Err(unsupported_but("a BatchNormalization in training mode", FOR_TRAINING));
    }
    let axes: Vec<usize> = (0..b.rank(&x)).filter(|&axis| axis != 1).collect();
    let channels = b.shape(&x).get(1).copied().unwrap_or(0);
    let Normalised { value, mean, inverse_deviation } = normalise(b, x, &axes, call.node.float("epsilon", 1e-5))?;
    let y = scaled(call, b, value)?;
    let deviation = b.unary(Unary::Reciprocal, inverse_deviation)?;
    let with_epsilon = b.binary(Binary::Mul, deviation.clone(), deviation)?;
    let variance = b.affine(with_epsilon, 1.0, -call.node.float("epsilon", 1e-5))?;
    let momentum = call.node.float("momentum", 0.9);
    let running = |b: &mut Builder, position, now| -> Result<Value> {
        let now = b.reshape(now, &[channels])?;
        let (old, new) = (b.affine(call.input(position)?, momentum, 0.0)?, b.affine(now, 1.0 - momentum, 0.0)?);
        b.binary(Binary::Add, old, new)
    };
    Ok(vec![y, running(b, 3, mean)?, running(b, 4, variance)?])
}

/// Returns y = γ x / √(mean of x² + ε), normalised over `axis` and all axes after it.
fn root_mean_square_norm(call: &Call, b: &mut Builder) -> Result<Vec<Value>> {
    let x = call.input(0)?;
    let rank = b.rank(&x);
    let axes: Vec<usize> = (axis(call.node.int("axis", -1), rank)?..rank).collect();
    let inverse = inverse_root_mean_square(b, x.clone(), &axes, call.node.float("epsilon", 1e-5))?;
    let value = b.binary(Binary::Mul, x, inverse.clone())?;
    Ok(vec![b.binary(Binary::Mul, value, call.input(1)?)?, inverse])
}

fn inverse_root_mean_square(b: &mut Builder, x: Value, axes: &[usize], epsilon: f32) -> Result<Value> {
    let square = b.binary(Binary::Mul, x.clone(), x)?;
    let mean = b.reduce(Reduction::Mean, square, axes)?;
    let above_zero = b.affine(mean, 1.0, epsilon)?;
    let root = b.unary(Unary::Sqrt, above_zero)?;
    b.unary(Unary::Reciprocal, root)
}

/// Returns onnxruntime's fused normalisation of input + skip (+ bias) over the last axis, with the sum itself as the
/// last output. The simplified form only divides by the root of the mean square, and has no shift.
fn skip_layer_norm(call: &Call, b: &mut Builder) -> Result<Vec<Value>> {
    let simple = call.node.op.contains("Simplified");
    let mut sum = b.binary(Binary::Add, call.input(0)?, call.input(1)?)?;
    if let Some(bias) = call.optional(if simple { 3 } else { 4 }) {
        sum = b.binary(Binary::Add, sum, bias)?;
    }
    let (last, epsilon) = (b.rank(&sum).saturating_sub(1), call.node.float("epsilon", 1e-12));
    let (value, mean, inverse) = if simple {
        let inverse = inverse_root_mean_square(b, sum.clone(), &[last], epsilon)?;
        (b.binary(Binary::Mul, sum.clone(), inverse.clone())?, inverse.clone(), inverse)
    } else {
        let Normalised { value, mean, inverse_deviation } = normalise(b, sum.clone(), &[last], epsilon)?;
        (value, mean, inverse_deviation)
    };
    let mut y = b.binary(Binary::Mul, value, call.input(2)?)?;
    if let Some(shift) = call.optional(3).filter(|_| !simple) {
        y = b.binary(Binary::Add, y, shift)?;
    }
    Ok(vec![y, mean, inverse, sum])
}

/// Returns x · scale + shift per channel (axis 1).
pub(super) fn per_channel(b: &mut Builder, x: Value, scale: Vec<f32>, shift: Vec<f32>) -> Result<Value> {
    let mut shape = vec![scale.len()];
    shape.extend(vec![1; b.rank(&x).saturating_sub(2)]);
    let constant = |values: Vec<f32>| Value::Const(HostTensor::new(Kind::Float, &shape, values));
    let scaled = b.binary(Binary::Mul, x, constant(scale))?;
    b.binary(Binary::Add, scaled, constant(shift))
}

/// x minus its mean over some axes, divided by its deviation over them.
struct Normalised {
    value: Value,
    mean: Value,
    inverse_deviation: Value,
}

fn normalise(b: &mut Builder, x: Value, axes: &[usize], epsilon: f32) -> Result<Normalised> {
    let mean = b.reduce(Reduction::Mean, x.clone(), axes)?;
    let centred = b.binary(Binary::Sub, x, mean.clone())?;
    let square = b.binary(Binary::Mul, centred.clone(), centred.clone())?;
    let variance = b.reduce(Reduction::Mean, square, axes)?;
    let above_zero = b.affine(variance, 1.0, epsilon)?;
    let deviation = b.unary(Unary::Sqrt, above_zero)?;
    let inverse_deviation = b.unary(Unary::Reciprocal, deviation)?;
    let value = b.binary(Binary::Mul, centred, inverse_deviation.clone())?;
    Ok(Normalised { value, mean, inverse_deviation })
}

/// Returns x · scale + bias, with one value of each for each slice of axis 1.
fn scaled(call: &Call, b: &mut Builder, x: Value) -> Result<Value> {
    let mut shape = vec![1; b.rank(&x).saturating_sub(1)];
    let mut parameter = |b: &mut Builder, position| -> Result<Value> {
        let value = call.input(position)?;
        shape[0] = b.shape(&value).iter().product();
        b.reshape(value, &shape)
    };
    let (scale, bias) = (parameter(b, 1)?, parameter(b, 2)?);
    let y = b.binary(Binary::Mul, x, scale)?;
    b.binary(Binary::Add, y, bias)
}

fn instance_norm(call: &Call, b: &mut Builder) -> Result<Value> {
    let x = call.input(0)?;
    let axes: Vec<usize> = (2..b.rank(&x)).collect();
    if axes.is_empty() {
        return Err(misfit("an InstanceNormalization needs a spatial axis"));
    }
    let normalised = normalise(b, x, &axes, call.node.float("epsilon", 1e-5))?;
    scaled(call, b, normalised.value)
}

/// Returns x / ‖x‖ along an axis. The norm is the sum of absolute values (p = 1) or the root of the sum of squares (p =
/// 2).
fn lp_norm(call: &Call, b: &mut Builder) -> Result<Value> {
    let x = call.input(0)?;
    let axis = axis(call.node.int("axis", -1), b.rank(&x))?;
    let norm = match call.node.int("p", 2) {
        1 => sum_of_sizes(b, x.clone(), &[axis])?,
        2 => root_of_squares(b, x.clone(), &[axis])?,
        p => return Err(misfit(format!("an LpNormalization with p = {p} is neither of the two there are"))),
    };
    b.binary(Binary::Div, x, norm)
}

fn mean_variance_norm(call: &Call, b: &mut Builder) -> Result<Value> {
    let x = call.input(0)?;
    let rank = b.rank(&x);
    let axes = call.node.ints("axes").unwrap_or(&[0, 2, 3]).iter().map(|&a| axis(a, rank));
    let axes: Vec<usize> = axes.collect::<Result<_>>()?;
    Ok(normalise(b, x, &axes, 1e-9)?.value)
}

/// Normalises over `axis` and all axes after it. The mean and the inverse deviation are returned too, although they are
/// rarely read.
fn layer_norm(call: &Call, b: &mut Builder) -> Result<Vec<Value>> {
    let x = call.input(0)?;
    let rank = b.rank(&x);
    let axes: Vec<usize> = (axis(call.node.int("axis", -1), rank)?..rank).collect();
    let Normalised { value, mean, inverse_deviation } = normalise(b, x, &axes, call.node.float("epsilon", 1e-5))?;
    let mut y = b.binary(Binary::Mul, value, call.input(1)?)?;
    if let Some(bias) = call.optional(2) {
        y = b.binary(Binary::Add, y, bias)?;
    }
    Ok(vec![y, mean, inverse_deviation])
}

/// Normalises each group of channels by itself. Before operator set 21, scale and bias had one value for each group.
fn group_norm(call: &Call, b: &mut Builder) -> Result<Value> {
    let x = call.input(0)?;
    let shape = b.shape(&x);
    let groups = usize::try_from(call.node.int("num_groups", 1)).unwrap_or(0);
    if shape.len() < 3 || groups == 0 || !shape[1].is_multiple_of(groups) {
        return Err(misfit(format!("{groups} groups do not fit {shape:?}")));
    }
    let each = shape[1..].iter().product::<usize>() / groups;
    let grouped = b.reshape(x, &[shape[0], groups, each])?;
    let normalised = normalise(b, grouped, &[2], call.node.float("epsilon", 1e-5))?.value;
    let one_a_group = b.shape(&call.input(1)?) == [groups] && groups != shape[1];
    let normalised = if one_a_group { scaled(call, b, normalised)? } else { normalised };
    let y = b.reshape(normalised, &shape)?;
    if one_a_group { Ok(y) } else { scaled(call, b, y) }
}

/// Returns y = x / (bias + alpha · mean of x² over neighbouring channels)^beta. Channels beyond the ends count as
/// zeros.
fn local_response(call: &Call, b: &mut Builder) -> Result<Value> {
    let x = call.input(0)?;
    let shape = b.shape(&x);
    let size = usize::try_from(call.node.int("size", 1)).unwrap_or(0);
    if shape.len() < 2 || size == 0 || size > 1 << 16 {
        return Err(misfit(format!("an LRN over {size} channels does not fit {shape:?}")));
    }
    let square = b.binary(Binary::Mul, x.clone(), x.clone())?;
    let flat = b.reshape(square, &[shape[0], 1, shape[1], shape[2..].iter().product()])?;
    let before = (size - 1) / 2;
    let padded = b.pad(flat, &[(0, 0), (0, 0), (before, size - 1 - before), (0, 0)], 0.0)?;
    let none = [0, 0];
    let window = Window { kernel: [size, 1], stride: [1, 1], dilation: [1, 1], pad_begin: none, pad_end: none };
    let mean = b.avg_pool(padded, window)?;
    let mean = b.reshape(mean, &shape)?;
    let base = b.affine(mean, call.node.float("alpha", 1e-4), call.node.float("bias", 1.0))?;
    let factor = b.pow_scalar(base, -call.node.float("beta", 0.75))?;
    b.binary(Binary::Mul, x, factor)
}

type Along = fn(&mut Builder, Value, usize) -> Result<Value>;

/// Applies a function along `axis`. Before operator set 13, all axes from `axis` on are treated as one.
pub(super) fn softmax(call: &Call, b: &mut Builder, x: Value, opset: i64, function: Along) -> Result<Value> {
    let shape = b.shape(&x);
    if opset >= 13 {
        let axis = axis(call.node.int("axis", -1), shape.len())?;
        return function(b, x, axis);
    }
    let first = axis(call.node.int("axis", 1), shape.len())?;
    let mut merged = shape[..first].to_vec();
    merged.push(shape[first..].iter().product());
    let flat = b.reshape(x, &merged)?;
    let y = function(b, flat, first)?;
    b.reshape(y, &shape)
}
