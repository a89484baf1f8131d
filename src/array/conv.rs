//! Convolution and pooling of `[N, C, H, W]`, and their gradients.

use std::sync::Arc;

use burn::backend::ops::ModuleOps;
use burn::backend::{Dispatch, DispatchTensor};
use burn::tensor::IntDType;
use burn::tensor::ops::{ConvOptions, ConvTransposeOptions};
use vanish_kernels::convolution::{self, Convolution};
use vanish_kernels::pooling::{self, Windows};

use super::Array;
use super::host::{ON_PAGE, numbers, on_another_device};

/// The geometry of a two-dimensional pooling window, each in (height, width) order.
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

/// Where each maximum of a pooling lay. The backward pass needs it.
#[derive(Clone, Debug)]
pub struct PoolIndices(Indices);

#[derive(Clone, Debug)]
enum Indices {
    Device(Box<DispatchTensor>),
    Host(Arc<Vec<u32>>),
}

impl Array {
    /// Convolves with weights `[O, C / groups, kh, kw]`.
    #[must_use]
    pub fn conv2d(self, weight: Self, bias: Option<Self>, options: ConvOptions<2>) -> Self {
        if !self.is_on_host() {
            return Self(Dispatch::conv2d(self.0, weight.0, bias.map(|b| b.0), options));
        }
        let shapes = convolution(&self.shape(), &weight.shape(), &options);
        let (x, weight, bias) = (self.host(), weight.host(), bias.map(|b| b.host()));
        let y = convolution::forward(&shapes, numbers(&x), numbers(&weight), bias.as_ref().map(numbers));
        Self::on_host(y, vec![shapes.batch, shapes.out_channels, shapes.output[0], shapes.output[1]])
    }

    /// Returns the gradient of [`Array::conv2d`] with respect to its input. Only the shape of `input` is used.
    #[must_use]
    pub fn conv2d_input_gradient(input: Self, weight: Self, gradient: Self, options: ConvOptions<2>) -> Self {
        if !gradient.is_on_host() {
            return Self(Dispatch::conv2d_x_backward(input.0, weight.0, gradient.0, options));
        }
        let shape = input.shape();
        let shapes = convolution(&shape, &weight.shape(), &options);
        let (weight, given) = (weight.host(), gradient.host());
        Self::on_host(convolution::input_gradient(&shapes, numbers(&weight), numbers(&given)), shape)
    }

    /// Applies the transposed convolution with weights `[C, O / groups, kh, kw]`.
    #[must_use]
    pub fn conv_transpose2d(self, weight: Self, bias: Option<Self>, options: ConvTransposeOptions<2>) -> Self {
        if ON_PAGE {
            return self.conv_transpose2d_on_page(weight, bias, &options);
        }
        Self(Dispatch::conv_transpose2d(self.0, weight.0, bias.map(|b| b.0), options))
    }

    /// Returns the maximum of each window, and where it lay. The padding must be symmetric.
    #[must_use]
    pub fn max_pool2d(self, window: &Window) -> (Self, PoolIndices) {
        let Window { kernel, stride, pad_begin, dilation, .. } = *window;
        if !self.is_on_host() {
            let pooled =
                Dispatch::max_pool2d_with_indices(self.0, kernel, stride, pad_begin, dilation, false, IntDType::I32);
            return (Self(pooled.output), PoolIndices(Indices::Device(Box::new(pooled.indices))));
        }
        let shape = self.shape();
        let output = [0, 1].map(|axis| {
            let padded = shape[2 + axis] + 2 * pad_begin[axis];
            windows(padded, kernel[axis], stride[axis], dilation[axis])
        });
        let over = Windows { input: [shape[2], shape[3]], output, kernel, stride, dilation, pad: pad_begin };
        let (values, indices) = pooling::max(&over, numbers(&self.host()));
        let pooled = Self::on_host(values, vec![shape[0], shape[1], output[0], output[1]]);
        (pooled, PoolIndices(Indices::Host(Arc::new(indices))))
    }

    /// Returns the gradient of [`Array::max_pool2d`]. Only the shape of `input` is used.
    #[must_use]
    pub fn max_pool2d_backward(input: Self, window: &Window, gradient: Self, indices: PoolIndices) -> Self {
        let Window { kernel, stride, pad_begin, dilation, .. } = *window;
        match indices.0 {
            Indices::Host(indices) => {
                let (shape, pooled) = (input.shape(), gradient.shape());
                let given = gradient.host();
                let (pixels, places) = (shape[2] * shape[3], pooled[2] * pooled[3]);
                Self::on_host(pooling::max_gradient(pixels, places, &indices, numbers(&given)), shape)
            }
            Indices::Device(_) if gradient.is_on_host() => on_another_device(),
            Indices::Device(indices) => {
                let backward = Dispatch::max_pool2d_with_indices_backward(
                    input.0, kernel, stride, pad_begin, dilation, false, gradient.0, *indices,
                );
                Self(backward.x_grad)
            }
        }
    }

    /// Returns the mean of each window. The padding must be symmetric and counts as zeros. Dilation is not supported.
    #[must_use]
    pub fn avg_pool2d(self, window: &Window) -> Self {
        if ON_PAGE {
            return self.avg_pool2d_on_page(window);
        }
        Self(Dispatch::avg_pool2d(self.0, window.kernel, window.stride, window.pad_begin, true, false))
    }

    /// Returns the gradient of [`Array::avg_pool2d`].
    #[must_use]
    pub fn avg_pool2d_backward(input: Self, window: &Window, gradient: Self) -> Self {
        if ON_PAGE {
            return Self::avg_pool2d_backward_on_page(input, window, gradient);
        }
        let Window { kernel, stride, pad_begin, .. } = *window;
        Self(Dispatch::avg_pool2d_backward(input.0, gradient.0, kernel, stride, pad_begin, true, false))
    }
}

/// Returns the number of windows that fit along an axis.
fn windows(padded: usize, kernel: usize, stride: usize, dilation: usize) -> usize {
    padded.checked_sub(dilation * (kernel - 1) + 1).map_or(0, |room| room / stride + 1)
}

/// Returns the geometry of a convolution of `x`, `[N, C, H, W]`.
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
