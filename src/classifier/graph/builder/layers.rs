//! Matrix products, convolutions with known weights, and pooling.

use burn::tensor::ops::{ConvOptions, ConvTransposeOptions};

use super::super::ir::{Info, Operand, Value};
use super::super::op::Op;
use super::Builder;
use crate::array::{Window, broadcast_shape};
use crate::classifier::host::{HostTensor, Kind};
use crate::classifier::refusal::misfit;
use crate::error::Result;

impl Builder {
    /// Adds the matrix product over the last two axes. Both operands have rank ≥ 2, and their leading axes are
    /// broadcast.
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
            // The batch axis runs over the rows of a or the columns of b. If the other operand is fixed, each row or
            // column stays with its own picture.
            Some(axis) if axis + 2 >= rank => {
                self.lost_batch(axes.0.is_some() && axes.1.is_some());
                Some(axis)
            }
            _ => self.merge_axes(&shape, [(&a, axes.0), (&b, axes.1)]),
        };
        self.push(Op::MatMul, vec![a, b], Info { shape, batch_axis, kind: Kind::Float })
    }

    /// Adds the convolution of `[N, C, H, W]` with known weights `[O, C / groups, kh, kw]`.
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

    /// Adds the transposed convolution of `[N, C, H, W]` with known weights `[C, O / groups, kh, kw]`.
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

    /// Adds the maximum of windows over `[N, C, H, W]`, with symmetric padding.
    pub fn max_pool(&mut self, x: Value, window: Window) -> Result<Value> {
        let info = self.pool_info(&x, &window)?;
        self.push(Op::MaxPool(window), vec![x], info)
    }

    /// Adds the mean of windows over `[N, C, H, W]`, with symmetric padding that counts in the mean.
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

    /// Folds x · scale + shift per channel into the convolution that computed x, if x comes from a convolution. The
    /// caller must know that nothing else reads x.
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
}

/// Returns the number of windows of this reach that fit along an axis of `padded` pixels.
fn windows(padded: usize, reach: usize, stride: usize) -> Result<usize> {
    let room = padded.checked_sub(reach).ok_or_else(|| {
        misfit(format!("a window of {reach} does not fit {padded} pixels; the picture is too small for this model"))
    })?;
    Ok(room / stride + 1)
}
