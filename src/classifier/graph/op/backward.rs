//! The vector–Jacobian product of each primitive.

use burn::tensor::Device;
use burn::tensor::ops::{ConvOptions, ConvTransposeOptions};

use super::{Binary, Op, Reduction, Saved, affine, scaled_ranges};
use crate::array::{Array, Comparison, Unary};

impl Op {
    /// Returns the gradient with respect to the input at `position`, given the gradient of the output; `None` if it is
    /// zero.
    pub fn backward(
        &self,
        position: usize,
        saved: &Saved,
        gradient: Array,
        units: usize,
        device: &Device,
    ) -> Option<Array> {
        let input = |i: usize| saved.inputs[i].clone().expect("needs_input keeps it");
        let output = || saved.output.clone().expect("needs_output keeps it");
        let shape = &saved.shapes[position];
        let shape_only = || Array::of_shape(shape, device);
        Some(match self {
            Op::Unary(f) => return unary_backward(*f, || input(0), output, gradient),
            Op::RoundThrough => gradient,
            Op::Affine { scale, .. } => affine(gradient, *scale, 0.0),
            Op::PowScalar(p) => gradient.mul(input(0).pow_scalar(p - 1.0).mul_scalar(*p)),
            Op::Clamp { low, high } => input(0).clamp_backward(*low, *high, gradient),
            Op::Binary(op) => binary_backward(*op, position, input, output, gradient)?.reduce_to(shape),
            Op::Compare(_) | Op::ArgMax(_) | Op::Detach => return None,
            Op::Where if position == 0 => return None,
            Op::Where => gradient.mul(chosen(input(0), position == 1)),
            Op::MatMul => matmul_backward(position, input(1 - position), gradient).reduce_to(shape),
            Op::Conv(options) => Array::conv2d_input_gradient(shape_only(), input(1), gradient, options.clone()),
            Op::ConvTranspose(options) => gradient.conv2d(input(1), None, transposed(options)),
            Op::MaxPool(window) => Array::max_pool2d_backward(
                shape_only(),
                window,
                gradient,
                saved.indices.clone().expect("forward keeps it"),
            ),
            Op::AvgPool(window) => Array::avg_pool2d_backward(shape_only(), window, gradient),
            Op::Softmax(axis) => softmax_backward(output(), *axis, gradient),
            Op::LogSoftmax(axis) => {
                let total = gradient.clone().sum_axis(*axis);
                gradient.sub(output().unary(Unary::Exp).mul(total))
            }
            Op::Reduce { reduction, .. } => reduce_backward(*reduction, shape, || input(0), output, gradient),
            Op::Reshape(_) => gradient.reshape(shape),
            Op::Permute(axes) => gradient.permute(&inverse(axes)),
            Op::Broadcast(_) => gradient.reduce_to(shape),
            Op::Slice { ranges, batch_axis } => {
                Array::full(shape, 0.0, device).slice_assign(&scaled_ranges(ranges, *batch_axis, units), gradient)
            }
            Op::Pad { pads, .. } => {
                let ranges: Vec<_> = pads.iter().zip(shape).map(|(pad, size)| (pad.0, pad.0 + size, 1)).collect();
                gradient.slice(&ranges)
            }
            Op::Concat(axis) => {
                let start: usize = saved.shapes[..position].iter().map(|s| s[*axis]).sum();
                let mut ranges: Vec<_> = shape.iter().map(|&size| (0, size, 1)).collect();
                ranges[*axis] = (start, start + shape[*axis], 1);
                gradient.slice(&ranges)
            }
            Op::Gather { axis, indices } => {
                Array::full(shape, 0.0, device).gather_add(*axis, indices, gradient, device)
            }
        })
    }
}

/// Returns the condition as 0 and 1, or its complement.
fn chosen(condition: Array, holds: bool) -> Array {
    let zero = condition.compare_scalar(Comparison::Equal, 0.0);
    if holds { affine(zero, -1.0, 1.0) } else { zero }
}

fn unary_backward(f: Unary, x: impl Fn() -> Array, y: impl Fn() -> Array, g: Array) -> Option<Array> {
    Some(match f {
        Unary::Abs => g.mul(x().unary(Unary::Sign)),
        Unary::Cos => g.mul(x().unary(Unary::Sin)).unary(Unary::Neg),
        // d erf / dx = 2/√π · exp(−x²)
        Unary::Erf => {
            let x = x();
            let bell = x.clone().mul(x).unary(Unary::Neg).unary(Unary::Exp);
            g.mul(bell.mul_scalar(std::f32::consts::FRAC_2_SQRT_PI))
        }
        Unary::Exp => g.mul(y()),
        Unary::Log => g.div(x()),
        Unary::Neg => g.unary(Unary::Neg),
        Unary::Reciprocal => {
            let y = y();
            g.mul(y.clone().mul(y)).unary(Unary::Neg)
        }
        Unary::Relu => y().relu_backward(g),
        Unary::Sigmoid => {
            let y = y();
            g.mul(y.clone().mul(affine(y, -1.0, 1.0)))
        }
        Unary::Sin => g.mul(x().unary(Unary::Cos)),
        Unary::Sqrt => g.div(y().mul_scalar(2.0)),
        Unary::Tanh => {
            let y = y();
            g.mul(affine(y.clone().mul(y), -1.0, 1.0))
        }
        Unary::Ceil | Unary::Floor | Unary::Round | Unary::Sign | Unary::Trunc => return None,
    })
}

fn binary_backward(
    op: Binary,
    position: usize,
    x: impl Fn(usize) -> Array,
    y: impl Fn() -> Array,
    g: Array,
) -> Option<Array> {
    let first = position == 0;
    Some(match op {
        Binary::Add => g,
        Binary::Sub if first => g,
        Binary::Sub => g.unary(Unary::Neg),
        Binary::Mul => g.mul(x(1 - position)),
        Binary::Div if first => g.div(x(1)),
        // d(a/b)/db = −a / b²
        Binary::Div => g.mul(x(0)).div(x(1).clone().mul(x(1))).unary(Unary::Neg),
        // d(a^b)/da = b · a^(b−1)
        Binary::Pow if first => g.mul(x(1).mul(x(0).pow(x(1).add_scalar(-1.0)))),
        // d(a^b)/db = a^b · ln a
        Binary::Pow => g.mul(y().mul(x(0).unary(Unary::Log))),
        Binary::Max | Binary::Min => {
            let (mine, other) = (x(position), x(1 - position));
            let wins = match (op, first) {
                (Binary::Max, true) => mine.compare(Comparison::Greater, other),
                (Binary::Max, false) => mine.compare(Comparison::GreaterOrEqual, other),
                (_, true) => mine.compare(Comparison::Less, other),
                (_, false) => mine.compare(Comparison::LessOrEqual, other),
            };
            g.mul(wins)
        }
    })
}

fn swap_last(x: Array) -> Array {
    let rank = x.rank();
    let mut axes: Vec<usize> = (0..rank).collect();
    axes.swap(rank - 2, rank - 1);
    x.permute(&axes)
}

fn matmul_backward(position: usize, other: Array, gradient: Array) -> Array {
    if position == 0 { gradient.matmul(swap_last(other)) } else { swap_last(other).matmul(gradient) }
}

fn softmax_backward(y: Array, axis: usize, g: Array) -> Array {
    let mean = g.clone().mul(y.clone()).sum_axis(axis);
    y.mul(g.sub(mean))
}

fn reduce_backward(
    reduction: Reduction,
    shape: &[usize],
    x: impl Fn() -> Array,
    y: impl Fn() -> Array,
    g: Array,
) -> Array {
    let count = shape.iter().product::<usize>() as f32 / g.len() as f32;
    match reduction {
        Reduction::Sum => g.broadcast(shape),
        Reduction::Mean => g.mul_scalar(1.0 / count).broadcast(shape),
        // Ties do not share the gradient. Each maximum gets all of it, where a subgradient would divide it among them.
        Reduction::Max => x().compare(Comparison::Equal, y()).mul(g),
        Reduction::Prod => g.mul(y()).div(x()),
    }
}

fn inverse(axes: &[usize]) -> Vec<usize> {
    let mut inverse = vec![0; axes.len()];
    for (to, &from) in axes.iter().enumerate() {
        inverse[from] = to;
    }
    inverse
}

/// Returns the options of the adjoint of a transposed convolution, which is the convolution with the same weights.
fn transposed(options: &ConvTransposeOptions<2>) -> ConvOptions<2> {
    ConvOptions::new(options.stride, options.padding, options.dilation, options.groups)
}
