//! Reductions.

use super::{Call, Lowered, axis};
use crate::classifier::builder::{Builder, Value};
use crate::classifier::op::Reduction;
use crate::error::Result;

pub(super) fn lower(call: &Call, b: &mut Builder) -> Lowered {
    let result = match call.node.op.as_str() {
        "ReduceMean" => reduce(call, b, Reduction::Mean),
        "ReduceSum" => reduce(call, b, Reduction::Sum),
        "ReduceMax" => reduce(call, b, Reduction::Max),
        "ReduceProd" => reduce(call, b, Reduction::Prod),
        "ArgMax" => argmax(call, b),
        _ => return Ok(None),
    };
    Ok(Some(vec![result?]))
}

fn reduce(call: &Call, b: &mut Builder, reduction: Reduction) -> Result<Value> {
    let x = call.input(0)?;
    let axes = axes(call, b.rank(&x))?;
    let reduced = b.reduce(reduction, x, &axes)?;
    drop_axes(call, b, reduced, &axes)
}

/// The axes to reduce: an attribute, an input in newer operator sets, all if neither is given.
pub(super) fn axes(call: &Call, rank: usize) -> Result<Vec<usize>> {
    let list = call.ints("axes", 1)?.unwrap_or_default();
    if !list.is_empty() {
        return list.iter().map(|&a| axis(a, rank)).collect();
    }
    let none = call.node.int("noop_with_empty_axes", 0) != 0;
    Ok(if none { vec![] } else { (0..rank).collect() })
}

/// Removes the reduced axes unless the node keeps them.
pub(super) fn drop_axes(call: &Call, b: &mut Builder, x: Value, axes: &[usize]) -> Result<Value> {
    if call.node.int("keepdims", 1) != 0 {
        return Ok(x);
    }
    let shape: Vec<usize> = b.shape(&x).into_iter().enumerate().filter(|(a, _)| !axes.contains(a)).map(|(_, s)| s).collect();
    b.reshape(x, &shape)
}

fn argmax(call: &Call, b: &mut Builder) -> Result<Value> {
    let x = call.input(0)?;
    let axis = axis(call.node.int("axis", 0), b.rank(&x))?;
    let index = b.argmax(x, axis)?;
    drop_axes(call, b, index, &[axis])
}
