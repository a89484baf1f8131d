//! The typed operators: about twenty differentiable primitives, forward and backward.
//!
//! ONNX has many operators; [`lower`](crate::classifier::lower) composes each from these, so that only these need a
//! vector-Jacobian product and only these need to be fast. Shapes are those of one *unit* of the
//! batch the file fixes (usually one picture); where a primitive carries a shape, the batch axis in it
//! is scaled when more pictures are run (see [`Scaled`]).

use burn::tensor::Device;
use burn::tensor::ops::{ConvOptions, ConvTransposeOptions};

use crate::array::{Array, Comparison, PoolIndices, Unary, Window};

/// A shape in which one axis grows with the number of pictures run at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scaled {
    /// The dimensions for one unit of the batch.
    pub shape: Vec<usize>,
    /// The axis that grows, if the tensor depends on the picture.
    pub batch_axis: Option<usize>,
}

impl Scaled {
    /// The dimensions for `units` units.
    pub fn at(&self, units: usize) -> Vec<usize> {
        let mut shape = self.shape.clone();
        if let Some(axis) = self.batch_axis {
            shape[axis] *= units;
        }
        shape
    }
}

/// An element-wise function of two variables, with broadcasting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Binary {
    Add,
    Sub,
    Mul,
    Div,
    Pow,
    Max,
    Min,
}

/// A reduction. The reduced axes stay, with size 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Reduction {
    Sum,
    Mean,
    Max,
    Prod,
}

/// A primitive. Each has one output.
#[derive(Clone, Debug)]
pub enum Op {
    /// y = f(x).
    Unary(Unary),
    /// y = round(x), with the gradient of the identity (straight-through), for quantised graphs.
    RoundThrough,
    /// y = x, with no gradient.
    Detach,
    /// y = scale · x + shift.
    Affine { scale: f32, shift: f32 },
    /// y = x^p for x ≥ 0, or a whole p.
    PowScalar(f32),
    /// y = min(max(x, low), high).
    Clamp { low: f32, high: f32 },
    /// y = a ∘ b.
    Binary(Binary),
    /// 1 where it holds; no gradient.
    Compare(Comparison),
    /// a where the condition is not zero, b elsewhere; inputs: condition, a, b, of one shape.
    Where,
    /// Matrix product of the last two axes.
    MatMul,
    /// Convolution; inputs: x, constant weights, optional constant bias.
    Conv(ConvOptions<2>),
    /// Transposed convolution; inputs as [`Op::Conv`].
    ConvTranspose(ConvTransposeOptions<2>),
    /// Maximum of windows with symmetric padding.
    MaxPool(Window),
    /// Mean of windows with symmetric padding that counts.
    AvgPool(Window),
    /// Softmax over an axis.
    Softmax(usize),
    /// Log-softmax over an axis.
    LogSoftmax(usize),
    /// Reduction over neighbouring axes `first..=last`.
    Reduce { reduction: Reduction, first: usize, last: usize },
    /// Index of the maximum; no gradient.
    ArgMax(usize),
    /// The same values in another shape.
    Reshape(Scaled),
    /// Axes in another order.
    Permute(Vec<usize>),
    /// Repeats axes of size 1.
    Broadcast(Scaled),
    /// A part: (start, end, step) per axis; the batch axis is always taken whole.
    Slice { ranges: Vec<(usize, usize, usize)>, batch_axis: Option<usize> },
    /// Constant padding.
    Pad { pads: Vec<(usize, usize)>, value: f32 },
    /// One after the other along an axis.
    Concat(usize),
    /// Slices at fixed indices of an axis.
    Gather { axis: usize, indices: Vec<usize> },
}

/// What the backward pass of a step needs besides the gradient of its output.
#[derive(Debug, Default)]
pub struct Saved {
    /// The inputs, where [`Op::needs_input`].
    pub inputs: Vec<Option<Array>>,
    /// The shapes of the inputs.
    pub shapes: Vec<Vec<usize>>,
    /// The output, where [`Op::needs_output`].
    pub output: Option<Array>,
    /// Where the maxima were, for pooling.
    pub indices: Option<PoolIndices>,
}

impl Op {
    /// Whether the backward pass reads the input at this position.
    pub fn needs_input(&self, position: usize) -> bool {
        match self {
            Op::Unary(f) => matches!(f, Unary::Abs | Unary::Cos | Unary::Erf | Unary::Log | Unary::Sin),
            Op::PowScalar(_) | Op::Clamp { .. } | Op::Reduce { reduction: Reduction::Max | Reduction::Prod, .. } => {
                true
            }
            Op::Binary(op) => !matches!(op, Binary::Add | Binary::Sub),
            Op::MatMul => true,
            Op::Where => position == 0,
            Op::Conv(_) | Op::ConvTranspose(_) => position == 1,
            _ => false,
        }
    }

    /// Whether the backward pass reads the output.
    pub fn needs_output(&self) -> bool {
        match self {
            Op::Unary(f) => {
                matches!(f, Unary::Exp | Unary::Reciprocal | Unary::Relu | Unary::Sigmoid | Unary::Sqrt | Unary::Tanh)
            }
            Op::Softmax(_) | Op::LogSoftmax(_) => true,
            Op::Binary(Binary::Pow) => true,
            Op::Reduce { reduction, .. } => matches!(reduction, Reduction::Max | Reduction::Prod),
            _ => false,
        }
    }

    /// The output for these inputs. `units` says how many units of the file's batch are run at once.
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

    /// The gradient with respect to the input at `position`, given that of the output; `None` where it is zero.
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

fn affine(x: Array, scale: f32, shift: f32) -> Array {
    let x = if scale == 1.0 { x } else { x.mul_scalar(scale) };
    if shift == 0.0 { x } else { x.add_scalar(shift) }
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
    // max(a, b) = b + relu(a − b) loses precision; choose instead.
    let shape = crate::array::broadcast_shape(&a.shape(), &b.shape()).expect("lowering checked it");
    let (a, b) = (a.broadcast(&shape), b.broadcast(&shape));
    Array::select_where(a.clone().compare(Comparison::Greater, b.clone()), a, b)
}

/// The condition as 0 and 1, or its complement.
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

/// Merges the reduced axes into one first: one kernel instead of one per axis.
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
        // Ties share nothing: each maximum gets the whole gradient, as a subgradient may.
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

/// The adjoint of a transposed convolution is the convolution with the same weights.
fn transposed(options: &ConvTransposeOptions<2>) -> ConvOptions<2> {
    ConvOptions::new(options.stride, options.padding, options.dilation, options.groups)
}

fn scaled_ranges(
    ranges: &[(usize, usize, usize)],
    batch_axis: Option<usize>,
    units: usize,
) -> Vec<(usize, usize, usize)> {
    let mut ranges = ranges.to_vec();
    if let Some(axis) = batch_axis {
        ranges[axis].1 *= units;
    }
    ranges
}
