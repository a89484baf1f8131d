//! Quantised operators, computed in floating point. Rounding has the gradient of the identity.

use super::activation::leaky;
use super::call::{Call, axis};
use super::operator::{MICROSOFT, Operator};
use super::{conv, linear, norm, pool};
use crate::array::Unary;
use crate::classifier::graph::builder::Builder;
use crate::classifier::graph::ir::Value;
use crate::classifier::graph::op::{Binary, Reduction};
use crate::classifier::host::{HostTensor, Kind};
use crate::classifier::onnx::limits_of;
use crate::classifier::refusal::{misfit, unsupported};
use crate::error::Result;

pub(super) const OPERATORS: &[Operator] = &[
    Operator::one("DequantizeLinear", dequantize),
    Operator::one("QuantizeLinear", quantize),
    Operator::one("QLinearConv", convolution),
    Operator::one("QLinearMatMul", matrix_product),
    Operator::several("DynamicQuantizeLinear", quantize_dynamically),
    Operator::one("ConvInteger", whole_convolution),
    Operator::one("MatMulInteger", whole_product),
    Operator::one("QGemm", gemm).of(MICROSOFT),
    Operator::one("QLinearAdd", |call, b| pairwise(call, b, Binary::Add)).of(MICROSOFT),
    Operator::one("QLinearMul", |call, b| pairwise(call, b, Binary::Mul)).of(MICROSOFT),
    Operator::one("QLinearGlobalAveragePool", global_average).of(MICROSOFT),
    Operator::one("QLinearSigmoid", |call, b| activated(call, b, |b, x| b.unary(Unary::Sigmoid, x))).of(MICROSOFT),
    Operator::one("QLinearLeakyRelu", |call, b| activated(call, b, |b, x| leaky(b, x, call.node.float("alpha", 0.01))))
        .of(MICROSOFT),
    Operator::one("QLinearSoftmax", |call, b| {
        activated(call, b, |b, x| norm::softmax(call, b, x, call.node.int("opset", call.opset), Builder::softmax))
    })
    .of(MICROSOFT),
    Operator::one("QLinearAveragePool", average).of(MICROSOFT),
    Operator::one("QLinearConcat", concat).of(MICROSOFT),
];

/// Returns y = (x − zero point) · scale. Both are given per tensor, per slice of `axis`, or per block along it.
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

/// Returns y = saturate(round(x / scale) + zero point).
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

/// Returns one value for each slice of `axis`, or for each block along it, shaped to broadcast against x.
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

/// Returns x minus its zero point. These are whole numbers, so the products below are exact.
fn centred(b: &mut Builder, x: Value, zero: HostTensor, shape: &[usize]) -> Result<Value> {
    let zero = Value::Const(HostTensor { kind: Kind::Float, shape: shape_for(&zero, shape), ..zero });
    let x = b.with_kind(x, Kind::Float)?;
    b.binary(Binary::Sub, x, zero)
}

/// Returns `shape`, or the shape of a scalar if there is only one value.
fn shape_for(host: &HostTensor, shape: &[usize]) -> Vec<usize> {
    if host.values.len() == 1 { vec![] } else { shape.to_vec() }
}

/// Returns conv(x − zx, w − zw) + bias, times sx · sw / sy, quantised.
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

/// Returns (a − za) (b − zb), times sa · sb / sy, quantised.
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

/// Brings exact sums to the output's scale. The second factor may have one scale for each channel.
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

/// Returns x quantised to 8 bits, with a scale and a zero point computed from the picture so that the range spans the
/// values and 0. The scale has no derivative: quantised and scaled back, x keeps its gradient.
fn quantize_dynamically(call: &Call, b: &mut Builder) -> Result<Vec<Value>> {
    let x = call.input(0)?;
    let axes: Vec<usize> = (0..b.rank(&x)).collect();
    let end = |b: &mut Builder, x: Value, sign: f32| -> Result<Value> {
        let signed = b.affine(x, sign, 0.0)?;
        let largest = b.reduce(Reduction::Max, signed, &axes)?;
        let with_zero = b.unary(Unary::Relu, largest)?;
        b.affine(with_zero, sign, 0.0)
    };
    let (high, low) = (end(b, x.clone(), 1.0)?, end(b, x.clone(), -1.0)?);
    let span = b.binary(Binary::Sub, high, low.clone())?;
    let scale = b.affine(span, 1.0 / 255.0, 0.0)?;
    let scale = b.clamp(scale, f32::MIN_POSITIVE, f32::MAX)?;
    let scale = b.detach(scale)?;
    let below = b.binary(Binary::Div, low, scale.clone())?;
    let zero = b.affine(below, -1.0, 0.0)?;
    let zero = b.unary(Unary::Round, zero)?;
    let zero = b.clamp(zero, 0.0, 255.0)?;
    let quotient = b.binary(Binary::Div, x, scale.clone())?;
    let rounded = b.round_through(quotient)?;
    let shifted = b.binary(Binary::Add, rounded, zero.clone())?;
    // Rounding twice may overshoot by one step. The part that is cut off has no derivative either.
    let inside = b.clamp(shifted.clone(), 0.0, 255.0)?;
    let excess = b.binary(Binary::Sub, inside, shifted.clone())?;
    let excess = b.detach(excess)?;
    let y = b.binary(Binary::Add, shifted, excess)?;
    let y = b.with_kind(y, Kind::Int)?;
    let scale = b.reshape(scale, &[])?;
    let zero = b.reshape(zero, &[])?;
    Ok(vec![y, scale, b.with_kind(zero, Kind::Int)?])
}

/// Returns x minus its zero point, if it has one. The zero point's values are shaped as `shape`.
fn less_zero(b: &mut Builder, x: Value, zero: Option<Value>, shape: &[usize]) -> Result<Value> {
    let x = b.with_kind(x, Kind::Float)?;
    let Some(zero) = zero else { return Ok(x) };
    let count: usize = b.shape(&zero).iter().product();
    let zero = b.reshape(zero, if count == 1 { &[] } else { shape })?;
    let zero = b.with_kind(zero, Kind::Float)?;
    b.binary(Binary::Sub, x, zero)
}

/// Returns conv(x − zx, w − zw), without scales.
fn whole_convolution(call: &Call, b: &mut Builder) -> Result<Value> {
    let weight = call.constant(1, "weights")?;
    let per_filter =
        [&weight.shape[..1.min(weight.shape.len())], &vec![1; weight.shape.len().saturating_sub(1)]].concat();
    let Value::Const(weight) = less_zero(b, Value::Const(weight), call.optional(3), &per_filter)? else {
        return Err(unsupported("a ConvInteger with weights computed from the picture"));
    };
    let x = less_zero(b, call.input(0)?, call.optional(2), &[])?;
    conv::conv_with(call.node, b, x, weight, None)
}

/// Returns (a − za) (b − zb), without scales.
fn whole_product(call: &Call, b: &mut Builder) -> Result<Value> {
    let (left, right) = (call.input(0)?, call.input(1)?);
    let rows = b.shape(&left).iter().rev().nth(1).copied().unwrap_or(1);
    let columns = b.shape(&right).last().copied().unwrap_or(1);
    let left = less_zero(b, left, call.optional(2), &[rows, 1])?;
    let right = less_zero(b, right, call.optional(3), &[columns])?;
    linear::matmul(b, left, right)
}

/// Returns (x − zero point) · scale. Scale and zero point have one value, or one for each column.
fn scaled_back(call: &Call, b: &mut Builder, position: usize) -> Result<Value> {
    let scale = call.constant(position + 1, "a scale")?;
    let columns = [scale.values.len()];
    let scale = Value::Const(HostTensor { shape: shape_for(&scale, &columns), ..scale });
    let centred = less_zero(b, call.input(position)?, call.optional(position + 2), &columns)?;
    b.binary(Binary::Mul, centred, scale)
}

/// Returns y quantised with the scale and zero point at these positions, or y itself if they are left out.
fn quantised(call: &Call, b: &mut Builder, y: Value, position: usize) -> Result<Value> {
    let Some(scale) = call.optional_constant(position, "a scale")? else { return Ok(y) };
    let zero = call.optional_constant(position + 1, "a zero point")?;
    let limits = zero.as_ref().map_or(limits_of(2), |zero| zero.limits);
    let zero = zero.map(|zero| Value::Const(HostTensor { kind: Kind::Float, shape: vec![], ..zero }));
    let scaled = b.affine(y, 1.0 / scale.single()?, 0.0)?;
    saturate(b, scaled, zero, limits)
}

/// Returns alpha · A B + C, quantised. C is a whole number in units of alpha · sa · sb.
fn gemm(call: &Call, b: &mut Builder) -> Result<Value> {
    let turned = |b: &mut Builder, x: Value, flag: &str| {
        if call.node.int(flag, 0) == 0 { Ok(x) } else { b.permute(x, &[1, 0]) }
    };
    let left = scaled_back(call, b, 0)?;
    let left = turned(b, left, "transA")?;
    // B has one scale for each column of the product, so they are applied after it.
    let (scale, columns) = (call.constant(4, "a scale")?, [call.constant(4, "a scale")?.values.len()]);
    let by_column = |b: &mut Builder, x: Value| {
        b.binary(Binary::Mul, x, Value::Const(HostTensor { shape: shape_for(&scale, &columns), ..scale.clone() }))
    };
    let right = call.input(3)?;
    let across = if call.node.int("transB", 0) == 0 { vec![columns[0]] } else { vec![columns[0], 1] };
    let right = less_zero(b, right, call.optional(5), &across)?;
    let right = turned(b, right, "transB")?;
    let mut sum = linear::matmul(b, left, right)?;
    if let Some(c) = call.optional(6) {
        let c = b.with_kind(c, Kind::Float)?;
        let unit = call.constant(1, "a scale")?.single()?;
        let c = b.affine(c, unit, 0.0)?;
        sum = b.binary(Binary::Add, sum, c)?;
    }
    let sum = by_column(b, sum)?;
    let y = linear::scale(b, sum, call.node.float("alpha", 1.0))?;
    quantised(call, b, y, 7)
}

fn pairwise(call: &Call, b: &mut Builder, op: Binary) -> Result<Value> {
    let (x, y) = (scaled_back(call, b, 0)?, scaled_back(call, b, 3)?);
    let both = b.binary(op, x, y)?;
    quantised(call, b, both, 6)
}

fn global_average(call: &Call, b: &mut Builder) -> Result<Value> {
    let x = scaled_back(call, b, 0)?;
    let last = b.rank(&x).saturating_sub(1);
    let axes: Vec<usize> =
        if call.node.int("channels_last", 0) == 0 { (2..=last).collect() } else { (1..last).collect() };
    let mean = b.reduce(Reduction::Mean, x, &axes)?;
    quantised(call, b, mean, 3)
}

fn average(call: &Call, b: &mut Builder) -> Result<Value> {
    if call.node.int("channels_last", 0) != 0 {
        return Err(unsupported("a QLinearAveragePool with its channels last"));
    }
    activated(call, b, |b, x| pool::averaged(call, b, x))
}

fn activated(call: &Call, b: &mut Builder, f: impl Fn(&mut Builder, Value) -> Result<Value>) -> Result<Value> {
    let x = scaled_back(call, b, 0)?;
    let y = f(b, x)?;
    quantised(call, b, y, 3)
}

/// Joins the inputs, each with its own scale and zero point, and brings them to those of the result.
fn concat(call: &Call, b: &mut Builder) -> Result<Value> {
    let parts = (2..call.inputs.len()).step_by(3).map(|i| scaled_back(call, b, i)).collect::<Result<Vec<_>>>()?;
    let rank = parts.first().map_or(0, |part| b.rank(part));
    let whole = b.concat(parts, axis(call.node.int("axis", 1), rank)?)?;
    quantised(call, b, whole, 0)
}
