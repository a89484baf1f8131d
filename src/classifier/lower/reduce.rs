//! Reductions.

use super::call::{Call, axis};
use super::operator::Operator;
use crate::array::Unary;
use crate::classifier::graph::builder::Builder;
use crate::classifier::graph::ir::Value;
use crate::classifier::graph::op::{Binary, Reduction};
use crate::classifier::host::{HostTensor, Kind};
use crate::error::Result;

pub(super) const OPERATORS: &[Operator] = &[
    Operator::one("ReduceMean", |call, b| reduce(call, b, f32::NAN, |b, x, axes| b.reduce(Reduction::Mean, x, axes))),
    Operator::one("ReduceSum", |call, b| reduce(call, b, 0.0, |b, x, axes| b.reduce(Reduction::Sum, x, axes))),
    Operator::one("ReduceMax", |call, b| {
        reduce(call, b, f32::NEG_INFINITY, |b, x, axes| b.reduce(Reduction::Max, x, axes))
    }),
    Operator::one("ReduceMin", |call, b| reduce(call, b, f32::INFINITY, minimum)),
    Operator::one("ReduceProd", |call, b| reduce(call, b, 1.0, |b, x, axes| b.reduce(Reduction::Prod, x, axes))),
    Operator::one("ReduceL1", |call, b| reduce(call, b, 0.0, sum_of_sizes)),
    Operator::one("ReduceL2", |call, b| reduce(call, b, 0.0, root_of_squares)),
    Operator::one("ReduceSumSquare", |call, b| reduce(call, b, 0.0, sum_of_squares)),
    Operator::one("ReduceLogSum", |call, b| reduce(call, b, f32::NEG_INFINITY, log_sum)),
    Operator::one("ReduceLogSumExp", |call, b| reduce(call, b, f32::NEG_INFINITY, log_sum_exp)),
    Operator::one("ArgMax", |call, b| argmax(call, b, call.input(0)?)),
    Operator::one("ArgMin", argmin),
];

type Over = fn(&mut Builder, Value, &[usize]) -> Result<Value>;

/// Reduces the node's axes. `of_nothing` is the result over an axis of size 0, which no device is asked to reduce.
fn reduce(call: &Call, b: &mut Builder, of_nothing: f32, over: Over) -> Result<Value> {
    let x = call.input(0)?;
    let mut shape = b.shape(&x);
    let axes = axes(call, shape.len())?;
    let reduced = if shape.contains(&0) {
        axes.iter().for_each(|&a| shape[a] = 1);
        let kind = b.kind(&x);
        let of_nothing = if kind == Kind::Bool { of_nothing.clamp(0.0, 1.0) } else { of_nothing };
        let values = vec![of_nothing; b.claim(&shape)?];
        Value::Const(HostTensor::new(kind, &shape, values))
    } else {
        over(b, x, &axes)?
    };
    drop_axes(call, b, reduced, &axes)
}

fn minimum(b: &mut Builder, x: Value, axes: &[usize]) -> Result<Value> {
    let mirrored = b.unary(Unary::Neg, x)?;
    let largest = b.reduce(Reduction::Max, mirrored, axes)?;
    b.unary(Unary::Neg, largest)
}

pub(super) fn sum_of_sizes(b: &mut Builder, x: Value, axes: &[usize]) -> Result<Value> {
    let size = b.unary(Unary::Abs, x)?;
    b.reduce(Reduction::Sum, size, axes)
}

pub(super) fn root_of_squares(b: &mut Builder, x: Value, axes: &[usize]) -> Result<Value> {
    let sum = sum_of_squares(b, x, axes)?;
    root(b, sum)
}

fn sum_of_squares(b: &mut Builder, x: Value, axes: &[usize]) -> Result<Value> {
    let square = b.binary(Binary::Mul, x.clone(), x)?;
    b.reduce(Reduction::Sum, square, axes)
}

/// Returns √x with the gradient 0 at 0. The true gradient there is infinite and would turn the gradient of a zero
/// vector into NaN.
pub(super) fn root(b: &mut Builder, x: Value) -> Result<Value> {
    let above_zero = b.clamp(x, f32::MIN_POSITIVE, f32::MAX)?;
    b.unary(Unary::Sqrt, above_zero)
}

fn log_sum(b: &mut Builder, x: Value, axes: &[usize]) -> Result<Value> {
    let sum = b.reduce(Reduction::Sum, x, axes)?;
    b.unary(Unary::Log, sum)
}

/// Returns log Σ eˣ, with the largest x factored out first.
fn log_sum_exp(b: &mut Builder, x: Value, axes: &[usize]) -> Result<Value> {
    let largest = b.reduce(Reduction::Max, x.clone(), axes)?;
    let below = b.binary(Binary::Sub, x, largest.clone())?;
    let exponentials = b.unary(Unary::Exp, below)?;
    let sum = b.reduce(Reduction::Sum, exponentials, axes)?;
    let log = b.unary(Unary::Log, sum)?;
    b.binary(Binary::Add, log, largest)
}

/// Returns the axes to reduce. Older operator sets give them as an attribute and newer ones as an input. All axes are
/// reduced if neither is given.
pub(super) fn axes(call: &Call, rank: usize) -> Result<Vec<usize>> {
    let list = call.ints("axes", 1)?.unwrap_or_default();
    if !list.is_empty() {
        return list.iter().map(|&a| axis(a, rank)).collect();
    }
    let none = call.node.int("noop_with_empty_axes", 0) != 0;
    Ok(if none { vec![] } else { (0..rank).collect() })
}

/// Removes the reduced axes, unless the node keeps them.
pub(super) fn drop_axes(call: &Call, b: &mut Builder, x: Value, axes: &[usize]) -> Result<Value> {
    if call.node.int("keepdims", 1) != 0 {
        return Ok(x);
    }
    let shape: Vec<usize> =
        b.shape(&x).into_iter().enumerate().filter(|(a, _)| !axes.contains(a)).map(|(_, s)| s).collect();
    b.reshape(x, &shape)
}

fn argmin(call: &Call, b: &mut Builder) -> Result<Value> {
    let mirrored = b.unary(Unary::Neg, call.input(0)?)?;
    argmax(call, b, mirrored)
}

fn argmax(call: &Call, b: &mut Builder, x: Value) -> Result<Value> {
    let rank = b.rank(&x);
    let axis = axis(call.node.int("axis", 0), rank)?;
    let last_wins = call.node.int("select_last_index", 0) != 0;
    let size = b.shape(&x)[axis];
    let x = if last_wins { b.gather(x, axis, &(0..size).rev().collect::<Vec<_>>())? } else { x };
    let index = b.argmax(x, axis)?;
    let index = if last_wins { b.affine(index, -1.0, size as f32 - 1.0)? } else { index };
    drop_axes(call, b, index, &[axis])
}
