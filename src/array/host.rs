//! The processor's own path: arrays as slices of memory, for the kernels of `vanish_kernels`.

use burn::backend::flex::FlexTensor;
use burn::backend::ops::FloatTensorOps;
use burn::backend::{BackendTensor, Dispatch, DispatchTensor, DispatchTensorKind};
use burn::tensor::{Device, TensorData};
use vanish_kernels::rectifier;

use super::Array;

impl Array {
    /// Returns the same values, copied if they do not lie one after the other: what is read often should.
    #[must_use]
    pub fn packed(self) -> Self {
        match self.host() {
            Some(tensor) => {
                Self(DispatchTensor { kind: DispatchTensorKind::Flex(BackendTensor::Float(tensor)), ..self.0 })
            }
            None => self,
        }
    }

    /// Returns the values as they lie in memory, row by row; `None` if they are not on the processor.
    pub(super) fn host(&self) -> Option<FlexTensor> {
        match &self.0.kind {
            DispatchTensorKind::Flex(BackendTensor::Float(tensor)) => Some(packed(tensor)),
            #[allow(unreachable_patterns, reason = "without the GPU there is no other kind")]
            _ => None,
        }
    }

    pub(super) fn on_host(values: Vec<f32>, shape: Vec<usize>) -> Self {
        Self(Dispatch::float_from_data(TensorData::new(values, shape), Device::flex().as_dispatch()))
    }

    pub(super) fn limit_gradient_on_host(&self, low: f32, high: f32, gradient: &Self) -> Option<Self> {
        let (x, gradient) = (self.host()?, gradient.host()?);
        let found = rectifier::limit_gradient(numbers(&x), low, high, numbers(&gradient));
        Some(Self::on_host(found, self.shape()))
    }
}

pub(super) const ONE_DEVICE: &str = "a graph's tensors are on one device";

/// The tensor with its elements in order.
fn packed(tensor: &FlexTensor) -> FlexTensor {
    if tensor.is_contiguous() { tensor.clone() } else { tensor.to_contiguous() }
}

/// Returns the elements of a packed tensor.
pub(super) fn numbers(tensor: &FlexTensor) -> &[f32] {
    let start = tensor.layout().start_offset();
    &tensor.storage()[start..start + tensor.layout().num_elements()]
}
