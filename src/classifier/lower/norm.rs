//! Normalisations and softmax.

use super::{Call, Lowered, axis};
use crate::classifier::builder::{Builder, Value, misfit};
use crate::classifier::host::{HostTensor, Kind};
use crate::classifier::op::Binary;
use crate::error::Result;

pub(super) fn lower(call: &Call, b: &mut Builder) -> Lowered {
    let result = match call.node.op.as_str() {
        "BatchNormalization" => batch_norm(call, b),
        "Softmax" => softmax(call, b, Builder::softmax),
        "LogSoftmax" => softmax(call, b, Builder::log_softmax),
        _ => return Ok(None),
    };
    Ok(Some(vec![result?]))
}

/// y = γ (x − μ) / √(σ² + ε) + β per channel: folded into the convolution before it, where one is.
fn batch_norm(call: &Call, b: &mut Builder) -> Result<Value> {
    let x = call.input(0)?;
    let [gamma, beta, mean, variance] = [1, 2, 3, 4].map(|i| call.constant(i, "statistics"));
    let (gamma, beta, mean, variance) = (gamma?, beta?, mean?, variance?);
    let channels = b.shape(&x).get(1).copied().unwrap_or(0);
    if [&gamma, &beta, &mean, &variance].iter().any(|h| h.values.len() != channels) {
        return Err(misfit(format!("a BatchNormalization's statistics do not fit {channels} channels")));
    }
    let epsilon = call.node.float("epsilon", 1e-5);
    let scale: Vec<f32> = gamma.values.iter().zip(variance.values.iter()).map(|(g, v)| g / (v + epsilon).sqrt()).collect();
    let shift: Vec<f32> = (0..channels).map(|c| beta.values[c] - mean.values[c] * scale[c]).collect();
    if call.first_input_uses == 1
        && let Some(folded) = b.fold_into_conv(&x, &scale, &shift)
    {
        return folded;
    }
    per_channel(b, x, scale, shift)
}

/// x · scale + shift, per channel (axis 1).
pub(super) fn per_channel(b: &mut Builder, x: Value, scale: Vec<f32>, shift: Vec<f32>) -> Result<Value> {
    let mut shape = vec![scale.len()];
    shape.extend(vec![1; b.rank(&x).saturating_sub(2)]);
    let constant = |values: Vec<f32>| Value::Const(HostTensor::new(Kind::Float, &shape, values));
    let scaled = b.binary(Binary::Mul, x, constant(scale))?;
    b.binary(Binary::Add, scaled, constant(shift))
}

type Along = fn(&mut Builder, Value, usize) -> Result<Value>;

/// Before operator set 13 all axes from `axis` on are one; from 13 on it is a single axis.
fn softmax(call: &Call, b: &mut Builder, function: Along) -> Result<Value> {
    let x = call.input(0)?;
    let shape = b.shape(&x);
    if call.opset >= 13 {
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
