//! The path for the processor: arrays as slices of memory, for the kernels of `vanish_kernels`.

use burn::backend::flex::FlexTensor;
use burn::backend::ops::FloatTensorOps;
use burn::backend::{BackendTensor, Dispatch, DispatchTensor, DispatchTensorKind};
use burn::tensor::{Device, TensorData};
use vanish_kernels::rectifier;

use super::Array;

/// Whether this is the page's build for the processor alone.
///
/// Burn's element-wise functions exist for every type that a tensor may have, although an array has only one. Natively
/// that costs nothing, but a browser would fetch them all. So this build has its own functions ([`super::page`]).
/// Because the place of all arrays is known at compile time, the code for other devices is left out.
pub(super) const ON_PAGE: bool = cfg!(all(target_arch = "wasm32", not(feature = "gpu")));

impl Array {
    /// Returns the same values, copied to be contiguous if they are not. Values that are read often should be.
    #[must_use]
    pub fn packed(self) -> Self {
        if !self.is_on_host() {
            return self;
        }
        let kind = DispatchTensorKind::Flex(BackendTensor::Float(self.host()));
        Self(DispatchTensor { kind, ..self.0 })
    }

    /// Returns whether the values are in the processor's memory.
    #[inline]
    pub(super) fn is_on_host(&self) -> bool {
        ON_PAGE || matches!(self.0.kind, DispatchTensorKind::Flex(_))
    }

    /// Returns the values in row-major order, for an array on the processor.
    pub(super) fn host(&self) -> FlexTensor {
        match &self.0.kind {
            DispatchTensorKind::Flex(BackendTensor::Float(tensor)) => packed(tensor),
            _ => on_another_device(),
        }
    }

    pub(super) fn on_host(values: Vec<f32>, shape: Vec<usize>) -> Self {
        Self(Dispatch::float_from_data(TensorData::new(values, shape), Device::flex().as_dispatch()))
    }

    /// Returns the gradient of a rectifier, for arrays on the processor.
    pub(super) fn limit_gradient_on_host(&self, low: f32, high: f32, gradient: &Self) -> Self {
        let (x, gradient) = (self.host(), gradient.host());
        Self::on_host(rectifier::limit_gradient(numbers(&x), low, high, numbers(&gradient)), self.shape())
    }
}

/// Ends the program. It is reached only if a graph mixes devices or number types, which it never does.
pub(super) fn on_another_device() -> ! {
    unreachable!("a graph's tensors are on one device, and are of numbers")
}

/// Returns the tensor with its elements in order.
fn packed(tensor: &FlexTensor) -> FlexTensor {
    if tensor.is_contiguous() { tensor.clone() } else { tensor.to_contiguous() }
}

/// Returns the elements of a packed tensor.
pub(super) fn numbers(tensor: &FlexTensor) -> &[f32] {
    let start = tensor.layout().start_offset();
    &tensor.storage()[start..start + tensor.layout().num_elements()]
}
