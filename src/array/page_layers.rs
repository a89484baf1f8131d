//! Layers that a page computes with kernels that it has already: matrix products, means of windows and transposed
//! convolutions.

use burn::backend::DispatchTensorKind;
use burn::backend::{BackendTensor, flex::FlexTensor};
use burn::tensor::ops::{ConvOptions, ConvTransposeOptions};
use vanish_kernels::product::{self, Matrix};

use super::host::numbers;
use super::shape::{broadcast_shape, raise};
use super::{Array, Window};

impl Array {
    /// Computes [`Array::matmul`].
    pub(super) fn matmul_on_page(self, other: Self) -> Self {
        let rank = self.rank().max(other.rank());
        let (a, b) = (Self(raise(self, rank)), Self(raise(other, rank)));
        let (a_shape, b_shape) = (a.shape(), b.shape());
        let (rows, columns) = (a_shape[rank - 2], b_shape[rank - 1]);
        let mut shape = broadcast_shape(&a_shape[..rank - 2], &b_shape[..rank - 2]).expect("leading axes broadcast");
        let count: usize = shape.iter().product();
        let mut found = vec![0.0; count * rows * columns];
        let (a, b) = (Laid::of(a), Laid::of(b));
        for (at, to) in found.chunks_mut((rows * columns).max(1)).enumerate() {
            product::write(&a.matrix(at, &shape), &b.matrix(at, &shape), to);
        }
        shape.extend([rows, columns]);
        Self::on_host(found, shape)
    }

    /// Computes [`Array::conv_transpose2d`]: the gradient of a convolution with the same weights, whose input has the
    /// shape of this layer's output.
    pub(super) fn conv_transpose2d_on_page(
        self,
        weight: Self,
        bias: Option<Self>,
        o: &ConvTransposeOptions<2>,
    ) -> Self {
        let (given, kernel) = (self.shape(), weight.shape());
        let outputs = kernel[1] * o.groups;
        let reach =
            |axis: usize| (given[2 + axis] - 1) * o.stride[axis] + o.dilation[axis] * (kernel[2 + axis] - 1) + 1;
        // Output padding first reduces what is cropped at the end. The rest of it is zeros beyond the end.
        let kept = [0, 1].map(|axis| o.padding_out[axis].min(o.padding[axis]));
        let size = [0, 1].map(|axis| reach(axis) + kept[axis] - 2 * o.padding[axis]);
        let padding = [0, 1].map(|axis| (o.padding[axis], o.padding[axis] - kept[axis]));
        let options = ConvOptions { stride: o.stride, padding, dilation: o.dilation, groups: o.groups };
        let input = Self::of_shape(&[given[0], outputs, size[0], size[1]], &self.device());
        let beyond = [0, 1].map(|axis| (0, o.padding_out[axis] - kept[axis]));
        let found =
            Self::conv2d_input_gradient(input, weight, self, options).pad(&[(0, 0), (0, 0), beyond[0], beyond[1]], 0.0);
        match bias {
            Some(bias) => found.add(bias.reshape(&[1, outputs, 1, 1])),
            None => found,
        }
    }

    /// Computes [`Array::avg_pool2d`] by convolving each channel with equal weights.
    pub(super) fn avg_pool2d_on_page(self, window: &Window) -> Self {
        let (weights, options) = self.equal_weights(window);
        self.conv2d(weights, None, options)
    }

    /// Computes [`Array::avg_pool2d_backward`].
    pub(super) fn avg_pool2d_backward_on_page(input: Self, window: &Window, gradient: Self) -> Self {
        let (weights, options) = input.equal_weights(window);
        Self::conv2d_input_gradient(input, weights, gradient, options)
    }

    fn equal_weights(&self, window: &Window) -> (Self, ConvOptions<2>) {
        let [height, width] = window.kernel;
        let channels = self.shape()[1];
        let weights = Self::full(&[channels, 1, height, width], 1.0 / (height * width) as f32, &self.device());
        let padding = window.pad_begin.map(|pad| (pad, pad));
        (weights, ConvOptions { stride: window.stride, padding, dilation: [1, 1], groups: channels })
    }

    fn is_in_order(&self) -> bool {
        matches!(&self.0.kind, DispatchTensorKind::Flex(BackendTensor::Float(tensor)) if tensor.is_contiguous())
    }
}

/// Matrices in memory, all in row-major or all in column-major order.
struct Laid {
    tensor: FlexTensor,
    shape: Vec<usize>,
    by_column: bool,
}

impl Laid {
    /// Takes an array. Nothing is copied if its matrices lie in either order.
    fn of(array: Array) -> Self {
        let shape = array.shape();
        let mut axes: Vec<usize> = (0..shape.len()).collect();
        axes.swap(shape.len() - 2, shape.len() - 1);
        let turned = array.clone().permute(&axes);
        let by_column = !array.is_in_order() && turned.is_in_order();
        Self { tensor: if by_column { turned.host() } else { array.host() }, shape, by_column }
    }

    /// Returns the matrix that takes part in product number `at` of `products`.
    fn matrix(&self, mut at: usize, products: &[usize]) -> Matrix<'_> {
        let (leading, [rows, columns]) = self.shape.split_last_chunk().expect("matrices have two axes");
        let (mut place, mut stride) = (0, rows * columns);
        for (size, of) in leading.iter().zip(products).rev() {
            place += if *size == 1 { 0 } else { at % of * stride };
            at /= of;
            stride *= size;
        }
        let values = &numbers(&self.tensor)[place..place + rows * columns];
        let (row, column) = if self.by_column { (1, *rows) } else { (*columns, 1) };
        Matrix { values, row, column, rows: *rows, columns: *columns }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::Device;

    fn array(seed: usize, shape: &[usize]) -> Array {
        let value = |i: usize| ((i * 7919 + seed * 104_729) % 1009) as f32 / 504.5 - 1.0;
        Array::new((0..shape.iter().product()).map(value).collect(), shape, &Device::flex())
    }

    #[track_caller]
    fn close(burn: Array, page: Array) {
        assert_eq!(burn.shape(), page.shape());
        let (burn, page) = (burn.host(), page.host());
        for (burn, page) in numbers(&burn).iter().zip(numbers(&page)) {
            assert!((burn - page).abs() < 1e-5 * (1.0 + burn.abs()), "{burn} {page}");
        }
    }

    fn turned(array: Array) -> Array {
        let mut axes: Vec<usize> = (0..array.rank()).collect();
        axes.swap(array.rank() - 2, array.rank() - 1);
        array.permute(&axes)
    }

    #[test]
    fn products_are_burns_with_broadcasting() {
        let cases: [(&[usize], &[usize]); 6] = [
            (&[5, 7], &[7, 9]),
            (&[1, 40], &[40, 30]),
            (&[2, 3, 5, 7], &[3, 7, 4]),
            (&[3, 1, 5, 7], &[1, 2, 7, 4]),
            (&[6, 7], &[2, 7, 4]),
            (&[2, 1, 5], &[5, 3]),
        ];
        for (a, b) in cases {
            let (a, b) = (array(1, a), array(2, b));
            close(a.clone().matmul(b.clone()), a.clone().matmul_on_page(b.clone()));
            // The same matrices, in the other order in memory.
            let (a, b) = (turned(turned(a).packed()), turned(turned(b).packed()));
            close(a.clone().matmul(b.clone()), a.matmul_on_page(b));
        }
    }

    #[test]
    fn transposed_convolutions_are_burns() {
        for groups in [1, 2] {
            for (stride, padding, padding_out, dilation) in [
                ([1, 1], [0, 0], [0, 0], [1, 1]),
                ([2, 3], [1, 0], [1, 2], [1, 1]),
                ([2, 2], [2, 1], [1, 1], [2, 1]),
                ([3, 3], [1, 1], [2, 0], [1, 2]),
            ] {
                let options = ConvTransposeOptions { stride, padding, padding_out, dilation, groups };
                let (x, weight, bias) = (array(1, &[2, 4, 5, 6]), array(2, &[4, 3, 3, 2]), array(3, &[3 * groups]));
                close(
                    x.clone().conv_transpose2d(weight.clone(), Some(bias.clone()), options.clone()),
                    x.clone().conv_transpose2d_on_page(weight.clone(), Some(bias), &options),
                );
                close(
                    x.clone().conv_transpose2d(weight.clone(), None, options.clone()),
                    x.conv_transpose2d_on_page(weight, None, &options),
                );
            }
        }
    }

    #[test]
    fn means_of_windows_and_their_gradients_are_burns() {
        for (kernel, stride, pad) in
            [([3, 3], [2, 2], [1, 1]), ([2, 3], [1, 2], [0, 1]), ([8, 9], [1, 1], [0, 0]), ([3, 3], [1, 1], [1, 1])]
        {
            let window = Window { kernel, stride, pad_begin: pad, pad_end: pad, dilation: [1, 1] };
            let x = array(1, &[2, 3, 8, 9]);
            let pooled = x.clone().avg_pool2d(&window);
            let gradient = array(2, &pooled.shape());
            close(pooled, x.clone().avg_pool2d_on_page(&window));
            close(
                Array::avg_pool2d_backward(x.clone(), &window, gradient.clone()),
                Array::avg_pool2d_backward_on_page(x, &window, gradient),
            );
        }
    }

    #[test]
    fn sums_and_softmax_are_burns() {
        for axis in 0..3 {
            let x = array(1, &[4, 50, 3]);
            close(x.clone().sum_axis(axis), x.clone().sum_on_page(axis));
            close(x.clone().softmax(axis), x.clone().softmax_on_page(axis, false));
            close(x.clone().log_softmax(axis), x.softmax_on_page(axis, true));
        }
    }
}
