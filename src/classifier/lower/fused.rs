//! Operators into which onnxruntime's optimiser fuses several: a convolution or product with its activation, and the
//! forms of Gelu that transformers use.

use super::activation::{gelu_by_erf, gelu_by_tanh, hard_sigmoid, leaky};
use super::call::Call;
use super::operator::{MICROSOFT, Operator};
use super::{conv, linear};
use crate::array::Unary;
use crate::classifier::graph::builder::Builder;
use crate::classifier::graph::ir::Value;
use crate::classifier::graph::op::Binary;
use crate::classifier::refusal::unsupported;
use crate::error::Result;

pub(super) const OPERATORS: &[Operator] = &[
    Operator::one("FusedConv", fused_conv).of(MICROSOFT),
    Operator::one("FusedGemm", fused_gemm).of(MICROSOFT),
    Operator::one("FusedMatMul", fused_matmul).of(MICROSOFT).noting("without transBatchA and transBatchB"),
    Operator::one("Gelu", |call, b| gelu_by_erf(b, call.input(0)?)).of(MICROSOFT),
    Operator::one("BiasGelu", |call, b| biased(call, b, gelu_by_erf)).of(MICROSOFT),
    Operator::one("FastGelu", |call, b| biased(call, b, gelu_by_tanh)).of(MICROSOFT),
    Operator::one("QuickGelu", quick_gelu).of(MICROSOFT),
];

/// Returns activation(conv(x) + z).
fn fused_conv(call: &Call, b: &mut Builder) -> Result<Value> {
    let (weight, bias) = (call.constant(1, "weights")?, call.optional_constant(2, "a bias")?);
    let mut y = conv::conv_with(call.node, b, call.input(0)?, weight, bias)?;
    if let Some(z) = call.optional(3) {
        y = b.binary(Binary::Add, y, z)?;
    }
    let parameters = call.node.floats("activation_params").unwrap_or(&[]).to_vec();
    activated(b, y, &call.node.text("activation", ""), &parameters)
}

fn fused_gemm(call: &Call, b: &mut Builder) -> Result<Value> {
    let y = linear::gemm(call, b)?;
    let parameters = ["activation_alpha", "activation_beta"]
        .into_iter()
        .filter(|name| call.node.has(name))
        .map(|name| call.node.float(name, 0.0));
    activated(b, y, &call.node.text("activation", ""), &parameters.collect::<Vec<_>>())
}

fn activated(b: &mut Builder, x: Value, name: &str, parameters: &[f32]) -> Result<Value> {
    let parameter = |i: usize, default: f32| parameters.get(i).copied().unwrap_or(default);
    match name {
        "" => Ok(x),
        "Relu" => b.unary(Unary::Relu, x),
        "Sigmoid" => b.unary(Unary::Sigmoid, x),
        "Tanh" => b.unary(Unary::Tanh, x),
        "LeakyRelu" => leaky(b, x, parameter(0, 0.01)),
        "Clip" => b.clamp(x, parameter(0, f32::MIN), parameter(1, f32::MAX)),
        "HardSigmoid" => hard_sigmoid(b, x, parameter(0, 0.2), parameter(1, 0.5)),
        "HardSwish" => {
            let gate = hard_sigmoid(b, x.clone(), 1.0 / 6.0, 0.5)?;
            b.binary(Binary::Mul, x, gate)
        }
        other => Err(unsupported(format!("an operator fused with {other}"))),
    }
}

/// Returns alpha · A B. The last two axes of either factor may be exchanged first.
fn fused_matmul(call: &Call, b: &mut Builder) -> Result<Value> {
    if call.node.int("transBatchA", 0) != 0 || call.node.int("transBatchB", 0) != 0 {
        return Err(unsupported("a FusedMatMul that transposes its batch"));
    }
    let factor = |b: &mut Builder, position: usize, flag: &str| -> Result<Value> {
        let x = call.input(position)?;
        let rank = b.rank(&x);
        if call.node.int(flag, 0) == 0 || rank < 2 {
            return Ok(x);
        }
        let mut axes: Vec<usize> = (0..rank).collect();
        axes.swap(rank - 2, rank - 1);
        b.permute(x, &axes)
    };
    let (x, y) = (factor(b, 0, "transA")?, factor(b, 1, "transB")?);
    let product = linear::matmul(b, x, y)?;
    linear::scale(b, product, call.node.float("alpha", 1.0))
}

fn biased(call: &Call, b: &mut Builder, gelu: fn(&mut Builder, Value) -> Result<Value>) -> Result<Value> {
    let x = match call.optional(1) {
        Some(bias) => b.binary(Binary::Add, call.input(0)?, bias)?,
        None => call.input(0)?,
    };
    gelu(b, x)
}

/// Returns x · σ(alpha · x).
fn quick_gelu(call: &Call, b: &mut Builder) -> Result<Value> {
    let x = call.input(0)?;
    let inner = b.affine(x.clone(), call.node.float("alpha", 1.702), 0.0)?;
    let gate = b.unary(Unary::Sigmoid, inner)?;
    b.binary(Binary::Mul, x, gate)
}
