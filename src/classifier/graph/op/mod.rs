//! The typed operators: about twenty differentiable primitives, forward and backward.
//!
//! ONNX has many operators. [`lower`](crate::classifier::lower) composes each of them from these primitives, so only
//! these need a vector–Jacobian product, and only these need to be fast. Shapes are those of one *unit* of the batch
//! that the file fixes (usually one picture). If a primitive carries a shape, the batch axis in it is scaled when more
//! pictures are run (see [`Scaled`]).

mod backward;
mod forward;

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
    /// Returns the dimensions for `units` units.
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

/// A primitive, with one output.
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
    /// y = x^p, for x ≥ 0 or a whole p.
    PowScalar(f32),
    /// y = min(max(x, low), high).
    Clamp { low: f32, high: f32 },
    /// y = a ∘ b.
    Binary(Binary),
    /// A comparison: 1 where it holds, 0 elsewhere; no gradient.
    Compare(Comparison),
    /// a where the condition is not zero, and b elsewhere. The inputs are the condition, a and b, all of one shape.
    Where,
    /// Matrix product over the last two axes.
    MatMul,
    /// Convolution. The inputs are x, constant weights, and an optional constant bias.
    Conv(ConvOptions<2>),
    /// Transposed convolution. The inputs are those of [`Op::Conv`].
    ConvTranspose(ConvTransposeOptions<2>),
    /// Maximum of windows with symmetric padding.
    MaxPool(Window),
    /// Mean of windows with symmetric padding, which counts in the mean.
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
    /// The axes in another order.
    Permute(Vec<usize>),
    /// Repeats axes of size 1.
    Broadcast(Scaled),
    /// A slice, given by (start, end, step) on each axis. The batch axis is always taken whole.
    Slice { ranges: Vec<(usize, usize, usize)>, batch_axis: Option<usize> },
    /// Constant padding.
    Pad { pads: Vec<(usize, usize)>, value: f32 },
    /// The inputs joined along an axis.
    Concat(usize),
    /// Slices at fixed indices of an axis.
    Gather { axis: usize, indices: Vec<usize> },
}

/// What the backward pass of a step needs besides the gradient of its output.
#[derive(Debug, Default)]
pub struct Saved {
    /// The inputs that the backward pass reads ([`Op::needs_input`]).
    pub inputs: Vec<Option<Array>>,
    /// The shapes of the inputs.
    pub shapes: Vec<Vec<usize>>,
    /// The output, if the backward pass reads it ([`Op::needs_output`]).
    pub output: Option<Array>,
    /// The places of the maxima, for pooling.
    pub indices: Option<PoolIndices>,
}

impl Op {
    /// Returns whether the backward pass reads the input at this position.
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

    /// Returns whether the backward pass reads the output.
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
}

fn affine(x: Array, scale: f32, shift: f32) -> Array {
    let x = if scale == 1.0 { x } else { x.mul_scalar(scale) };
    if shift == 0.0 { x } else { x.add_scalar(shift) }
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
