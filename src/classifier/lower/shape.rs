//! Operators that move values without changing them, and the arithmetic on shapes.

use super::call::{Call, axis};
use super::operator::Operator;
use crate::classifier::graph::builder::Builder;
use crate::classifier::graph::ir::Value;
use crate::classifier::host::{HostTensor, Kind};
use crate::classifier::refusal::{misfit, unsupported};
use crate::error::Result;

pub(super) const OPERATORS: &[Operator] = &[
    Operator::several("Split", split),
    Operator::one("Constant", |call, _| constant(call)),
    Operator::one("Shape", shape),
    Operator::one("Flatten", flatten),
    Operator::one("Reshape", reshape),
    Operator::one("Squeeze", squeeze),
    Operator::one("Unsqueeze", unsqueeze),
    Operator::one("Transpose", transpose),
    Operator::one("Concat", concat),
    Operator::one("Slice", slice),
    Operator::one("Gather", gather),
    Operator::one("GatherND", gather_nd),
    Operator::one("ScatterND", scatter_nd),
];

fn constant(call: &Call) -> Result<Value> {
    let node = call.node;
    if let Some(host) = node.tensor("value")? {
        return Ok(Value::Const(host));
    }
    let host = if node.has("value_float") {
        HostTensor::scalar(Kind::Float, node.float("value_float", 0.0))
    } else if node.has("value_int") {
        HostTensor::scalar(Kind::Int, node.int("value_int", 0) as f32)
    } else if let Some(list) = node.floats("value_floats").filter(|l| !l.is_empty()) {
        HostTensor::new(Kind::Float, &[list.len()], list.to_vec())
    } else if let Some(list) = node.ints("value_ints") {
        HostTensor::ints(list.iter().copied())
    } else {
        return Err(unsupported("a Constant that is text or sparse"));
    };
    Ok(Value::Const(host))
}

fn shape(call: &Call, b: &mut Builder) -> Result<Value> {
    let shape = b.shape(&call.input(0)?);
    let rank = shape.len() as i64;
    let bound = |name, default| {
        let at = call.node.int(name, default);
        (if at < 0 { at + rank } else { at }).clamp(0, rank) as usize
    };
    let (start, end) = (bound("start", 0), bound("end", rank));
    let part = shape.get(start..end).unwrap_or(&[]);
    Ok(Value::Const(HostTensor::ints(part.iter().map(|&s| s as i64))))
}

fn flatten(call: &Call, b: &mut Builder) -> Result<Value> {
    let x = call.input(0)?;
    let shape = b.shape(&x);
    let at = call.node.int("axis", 1);
    let at = if at == shape.len() as i64 { shape.len() } else { axis(at, shape.len())? };
    b.reshape(x, &[shape[..at].iter().product(), shape[at..].iter().product()])
}

fn reshape(call: &Call, b: &mut Builder) -> Result<Value> {
    let x = call.input(0)?;
    let from = b.shape(&x);
    let target = call.ints("shape", 1)?.ok_or_else(|| misfit("a Reshape without its shape"))?;
    let keep_zero = call.node.int("allowzero", 0) != 0;
    let mut shape = vec![];
    for (i, &size) in target.iter().enumerate() {
        shape.push(match size {
            0 if !keep_zero => *from.get(i).ok_or_else(|| misfit("a Reshape copies an axis that does not exist"))?,
            -1 => 1,
            size => {
                usize::try_from(size).map_err(|_| misfit(format!("a Reshape to {target:?} has a negative axis")))?
            }
        });
    }
    if let Some(open) = target.iter().position(|&size| size == -1) {
        let known = shape.iter().try_fold(1usize, |count, &size| count.checked_mul(size)).unwrap_or(usize::MAX);
        shape[open] = from.iter().product::<usize>().checked_div(known).unwrap_or(0);
    }
    b.reshape(x, &shape)
}

fn squeeze(call: &Call, b: &mut Builder) -> Result<Value> {
    let x = call.input(0)?;
    let shape = b.shape(&x);
    let removed: Vec<usize> = match call.ints("axes", 1)? {
        Some(list) => list.iter().map(|&a| axis(a, shape.len())).collect::<Result<_>>()?,
        None => (0..shape.len()).filter(|&a| shape[a] == 1).collect(),
    };
    let kept: Vec<usize> = (0..shape.len()).filter(|a| !removed.contains(a)).map(|a| shape[a]).collect();
    b.reshape(x, &kept)
}

fn unsqueeze(call: &Call, b: &mut Builder) -> Result<Value> {
    let x = call.input(0)?;
    let shape = b.shape(&x);
    let list = call.ints("axes", 1)?.ok_or_else(|| misfit("an Unsqueeze without its axes"))?;
    let rank = shape.len() + list.len();
    let added: Vec<usize> = list.iter().map(|&a| axis(a, rank)).collect::<Result<_>>()?;
    let mut old = shape.into_iter();
    let raised: Vec<usize> = (0..rank).map(|a| if added.contains(&a) { 1 } else { old.next().unwrap_or(1) }).collect();
    b.reshape(x, &raised)
}

fn transpose(call: &Call, b: &mut Builder) -> Result<Value> {
    let x = call.input(0)?;
    let rank = b.rank(&x);
    let axes = match call.node.ints("perm") {
        Some(list) => list.iter().map(|&a| axis(a, rank)).collect::<Result<Vec<_>>>()?,
        None => (0..rank).rev().collect(),
    };
    b.permute(x, &axes)
}

fn concat(call: &Call, b: &mut Builder) -> Result<Value> {
    let values = (0..call.inputs.len()).map(|i| call.input(i)).collect::<Result<Vec<_>>>()?;
    let rank = values.first().map_or(0, |v| b.rank(v));
    b.concat(values, axis(call.node.int("axis", 1), rank)?)
}

fn split(call: &Call, b: &mut Builder) -> Result<Vec<Value>> {
    let x = call.input(0)?;
    let shape = b.shape(&x);
    let axis = axis(call.node.int("axis", 0), shape.len())?;
    let parts = call.node.outputs.len().max(1);
    let sizes: Vec<usize> = match call.ints("split", 1)? {
        Some(list) => list.iter().filter_map(|&s| usize::try_from(s).ok()).collect(),
        None => {
            let each = shape[axis].div_ceil(parts);
            (0..parts).map(|i| each.min(shape[axis].saturating_sub(i * each))).collect()
        }
    };
    if sizes.iter().try_fold(0usize, |sum, &size| sum.checked_add(size)) != Some(shape[axis]) {
        return Err(misfit(format!("a Split into {sizes:?} does not fit {} elements", shape[axis])));
    }
    let mut start = 0;
    let mut outputs = vec![];
    for size in sizes {
        let mut ranges: Vec<_> = shape.iter().map(|&s| (0, s, 1)).collect();
        ranges[axis] = (start, start + size, 1);
        outputs.push(b.slice(x.clone(), &ranges)?);
        start += size;
    }
    Ok(outputs)
}

/// Returns a slice. A negative step is a gather in reverse order.
fn slice(call: &Call, b: &mut Builder) -> Result<Value> {
    let mut x = call.input(0)?;
    let starts = call.ints("starts", 1)?.ok_or_else(|| misfit("a Slice without starts"))?;
    let ends = call.ints("ends", 2)?.ok_or_else(|| misfit("a Slice without ends"))?;
    let axes = call.ints("axes", 3)?.unwrap_or_else(|| (0..starts.len() as i64).collect());
    let steps = call.ints("steps", 4)?.unwrap_or_else(|| vec![1; starts.len()]);
    if ends.len() != starts.len() || axes.len() != starts.len() || steps.len() != starts.len() {
        return Err(misfit("a Slice's starts, ends, axes and steps differ in number"));
    }
    for i in 0..starts.len() {
        let shape = b.shape(&x);
        let axis = axis(axes[i], shape.len())?;
        x = slice_axis(b, x, axis, (starts[i], ends[i], steps[i]))?;
    }
    Ok(x)
}

fn slice_axis(b: &mut Builder, x: Value, axis: usize, (start, end, step): (i64, i64, i64)) -> Result<Value> {
    let shape = b.shape(&x);
    let size = shape[axis] as i64;
    let from_start = |at: i64| if at < 0 { at.saturating_add(size) } else { at };
    if step == 0 {
        return Err(misfit("a Slice's step is 0"));
    }
    if step < 0 && size > 0 {
        let (first, stop) = (from_start(start).clamp(0, size - 1), from_start(end).clamp(-1, size - 1));
        let indices: Vec<usize> = (0..size)
            .map(|i| first + i * step.max(-size))
            .take_while(|&i| i > stop && i >= 0)
            .map(|i| i as usize)
            .collect();
        return b.gather(x, axis, &indices);
    }
    let (first, stop) = (from_start(start).clamp(0, size), from_start(end).clamp(0, size));
    let mut ranges: Vec<_> = shape.iter().map(|&s| (0, s, 1)).collect();
    ranges[axis] = (first as usize, stop.max(first) as usize, step.clamp(1, size.max(1)) as usize);
    b.slice(x, &ranges)
}

fn gather(call: &Call, b: &mut Builder) -> Result<Value> {
    let x = call.input(0)?;
    let indices = call.constant(1, "indices")?;
    let shape = b.shape(&x);
    let at = axis(call.node.int("axis", 0), shape.len())?;
    let flat = indices.to_ints().into_iter().map(|i| axis(i, shape[at])).collect::<Result<Vec<_>>>()?;
    let gathered = b.gather(x, at, &flat)?;
    let result = [&shape[..at], &indices.shape, &shape[at + 1..]].concat();
    b.reshape(gathered, &result)
}

/// Returns a tensor whose first axes address rows, as `[rows, the rest flat]`, and the row that each index tuple names.
fn rows(b: &mut Builder, x: Value, indices: &HostTensor) -> Result<(Value, Vec<usize>)> {
    let shape = b.shape(&x);
    let depth = indices.shape.last().copied().filter(|&d| d > 0 && d <= shape.len());
    let depth =
        depth.ok_or_else(|| misfit(format!("indices of shape {:?} do not address {shape:?}", indices.shape)))?;
    let addressed = &shape[..depth];
    let row =
        |tuple: &[i64]| tuple.iter().zip(addressed).try_fold(0, |row, (&i, &size)| Ok(row * size + axis(i, size)?));
    let named = indices.to_ints().chunks(depth).map(row).collect::<Result<_>>()?;
    let flat = b.reshape(x, &[addressed.iter().product(), shape[depth..].iter().product()])?;
    Ok((flat, named))
}

fn gather_nd(call: &Call, b: &mut Builder) -> Result<Value> {
    if call.node.int("batch_dims", 0) != 0 {
        return Err(unsupported("a GatherND with batch_dims"));
    }
    let (x, indices) = (call.input(0)?, call.constant(1, "indices")?);
    let shape = b.shape(&x);
    let (flat, named) = rows(b, x, &indices)?;
    let gathered = b.gather(flat, 0, &named)?;
    let depth = indices.shape.len() - 1;
    b.reshape(gathered, &[&indices.shape[..depth], &shape[indices.shape[depth]..]].concat())
}

/// Replaces rows by others: both are joined, and each row is gathered from its new place.
fn scatter_nd(call: &Call, b: &mut Builder) -> Result<Value> {
    if call.node.text("reduction", "none") != "none" {
        return Err(unsupported("a ScatterND that reduces"));
    }
    let (x, indices, updates) = (call.input(0)?, call.constant(1, "indices")?, call.input(2)?);
    let shape = b.shape(&x);
    let (flat, named) = rows(b, x, &indices)?;
    let [count, width] = b.shape(&flat)[..] else { return Err(misfit("a ScatterND of nothing")) };
    let updates = b.reshape(updates, &[named.len(), width])?;
    b.claim(&[count, 2])?;
    let mut source: Vec<usize> = (0..count).collect();
    named.iter().enumerate().for_each(|(j, &row)| source[row] = count + j);
    let both = b.concat(vec![flat, updates], 0)?;
    let placed = b.gather(both, 0, &source)?;
    b.reshape(placed, &shape)
}
