//! Reshaping, reordering, slicing and joining of arrays.

use burn::backend::ops::FloatTensorOps;
use burn::backend::{Dispatch, DispatchTensor};
use burn::tensor::ops::PadMode;
use burn::tensor::{Device, Shape, Slice, Tensor, TensorData};

use super::Array;
use super::host::ON_PAGE;

impl Array {
    /// Returns the same values in another shape with as many elements.
    #[must_use]
    pub fn reshape(self, shape: &[usize]) -> Self {
        if self.shape() == shape {
            return self;
        }
        Self(Dispatch::float_reshape(self.0, Shape::from(shape.to_vec())))
    }

    /// Puts the axes in another order.
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

    /// Returns the sum over the axes that [`Array::broadcast`] repeated. This is its adjoint.
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

    /// Returns the slice from `start` (inclusive) to `end` (exclusive) by `step` on each axis.
    #[must_use]
    pub fn slice(self, ranges: &[(usize, usize, usize)]) -> Self {
        Self(Dispatch::float_slice(self.0, &slices(ranges)))
    }

    /// Slices the first axis, which takes some pictures of a batch.
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

    /// Returns this array with `values` written into the part that [`Array::slice`] of `ranges` reads.
    #[must_use]
    pub fn slice_assign(self, ranges: &[(usize, usize, usize)], values: Self) -> Self {
        Self(Dispatch::float_slice_assign(self.0, &slices(ranges), values.0))
    }

    /// Pads with a constant, given by (before, after) on each axis.
    #[must_use]
    pub fn pad(self, pads: &[(usize, usize)], value: f32) -> Self {
        if pads.iter().all(|pad| *pad == (0, 0)) {
            return self;
        }
        Self(Dispatch::float_pad(self.0, pads, PadMode::Constant(value)))
    }

    /// Returns the values in reverse order along the axes.
    #[must_use]
    pub fn flip(self, axes: &[usize]) -> Self {
        Self(Dispatch::float_flip(self.0, axes))
    }

    /// Joins arrays along an axis.
    #[must_use]
    pub fn concat(arrays: Vec<Self>, axis: usize) -> Self {
        Self(Dispatch::float_cat(arrays.into_iter().map(|a| a.0).collect(), axis))
    }

    /// Gathers the slices at `indices` along an axis, in that order.
    #[must_use]
    pub fn gather(self, axis: usize, indices: &[usize], device: &Device) -> Self {
        if ON_PAGE {
            return self.gather_on_page(axis, indices);
        }
        Self(Dispatch::float_select(self.0, axis, int_indices(indices, device)))
    }

    /// Adds the slices of `values` to those at `indices` along an axis. This is the adjoint of [`Array::gather`].
    #[must_use]
    pub fn gather_add(self, axis: usize, indices: &[usize], values: Self, device: &Device) -> Self {
        if ON_PAGE {
            return self.gather_add_on_page(axis, indices, &values);
        }
        let update = burn::tensor::IndexingUpdateOp::Add;
        Self(Dispatch::float_select_assign(self.0, axis, int_indices(indices, device), values.0, update))
    }
}

/// Returns the shape to which two arrays broadcast by NumPy's rule; `None` if they do not fit.
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

pub(super) fn raise(array: Array, rank: usize) -> DispatchTensor {
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
