//! The path for graphics cards: kernels that do in one launch what takes several of Burn's operations.
//!
//! On a card, a step of the method is bound by the number of launches rather than by arithmetic. Maps lie *channels
//! last* in memory, as Burn's convolutions leave them, whatever the order of their axes is. So some channels of maps
//! are a view of them ([`Part`]), and several kernels that write side by side make a concatenation.

mod blend;
mod carry;
mod convolution;
mod convolve;
mod descent;
mod group;
mod masked;
mod product;
mod softmax;
mod variation;

pub use blend::Window;
pub use carry::Carried;
pub use convolution::{After, Convolution};
pub use descent::{AdamStep, Moved};
pub use masked::Masked;
pub use variation::Regulariser;

use burn::backend::{BackendTensor, DispatchTensor, DispatchTensorKind};
use burn::tensor::{DType, Shape};
use burn_cubecl::kernel::{into_contiguous, into_contiguous_aligned};
use burn_cubecl::ops::numeric::empty_device_dtype;
use burn_cubecl::ops::{permute_nchw_to_nhwc, permute_nhwc_to_nchw};
use burn_cubecl::tensor::CubeTensor;

use super::Array;

/// Some channels of maps `[N, C, H, W]`, channels last in memory.
#[derive(Clone, Debug)]
pub struct Part {
    /// The maps.
    pub maps: Array,
    /// The first of the channels.
    pub first: usize,
    /// Number of channels.
    pub count: usize,
}

impl Part {
    /// Returns all channels of maps `[N, C, H, W]`. The maps are copied to channels last if they lie otherwise.
    pub fn whole(maps: Array) -> Self {
        let count = maps.shape()[1];
        Self { maps: maps.channels_last(), first: 0, count }
    }

    /// Returns some of the channels.
    #[must_use]
    pub fn some(&self, first: usize, count: usize) -> Self {
        Self { maps: self.maps.clone(), first: self.first + first, count }
    }

    /// Returns the dimensions, `[N, C, H, W]`.
    pub fn shape(&self) -> Vec<usize> {
        let mut shape = self.maps.shape();
        shape[1] = self.count;
        shape
    }

    /// Returns unwritten maps `[N, C, H, W]` with the given number of channels and as many pixels as these.
    pub fn unwritten(&self, channels: usize) -> Self {
        let shape = self.maps.shape();
        Self::whole(Array::unwritten([shape[0], channels, shape[2], shape[3]], &self.maps))
    }

    /// Returns whether both are channels of the same maps. No kernel may then read the one and write the other.
    pub fn shares_memory(&self, other: &Self) -> bool {
        let (one, other) = (self.maps.cube(), other.maps.cube());
        std::ptr::eq(one.handle.memory.descriptor(), other.handle.memory.descriptor())
    }

    /// Returns the channels as separate maps.
    pub fn array(self) -> Array {
        let shape = self.maps.shape();
        if self.count == shape[1] {
            return self.maps;
        }
        let channels = (self.first, self.first + self.count, 1);
        self.maps.slice(&[(0, shape[0], 1), channels, (0, shape[2], 1), (0, shape[3], 1)])
    }
}

/// Where a part lies in a buffer, in elements.
struct Placed {
    buffer: CubeTensor,
    /// Distance from one pixel to the next.
    pixel: usize,
    /// Place of the first channel within a pixel.
    first: usize,
}

impl Placed {
    fn of(part: &Part) -> Self {
        let buffer = permute_nchw_to_nhwc(part.maps.cube());
        let pixel = pixel_stride(&buffer).expect("a part's maps lie channels last");
        Self { buffer, pixel, first: part.first }
    }
}

impl Array {
    /// Makes maps `[N, C, H, W]`, channels last in memory, whose values are yet to be written.
    #[must_use]
    pub fn unwritten(shape: [usize; 4], like: &Self) -> Self {
        let [pictures, channels, height, width] = shape;
        let near = like.cube();
        let shape = Shape::new([pictures, height, width, channels]);
        let lines = empty_device_dtype(near.client.clone(), near.device.clone(), shape, DType::F32);
        like.with_cube(permute_nhwc_to_nchw(lines))
    }

    /// Returns maps `[N, C, H, W]` that lie channels last in memory, copied if they do not.
    #[must_use]
    pub fn channels_last(self) -> Self {
        let lines = permute_nchw_to_nhwc(self.cube());
        if pixel_stride(&lines).is_some() {
            return self;
        }
        let lines = into_contiguous_aligned(lines);
        self.with_cube(permute_nhwc_to_nchw(lines))
    }

    /// Returns whether the tensor is on a graphics card.
    pub fn is_on_card(&self) -> bool {
        matches!(self.0.kind, DispatchTensorKind::Cube(_))
    }

    /// Makes a tensor whose values are yet to be written, on the device of another.
    fn unwritten_like(near: &Self, shape: &[usize]) -> Self {
        let cube = near.cube();
        let shape = Shape::from(shape.to_vec());
        near.with_cube(empty_device_dtype(cube.client.clone(), cube.device.clone(), shape, DType::F32))
    }

    /// Returns the tensor with its elements in order.
    fn packed_cube(&self) -> CubeTensor {
        into_contiguous(self.cube())
    }

    fn cube(&self) -> CubeTensor {
        match &self.0.kind {
            DispatchTensorKind::Cube(BackendTensor::Float(tensor)) => tensor.clone(),
            _ => super::host::on_another_device(),
        }
    }

    fn with_cube(&self, tensor: CubeTensor) -> Self {
        let kind = DispatchTensorKind::Cube(BackendTensor::Float(tensor));
        Self(DispatchTensor { kind, ..self.0.clone() })
    }
}

/// Returns the distance in elements from one pixel to the next of `[N, H, W, C]`, if the pixels are evenly spaced and
/// the channels of each are contiguous.
fn pixel_stride(lines: &CubeTensor) -> Option<usize> {
    let (shape, strides) = (lines.meta.shape(), lines.meta.strides());
    let [pictures, height, width, channels] = [shape[0], shape[1], shape[2], shape[3]];
    if channels > 1 && strides[3] != 1 {
        return None;
    }
    // Axes of one element may have any stride.
    let pixel = match (width > 1, height > 1, pictures > 1) {
        (true, _, _) => strides[2],
        (_, true, _) => strides[1],
        (_, _, true) => strides[0],
        _ => channels,
    };
    let follows = |size: usize, stride: usize, before: usize| size == 1 || stride == before;
    let packed = follows(height, strides[1], width * pixel) && follows(pictures, strides[0], height * width * pixel);
    (pixel >= channels && packed).then_some(pixel)
}

/// Returns the largest vector size of 4, 2 and 1 that divides all of these numbers.
fn vector(of: &[usize]) -> usize {
    [4, 2].into_iter().find(|&size| of.iter().all(|number| number.is_multiple_of(size))).unwrap_or(1)
}
