//! The rank-free tensor that the classifier and the mask compute with.
//!
//! Burn's public `Tensor<D>` fixes the rank in the type; a graph read from a file has ranks known
//! only at run time. [`Array`] is a thin handle on Burn's dispatch tensor (feature `extension`), so
//! one value type serves every operator on every device, and the backward kernels Burn keeps for its
//! own autodiff (`conv2d_x_backward`, pooling) can be called directly. Everything is `f32`:
//! integers and booleans that depend on the picture are carried as exact floats.
//!
//! This is the only file that names Burn's dispatch layer.

use burn::backend::ops::{ActivationOps, FloatTensorOps, ModuleOps, TransactionOps, TransactionPrimitive};
use std::sync::Arc;

use burn::backend::flex::FlexTensor;
use burn::backend::{BackendTensor, Dispatch, DispatchTensor, DispatchTensorKind, TensorMetadata};
use burn::tensor::ops::{ConvOptions, ConvTransposeOptions, PadMode};
use burn::tensor::{Bool, Device, FloatDType, IntDType, Scalar, Shape, Slice, Tensor, TensorData};

use crate::error::{Error, ErrorKind, Result};
use vanish_kernels::convolution::{self, Convolution};
use vanish_kernels::pooling::{self, Windows};
use vanish_kernels::rectifier;

/// An `f32` tensor of any rank on a device. Cloning shares the memory.
#[derive(Clone, Debug)]
pub struct Array(DispatchTensor);

/// Kernel, stride and the like of a two-dimensional pooling window, in (height, width) order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Size of the window.
    pub kernel: [usize; 2],
    /// Step between windows.
    pub stride: [usize; 2],
    /// Padding before each axis.
    pub pad_begin: [usize; 2],
    /// Padding after each axis.
    pub pad_end: [usize; 2],
    /// Step between the elements inside a window.
    pub dilation: [usize; 2],
}

/// Where each maximum of a pooling came from; its backward pass needs it.
#[derive(Clone, Debug)]
pub struct PoolIndices(Indices);

#[derive(Clone, Debug)]
enum Indices {
    Device(Box<DispatchTensor>),
    Host(Arc<Vec<u32>>),
}

/// An element-wise function of one variable.
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum Unary {
    Abs,
    Ceil,
    Cos,
    Erf,
    Exp,
    Floor,
    Log,
    Neg,
    Reciprocal,
    Relu,
    Round,
    Sigmoid,
    Sign,
    Sin,
    Sqrt,
    Tanh,
    Trunc,
}

/// The comparison that [`Array::compare`] makes; the result is 1 where it holds and 0 elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Comparison {
    Equal,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
}

// Not the operator traits: with broadcasting and in chains of other methods `a.add(b)` reads better, and
// a by-value `+` would suggest arithmetic on numbers.
#[allow(clippy::should_implement_trait)]
impl Array {
    /// A tensor of these values.
    ///
    /// # Panics
    /// If the number of values is not the product of the shape: callers build both together.
    pub fn new(values: Vec<f32>, shape: &[usize], device: &Device) -> Self {
        assert_eq!(values.len(), shape.iter().product::<usize>(), "values do not fill {shape:?}");
        Self(Dispatch::float_from_data(TensorData::new(values, shape.to_vec()), device.as_dispatch()))
    }

    /// A tensor filled with one value.
    pub fn full(shape: &[usize], value: f32, device: &Device) -> Self {
        let shape = Shape::from(shape.to_vec());
        Self(Dispatch::float_full(shape, Scalar::Float(value.into()), device.as_dispatch(), FloatDType::F32))
    }

    /// The dimensions.
    pub fn shape(&self) -> Vec<usize> {
        self.0.shape().iter().copied().collect()
    }

    /// The number of dimensions.
    pub fn rank(&self) -> usize {
        self.0.shape().num_dims()
    }

    /// The device it lives on.
    pub fn device(&self) -> Device {
        Tensor::<1>::from_dispatch(Dispatch::float_reshape(self.0.clone(), Shape::from(vec![self.len()]))).device()
    }

    /// The number of elements.
    pub fn len(&self) -> usize {
        self.0.shape().num_elements()
    }

    /// Whether there is no element.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The values, row by row, once the device has computed them.
    ///
    /// # Errors
    /// [`ErrorKind::Device`] if the device failed or was lost.
    pub async fn read(self) -> Result<Vec<f32>> {
        Ok(read_all(vec![self]).await?.remove(0))
    }

    // --- element-wise ---

    /// Applies a function to each element.
    #[must_use]
    pub fn unary(self, function: Unary) -> Self {
        if let (Unary::Relu, Some(x)) = (function, self.host()) {
            return Self::on_host(rectifier::limit(numbers(&x), 0.0, f32::INFINITY), self.shape());
        }
        let x = self.0;
        Self(match function {
            Unary::Abs => Dispatch::float_abs(x),
            Unary::Ceil => Dispatch::float_ceil(x),
            Unary::Cos => Dispatch::float_cos(x),
            Unary::Erf => Dispatch::float_erf(x),
            Unary::Exp => Dispatch::float_exp(x),
            Unary::Floor => Dispatch::float_floor(x),
            Unary::Log => Dispatch::float_log(x),
            Unary::Neg => Dispatch::float_neg(x),
            Unary::Reciprocal => Dispatch::float_recip(x),
            Unary::Relu => Dispatch::relu(x),
            Unary::Round => Dispatch::float_round(x),
            Unary::Sigmoid => Dispatch::sigmoid(x),
            Unary::Sign => Dispatch::float_sign(x),
            Unary::Sin => Dispatch::float_sin(x),
            Unary::Sqrt => Dispatch::float_sqrt(x),
            Unary::Tanh => Dispatch::float_tanh(x),
            Unary::Trunc => Dispatch::float_trunc(x),
        })
    }

    /// Sum, with broadcasting.
    #[must_use]
    pub fn add(self, other: Self) -> Self {
        let (a, b) = aligned(self, other);
        Self(Dispatch::float_add(a, b))
    }

    /// Difference, with broadcasting.
    #[must_use]
    pub fn sub(self, other: Self) -> Self {
        let (a, b) = aligned(self, other);
        Self(Dispatch::float_sub(a, b))
    }

    /// Product, with broadcasting.
    #[must_use]
    pub fn mul(self, other: Self) -> Self {
        let (a, b) = aligned(self, other);
        Self(Dispatch::float_mul(a, b))
    }

    /// Quotient, with broadcasting.
    #[must_use]
    pub fn div(self, other: Self) -> Self {
        let (a, b) = aligned(self, other);
        Self(Dispatch::float_div(a, b))
    }

    /// Power, with broadcasting.
    #[must_use]
    pub fn pow(self, exponent: Self) -> Self {
        let (a, b) = aligned(self, exponent);
        Self(Dispatch::float_powf(a, b))
    }

    /// Adds a number to each element.
    #[must_use]
    pub fn add_scalar(self, value: f32) -> Self {
        Self(Dispatch::float_add_scalar(self.0, Scalar::Float(value.into())))
    }

    /// Multiplies each element by a number.
    #[must_use]
    pub fn mul_scalar(self, value: f32) -> Self {
        Self(Dispatch::float_mul_scalar(self.0, Scalar::Float(value.into())))
    }

    /// Raises each element to a power.
    #[must_use]
    pub fn pow_scalar(self, exponent: f32) -> Self {
        Self(Dispatch::float_powf_scalar(self.0, Scalar::Float(exponent.into())))
    }

    /// Limits each element to `[low, high]`.
    #[must_use]
    pub fn clamp(self, low: f32, high: f32) -> Self {
        if let Some(x) = self.host() {
            return Self::on_host(rectifier::limit(numbers(&x), low, high), self.shape());
        }
        Self(Dispatch::float_clamp(self.0, Scalar::Float(low.into()), Scalar::Float(high.into())))
    }

    /// The gradient of a rectifier: `gradient` where this, its output, is positive, 0 elsewhere.
    #[must_use]
    pub fn relu_backward(self, gradient: Self) -> Self {
        let found = self.limit_gradient_on_host(0.0, f32::INFINITY, &gradient);
        found.unwrap_or_else(|| Self(Dispatch::relu_backward(self.0, gradient.0)))
    }

    /// The gradient of [`Array::clamp`]: `gradient` where this, its input, is between the limits, 0 elsewhere.
    #[must_use]
    pub fn clamp_backward(self, low: f32, high: f32, gradient: Self) -> Self {
        if let Some(found) = self.limit_gradient_on_host(low, high, &gradient) {
            return found;
        }
        let above = self.clone().compare_scalar(Comparison::Greater, low);
        gradient.mul(above.mul(self.compare_scalar(Comparison::Less, high)))
    }

    /// 1 where the comparison holds, 0 elsewhere, with broadcasting.
    #[must_use]
    pub fn compare(self, comparison: Comparison, other: Self) -> Self {
        let shape = broadcast_shape(&self.shape(), &other.shape()).expect("compared shapes broadcast");
        let (a, b) = (self.broadcast(&shape).flat(), other.broadcast(&shape).flat());
        let holds = match comparison {
            Comparison::Equal => a.equal(b),
            Comparison::Greater => a.greater(b),
            Comparison::GreaterOrEqual => a.greater_equal(b),
            Comparison::Less => a.lower(b),
            Comparison::LessOrEqual => a.lower_equal(b),
        };
        Self::from_bool(holds, &shape)
    }

    /// 1 where the comparison with a number holds, 0 elsewhere.
    #[must_use]
    pub fn compare_scalar(self, comparison: Comparison, value: f32) -> Self {
        let shape = self.shape();
        let a = self.flat();
        let holds = match comparison {
            Comparison::Equal => a.equal_elem(value),
            Comparison::Greater => a.greater_elem(value),
            Comparison::GreaterOrEqual => a.greater_equal_elem(value),
            Comparison::Less => a.lower_elem(value),
            Comparison::LessOrEqual => a.lower_equal_elem(value),
        };
        Self::from_bool(holds, &shape)
    }

    /// `a` where `condition` is not zero, `b` elsewhere; all three of one shape.
    #[must_use]
    pub fn select_where(condition: Self, a: Self, b: Self) -> Self {
        let shape = a.shape();
        let holds = condition.flat().not_equal_elem(0.0);
        Self(b.flat().mask_where(holds, a.flat()).into_dispatch()).reshape(&shape)
    }

    // --- linear algebra ---

    /// Matrix product of the last two axes; the leading axes broadcast.
    #[must_use]
    pub fn matmul(self, other: Self) -> Self {
        let (a, b) = aligned(self, other);
        Self(Dispatch::float_matmul(a, b))
    }

    /// Softmax over an axis.
    #[must_use]
    pub fn softmax(self, axis: usize) -> Self {
        Self(Dispatch::softmax(self.0, axis))
    }

    /// Logarithm of the softmax over an axis.
    #[must_use]
    pub fn log_softmax(self, axis: usize) -> Self {
        Self(Dispatch::log_softmax(self.0, axis))
    }

    // --- convolution and pooling, `[N, C, H, W]` ---

    /// Convolution with weights `[O, C / groups, kh, kw]`.
    #[must_use]
    pub fn conv2d(self, weight: Self, bias: Option<Self>, options: ConvOptions<2>) -> Self {
        let Some(x) = self.host() else {
            return Self(Dispatch::conv2d(self.0, weight.0, bias.map(|b| b.0), options));
        };
        let shapes = convolution(&self.shape(), &weight.shape(), &options);
        let (weight, bias) = (weight.host().expect(ONE_DEVICE), bias.map(|b| b.host().expect(ONE_DEVICE)));
        let y = convolution::forward(&shapes, numbers(&x), numbers(&weight), bias.as_ref().map(numbers));
        Self::on_host(y, vec![shapes.batch, shapes.out_channels, shapes.output[0], shapes.output[1]])
    }

    /// Gradient of [`Array::conv2d`] with respect to its input; only `input`'s shape is used.
    #[must_use]
    pub fn conv2d_input_gradient(input: Self, weight: Self, gradient: Self, options: ConvOptions<2>) -> Self {
        let Some(given) = gradient.host() else {
            return Self(Dispatch::conv2d_x_backward(input.0, weight.0, gradient.0, options));
        };
        let shape = input.shape();
        let shapes = convolution(&shape, &weight.shape(), &options);
        let weight = weight.host().expect(ONE_DEVICE);
        Self::on_host(convolution::input_gradient(&shapes, numbers(&weight), numbers(&given)), shape)
    }

    /// Transposed convolution with weights `[C, O / groups, kh, kw]`.
    #[must_use]
    pub fn conv_transpose2d(self, weight: Self, bias: Option<Self>, options: ConvTransposeOptions<2>) -> Self {
        Self(Dispatch::conv_transpose2d(self.0, weight.0, bias.map(|b| b.0), options))
    }

    /// Maximum of each window, and where it was. Padding is symmetric.
    #[must_use]
    pub fn max_pool2d(self, window: &Window) -> (Self, PoolIndices) {
        let Window { kernel, stride, pad_begin, dilation, .. } = *window;
        let Some(x) = self.host() else {
            let pooled =
                Dispatch::max_pool2d_with_indices(self.0, kernel, stride, pad_begin, dilation, false, IntDType::I32);
            return (Self(pooled.output), PoolIndices(Indices::Device(Box::new(pooled.indices))));
        };
        let shape = self.shape();
        let output = [0, 1].map(|axis| {
            let padded = shape[2 + axis] + 2 * pad_begin[axis];
            windows(padded, kernel[axis], stride[axis], dilation[axis])
        });
        let over = Windows { input: [shape[2], shape[3]], output, kernel, stride, dilation, pad: pad_begin };
        let (values, indices) = pooling::max(&over, numbers(&x));
        let pooled = Self::on_host(values, vec![shape[0], shape[1], output[0], output[1]]);
        (pooled, PoolIndices(Indices::Host(Arc::new(indices))))
    }

    /// Gradient of [`Array::max_pool2d`]; only `input`'s shape is used.
    #[must_use]
    pub fn max_pool2d_backward(input: Self, window: &Window, gradient: Self, indices: PoolIndices) -> Self {
        let Window { kernel, stride, pad_begin, dilation, .. } = *window;
        match indices.0 {
            Indices::Device(indices) => {
                let backward = Dispatch::max_pool2d_with_indices_backward(
                    input.0, kernel, stride, pad_begin, dilation, false, gradient.0, *indices,
                );
                Self(backward.x_grad)
            }
            Indices::Host(indices) => {
                let (shape, pooled) = (input.shape(), gradient.shape());
                let given = gradient.host().expect(ONE_DEVICE);
                let (pixels, places) = (shape[2] * shape[3], pooled[2] * pooled[3]);
                Self::on_host(pooling::max_gradient(pixels, places, &indices, numbers(&given)), shape)
            }
        }
    }

    /// Mean of each window, padding (symmetric) counted as zeros. Dilation is not supported.
    #[must_use]
    pub fn avg_pool2d(self, window: &Window) -> Self {
        Self(Dispatch::avg_pool2d(self.0, window.kernel, window.stride, window.pad_begin, true, false))
    }

    /// Gradient of [`Array::avg_pool2d`].
    #[must_use]
    pub fn avg_pool2d_backward(input: Self, window: &Window, gradient: Self) -> Self {
        let Window { kernel, stride, pad_begin, .. } = *window;
        Self(Dispatch::avg_pool2d_backward(input.0, gradient.0, kernel, stride, pad_begin, true, false))
    }

    // --- reductions; the axis stays, with size 1 ---

    /// Sum over an axis.
    #[must_use]
    pub fn sum_axis(self, axis: usize) -> Self {
        Self(Dispatch::float_sum_dim(self.0, axis))
    }

    /// Mean over an axis.
    #[must_use]
    pub fn mean_axis(self, axis: usize) -> Self {
        Self(Dispatch::float_mean_dim(self.0, axis))
    }

    /// Maximum over an axis.
    #[must_use]
    pub fn max_axis(self, axis: usize) -> Self {
        Self(Dispatch::float_max_dim(self.0, axis))
    }

    /// Index of the maximum over an axis, as a float.
    #[must_use]
    pub fn argmax_axis(self, axis: usize) -> Self {
        let indices = Dispatch::float_argmax(self.0, axis, IntDType::I32);
        Self(<Dispatch as burn::backend::ops::IntTensorOps<Dispatch>>::int_into_float(indices, FloatDType::F32))
    }

    /// Sum of all elements, shape `[1]`.
    #[must_use]
    pub fn sum(self) -> Self {
        Self(Dispatch::float_sum(self.0))
    }

    /// Product of all elements along an axis.
    #[must_use]
    pub fn prod_axis(self, axis: usize) -> Self {
        Self(Dispatch::float_prod_dim(self.0, axis))
    }

    // --- shape ---

    /// The same values with another shape of as many elements.
    #[must_use]
    pub fn reshape(self, shape: &[usize]) -> Self {
        if self.shape() == shape {
            return self;
        }
        Self(Dispatch::float_reshape(self.0, Shape::from(shape.to_vec())))
    }

    /// The axes in another order.
    #[must_use]
    pub fn permute(self, axes: &[usize]) -> Self {
        Self(Dispatch::float_permute(self.0, axes))
    }

    /// Repeats axes of size 1 (and adds leading ones) until the shape is reached.
    #[must_use]
    pub fn broadcast(self, shape: &[usize]) -> Self {
        let from = self.shape();
        if from == shape {
            return self;
        }
        Self(Dispatch::float_expand(raise(self, shape.len()), Shape::from(shape.to_vec())))
    }

    /// The sum over the axes that [`Array::broadcast`] repeated: its adjoint.
    #[must_use]
    pub fn reduce_to(self, shape: &[usize]) -> Self {
        let mut array = self;
        let extra = array.rank() - shape.len();
        for axis in 0..array.rank() {
            let wanted = if axis < extra { 1 } else { shape[axis - extra] };
            if array.shape()[axis] != wanted {
                array = array.sum_axis(axis);
            }
        }
        array.reshape(shape)
    }

    /// The part between `start` (inclusive) and `end` (exclusive) on each axis, every `step`-th.
    #[must_use]
    pub fn slice(self, ranges: &[(usize, usize, usize)]) -> Self {
        Self(Dispatch::float_slice(self.0, &slices(ranges)))
    }

    /// Those of a range on the first axis: pictures of a batch.
    #[must_use]
    pub fn part(self, range: std::ops::Range<usize>) -> Self {
        let shape = self.shape();
        if range == (0..shape[0]) {
            return self;
        }
        let mut ranges: Vec<_> = shape.iter().map(|&size| (0, size, 1)).collect();
        ranges[0] = (range.start, range.end, 1);
        self.slice(&ranges)
    }

    /// This with `values` written into the part that [`Array::slice`] of `ranges` would read.
    #[must_use]
    pub fn slice_assign(self, ranges: &[(usize, usize, usize)], values: Self) -> Self {
        Self(Dispatch::float_slice_assign(self.0, &slices(ranges), values.0))
    }

    /// Constant padding, (before, after) each axis.
    #[must_use]
    pub fn pad(self, pads: &[(usize, usize)], value: f32) -> Self {
        if pads.iter().all(|pad| *pad == (0, 0)) {
            return self;
        }
        Self(Dispatch::float_pad(self.0, pads, PadMode::Constant(value)))
    }

    /// The values in reverse order along the axes.
    #[must_use]
    pub fn flip(self, axes: &[usize]) -> Self {
        Self(Dispatch::float_flip(self.0, axes))
    }

    /// The arrays one after the other along an axis.
    #[must_use]
    pub fn concat(arrays: Vec<Self>, axis: usize) -> Self {
        Self(Dispatch::float_cat(arrays.into_iter().map(|a| a.0).collect(), axis))
    }

    /// The slices at `indices` along an axis, in that order.
    #[must_use]
    pub fn gather(self, axis: usize, indices: &[usize], device: &Device) -> Self {
        Self(Dispatch::float_select(self.0, axis, int_indices(indices, device)))
    }

    /// Adds the slices of `values` to those at `indices` along an axis: the adjoint of [`Array::gather`].
    #[must_use]
    pub fn gather_add(self, axis: usize, indices: &[usize], values: Self, device: &Device) -> Self {
        let update = burn::tensor::IndexingUpdateOp::Add;
        Self(Dispatch::float_select_assign(self.0, axis, int_indices(indices, device), values.0, update))
    }

    /// The same values, copied if they do not lie one after the other: what is read often should.
    #[must_use]
    pub fn packed(self) -> Self {
        match self.host() {
            Some(tensor) => {
                Self(DispatchTensor { kind: DispatchTensorKind::Flex(BackendTensor::Float(tensor)), ..self.0 })
            }
            None => self,
        }
    }

    /// The values as they lie in memory, row by row; `None` if they are not on the processor.
    fn host(&self) -> Option<FlexTensor> {
        match &self.0.kind {
            DispatchTensorKind::Flex(BackendTensor::Float(tensor)) => Some(packed(tensor)),
            #[allow(unreachable_patterns, reason = "without the GPU there is no other kind")]
            _ => None,
        }
    }

    fn on_host(values: Vec<f32>, shape: Vec<usize>) -> Self {
        Self(Dispatch::float_from_data(TensorData::new(values, shape), Device::flex().as_dispatch()))
    }

    fn limit_gradient_on_host(&self, low: f32, high: f32, gradient: &Self) -> Option<Self> {
        let (x, gradient) = (self.host()?, gradient.host()?);
        let found = rectifier::limit_gradient(numbers(&x), low, high, numbers(&gradient));
        Some(Self::on_host(found, self.shape()))
    }

    fn flat(self) -> Tensor<1> {
        let count = self.len();
        Tensor::from_dispatch(self.reshape(&[count]).0)
    }

    fn from_bool(holds: Tensor<1, Bool>, shape: &[usize]) -> Self {
        Self(holds.float().into_dispatch()).reshape(shape)
    }
}

const ONE_DEVICE: &str = "a graph's tensors are on one device";

/// The tensor with its elements in order.
fn packed(tensor: &FlexTensor) -> FlexTensor {
    if tensor.is_contiguous() { tensor.clone() } else { tensor.to_contiguous() }
}

/// The elements of a packed tensor.
fn numbers(tensor: &FlexTensor) -> &[f32] {
    let start = tensor.layout().start_offset();
    &tensor.storage()[start..start + tensor.layout().num_elements()]
}

/// How many windows lie on an axis.
fn windows(padded: usize, kernel: usize, stride: usize, dilation: usize) -> usize {
    padded.checked_sub(dilation * (kernel - 1) + 1).map_or(0, |room| room / stride + 1)
}

/// The shapes of a convolution of `x` `[N, C, H, W]`.
fn convolution(x: &[usize], weight: &[usize], options: &ConvOptions<2>) -> Convolution {
    let output = |axis: usize| {
        let padded = x[2 + axis] + options.padding[axis].0 + options.padding[axis].1;
        windows(padded, weight[2 + axis], options.stride[axis], options.dilation[axis])
    };
    Convolution {
        batch: x[0],
        in_channels: x[1],
        out_channels: weight[0],
        input: [x[2], x[3]],
        output: [output(0), output(1)],
        kernel: [weight[2], weight[3]],
        stride: options.stride,
        dilation: options.dilation,
        pad: [options.padding[0].0, options.padding[1].0],
        groups: options.groups,
    }
}

/// Whether a device is the processor.
pub fn is_cpu(device: &Device) -> bool {
    matches!(device.as_dispatch(), burn::backend::DispatchDevice::Flex(_))
}

/// The values of several arrays in one read-back.
///
/// # Errors
/// [`ErrorKind::Device`] if the device failed or was lost.
pub async fn read_all(arrays: Vec<Array>) -> Result<Vec<Vec<f32>>> {
    let floats = arrays.into_iter().map(|a| a.0).collect();
    let transaction = TransactionPrimitive::<Dispatch>::new(floats, vec![], vec![], vec![]);
    let data = Dispatch::tr_execute(transaction).await.map_err(lost)?;
    data.read_floats.into_iter().map(|d| d.try_into_vec::<f32>().map_err(lost)).collect()
}

/// The shape two arrays broadcast to, by NumPy's rule; `None` where they do not fit.
pub fn broadcast_shape(a: &[usize], b: &[usize]) -> Option<Vec<usize>> {
    let rank = a.len().max(b.len());
    let at =
        |shape: &[usize], axis: usize| if axis + shape.len() < rank { 1 } else { shape[axis + shape.len() - rank] };
    (0..rank)
        .map(|axis| match (at(a, axis), at(b, axis)) {
            (x, y) if x == y || y == 1 => Some(x),
            (1, y) => Some(y),
            _ => None,
        })
        .collect()
}

fn lost(cause: impl std::fmt::Debug) -> Error {
    Error::new(
        ErrorKind::Device,
        format!("the compute device failed while reading a result back ({cause:?}); run again on the CPU"),
    )
}

/// Both with the rank of the higher one.
fn aligned(a: Array, b: Array) -> (DispatchTensor, DispatchTensor) {
    let rank = a.rank().max(b.rank());
    (raise(a, rank), raise(b, rank))
}

fn raise(array: Array, rank: usize) -> DispatchTensor {
    let shape = array.shape();
    let mut raised = vec![1; rank - shape.len()];
    raised.extend(&shape);
    array.reshape(&raised).0
}

fn slices(ranges: &[(usize, usize, usize)]) -> Vec<Slice> {
    ranges.iter().map(|&(start, end, step)| Slice::new(start as isize, Some(end as isize), step as isize)).collect()
}

fn int_indices(indices: &[usize], device: &Device) -> DispatchTensor {
    let values: Vec<i32> = indices.iter().map(|&i| i as i32).collect();
    let tensor = Tensor::<1, burn::tensor::Int>::from_data(TensorData::new(values, [indices.len()]), device);
    tensor.into_dispatch()
}
