//! Element-wise operators.

use super::{Call, Lowered, number};
use crate::array::{Comparison, Unary};
use crate::classifier::builder::{Builder, Value};
use crate::classifier::host::{HostTensor, Kind};
use crate::classifier::op::Binary;
use crate::error::Result;

pub(super) fn lower(call: &Call, b: &mut Builder) -> Lowered {
    let node = call.node;
    if node.op == "Dropout" {
        return dropout(call, b).map(Some);
    }
    let result = match node.op.as_str() {
        "Relu" => b.unary(Unary::Relu, call.input(0)?),
        "Sigmoid" => b.unary(Unary::Sigmoid, call.input(0)?),
        "Tanh" => b.unary(Unary::Tanh, call.input(0)?),
        "Exp" => b.unary(Unary::Exp, call.input(0)?),
        "Log" => b.unary(Unary::Log, call.input(0)?),
        "Sqrt" => b.unary(Unary::Sqrt, call.input(0)?),
        "Abs" => b.unary(Unary::Abs, call.input(0)?),
        "Neg" => b.unary(Unary::Neg, call.input(0)?),
        "Reciprocal" => b.unary(Unary::Reciprocal, call.input(0)?),
        "Erf" => b.unary(Unary::Erf, call.input(0)?),
        "Floor" => b.unary(Unary::Floor, call.input(0)?),
        "Ceil" => b.unary(Unary::Ceil, call.input(0)?),
        "Round" => b.unary(Unary::Round, call.input(0)?),
        "Sign" => b.unary(Unary::Sign, call.input(0)?),
        "Clip" => clip(call, b),
        "Add" => b.binary(Binary::Add, call.input(0)?, call.input(1)?),
        "Sub" => b.binary(Binary::Sub, call.input(0)?, call.input(1)?),
        "Mul" => b.binary(Binary::Mul, call.input(0)?, call.input(1)?),
        "Div" => div(call, b),
        "Pow" => pow(call, b),
        "Min" => chain(Binary::Min, call, b),
        "Max" => chain(Binary::Max, call, b),
        "Sum" => chain(Binary::Add, call, b),
        "Mean" => mean(call, b),
        "Equal" => b.compare(Comparison::Equal, call.input(0)?, call.input(1)?),
        "Greater" => b.compare(Comparison::Greater, call.input(0)?, call.input(1)?),
        "GreaterOrEqual" => b.compare(Comparison::GreaterOrEqual, call.input(0)?, call.input(1)?),
        "Less" => b.compare(Comparison::Less, call.input(0)?, call.input(1)?),
        "LessOrEqual" => b.compare(Comparison::LessOrEqual, call.input(0)?, call.input(1)?),
        "Mod" => modulo(call, b),
        "Not" => b.affine(call.input(0)?, -1.0, 1.0),
        "And" => b.binary(Binary::Min, call.input(0)?, call.input(1)?),
        "Or" => b.binary(Binary::Max, call.input(0)?, call.input(1)?),
        "Where" => b.select_where(call.input(0)?, call.input(1)?, call.input(2)?),
        "Cast" => cast(call, b),
        "Identity" => {
            b.simplified.identities_dropped += 1;
            call.input(0)
        }
        _ => return Ok(None),
    };
    Ok(Some(vec![result?]))
}

/// Nothing is dropped when a trained network answers; the mask, which few read, says that all is kept.
fn dropout(call: &Call, b: &mut Builder) -> Result<Vec<Value>> {
    let number = |position, default| match call.optional_constant(position, "a ratio or mode")? {
        Some(host) => host.single(),
        None => Ok(default),
    };
    if number(2, 0.0)? != 0.0 && number(1, 0.5)? != 0.0 {
        return Err(super::unsupported("a Dropout in training mode"));
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
    // Where the bounds cross, the upper one holds.
    b.clamp(call.input(0)?, low.min(high), high)
}

fn div(call: &Call, b: &mut Builder) -> Result<Value> {
    let (x, y) = (call.input(0)?, call.input(1)?);
    let whole = b.kind(&x) == Kind::Int;
    let quotient = b.binary(Binary::Div, x, y)?;
    if whole { b.unary(Unary::Trunc, quotient) } else { Ok(quotient) }
}

/// x − y · ⌊x / y⌋, or with `fmod` x − y · trunc(x / y): the sign follows y, or x.
fn modulo(call: &Call, b: &mut Builder) -> Result<Value> {
    let (x, y) = (call.input(0)?, call.input(1)?);
    let rounding = if call.node.int("fmod", 0) == 0 { Unary::Floor } else { Unary::Trunc };
    let quotient = b.binary(Binary::Div, x.clone(), y.clone())?;
    let whole = b.unary(rounding, quotient)?;
    let below = b.binary(Binary::Mul, whole, y)?;
    b.binary(Binary::Sub, x, below)
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

/// a ∘ b ∘ c …
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
        .ok_or_else(|| super::unsupported("a cast to text or an unknown type"))?;
    let cast = match (b.kind(&x), to) {
        (Kind::Float, Kind::Int) => b.unary(Unary::Trunc, x)?,
        (Kind::Float | Kind::Int, Kind::Bool) => {
            let is_zero = b.compare(Comparison::Equal, x, number(0.0))?;
            b.affine(is_zero, -1.0, 1.0)?
        }
        _ => x,
    };
    b.with_kind(cast, to)
}
