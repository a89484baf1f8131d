//! Quantised operators, evaluated in floating point; rounding is differentiated as the identity.

use super::call::{Call, axis};
use super::operator::Operator;
use super::{conv, linear};
use crate::classifier::graph::builder::Builder;
use crate::classifier::graph::ir::Value;
use crate::classifier::graph::op::Binary;
use crate::classifier::host::{HostTensor, Kind};
use crate::classifier::onnx::limits_of;
use crate::classifier::refusal::{misfit, unsupported};
use crate::error::Result;

pub(super) const OPERATORS: &[Operator] = &[
    Operator::one("DequantizeLinear", dequantize),
    Operator::one("QuantizeLinear", quantize),
    Operator::one("QLinearConv", convolution),
    Operator::one("QLinearMatMul", matrix_product),
];

/// y = (x − zero point) · scale, per tensor, per slice of `axis` or per block along it.
fn dequantize(call: &Call, b: &mut Builder) -> Result<Value> {
    let x = call.input(0)?;
    let scale = along_axis(call, b, &x, call.constant(1, "a scale")?)?;
    let centred = match call.optional_constant(2, "a zero point")? {
        Some(zero) => {
            let zero = along_axis(call, b, &x, zero)?;
            b.binary(Binary::Sub, x, zero)?
        }
        None => x,
    };
    let centred = b.with_kind(centred, Kind::Float)?;
    b.binary(Binary::Mul, centred, scale)
}

/// y = saturate(round(x / scale) + zero point).
fn quantize(call: &Call, b: &mut Builder) -> Result<Value> {
    let x = call.input(0)?;
    let scale = along_axis(call, b, &x, call.constant(1, "a scale")?)?;
    let zero = call.optional_constant(2, "a zero point")?;
    let limits = match (&zero, call.node.int("output_dtype", 0) as i32) {
        (Some(zero), _) => zero.limits,
        (None, 0) => limits_of(2),
        (None, data_type) => limits_of(data_type),
    };
    let zero = zero.map(|zero| along_axis(call, b, &x, zero)).transpose()?;
    let quotient = b.binary(Binary::Div, x, scale)?;
    saturate(b, quotient, zero, limits)
}

fn saturate(b: &mut Builder, x: Value, zero: Option<Value>, limits: Option<(f32, f32)>) -> Result<Value> {
    let (low, high) =
        limits.ok_or_else(|| unsupported("quantisation to an element type other than 8- or 16-bit integers"))?;
    let rounded = b.round_through(x)?;
    let shifted = match zero {
        Some(zero) => b.binary(Binary::Add, rounded, zero)?,
        None => rounded,
    };
    let y = b.clamp(shifted, low, high)?;
    b.with_kind(y, Kind::Int)
}

/// One value a slice of `axis`, or a block along it, shaped to broadcast against x.
pub(super) fn along_axis(call: &Call, b: &mut Builder, x: &Value, host: HostTensor) -> Result<Value> {
    let shape = b.shape(x);
    if host.values.len() == 1 {
        return Ok(Value::Const(HostTensor { kind: Kind::Float, shape: vec![], ..host }));
    }
    let axis = axis(call.node.int("axis", 1), shape.len())?;
    let block = usize::try_from(call.node.int("block_size", 0)).unwrap_or(0);
    if block > 0 {
        let indices: Vec<usize> = (0..shape[axis]).map(|i| i / block).collect();
        return b.gather(Value::Const(HostTensor { kind: Kind::Float, ..host }), axis, &indices);
    }
    if host.values.len() != shape[axis] {
        return Err(misfit(format!("{} scales do not fit an axis of {}", host.values.len(), shape[axis])));
    }
    let mut broadcast = vec![1; shape.len()];
    broadcast[axis] = shape[axis];
    Ok(Value::Const(HostTensor { kind: Kind::Float, shape: broadcast, ..host }))
}

/// x − its zero point: whole numbers, so that the products below are exact.
fn centred(b: &mut Builder, x: Value, zero: HostTensor, shape: &[usize]) -> Result<Value> {
    let zero = Value::Const(HostTensor { kind: Kind::Float, shape: shape_for(&zero, shape), ..zero });
    let x = b.with_kind(x, Kind::Float)?;
    b.binary(Binary::Sub, x, zero)
}

/// `shape` if there is a value for each of it, else that of a scalar.
fn shape_for(host: &HostTensor, shape: &[usize]) -> Vec<usize> {
    if host.values.len() == 1 { vec![] } else { shape.to_vec() }
}

/// conv(x − zx, w − zw) + bias, times sx · sw / sy, quantised.
fn convolution(call: &Call, b: &mut Builder) -> Result<Value> {
    let constant = |position| call.constant(position, "a scale or zero point");
    let weight = call.constant(3, "weights")?;
    let filters = weight.shape.first().copied().unwrap_or(0);
    let per_filter = [vec![filters], vec![1; weight.shape.len().saturating_sub(1)]].concat();
    let weight = match centred(b, Value::Const(weight), constant(5)?, &per_filter)? {
        Value::Const(host) => host,
        Value::Dynamic(_) => return Err(unsupported("a QLinearConv with weights computed from the picture")),
    };
    let x = centred(b, call.input(0)?, constant(2)?, &[])?;
    let bias = call.optional_constant(8, "a bias")?;
    let sum = conv::conv_with(call.node, b, x, weight, bias)?;
    requantize(
        b,
        sum,
        [constant(1)?, constant(4)?, constant(6)?],
        constant(7)?,
        &per_filter[..per_filter.len().max(1) - 1],
    )
}

/// (a − za) (b − zb), times sa · sb / sy, quantised.
fn matrix_product(call: &Call, b: &mut Builder) -> Result<Value> {
    let constant = |position| call.constant(position, "a scale or zero point");
    let (zero_left, zero_right) = (constant(2)?, constant(5)?);
    let per_row = [zero_left.values.len(), 1];
    let left = centred(b, call.input(0)?, zero_left, &per_row)?;
    let right = centred(b, call.input(3)?, zero_right.clone(), &[zero_right.values.len()])?;
    let product = linear::matmul(b, left, right)?;
    let columns = b.shape(&product).last().copied().unwrap_or(1);
    requantize(b, product, [constant(1)?, constant(4)?, constant(6)?], constant(7)?, &[columns])
}

/// Exact sums to the output's scale; the second factor's scale may be one a channel.
fn requantize(
    b: &mut Builder,
    sum: Value,
    scales: [HostTensor; 3],
    zero: HostTensor,
    shape: &[usize],
) -> Result<Value> {
    let [x, w, y] = scales;
    let (x, y, limits) = (x.single()?, y.single()?, zero.limits);
    let values = w.values.iter().map(|w| x * w / y).collect();
    let factor = Value::Const(HostTensor::new(Kind::Float, &shape_for(&w, shape), values));
    let scaled = b.binary(Binary::Mul, sum, factor)?;
    let zero = Value::Const(HostTensor { shape: vec![], kind: Kind::Float, ..zero });
    saturate(b, scaled, Some(zero), limits)
}
