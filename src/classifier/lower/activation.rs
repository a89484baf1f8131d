//! Activations other than the rectifier and the sigmoid, each composed from its definition.

use super::call::{Call, number};
use super::operator::Operator;
use crate::array::{Comparison, Unary};
use crate::classifier::graph::builder::Builder;
use crate::classifier::graph::ir::Value;
use crate::classifier::graph::op::Binary;
use crate::classifier::refusal::unsupported;
use crate::error::Result;

pub(super) const OPERATORS: &[Operator] = &[
    Operator::one("LeakyRelu", |call, b| leaky(b, call.input(0)?, call.node.float("alpha", 0.01))),
    Operator::one("PRelu", parametric_relu),
    Operator::one("Elu", |call, b| exponential(call, b, [1.0, call.node.float("alpha", 1.0), 1.0])),
    Operator::one("Celu", celu),
    Operator::one("Selu", selu),
    Operator::one("Gelu", gelu),
    Operator::one("HardSigmoid", |call, b| {
        hard_sigmoid(b, call.input(0)?, call.node.float("alpha", 0.2), call.node.float("beta", 0.5))
    }),
    Operator::one("HardSwish", |call, b| gated(b, call.input(0)?, |b, x| hard_sigmoid(b, x, 1.0 / 6.0, 0.5))),
    Operator::one("Softplus", |call, b| softplus(b, call.input(0)?)),
    Operator::one("Mish", mish),
    Operator::one("Swish", swish),
    Operator::one("ThresholdedRelu", thresholded_relu),
    Operator::one("Softsign", softsign),
];

/// Returns max(x, 0) + slope · min(x, 0).
pub(super) fn leaky(b: &mut Builder, x: Value, slope: f32) -> Result<Value> {
    let (positive, negative) = halves(b, x)?;
    let scaled = b.affine(negative, slope, 0.0)?;
    b.binary(Binary::Add, positive, scaled)
}

fn parametric_relu(call: &Call, b: &mut Builder) -> Result<Value> {
    let (positive, negative) = halves(b, call.input(0)?)?;
    let scaled = b.binary(Binary::Mul, negative, call.input(1)?)?;
    b.binary(Binary::Add, positive, scaled)
}

fn celu(call: &Call, b: &mut Builder) -> Result<Value> {
    let alpha = call.node.float("alpha", 1.0);
    exponential(call, b, [1.0, alpha, 1.0 / alpha])
}

fn selu(call: &Call, b: &mut Builder) -> Result<Value> {
    exponential(call, b, [call.node.float("gamma", 1.050_701), call.node.float("alpha", 1.673_263_2), 1.0])
}

fn mish(call: &Call, b: &mut Builder) -> Result<Value> {
    gated(b, call.input(0)?, |b, x| {
        let inner = softplus(b, x)?;
        b.unary(Unary::Tanh, inner)
    })
}

fn swish(call: &Call, b: &mut Builder) -> Result<Value> {
    gated(b, call.input(0)?, |b, x| {
        let inner = b.affine(x, call.node.float("alpha", 1.0), 0.0)?;
        b.unary(Unary::Sigmoid, inner)
    })
}

fn thresholded_relu(call: &Call, b: &mut Builder) -> Result<Value> {
    let threshold = number(call.node.float("alpha", 1.0));
    gated(b, call.input(0)?, |b, x| b.compare(Comparison::Greater, x, threshold))
}

fn softsign(call: &Call, b: &mut Builder) -> Result<Value> {
    let x = call.input(0)?;
    let size = b.unary(Unary::Abs, x.clone())?;
    let below = b.affine(size, 1.0, 1.0)?;
    b.binary(Binary::Div, x, below)
}

/// Returns max(x, 0) and min(x, 0).
fn halves(b: &mut Builder, x: Value) -> Result<(Value, Value)> {
    let positive = b.unary(Unary::Relu, x.clone())?;
    let mirrored = b.unary(Unary::Neg, x)?;
    let mirrored = b.unary(Unary::Relu, mirrored)?;
    Ok((positive, b.unary(Unary::Neg, mirrored)?))
}

/// Returns outer · (max(x, 0) + alpha · (exp(inner · min(x, 0)) − 1)).
fn exponential(call: &Call, b: &mut Builder, [outer, alpha, inner]: [f32; 3]) -> Result<Value> {
    let (positive, negative) = halves(b, call.input(0)?)?;
    let scaled = b.affine(negative, inner, 0.0)?;
    let exponential = b.unary(Unary::Exp, scaled)?;
    let below = b.affine(exponential, outer * alpha, -outer * alpha)?;
    let above = b.affine(positive, outer, 0.0)?;
    b.binary(Binary::Add, above, below)
}

/// Returns x · gate(x).
fn gated(b: &mut Builder, x: Value, gate: impl FnOnce(&mut Builder, Value) -> Result<Value>) -> Result<Value> {
    let gate = gate(b, x.clone())?;
    b.binary(Binary::Mul, x, gate)
}

pub(super) fn hard_sigmoid(b: &mut Builder, x: Value, alpha: f32, beta: f32) -> Result<Value> {
    let line = b.affine(x, alpha, beta)?;
    b.clamp(line, 0.0, 1.0)
}

/// Returns log(1 + eˣ), computed as (x + |x|) / 2 + log(1 + e^−|x|). This form does not overflow, and its derivative at
/// 0 is ½.
fn softplus(b: &mut Builder, x: Value) -> Result<Value> {
    let size = b.unary(Unary::Abs, x.clone())?;
    let twice = b.binary(Binary::Add, x, size.clone())?;
    let linear = b.affine(twice, 0.5, 0.0)?;
    let mirrored = b.unary(Unary::Neg, size)?;
    let small = b.unary(Unary::Exp, mirrored)?;
    let above_one = b.affine(small, 1.0, 1.0)?;
    let curved = b.unary(Unary::Log, above_one)?;
    b.binary(Binary::Add, linear, curved)
}

/// Returns x · Φ(x), exactly by erf or approximately by tanh.
fn gelu(call: &Call, b: &mut Builder) -> Result<Value> {
    match call.node.text("approximate", "none").as_str() {
        "none" => gelu_by_erf(b, call.input(0)?),
        "tanh" => gelu_by_tanh(b, call.input(0)?),
        other => Err(unsupported(format!("a Gelu approximated by {other}"))),
    }
}

pub(super) fn gelu_by_erf(b: &mut Builder, x: Value) -> Result<Value> {
    gated(b, x, |b, x| {
        let scaled = b.affine(x, std::f32::consts::FRAC_1_SQRT_2, 0.0)?;
        let bent = b.unary(Unary::Erf, scaled)?;
        b.affine(bent, 0.5, 0.5)
    })
}

/// Returns x · (1 + tanh(√(2/π) · (x + 0.044715 x³))) / 2.
pub(super) fn gelu_by_tanh(b: &mut Builder, x: Value) -> Result<Value> {
    gated(b, x, |b, x| {
        let square = b.binary(Binary::Mul, x.clone(), x.clone())?;
        let root = std::f32::consts::FRAC_2_SQRT_PI * std::f32::consts::FRAC_1_SQRT_2;
        let factor = b.affine(square, root * 0.044_715, root)?;
        let inner = b.binary(Binary::Mul, x, factor)?;
        let bent = b.unary(Unary::Tanh, inner)?;
        b.affine(bent, 0.5, 0.5)
    })
}
