//! Builds the list of primitives: checks shapes, folds what is known, follows the batch axis.
//!
//! A file usually fixes its batch (often at 1), in constants as well as in declared shapes. Every
//! shape here is the one for that batch, the *unit*; each tensor that depends on the picture also
//! carries the axis in which further pictures are stacked. Where that axis is lost or mixed with
//! another, the graph is marked as not batchable and runs its pictures one unit after the other.

use std::collections::HashMap;
use std::sync::Arc;

use burn::tensor::Device;
use burn::tensor::ops::{ConvOptions, ConvTransposeOptions};

use super::cost::{self, Allowance};
use super::ir::{Info, Operand, Simplified, Step, Value, ValueId};
use super::op::{Binary, Op, Reduction, Scaled};
use crate::array::{Comparison, Unary, Window, broadcast_shape};
use crate::classifier::host::{HostTensor, Kind};
use crate::classifier::refusal::{misfit, unsupported};
use crate::error::Result;

/// A graph under construction.
#[derive(Default)]
pub struct Builder {
    pub(super) steps: Vec<Step>,
    pub(super) infos: Vec<Info>,
    pub(super) constants: Vec<HostTensor>,
    pub(super) batchable: bool,
    pub(in crate::classifier) simplified: Simplified,
    pub(in crate::classifier) allowance: Allowance,
    constant_numbers: HashMap<(*const Vec<f32>, Vec<usize>), usize>,
    producers: HashMap<ValueId, usize>,
    node: String,
}

/// The largest exponent of a power: above it every number but 0 and ±1 overflows or vanishes.
const LARGEST_EXPONENT: f32 = 65_536.0;

impl Builder {
    /// An empty graph.
    pub fn new() -> Self {
        Self { batchable: true, ..Self::default() }
    }

    /// Names the file's node that the following primitives stem from.
    pub fn enter(&mut self, node: &str) {
        node.clone_into(&mut self.node);
    }

    /// An input of the graph, stacked along its first axis.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Model`] if the shape is absurd.
    pub fn input(&mut self, shape: &[usize], kind: Kind) -> Result<Value> {
        if cost::elements(shape)? == 0 {
            return Err(misfit(format!("an input of shape {shape:?} has no elements")));
        }
        let batch_axis = (!shape.is_empty()).then_some(0);
        Ok(Value::Dynamic(self.value(Info { shape: shape.to_vec(), batch_axis, kind })))
    }

    /// The dimensions of a tensor, for one unit.
    pub fn shape(&self, value: &Value) -> Vec<usize> {
        match value {
            Value::Const(host) => host.shape.clone(),
            Value::Dynamic(id) => self.infos[*id].shape.clone(),
        }
    }

    /// The number of dimensions.
    pub fn rank(&self, value: &Value) -> usize {
        self.shape(value).len()
    }

    /// What the elements stand for.
    pub fn kind(&self, value: &Value) -> Kind {
        match value {
            Value::Const(host) => host.kind,
            Value::Dynamic(id) => self.infos[*id].kind,
        }
    }

    /// The same tensor, its elements to be read as another kind.
    pub fn with_kind(&mut self, value: Value, kind: Kind) -> Result<Value> {
        match value {
            Value::Const(host) => Ok(Value::Const(HostTensor { kind, ..host })),
            Value::Dynamic(id) if self.infos[id].kind == kind => Ok(Value::Dynamic(id)),
            Value::Dynamic(id) => {
                let info = Info { kind, ..self.infos[id].clone() };
                let same = Scaled { shape: info.shape.clone(), batch_axis: info.batch_axis };
                self.push(Op::Reshape(same), vec![Value::Dynamic(id)], info)
            }
        }
    }

    // --- element-wise ---

    /// y = f(x).
    pub fn unary(&mut self, function: Unary, x: Value) -> Result<Value> {
        self.same_shape(Op::Unary(function), x)
    }

    /// y = round(x), differentiated as the identity.
    pub fn round_through(&mut self, x: Value) -> Result<Value> {
        self.same_shape(Op::RoundThrough, x)
    }

    /// y = x, without its gradient.
    pub fn detach(&mut self, x: Value) -> Result<Value> {
        self.same_shape(Op::Detach, x)
    }

    /// y = scale · x + shift.
    pub fn affine(&mut self, x: Value, scale: f32, shift: f32) -> Result<Value> {
        self.same_shape(Op::Affine { scale, shift }, x)
    }

    /// y = x^p.
    pub fn pow_scalar(&mut self, x: Value, exponent: f32) -> Result<Value> {
        // Backends take whole exponents for integers, which these are not.
        if !exponent.is_finite() || exponent.abs() > LARGEST_EXPONENT {
            return Err(misfit(format!("a power of {exponent} is out of range")));
        }
        self.same_shape(Op::PowScalar(exponent), x)
    }

    /// y = min(max(x, low), high).
    pub fn clamp(&mut self, x: Value, low: f32, high: f32) -> Result<Value> {
        self.same_shape(Op::Clamp { low, high }, x)
    }

    /// y = a ∘ b, with broadcasting.
    pub fn binary(&mut self, op: Binary, a: Value, b: Value) -> Result<Value> {
        let info = self.broadcast_info(&a, &b)?;
        self.push(Op::Binary(op), vec![a, b], info)
    }

    /// 1 where the comparison holds, with broadcasting.
    pub fn compare(&mut self, comparison: Comparison, a: Value, b: Value) -> Result<Value> {
        let info = Info { kind: Kind::Bool, ..self.broadcast_info(&a, &b)? };
        self.push(Op::Compare(comparison), vec![a, b], info)
    }

    /// a where the condition holds, b elsewhere, with broadcasting.
    pub fn select_where(&mut self, condition: Value, a: Value, b: Value) -> Result<Value> {
        let info = self.broadcast_info(&a, &b)?;
        let ab = Scaled { shape: info.shape.clone(), batch_axis: info.batch_axis };
        let shape = broadcast_shape(&self.shape(&condition), &ab.shape).ok_or_else(|| {
            misfit(format!("a condition of shape {:?} does not fit {:?}", self.shape(&condition), ab.shape))
        })?;
        let all_dynamic = [&condition, &a, &b].into_iter().find_map(|v| self.batch_axis_in(v, shape.len()));
        let target = Scaled { shape, batch_axis: all_dynamic };
        let parts = [condition, a, b].map(|v| self.broadcast_to(v, &target));
        let [condition, a, b] = parts;
        let info = Info { shape: target.shape, batch_axis: target.batch_axis, kind: info.kind };
        self.push(Op::Where, vec![condition?, a?, b?], info)
    }

    // --- linear algebra, convolution, pooling ---

    /// Matrix product of the last two axes (both of rank ≥ 2), the leading ones broadcast.
    pub fn matmul(&mut self, a: Value, b: Value) -> Result<Value> {
        let (sa, sb) = (self.shape(&a), self.shape(&b));
        let (ra, rb) = (sa.len(), sb.len());
        if ra < 2 || rb < 2 || sa[ra - 1] != sb[rb - 2] {
            return Err(misfit(format!("a matrix product of shapes {sa:?} and {sb:?} does not fit")));
        }
        let mut shape = broadcast_shape(&sa[..ra - 2], &sb[..rb - 2])
            .ok_or_else(|| misfit(format!("a matrix product of shapes {sa:?} and {sb:?} does not fit")))?;
        shape.extend([sa[ra - 2], sb[rb - 1]]);
        let rank = shape.len();
        let axes = (self.batch_axis_in(&a, rank), self.batch_axis_in(&b, rank));
        self.lost_batch(axes.0 == Some(rank - 1) || axes.1 == Some(rank - 2));
        let batch_axis = match axes.0.or(axes.1) {
            // Rows of a or columns of b: each stays with its own picture if the other operand is fixed.
            Some(axis) if axis + 2 >= rank => {
                self.lost_batch(axes.0.is_some() && axes.1.is_some());
                Some(axis)
            }
            _ => self.merge_axes(&shape, [(&a, axes.0), (&b, axes.1)]),
        };
        self.push(Op::MatMul, vec![a, b], Info { shape, batch_axis, kind: Kind::Float })
    }

    /// Convolution of `[N, C, H, W]` with known weights `[O, C / groups, kh, kw]`.
    pub fn conv(
        &mut self,
        x: Value,
        weight: HostTensor,
        bias: Option<HostTensor>,
        options: ConvOptions<2>,
    ) -> Result<Value> {
        let (x_shape, w) = (self.shape(&x), weight.shape.clone());
        let fits = x_shape.len() == 4
            && w.len() == 4
            && w[1].checked_mul(options.groups) == Some(x_shape[1])
            && w[0].is_multiple_of(options.groups)
            && bias.as_ref().is_none_or(|b| b.shape == [w[0]]);
        if !fits {
            return Err(misfit(format!(
                "a convolution with weights {w:?} in {} groups does not fit {x_shape:?}",
                options.groups
            )));
        }
        let mut shape = vec![x_shape[0], w[0]];
        for axis in 0..2 {
            let reach = options.dilation[axis] * (w[2 + axis] - 1) + 1;
            let padded = x_shape[2 + axis] + options.padding[axis].0 + options.padding[axis].1;
            shape.push(windows(padded, reach, options.stride[axis])?);
        }
        let info = Info { shape, batch_axis: self.spatial_batch_axis(&x), kind: Kind::Float };
        let inputs = [Some(x), Some(Value::Const(weight)), bias.map(Value::Const)].into_iter().flatten().collect();
        self.push(Op::Conv(options), inputs, info)
    }

    /// Transposed convolution of `[N, C, H, W]` with known weights `[C, O / groups, kh, kw]`.
    pub fn conv_transpose(
        &mut self,
        x: Value,
        weight: HostTensor,
        bias: Option<HostTensor>,
        options: ConvTransposeOptions<2>,
    ) -> Result<Value> {
        let (x_shape, w) = (self.shape(&x), weight.shape.clone());
        if x_shape.len() != 4 || w.len() != 4 || x_shape[1] != w[0] || !w[0].is_multiple_of(options.groups) {
            return Err(misfit(format!("a transposed convolution with weights {w:?} does not fit {x_shape:?}")));
        }
        let mut shape = vec![x_shape[0], w[1].saturating_mul(options.groups)];
        for axis in 0..2 {
            let reach = options.dilation[axis] * (w[2 + axis] - 1) + 1;
            let full = (x_shape[2 + axis] - 1) * options.stride[axis] + reach + options.padding_out[axis];
            let size = full.checked_sub(2 * options.padding[axis]).filter(|&s| s > 0);
            shape.push(size.ok_or_else(|| misfit("a transposed convolution's padding removes its whole output"))?);
        }
        let info = Info { shape, batch_axis: self.spatial_batch_axis(&x), kind: Kind::Float };
        let inputs = [Some(x), Some(Value::Const(weight)), bias.map(Value::Const)].into_iter().flatten().collect();
        self.push(Op::ConvTranspose(options), inputs, info)
    }

    /// Maximum of windows over `[N, C, H, W]`, padding symmetric.
    pub fn max_pool(&mut self, x: Value, window: Window) -> Result<Value> {
        let info = self.pool_info(&x, &window)?;
        self.push(Op::MaxPool(window), vec![x], info)
    }

    /// Mean of windows over `[N, C, H, W]`, padding symmetric and counted.
    pub fn avg_pool(&mut self, x: Value, window: Window) -> Result<Value> {
        let info = self.pool_info(&x, &window)?;
        self.push(Op::AvgPool(window), vec![x], info)
    }

    fn pool_info(&mut self, x: &Value, window: &Window) -> Result<Info> {
        let x_shape = self.shape(x);
        if x_shape.len() != 4 {
            return Err(misfit(format!("pooling needs [N, C, H, W], not {x_shape:?}")));
        }
        let mut shape = x_shape[..2].to_vec();
        for axis in 0..2 {
            let reach = window.dilation[axis] * (window.kernel[axis] - 1) + 1;
            let padded = x_shape[2 + axis] + window.pad_begin[axis] + window.pad_end[axis];
            shape.push(windows(padded, reach, window.stride[axis])?);
        }
        Ok(Info { shape, batch_axis: self.spatial_batch_axis(x), kind: Kind::Float })
    }

    // --- along an axis ---

    /// Softmax over an axis.
    pub fn softmax(&mut self, x: Value, axis: usize) -> Result<Value> {
        self.along(axis, &x);
        self.same_shape(Op::Softmax(axis), x)
    }

    /// Log-softmax over an axis.
    pub fn log_softmax(&mut self, x: Value, axis: usize) -> Result<Value> {
        self.along(axis, &x);
        self.same_shape(Op::LogSoftmax(axis), x)
    }

    /// Reduction over axes; they stay, with size 1.
    pub fn reduce(&mut self, reduction: Reduction, x: Value, axes: &[usize]) -> Result<Value> {
        let mut axes = axes.to_vec();
        axes.sort_unstable();
        let mut result = x;
        for run in axes.chunk_by(|a, b| a + 1 == *b) {
            let (first, last) = (run[0], run[run.len() - 1]);
            run.iter().for_each(|&axis| self.along(axis, &result));
            let mut info = self.info(&result);
            info.shape[first..=last].fill(1);
            result = self.push(Op::Reduce { reduction, first, last }, vec![result], info)?;
        }
        Ok(result)
    }

    /// Index of the maximum over an axis, which stays with size 1.
    pub fn argmax(&mut self, x: Value, axis: usize) -> Result<Value> {
        self.along(axis, &x);
        let mut info = self.info(&x);
        info.shape[axis] = 1;
        info.kind = Kind::Int;
        self.push(Op::ArgMax(axis), vec![x], info)
    }

    // --- shape ---

    /// The same values in another shape.
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

    /// The axes in another order.
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

    fn broadcast_to(&mut self, x: Value, target: &Scaled) -> Result<Value> {
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

    /// A part: (start, end, step) on each axis.
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

    /// Constant padding, (before, after) on each axis.
    pub fn pad(&mut self, x: Value, pads: &[(usize, usize)], value: f32) -> Result<Value> {
        if pads.iter().all(|pad| *pad == (0, 0)) {
            return Ok(x);
        }
        let from = self.info(&x);
        self.lost_batch(from.batch_axis.is_some_and(|axis| pads[axis] != (0, 0)));
        let shape = from.shape.iter().zip(pads).map(|(size, pad)| size + pad.0 + pad.1).collect();
        self.push(Op::Pad { pads: pads.to_vec(), value }, vec![x], Info { shape, ..from })
    }

    /// One after the other along an axis.
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
            // A constant beside a batched tensor (a class token) is repeated for each picture.
            for (value, info) in values.iter_mut().zip(&infos) {
                *value = self.broadcast_to(value.clone(), &Scaled { shape: info.shape.clone(), batch_axis })?;
            }
        }
        self.push(Op::Concat(axis), values, Info { shape, batch_axis, kind: first.kind })
    }

    /// The slices at known indices of an axis.
    pub fn gather(&mut self, x: Value, axis: usize, indices: &[usize]) -> Result<Value> {
        let from = self.info(&x);
        if from.shape.get(axis).is_none_or(|&size| indices.iter().any(|&i| i >= size)) {
            return Err(misfit(format!("an index lies outside axis {axis} of {:?}", from.shape)));
        }
        self.along(axis, &x);
        // An index takes two elements' memory.
        self.allowance.take_elements(2 * indices.len())?;
        let mut info = from;
        info.shape[axis] = indices.len();
        self.push(Op::Gather { axis, indices: indices.to_vec() }, vec![x], info)
    }

    /// x · scale + shift per channel, as a part of the convolution that made x, if one did and
    /// nothing else reads its output.
    pub fn fold_into_conv(&mut self, x: &Value, scale: &[f32], shift: &[f32]) -> Option<Result<Value>> {
        let Value::Dynamic(id) = x else { return None };
        let step = self.steps.get(*self.producers.get(id)?)?.clone();
        let (Op::Conv(options), [Operand::Value(input), Operand::Constant(w), rest @ ..]) =
            (&step.op, step.inputs.as_slice())
        else {
            return None;
        };
        let weight = &self.constants[*w];
        let per_channel = weight.values.len() / scale.len();
        let values = weight.values.iter().enumerate().map(|(i, v)| v * scale[i / per_channel]).collect();
        let weight = HostTensor::new(Kind::Float, &weight.shape, values);
        let mut bias = shift.to_vec();
        if let [Operand::Constant(b)] = rest {
            bias.iter_mut().zip(scale).zip(self.constants[*b].values.iter()).for_each(|((o, s), b)| *o += s * b);
        }
        let bias = HostTensor::new(Kind::Float, &[bias.len()], bias);
        let (input, options) = (Value::Dynamic(*input), options.clone());
        self.simplified.batch_norms_folded += 1;
        Some(self.conv(input, weight, Some(bias), options))
    }

    /// What went into the primitive that made this tensor, if `is` says so of it and its input's shape; reshapes
    /// between are looked through.
    pub fn before(&self, x: &Value, is: impl Fn(&Op, &[usize]) -> bool) -> Option<Value> {
        let Value::Dynamic(id) = x else { return None };
        let mut id = *id;
        loop {
            let step = self.steps.get(*self.producers.get(&id)?)?;
            let [Operand::Value(input)] = step.inputs.as_slice() else { return None };
            if is(&step.op, &self.infos[*input].shape) {
                return Some(Value::Dynamic(*input));
            }
            if !matches!(step.op, Op::Reshape(_)) {
                return None;
            }
            id = *input;
        }
    }

    // --- inside ---

    fn same_shape(&mut self, op: Op, x: Value) -> Result<Value> {
        let info = self.info(&x);
        self.push(op, vec![x], info)
    }

    fn info(&self, value: &Value) -> Info {
        match value {
            Value::Const(host) => Info { shape: host.shape.clone(), batch_axis: None, kind: host.kind },
            Value::Dynamic(id) => self.infos[*id].clone(),
        }
    }

    fn value(&mut self, info: Info) -> ValueId {
        self.infos.push(info);
        self.infos.len() - 1
    }

    fn lost_batch(&mut self, lost: bool) {
        self.batchable &= !lost;
    }

    /// An operation that mixes the elements along an axis: pictures must not be stacked there.
    fn along(&mut self, axis: usize, x: &Value) {
        let lost = self.info(x).batch_axis == Some(axis);
        self.lost_batch(lost);
    }

    /// Where a tensor's batch axis lies once leading axes are added up to `rank`.
    fn batch_axis_in(&self, value: &Value, rank: usize) -> Option<usize> {
        let info = self.info(value);
        info.batch_axis.map(|axis| axis + rank.saturating_sub(info.shape.len()))
    }

    fn spatial_batch_axis(&mut self, x: &Value) -> Option<usize> {
        let axis = self.info(x).batch_axis;
        self.lost_batch(axis.is_some_and(|a| a != 0));
        axis
    }

    fn broadcast_info(&mut self, a: &Value, b: &Value) -> Result<Info> {
        let (sa, sb) = (self.shape(a), self.shape(b));
        let shape = broadcast_shape(&sa, &sb)
            .ok_or_else(|| misfit(format!("the shapes {sa:?} and {sb:?} do not fit each other")))?;
        let rank = shape.len();
        let axes = (self.batch_axis_in(a, rank), self.batch_axis_in(b, rank));
        let batch_axis = self.merge_axes(&shape, [(a, axes.0), (b, axes.1)]);
        let kind = if self.kind(a) == Kind::Float { Kind::Float } else { self.kind(b) };
        Ok(Info { shape, batch_axis, kind })
    }

    /// The batch axis of an element-wise result; each operand comes with its batch axis in the result's rank.
    fn merge_axes(&mut self, shape: &[usize], operands: [(&Value, Option<usize>); 2]) -> Option<usize> {
        let axis = operands.iter().find_map(|(_, axis)| *axis)?;
        for (value, own) in operands {
            let size = self.shape(value);
            let size = (axis + size.len()).checked_sub(shape.len()).map_or(1, |a| size[a]);
            // What depends on the picture must not be repeated there; what does not must be, for each picture.
            self.lost_batch(match own {
                Some(own) => own != axis || size != shape[axis],
                None => size != 1,
            });
        }
        Some(axis)
    }

    /// Adds a primitive, or computes it at once if all its inputs are known.
    fn push(&mut self, op: Op, inputs: Vec<Value>, info: Info) -> Result<Value> {
        let count = cost::elements(&info.shape)?;
        if info.batch_axis.is_none() && inputs.iter().all(|v| matches!(v, Value::Const(_))) {
            self.simplified.constants_folded += 1;
            return self.fold(&op, &inputs, &info, count).map(Value::Const);
        }
        if count == 0 || inputs.iter().any(|v| self.shape(v).contains(&0)) {
            return Err(unsupported(format!("a tensor without elements, of shape {:?},", info.shape)));
        }
        let inputs = inputs.into_iter().map(|v| self.operand(v)).collect();
        let output = self.value(info);
        self.producers.insert(output, self.steps.len());
        self.steps.push(Step { op, inputs, output, node: self.node.clone() });
        Ok(Value::Dynamic(output))
    }

    /// The result of a primitive on known inputs, computed on the CPU.
    fn fold(&mut self, op: &Op, inputs: &[Value], info: &Info, count: usize) -> Result<HostTensor> {
        self.claim(&info.shape)?;
        let shapes: Vec<Vec<usize>> = inputs.iter().map(|v| self.shape(v)).collect();
        self.allowance.take_work(cost::work(op, &shapes, &info.shape))?;
        if count == 0 {
            return Ok(HostTensor::new(info.kind, &info.shape, vec![]));
        }
        if shapes.iter().any(|shape| shape.contains(&0)) {
            return Err(misfit(format!(
                "a tensor of shape {:?} would be computed from one without elements",
                info.shape
            )));
        }
        let device = Device::flex();
        let arrays =
            inputs.iter().filter_map(|v| if let Value::Const(host) = v { Some(host.upload(&device)) } else { None });
        let (output, _) = op.forward(arrays.collect(), 1, &device);
        // The CPU backend answers a read at once.
        Ok(HostTensor::new(info.kind, &info.shape, pollster::block_on(output.read())?))
    }

    /// Takes the elements of a constant about to be made from what may be allocated at load; how many they are.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Model`] if the shape is absurd or nothing is left.
    pub fn claim(&mut self, shape: &[usize]) -> Result<usize> {
        let count = cost::elements(shape)?;
        self.allowance.take_elements(count)?;
        Ok(count)
    }

    fn operand(&mut self, value: Value) -> Operand {
        match value {
            Value::Dynamic(id) => Operand::Value(id),
            Value::Const(host) => {
                let key = (Arc::as_ptr(&host.values), host.shape.clone());
                let next = self.constants.len();
                let number = *self.constant_numbers.entry(key).or_insert(next);
                if number == next {
                    self.constants.push(host);
                }
                Operand::Constant(number)
            }
        }
    }
}

/// How many windows of this reach fit.
fn windows(padded: usize, reach: usize, stride: usize) -> Result<usize> {
    let room = padded.checked_sub(reach).ok_or_else(|| {
        misfit(format!("a window of {reach} does not fit {padded} pixels; the picture is too small for this model"))
    })?;
    Ok(room / stride + 1)
}

/// The axis of `to` that starts at the same place in memory as `axis` of `from`.
fn same_prefix(from: &[usize], axis: usize, to: &[usize]) -> Option<usize> {
    let before: usize = from[..axis].iter().product();
    (0..to.len()).find(|&j| to[..j].iter().product::<usize>() == before)
}
