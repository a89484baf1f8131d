//! The processor's own path: arrays as slices of memory, for the kernels of `vanish_kernels`.

use burn::backend::flex::FlexTensor;
use burn::backend::ops::FloatTensorOps;
use burn::backend::{BackendTensor, Dispatch, DispatchTensor, DispatchTensorKind};
use burn::tensor::{Device, TensorData};
use vanish_kernels::rectifier;

use super::Array;

/// Whether this is the page's build for the processor alone.
///
/// Burn's functions of elements come in all the types that a tensor may have, of which an array has one. Natively that
/// costs nothing; a browser would fetch them all. So this build has its own ([`super::page`]), and because it is known
/// while it is compiled where arrays lie, it holds nothing of what would be done elsewhere.
pub(super) const ON_PAGE: bool = cfg!(all(target_arch = "wasm32", not(feature = "gpu")));

impl Array {
    /// Returns the same values, copied if they do not lie one after the other: what is read often should.
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

    /// Returns the values as they lie in memory, row by row, of an array that is on the processor.
    pub(super) fn host(&self) -> FlexTensor {
        match &self.0.kind {
            DispatchTensorKind::Flex(BackendTensor::Float(tensor)) => packed(tensor),
            _ => on_another_device(),
        }
    }

    pub(super) fn on_host(values: Vec<f32>, shape: Vec<usize>) -> Self {
        Self(Dispatch::float_from_data(TensorData::new(values, shape), Device::flex().as_dispatch()))
    }

    /// The gradient of a rectifier, of arrays that are on the processor.
    pub(super) fn limit_gradient_on_host(&self, low: f32, high: f32, gradient: &Self) -> Self {
        let (x, gradient) = (self.host(), gradient.host());
        Self::on_host(rectifier::limit_gradient(numbers(&x), low, high, numbers(&gradient)), self.shape())
    }
}

/// Ends the program, where the graph has mixed devices or types of number, which it never does.
pub(super) fn on_another_device() -> ! {
    unreachable!("a graph's tensors are on one device, and are of numbers")
}

/// The tensor with its elements in order.
fn packed(tensor: &FlexTensor) -> FlexTensor {
    if tensor.is_contiguous() { tensor.clone() } else { tensor.to_contiguous() }
}

/// Returns the elements of a packed tensor.
pub(super) fn numbers(tensor: &FlexTensor) -> &[f32] {
    let start = tensor.layout().start_offset();
    &tensor.storage()[start..start + tensor.layout().num_elements()]
}
