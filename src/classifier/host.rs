//! Tensors known at load: weights, attributes, and the arithmetic on shapes that exporters leave in a graph.

use std::sync::Arc;

use crate::array::Array;
use crate::error::{Error, ErrorKind, Result};
use burn::tensor::Device;

/// The largest number of elements a tensor may have: 1 GiB of `f32`.
pub const MAX_ELEMENTS: usize = 1 << 28;

/// How a tensor's elements are to be read. All are computed in `f32`. The kind decides how a division rounds and what a
/// cast does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A real number.
    Float,
    /// A whole number; exact up to 2^24, far above any dimension of a classifier.
    Int,
    /// 0 or 1.
    Bool,
}

/// A tensor in the host's memory. Cloning shares the values.
#[derive(Clone, Debug)]
pub struct HostTensor {
    /// How the elements are to be read.
    pub kind: Kind,
    /// The dimensions; empty for a scalar.
    pub shape: Vec<usize>,
    /// The elements, row by row.
    pub values: Arc<Vec<f32>>,
    /// The least and greatest value of the file's element type, if that is a small integer. Quantisation to it
    /// saturates there.
    pub limits: Option<(f32, f32)>,
}

impl HostTensor {
    /// Makes a tensor of these values.
    pub fn new(kind: Kind, shape: &[usize], values: Vec<f32>) -> Self {
        debug_assert_eq!(values.len(), shape.iter().product::<usize>());
        Self { kind, shape: shape.to_vec(), values: Arc::new(values), limits: None }
    }

    /// Makes a list of whole numbers, such as a shape.
    pub fn ints(values: impl IntoIterator<Item = i64>) -> Self {
        let values: Vec<f32> = values.into_iter().map(|v| v as f32).collect();
        Self::new(Kind::Int, &[values.len()], values)
    }

    /// Makes a single number without dimensions.
    pub fn scalar(kind: Kind, value: f32) -> Self {
        Self::new(kind, &[], vec![value])
    }

    /// Returns the elements as whole numbers. Values beyond `i64` saturate; exporters write its largest value for "to
    /// the end".
    pub fn to_ints(&self) -> Vec<i64> {
        self.values.iter().map(|&v| v as i64).collect()
    }

    /// Returns the single element.
    ///
    /// # Errors
    /// Fails with [`ErrorKind::Model`] if there is not exactly one element.
    pub fn single(&self) -> Result<f32> {
        match self.values.as_slice() {
            [value] => Ok(*value),
            values => {
                Err(Error::new(ErrorKind::Model, format!("one number was expected, {} were found", values.len())))
            }
        }
    }

    /// Copies the tensor to a device. A scalar becomes shape `[1]`, because every device tensor has an axis.
    pub fn upload(&self, device: &Device) -> Array {
        let shape = if self.shape.is_empty() { vec![1] } else { self.shape.clone() };
        Array::new(self.values.to_vec(), &shape, device)
    }
}
