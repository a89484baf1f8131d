//! Primitives that reshape, reorder, cut, pad and join values.

use super::super::cost;
use super::super::ir::{Info, Value};
use super::super::op::{Op, Scaled};
use super::Builder;
use crate::array::broadcast_shape;
use crate::classifier::host::HostTensor;
use crate::classifier::refusal::misfit;
use crate::error::Result;

impl Builder {
    /// Adds the same values in another shape.
    pub fn reshape(&mut self, x: Value, shape: &[usize]) -> Result<Value> {
        let from = self.info(&x);
        if cost::elements(&from.shape)? != cost::elements(shape)? {
            return Err(misfit(format!("{:?} cannot be reshaped to {shape:?}", from.shape)));
        }
        if let Value::Const(host) = x {
            return Ok(Value::Const(HostTensor { shape: shape.to_vec(), ..host }));
        }
        let batch_axis = from.batch_axis.and_then(|axis| same_prefix(&from.shape, axis, shape));
        self.lost_batch(from.batch_axis.is_some() && batch_axis.is_none());
        let info = Info { shape: shape.to_vec(), batch_axis, kind: from.kind };
        self.push(Op::Reshape(Scaled { shape: shape.to_vec(), batch_axis }), vec![x], info)
    }

    /// Adds the same values with the axes in another order.
    pub fn permute(&mut self, x: Value, axes: &[usize]) -> Result<Value> {
        let from = self.info(&x);
        let mut sorted = axes.to_vec();
        sorted.sort_unstable();
        if sorted != (0..from.shape.len()).collect::<Vec<_>>() {
            return Err(misfit(format!("the axes {axes:?} are no permutation of the {} there are", from.shape.len())));
        }
        let shape = axes.iter().map(|&a| from.shape[a]).collect();
        let batch_axis = from.batch_axis.and_then(|axis| axes.iter().position(|&a| a == axis));
        self.push(Op::Permute(axes.to_vec()), vec![x], Info { shape, batch_axis, kind: from.kind })
    }

    /// Repeats axes of size 1 until the shape is reached.
    pub fn broadcast(&mut self, x: Value, shape: &[usize]) -> Result<Value> {
        let batch_axis = self.batch_axis_in(&x, shape.len());
        self.broadcast_to(x, &Scaled { shape: shape.to_vec(), batch_axis })
    }

    pub(super) fn broadcast_to(&mut self, x: Value, target: &Scaled) -> Result<Value> {
        let from = self.shape(&x);
        if broadcast_shape(&from, &target.shape).as_deref() != Some(&target.shape) {
            return Err(misfit(format!("{from:?} cannot be repeated to {:?}", target.shape)));
        }
        let own_axis = self.batch_axis_in(&x, target.shape.len());
        self.lost_batch(own_axis.is_some_and(|a| from[a + from.len() - target.shape.len()] != target.shape[a]));
        if from == target.shape && (own_axis == target.batch_axis) {
            return Ok(x);
        }
        let info = Info { shape: target.shape.clone(), batch_axis: target.batch_axis, kind: self.kind(&x) };
        self.push(Op::Broadcast(target.clone()), vec![x], info)
    }

    /// Adds a slice, given by (start, end, step) on each axis.
    pub fn slice(&mut self, x: Value, ranges: &[(usize, usize, usize)]) -> Result<Value> {
        let from = self.info(&x);
        let whole = |axis: usize| ranges[axis] == (0, from.shape[axis], 1);
        if (0..from.shape.len()).all(whole) {
            return Ok(x);
        }
        self.lost_batch(from.batch_axis.is_some_and(|axis| !whole(axis)));
        let shape = ranges.iter().map(|&(start, end, step)| (end - start).div_ceil(step)).collect();
        let op = Op::Slice { ranges: ranges.to_vec(), batch_axis: from.batch_axis };
        self.push(op, vec![x], Info { shape, ..from })
    }

    /// Adds constant padding, given by (before, after) on each axis.
    pub fn pad(&mut self, x: Value, pads: &[(usize, usize)], value: f32) -> Result<Value> {
        if pads.iter().all(|pad| *pad == (0, 0)) {
            return Ok(x);
        }
        let from = self.info(&x);
        self.lost_batch(from.batch_axis.is_some_and(|axis| pads[axis] != (0, 0)));
        let shape = from.shape.iter().zip(pads).map(|(size, pad)| size + pad.0 + pad.1).collect();
        self.push(Op::Pad { pads: pads.to_vec(), value }, vec![x], Info { shape, ..from })
    }

    /// Joins the tensors along an axis.
    pub fn concat(&mut self, values: Vec<Value>, axis: usize) -> Result<Value> {
        let mut values: Vec<Value> = values.into_iter().filter(|v| self.shape(v).get(axis) != Some(&0)).collect();
        if values.len() == 1 {
            return Ok(values.remove(0));
        }
        let infos: Vec<Info> = values.iter().map(|v| self.info(v)).collect();
        let first = infos.first().ok_or_else(|| misfit("a concatenation of nothing"))?.clone();
        let fits =
            |s: &[usize]| s.len() == first.shape.len() && (0..s.len()).all(|a| a == axis || s[a] == first.shape[a]);
        if axis >= first.shape.len() || !infos.iter().all(|i| fits(&i.shape)) {
            let shapes: Vec<_> = infos.iter().map(|i| &i.shape).collect();
            return Err(misfit(format!("{shapes:?} cannot be put together along axis {axis}")));
        }
        let mut shape = first.shape.clone();
        shape[axis] = infos.iter().map(|i| i.shape[axis]).sum();
        let batch_axis = infos.iter().find_map(|i| i.batch_axis);
        self.lost_batch(
            batch_axis == Some(axis) || infos.iter().any(|i| i.batch_axis.is_some() && i.batch_axis != batch_axis),
        );
        if batch_axis.is_some_and(|a| a != axis) {
            // A constant beside a batched tensor, such as a class token, is repeated for each picture.
            for (value, info) in values.iter_mut().zip(&infos) {
                *value = self.broadcast_to(value.clone(), &Scaled { shape: info.shape.clone(), batch_axis })?;
            }
        }
        self.push(Op::Concat(axis), values, Info { shape, batch_axis, kind: first.kind })
    }

    /// Adds the slices of an axis at known indices.
    pub fn gather(&mut self, x: Value, axis: usize, indices: &[usize]) -> Result<Value> {
        let from = self.info(&x);
        if from.shape.get(axis).is_none_or(|&size| indices.iter().any(|&i| i >= size)) {
            return Err(misfit(format!("an index lies outside axis {axis} of {:?}", from.shape)));
        }
        self.along(axis, &x);
        // An index takes the memory of two elements.
        self.allowance.take_elements(2 * indices.len())?;
        let mut info = from;
        info.shape[axis] = indices.len();
        self.push(Op::Gather { axis, indices: indices.to_vec() }, vec![x], info)
    }
}

/// Returns the axis of `to` that starts at the same place in memory as `axis` of `from`.
fn same_prefix(from: &[usize], axis: usize, to: &[usize]) -> Option<usize> {
    let before: usize = from[..axis].iter().product();
    (0..to.len()).find(|&j| to[..j].iter().product::<usize>() == before)
}
