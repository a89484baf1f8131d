//! The output of each primitive.

use burn::tensor::Device;

use super::{Binary, Op, Reduction, affine, scaled_ranges};
use crate::array::{Array, Comparison, PoolIndices, Unary};

impl Op {
    /// Returns the output for these inputs, and for a maximum over windows the places of the maxima. `units` is the
    /// number of units of the file's batch that run at once.
    pub fn forward(&self, mut inputs: Vec<Array>, units: usize, device: &Device) -> (Array, Option<PoolIndices>) {
        if let Op::MaxPool(window) = self {
            let (output, indices) = inputs.swap_remove(0).max_pool2d(window);
            return (output, Some(indices));
        }
        (self.compute(inputs, units, device), None)
    }

    fn compute(&self, inputs: Vec<Array>, units: usize, device: &Device) -> Array {
        if let Op::Concat(axis) = self {
            return Array::concat(inputs, *axis);
        }
        let mut inputs = inputs.into_iter();
        let mut next = || inputs.next().expect("lowering gives each primitive its inputs");
        let x = next();
        match self {
            Op::Unary(f) => x.unary(*f),
            Op::RoundThrough => x.unary(Unary::Round),
            Op::Detach => x,
            Op::Affine { scale, shift } => affine(x, *scale, *shift),
            Op::PowScalar(p) => x.pow_scalar(*p),
            Op::Clamp { low, high } => x.clamp(*low, *high),
            Op::Binary(op) => binary(*op, x, next()),
            Op::Compare(comparison) => x.compare(*comparison, next()),
            Op::Where => Array::select_where(x, next(), next()),
            Op::MatMul => x.matmul(next()),
            Op::Conv(options) => x.conv2d(next(), inputs.next(), options.clone()),
            Op::ConvTranspose(options) => x.conv_transpose2d(next(), inputs.next(), options.clone()),
            Op::AvgPool(window) => x.avg_pool2d(window),
            Op::Softmax(axis) => x.softmax(*axis),
            Op::LogSoftmax(axis) => x.log_softmax(*axis),
            Op::Reduce { reduction, first, last } => reduce(x, *reduction, *first, *last),
            Op::ArgMax(axis) => x.argmax_axis(*axis),
            Op::Reshape(target) => x.reshape(&target.at(units)),
            Op::Permute(axes) => x.permute(axes),
            Op::Broadcast(target) => x.broadcast(&target.at(units)),
            Op::Slice { ranges, batch_axis } => x.slice(&scaled_ranges(ranges, *batch_axis, units)),
            Op::Pad { pads, value } => x.pad(pads, *value),
            Op::Gather { axis, indices } => x.gather(*axis, indices, device),
            Op::Concat(_) | Op::MaxPool(_) => unreachable!("handled above"),
        }
    }
}

fn binary(op: Binary, a: Array, b: Array) -> Array {
    match op {
        Binary::Add => a.add(b),
        Binary::Sub => a.sub(b),
        Binary::Mul => a.mul(b),
        Binary::Div => a.div(b),
        Binary::Pow => a.pow(b),
        Binary::Max => larger(a, b),
        // min(a, b) = −max(−a, −b)
        Binary::Min => larger(a.unary(Unary::Neg), b.unary(Unary::Neg)).unary(Unary::Neg),
    }
}

fn larger(a: Array, b: Array) -> Array {
    // max(a, b) = b + relu(a − b) loses precision, so the larger is chosen.
    let shape = crate::array::broadcast_shape(&a.shape(), &b.shape()).expect("lowering checked it");
    let (a, b) = (a.broadcast(&shape), b.broadcast(&shape));
    Array::select_where(a.clone().compare(Comparison::Greater, b.clone()), a, b)
}

/// Reduces the axes `first..=last`. They are merged first, which takes one kernel instead of one for each axis.
fn reduce(x: Array, reduction: Reduction, first: usize, last: usize) -> Array {
    let shape = x.shape();
    let mut merged = shape[..first].to_vec();
    merged.push(shape[first..=last].iter().product());
    merged.extend(&shape[last + 1..]);
    let mut kept = shape.clone();
    kept[first..=last].fill(1);
    let x = x.reshape(&merged);
    let reduced = match reduction {
        Reduction::Sum => x.sum_axis(first),
        Reduction::Mean => x.mean_axis(first),
        Reduction::Max => x.max_axis(first),
        Reduction::Prod => x.prod_axis(first),
    };
    reduced.reshape(&kept)
}
