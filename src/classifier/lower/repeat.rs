//! Operators that repeat or rearrange values (padding, tiling, pixel shuffling), and operators that make constants.

use super::call::{Call, axis, bounded};
use super::operator::Operator;
use crate::classifier::graph::builder::Builder;
use crate::classifier::graph::ir::Value;
use crate::classifier::host::{HostTensor, Kind};
use crate::classifier::refusal::{misfit, unsupported};
use crate::error::Result;

pub(super) const OPERATORS: &[Operator] = &[
    Operator::one("Pad", pad),
    Operator::one("Expand", expand),
    Operator::one("Tile", tile),
    Operator::one("DepthToSpace", depth_to_space),
    Operator::one("SpaceToDepth", space_to_depth),
    Operator::one("Size", size),
    Operator::one("Range", range),
    Operator::one("ConstantOfShape", constant_of_shape),
    Operator::one("Trilu", trilu),
    Operator::one("CumSum", cumulated),
];

/// Returns sizes, none of which may be negative.
fn sizes(list: &[i64], what: &str) -> Result<Vec<usize>> {
    let sizes: Option<Vec<usize>> = list.iter().map(|&s| usize::try_from(s).ok()).collect();
    let sizes = sizes.ok_or_else(|| misfit(format!("{what} {list:?} has a negative size")))?;
    bounded(&sizes)?;
    Ok(sizes)
}

fn pad(call: &Call, b: &mut Builder) -> Result<Value> {
    let x = call.input(0)?;
    let rank = b.rank(&x);
    let list = call.ints("pads", 1)?.or_else(|| call.node.ints("paddings").map(<[i64]>::to_vec));
    let list = list.ok_or_else(|| misfit("a Pad without its pads"))?;
    let axes: Vec<usize> = match call.optional_constant(3, "axes")? {
        Some(host) => host.to_ints().into_iter().map(|a| axis(a, rank)).collect::<Result<_>>()?,
        None => (0..rank).collect(),
    };
    if list.len() != 2 * axes.len() || list.iter().any(|p| p.unsigned_abs() > 1 << 20) {
        return Err(misfit(format!("pads {list:?} do not fit {} axes", axes.len())));
    }
    let mut pads = vec![(0, 0); rank];
    axes.iter().enumerate().for_each(|(i, &a)| pads[a] = (list[i], list[axes.len() + i]));
    match call.node.text("mode", "constant").as_str() {
        "constant" => {
            let value = match call.optional_constant(2, "a value")? {
                Some(host) => host.single()?,
                None => call.node.float("value", 0.0),
            };
            pad_constant(b, x, &pads, value)
        }
        mode => pad_by_index(b, x, &pads, mode),
    }
}

/// Pads with a constant. Negative pads crop.
pub(super) fn pad_constant(b: &mut Builder, x: Value, pads: &[(i64, i64)], value: f32) -> Result<Value> {
    let shape = b.shape(&x);
    let cut = |i: usize| {
        let (start, end) = ((-pads[i].0).max(0), shape[i] as i64 - (-pads[i].1).max(0));
        (end >= start)
            .then_some((start as usize, end as usize, 1))
            .ok_or_else(|| misfit("a Pad cuts away more than there is"))
    };
    let ranges = (0..shape.len()).map(cut).collect::<Result<Vec<_>>>()?;
    let x = b.slice(x, &ranges)?;
    let added: Vec<(usize, usize)> = pads.iter().map(|p| (p.0.max(0) as usize, p.1.max(0) as usize)).collect();
    bounded(&b.shape(&x).iter().zip(&added).map(|(s, p)| s + p.0 + p.1).collect::<Vec<_>>())?;
    b.pad(x, &added, value)
}

/// Pads with values of the tensor itself, by a gather along each padded axis.
fn pad_by_index(b: &mut Builder, mut x: Value, pads: &[(i64, i64)], mode: &str) -> Result<Value> {
    for (axis, &(before, after)) in pads.iter().enumerate().filter(|(_, p)| **p != (0, 0)) {
        let size = b.shape(&x)[axis] as i64;
        if size == 0 {
            return Err(misfit("a Pad repeats values of an axis that has none"));
        }
        let source: fn(i64, i64) -> i64 = match mode {
            "edge" => |i, size| i.clamp(0, size - 1),
            "wrap" => |i, size| i.rem_euclid(size),
            "reflect" => |i, size| {
                let period = 2 * (size - 1).max(1);
                let i = i.rem_euclid(period);
                if size == 1 { 0 } else { i.min(period - i) }
            },
            other => return Err(unsupported(format!("a Pad by {other}"))),
        };
        let indices: Vec<usize> = (-before..size + after).map(|i| source(i, size) as usize).collect();
        x = b.gather(x, axis, &indices)?;
    }
    Ok(x)
}

fn expand(call: &Call, b: &mut Builder) -> Result<Value> {
    let x = call.input(0)?;
    let wanted = sizes(&call.constant(1, "a shape")?.to_ints(), "the shape of an Expand")?;
    let shape = crate::array::broadcast_shape(&b.shape(&x), &wanted);
    let shape = shape.ok_or_else(|| misfit(format!("{:?} cannot be expanded to {wanted:?}", b.shape(&x))))?;
    bounded(&shape)?;
    b.broadcast(x, &shape)
}

fn tile(call: &Call, b: &mut Builder) -> Result<Value> {
    let mut x = call.input(0)?;
    let repeats = sizes(&call.constant(1, "repeats")?.to_ints(), "a Tile's list of repeats")?;
    if repeats.len() != b.rank(&x) {
        return Err(misfit(format!("a Tile by {repeats:?} does not fit {} axes", b.rank(&x))));
    }
    bounded(&b.shape(&x).iter().zip(&repeats).map(|(s, r)| s.saturating_mul(*r)).collect::<Vec<_>>())?;
    for (axis, &count) in repeats.iter().enumerate().filter(|(_, count)| **count != 1) {
        let shape = b.shape(&x);
        let (before, after) = shape.split_at(axis);
        let raised = b.reshape(x, &[before, &[1], after].concat())?;
        let repeated = b.broadcast(raised, &[before, &[count], after].concat())?;
        x = b.reshape(repeated, &[before, &[count * after[0]], &after[1..]].concat())?;
    }
    Ok(x)
}

/// Returns the shape `[N, C, H, W]`, and the side of the block.
fn blocks(call: &Call, b: &Builder, x: &Value) -> Result<([usize; 4], usize)> {
    let shape = b.shape(x);
    let side = usize::try_from(call.node.int("blocksize", 0)).unwrap_or(0);
    match <[usize; 4]>::try_from(shape) {
        Ok(shape) if side > 0 => Ok((shape, side)),
        _ => Err(misfit(format!("a {} needs [N, C, H, W] and a block size", call.node.op))),
    }
}

fn depth_to_space(call: &Call, b: &mut Builder) -> Result<Value> {
    let x = call.input(0)?;
    let ([n, c, h, w], s) = blocks(call, b, &x)?;
    if !c.is_multiple_of(s * s) {
        return Err(misfit(format!("{c} channels do not divide into blocks of {s} × {s}")));
    }
    let depth = c / (s * s);
    let (split, order) = match call.node.text("mode", "DCR").as_str() {
        "DCR" => ([n, s, s, depth, h, w], [0, 3, 4, 1, 5, 2]),
        "CRD" => ([n, depth, s, s, h, w], [0, 1, 4, 2, 5, 3]),
        other => return Err(unsupported(format!("a DepthToSpace by {other}"))),
    };
    let x = b.reshape(x, &split)?;
    let x = b.permute(x, &order)?;
    b.reshape(x, &[n, depth, h * s, w * s])
}

fn space_to_depth(call: &Call, b: &mut Builder) -> Result<Value> {
    let x = call.input(0)?;
    let ([n, c, h, w], s) = blocks(call, b, &x)?;
    if !h.is_multiple_of(s) || !w.is_multiple_of(s) {
        return Err(misfit(format!("{h} × {w} does not divide into blocks of {s} × {s}")));
    }
    let order = match call.node.text("mode", "DCR").as_str() {
        "DCR" => [0, 3, 5, 1, 2, 4],
        "CRD" => [0, 1, 3, 5, 2, 4],
        other => return Err(unsupported(format!("a SpaceToDepth by {other}"))),
    };
    let x = b.reshape(x, &[n, c, h / s, s, w / s, s])?;
    let x = b.permute(x, &order)?;
    b.reshape(x, &[n, c * s * s, h / s, w / s])
}

fn size(call: &Call, b: &mut Builder) -> Result<Value> {
    let count = b.shape(&call.input(0)?).iter().product::<usize>();
    Ok(Value::Const(HostTensor::scalar(Kind::Int, count as f32)))
}

fn range(call: &Call, b: &mut Builder) -> Result<Value> {
    let bound = |position, what| call.constant(position, what);
    let (start, limit, step) = (bound(0, "a start")?, bound(1, "a limit")?, bound(2, "a step")?);
    let kind = start.kind;
    let [start, limit, step] = [start.single()?, limit.single()?, step.single()?].map(f64::from);
    let count = ((limit - start) / step).ceil().max(0.0);
    if !count.is_finite() {
        return Err(misfit("a Range without end"));
    }
    b.claim(&[count as usize])?;
    let values: Vec<f32> = (0..count as usize).map(|i| (start + i as f64 * step) as f32).collect();
    Ok(Value::Const(HostTensor::new(kind, &[values.len()], values)))
}

fn constant_of_shape(call: &Call, b: &mut Builder) -> Result<Value> {
    let shape = sizes(&call.constant(0, "a shape")?.to_ints(), "the shape of a ConstantOfShape")?;
    let fill = call.node.tensor("value")?.unwrap_or_else(|| HostTensor::scalar(Kind::Float, 0.0));
    let count = b.claim(&shape)?;
    Ok(Value::Const(HostTensor::new(fill.kind, &shape, vec![fill.single()?; count])))
}

/// Returns the upper or lower triangle of the last two axes, with zeros elsewhere. Values are chosen rather than
/// multiplied, because masks hold infinities.
fn trilu(call: &Call, b: &mut Builder) -> Result<Value> {
    let x = call.input(0)?;
    let shape = b.shape(&x);
    let offset = match call.optional_constant(1, "a diagonal")? {
        Some(host) => host.single()? as i64,
        None => 0,
    };
    let [.., rows, columns] = shape[..] else { return Err(misfit("a Trilu needs a matrix")) };
    let upper = call.node.int("upper", 1) != 0;
    b.claim(&[rows, columns])?;
    let kept = |r: usize, c: usize| if upper { c as i64 >= r as i64 + offset } else { c as i64 <= r as i64 + offset };
    let values = (0..rows).flat_map(|r| (0..columns).map(move |c| f32::from(u8::from(kept(r, c))))).collect();
    let triangle = Value::Const(HostTensor::new(Kind::Bool, &[rows, columns], values));
    let nothing = Value::Const(HostTensor::scalar(b.kind(&x), 0.0));
    b.select_where(triangle, x, nothing)
}

/// Returns the sums from one end of an axis to each of its places, as a product with a triangle of ones.
fn cumulated(call: &Call, b: &mut Builder) -> Result<Value> {
    let x = call.input(0)?;
    let (rank, kind) = (b.rank(&x), b.kind(&x));
    let along = axis(call.constant(1, "an axis")?.single()? as i64, rank)?;
    let (exclusive, reverse) = (call.node.int("exclusive", 0) != 0, call.node.int("reverse", 0) != 0);
    let size = b.shape(&x)[along];
    b.claim(&[size, size])?;
    let counts = |from: usize, to: usize| {
        let (first, last) = if reverse { (to, from) } else { (from, to) };
        if exclusive { first < last } else { first <= last }
    };
    let counts = &counts;
    let ones = (0..size).flat_map(|from| (0..size).map(move |to| f32::from(u8::from(counts(from, to))))).collect();
    let triangle = Value::Const(HostTensor::new(Kind::Float, &[size, size], ones));
    let sum = along_axis(b, x, along, triangle)?;
    b.with_kind(sum, kind)
}

/// Returns the product of an axis with a matrix `[from, to]`.
pub(in crate::classifier) fn along_axis(b: &mut Builder, x: Value, axis: usize, matrix: Value) -> Result<Value> {
    let rank = b.rank(&x);
    if rank == 1 {
        let sides = b.shape(&matrix);
        let row = b.reshape(x, &[1, sides[0]])?;
        let product = b.matmul(row, matrix)?;
        return b.reshape(product, &[sides[1]]);
    }
    let mut order: Vec<usize> = (0..rank).filter(|a| *a != axis).collect();
    order.push(axis);
    let mut back: Vec<usize> = (0..rank - 1).collect();
    back.insert(axis, rank - 1);
    let turned = b.permute(x, &order)?;
    let product = b.matmul(turned, matrix)?;
    b.permute(product, &back)
}
