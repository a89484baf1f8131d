//! Reductions over an axis. The axis stays, with size 1.

use burn::backend::Dispatch;
use burn::backend::ops::FloatTensorOps;
use burn::tensor::{FloatDType, IntDType};

use super::Array;
use super::host::ON_PAGE;
use super::page::{largest, place_of_largest};

impl Array {
    /// Sums over an axis.
    #[must_use]
    pub fn sum_axis(self, axis: usize) -> Self {
        if ON_PAGE {
            return self.sum_on_page(axis);
        }
        Self(Dispatch::float_sum_dim(self.0, axis))
    }

    /// Returns the mean over an axis.
    #[must_use]
    pub fn mean_axis(self, axis: usize) -> Self {
        if ON_PAGE {
            let count = self.shape()[axis] as f32;
            return self.sum_axis(axis).each_on_page(|sum| sum / count);
        }
        Self(Dispatch::float_mean_dim(self.0, axis))
    }

    /// Returns the maximum over an axis.
    #[must_use]
    pub fn max_axis(self, axis: usize) -> Self {
        if ON_PAGE {
            return self.fold_on_page(axis, largest);
        }
        Self(Dispatch::float_max_dim(self.0, axis))
    }

    /// Returns the index of the maximum over an axis, as a float.
    #[must_use]
    pub fn argmax_axis(self, axis: usize) -> Self {
        if ON_PAGE {
            return self.fold_on_page(axis, place_of_largest);
        }
        let indices = Dispatch::float_argmax(self.0, axis, IntDType::I32);
        Self(<Dispatch as burn::backend::ops::IntTensorOps<Dispatch>>::int_into_float(indices, FloatDType::F32))
    }

    /// Sums all elements to shape `[1]`.
    #[must_use]
    pub fn sum(self) -> Self {
        if ON_PAGE {
            let count = self.len();
            return self.reshape(&[count]).sum_on_page(0);
        }
        Self(Dispatch::float_sum(self.0))
    }

    /// Returns the product along an axis.
    #[must_use]
    pub fn prod_axis(self, axis: usize) -> Self {
        if ON_PAGE {
            return self.fold_on_page(axis, |row| row.product());
        }
        Self(Dispatch::float_prod_dim(self.0, axis))
    }
}
