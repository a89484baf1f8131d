//! The rank-free tensor with which the classifier and the mask are computed.
//!
//! Burn's public `Tensor<D>` fixes the rank in the type, but the ranks of a graph read from a file are known only at
//! run time. [`Array`] is a thin handle on Burn's dispatch tensor (feature `extension`). So one value type serves every
//! operator on every device, and the backward kernels that Burn keeps for its own autodiff (`conv2d_x_backward`,
//! pooling) can be called directly. Everything is `f32`. Integers and booleans that depend on the picture are held as
//! exact floats.
//!
//! Only the files here name Burn's dispatch layer. They hold the array and how it is read back ([`Array`]),
//! element-wise functions, reductions, shapes, convolutions and pooling, the paths for the processor and the graphics
//! card, and the page's functions.

mod conv;
mod elementwise;
#[cfg(feature = "gpu")]
pub mod gpu;
mod host;
mod page;
mod page_layers;
mod reduce;
mod shape;

pub use conv::{PoolIndices, Window};
pub use elementwise::{Comparison, Unary};
pub use shape::broadcast_shape;

use burn::backend::ops::{FloatTensorOps, TransactionOps, TransactionPrimitive};
use burn::backend::{Dispatch, DispatchTensor, TensorMetadata};
use burn::tensor::{Device, FloatDType, Scalar, Shape, Tensor, TensorData};

use crate::error::{Error, ErrorKind, Result};

/// An `f32` tensor of any rank on a device. Cloning shares the memory.
#[derive(Clone, Debug)]
pub struct Array(DispatchTensor);

impl Array {
    /// Makes a tensor of these values.
    ///
    /// # Panics
    /// Panics if the number of values is not the product of the shape. Callers build both together.
    pub fn new(values: Vec<f32>, shape: &[usize], device: &Device) -> Self {
        assert_eq!(values.len(), shape.iter().product::<usize>(), "values do not fill {shape:?}");
        Self(Dispatch::float_from_data(TensorData::new(values, shape.to_vec()), device.as_dispatch()))
    }

    /// Makes a tensor filled with one value.
    pub fn full(shape: &[usize], value: f32, device: &Device) -> Self {
        let shape = Shape::from(shape.to_vec());
        Self(Dispatch::float_full(shape, Scalar::Float(value.into()), device.as_dispatch(), FloatDType::F32))
    }

    /// Makes a tensor whose shape alone will be read.
    pub fn of_shape(shape: &[usize], device: &Device) -> Self {
        match *shape {
            // Maps lie channels last on a graphics card, and maps that lie otherwise would be copied.
            [pictures, channels, height, width] if !is_cpu(device) => {
                let shape = Shape::from(vec![pictures, height, width, channels]);
                Self(Dispatch::float_empty(shape, device.as_dispatch(), FloatDType::F32)).permute(&[0, 3, 1, 2])
            }
            _ => Self::full(&[1], 0.0, device).broadcast(shape),
        }
    }

    /// Returns the dimensions.
    pub fn shape(&self) -> Vec<usize> {
        self.0.shape().iter().copied().collect()
    }

    /// Returns the number of dimensions.
    pub fn rank(&self) -> usize {
        self.0.shape().num_dims()
    }

    /// Returns the tensor's device.
    pub fn device(&self) -> Device {
        Tensor::<1>::from_dispatch(Dispatch::float_reshape(self.0.clone(), Shape::from(vec![self.len()]))).device()
    }

    /// Returns the number of elements.
    pub fn len(&self) -> usize {
        self.0.shape().num_elements()
    }

    /// Returns whether there are no elements.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the values, row by row, once the device has computed them.
    ///
    /// # Errors
    /// Fails with [`ErrorKind::Device`] if the device failed or was lost.
    pub async fn read(self) -> Result<Vec<f32>> {
        Ok(read_all(vec![self]).await?.remove(0))
    }
}

/// Returns whether a device is the processor.
pub fn is_cpu(device: &Device) -> bool {
    matches!(device.as_dispatch(), burn::backend::DispatchDevice::Flex(_))
}

/// Reads the values of several arrays in a single read-back.
///
/// # Errors
/// Fails with [`ErrorKind::Device`] if the device failed or was lost.
pub async fn read_all(arrays: Vec<Array>) -> Result<Vec<Vec<f32>>> {
    let floats = arrays.into_iter().map(|a| a.0).collect();
    let transaction = TransactionPrimitive::<Dispatch>::new(floats, vec![], vec![], vec![]);
    let data = Dispatch::tr_execute(transaction).await.map_err(lost)?;
    data.read_floats.into_iter().map(|d| d.try_into_vec::<f32>().map_err(lost)).collect()
}

fn lost(cause: impl std::fmt::Debug) -> Error {
    Error::new(
        ErrorKind::Device,
        format!("the compute device failed while reading a result back ({cause:?}); run again on the CPU"),
    )
}
