//! Element-wise operators.

use super::call::{Call, number};
use super::operator::Operator;
use crate::array::{Comparison, Unary};
use crate::classifier::graph::builder::Builder;
use crate::classifier::graph::ir::Value;
use crate::classifier::graph::op::Binary;
use crate::classifier::host::{HostTensor, Kind};
use crate::classifier::refusal::{FOR_TRAINING, unsupported, unsupported_but};
use crate::error::Result;

pub(super) const OPERATORS: &[Operator] = &[
    Operator::several("Dropout", dropout),
    Operator::one("Relu", |call, b| b.unary(Unary::Relu, call.input(0)?)),
    Operator::one("Sigmoid", |call, b| b.unary(Unary::Sigmoid, call.input(0)?)),
    Operator::one("Tanh", |call, b| b.unary(Unary::Tanh, call.input(0)?)),
    Operator::one("Exp", |call, b| b.unary(Unary::Exp, call.input(0)?)),
    Operator::one("Log", |call, b| b.unary(Unary::Log, call.input(0)?)),
    Operator::one("Sqrt", |call, b| b.unary(Unary::Sqrt, call.input(0)?)),
    Operator::one("Sin", |call, b| b.unary(Unary::Sin, call.input(0)?)),
    Operator::one("Cos", |call, b| b.unary(Unary::Cos, call.input(0)?)),
    Operator::one("Abs", |call, b| b.unary(Unary::Abs, call.input(0)?)),
    Operator::one("Neg", |call, b| b.unary(Unary::Neg, call.input(0)?)),
    Operator::one("Reciprocal", |call, b| b.unary(Unary::Reciprocal, call.input(0)?)),
    Operator::one("Erf", |call, b| b.unary(Unary::Erf, call.input(0)?)),
    Operator::one("Floor", |call, b| b.unary(Unary::Floor, call.input(0)?)),
    Operator::one("Ceil", |call, b| b.unary(Unary::Ceil, call.input(0)?)),
    Operator::one("Round", |call, b| b.unary(Unary::Round, call.input(0)?)),
    Operator::one("Sign", |call, b| b.unary(Unary::Sign, call.input(0)?)),
    Operator::one("Clip", clip),
    Operator::one("Add", |call, b| b.binary(Binary::Add, call.input(0)?, call.input(1)?)),
    Operator::one("Sub", |call, b| b.binary(Binary::Sub, call.input(0)?, call.input(1)?)),
    Operator::one("Mul", |call, b| b.binary(Binary::Mul, call.input(0)?, call.input(1)?)),
    Operator::one("Div", div),
    Operator::one("Pow", pow),
    Operator::one("Min", |call, b| chain(Binary::Min, call, b)),
    Operator::one("Max", |call, b| chain(Binary::Max, call, b)),
    Operator::one("Sum", |call, b| chain(Binary::Add, call, b)),
    Operator::one("Mean", mean),
    Operator::one("Equal", |call, b| b.compare(Comparison::Equal, call.input(0)?, call.input(1)?)),
    Operator::one("Greater", |call, b| b.compare(Comparison::Greater, call.input(0)?, call.input(1)?)),
    Operator::one("GreaterOrEqual", |call, b| b.compare(Comparison::GreaterOrEqual, call.input(0)?, call.input(1)?)),
    Operator::one("Less", |call, b| b.compare(Comparison::Less, call.input(0)?, call.input(1)?)),
    Operator::one("LessOrEqual", |call, b| b.compare(Comparison::LessOrEqual, call.input(0)?, call.input(1)?)),
    Operator::one("IsNaN", is_nan),
    Operator::one("IsInf", is_infinite),
    Operator::one("Mod", modulo),
    Operator::one("Not", |call, b| not(b, call.input(0)?)),
    Operator::one("And", |call, b| b.binary(Binary::Min, call.input(0)?, call.input(1)?)),
    Operator::one("Or", |call, b| b.binary(Binary::Max, call.input(0)?, call.input(1)?)),
    Operator::one("Xor", xor),
    Operator::one("Where", |call, b| b.select_where(call.input(0)?, call.input(1)?, call.input(2)?)),
    Operator::one("Cast", cast),
    Operator::one("CastLike", cast_like),
    Operator::one("Identity", identity),
];

fn not(b: &mut Builder, holds: Value) -> Result<Value> {
    b.affine(holds, -1.0, 1.0)
}

fn xor(call: &Call, b: &mut Builder) -> Result<Value> {
    let same = b.compare(Comparison::Equal, call.input(0)?, call.input(1)?)?;
    not(b, same)
}

/// Returns whether x is not a number, by comparing it with itself: NaN does not equal itself. Exporters ask this of
/// attention weights, because a whole row may be masked.
fn is_nan(call: &Call, b: &mut Builder) -> Result<Value> {
    let x = call.input(0)?;
    let is_number = b.compare(Comparison::Equal, x.clone(), x)?;
    not(b, is_number)
}

fn is_infinite(call: &Call, b: &mut Builder) -> Result<Value> {
    let x = call.input(0)?;
    let asks = |sign: &str| call.node.int(sign, 1) != 0;
    let above = b.compare(Comparison::Greater, x.clone(), number(f32::MAX))?;
    let below = b.compare(Comparison::Less, x, number(f32::MIN))?;
    match (asks("detect_negative"), asks("detect_positive")) {
        (true, true) => b.binary(Binary::Max, above, below),
        (true, false) => Ok(below),
        (false, true) => Ok(above),
        (false, false) => b.affine(above, 0.0, 0.0),
    }
}

fn identity(call: &Call, b: &mut Builder) -> Result<Value> {
    b.simplified.identities_dropped += 1;
    call.input(0)
}

/// Passes its input on. A trained network drops nothing when it answers. The rarely read mask output says that
/// everything is kept.
fn dropout(call: &Call, b: &mut Builder) -> Result<Vec<Value>> {
    let number = |position, default| match call.optional_constant(position, "a ratio or mode")? {
        Some(host) => host.single(),
        None => Ok(default),
    };
    if number(2, 0.0)? != 0.0 && number(1, 0.5)? != 0.0 {
        return Err(unsupported_but("a Dropout in training mode", FOR_TRAINING));
    }
    b.simplified.identities_dropped += 1;
    let x = call.input(0)?;
    let shape = b.shape(&x);
    let kept = call.node.outputs.get(1).is_some_and(|name| !name.is_empty());
    let count = if kept { b.claim(&shape)? } else { 0 };
    let mask = HostTensor::new(Kind::Bool, if kept { &shape } else { &[0] }, vec![1.0; count]);
    Ok(vec![x, Value::Const(mask)])
}

fn clip(call: &Call, b: &mut Builder) -> Result<Value> {
    let bound = |position, attribute, default| -> Result<f32> {
        match call.optional_constant(position, attribute)? {
            Some(host) => host.single(),
            None => Ok(call.node.float(attribute, default)),
        }
    };
    let (low, high) = (bound(1, "min", f32::MIN)?, bound(2, "max", f32::MAX)?);
    // If the bounds cross, the upper one holds.
    b.clamp(call.input(0)?, low.min(high), high)
}

fn div(call: &Call, b: &mut Builder) -> Result<Value> {
    let (x, y) = (call.input(0)?, call.input(1)?);
    let whole = b.kind(&x) == Kind::Int;
    let quotient = b.binary(Binary::Div, x, y)?;
    if whole { b.unary(Unary::Trunc, quotient) } else { Ok(quotient) }
}

/// Returns the remainder of a division. With `fmod` it has the sign of x, otherwise the sign of y. If the quotient
/// truncates to 0, x is returned, so that an infinite y does not make NaN.
fn modulo(call: &Call, b: &mut Builder) -> Result<Value> {
    let (x, y) = (call.input(0)?, call.input(1)?);
    let quotient = b.binary(Binary::Div, x.clone(), y.clone())?;
    let whole = b.unary(Unary::Trunc, quotient)?;
    let untouched = b.compare(Comparison::Equal, whole.clone(), number(0.0))?;
    let taken = b.binary(Binary::Mul, whole, y.clone())?;
    let rest = b.binary(Binary::Sub, x.clone(), taken)?;
    let rest = b.select_where(untouched, x, rest)?;
    if call.node.int("fmod", 0) != 0 { Ok(rest) } else { with_sign_of(b, rest, y) }
}

/// Moves a remainder to the divisor's side of zero.
fn with_sign_of(b: &mut Builder, rest: Value, divisor: Value) -> Result<Value> {
    let product = b.binary(Binary::Mul, rest.clone(), divisor.clone())?;
    let apart = b.compare(Comparison::Less, product, number(0.0))?;
    let moved = b.binary(Binary::Add, rest.clone(), divisor)?;
    b.select_where(apart, moved, rest)
}

fn pow(call: &Call, b: &mut Builder) -> Result<Value> {
    let (x, exponent) = (call.input(0)?, call.input(1)?);
    match &exponent {
        Value::Const(host) if host.values.len() == 1 && host.values[0] == 2.0 => b.binary(Binary::Mul, x.clone(), x),
        Value::Const(host) if host.values.len() == 1 && b.rank(&x) >= host.shape.len() => {
            b.pow_scalar(x, host.values[0])
        }
        _ => b.binary(Binary::Pow, x, exponent),
    }
}

/// Returns a ∘ b ∘ c … over all inputs.
fn chain(op: Binary, call: &Call, b: &mut Builder) -> Result<Value> {
    (1..call.inputs.len()).try_fold(call.input(0)?, |sum, i| b.binary(op, sum, call.input(i)?))
}

fn mean(call: &Call, b: &mut Builder) -> Result<Value> {
    let sum = chain(Binary::Add, call, b)?;
    b.affine(sum, 1.0 / call.inputs.len() as f32, 0.0)
}

fn cast(call: &Call, b: &mut Builder) -> Result<Value> {
    let x = call.input(0)?;
    let to = crate::classifier::onnx::kind_of(call.node.int("to", 1) as i32)
        .ok_or_else(|| unsupported("a cast to text or an unknown type"))?;
    cast_to(b, x, to)
}

fn cast_like(call: &Call, b: &mut Builder) -> Result<Value> {
    let to = b.kind(&call.input(1)?);
    cast_to(b, call.input(0)?, to)
}

fn cast_to(b: &mut Builder, x: Value, to: Kind) -> Result<Value> {
    let cast = match (b.kind(&x), to) {
        (Kind::Float, Kind::Int) => b.unary(Unary::Trunc, x)?,
        (Kind::Float | Kind::Int, Kind::Bool) => {
            let is_zero = b.compare(Comparison::Equal, x, number(0.0))?;
            not(b, is_zero)?
        }
        _ => x,
    };
    b.with_kind(cast, to)
}
