//! Products of small matrices on the graphics card.
//!
//! A mask is enlarged by two products and a classifier ends with one, each with few rows. Tiles made for large products
//! leave a card idle there. Here each number of the result has its own unit, or several units that share its sum.

use burn::tensor::Shape;
use burn_cubecl::ops::numeric::empty_device_dtype;
use burn_cubecl::tensor::CubeTensor;
use cubecl::calculate_cube_count_elemwise;
use cubecl::prelude::*;

use super::group::{UNITS, dealt, slices, sum_of_slices};
use crate::array::Array;

/// Largest number of multiplications for which this product is used.
const SMALL: usize = 1 << 22;

impl Array {
    /// Returns the product of matrices, which lie in the last two axes of two tensors of the same rank. The leading
    /// axes are broadcast. `None` if the product is large or has more than four axes.
    pub(in crate::array) fn small_product(&self, other: &Self) -> Option<Self> {
        let (a, b) = (self.cube(), other.cube());
        let rank = self.rank();
        if other.rank() != rank || !(2..=4).contains(&rank) {
            return None;
        }
        let (one, two) = (Axes::of(&a), Axes::of(&b));
        let [rows, inner, columns] = [one.sizes[2], one.sizes[3], two.sizes[3]];
        let [outer, middle] = [0, 1].map(|axis| one.sizes[axis].max(two.sizes[axis]));
        let units = outer * middle * rows * columns;
        if units * inner > SMALL || two.sizes[2] != inner {
            return None;
        }
        let shape = [outer, middle, rows, columns];
        let shape = Shape::from(shape[4 - rank..].to_vec());
        let out = empty_device_dtype(a.client.clone(), a.device.clone(), shape, a.dtype);
        let client = a.client.clone();
        let slices = slices(&client.properties().hardware, units, inner);
        let cubes = CubeDim::new_1d(UNITS);
        let sizes = SizesLaunch::new(
            units,
            middle,
            rows,
            inner,
            columns,
            one.step(0),
            one.step(1),
            one.step(2),
            one.step(3),
            two.step(0),
            two.step(1),
            two.step(2),
            two.step(3),
        );
        // SAFETY: units beyond the last one write nothing, and a broadcast axis has step 0, so every place lies within
        // its matrix.
        unsafe {
            product::launch_unchecked(
                &client,
                calculate_cube_count_elemwise(&client, units * slices, cubes),
                cubes,
                a.into_buffer_arg(),
                b.into_buffer_arg(),
                out.clone().into_buffer_arg(),
                sizes,
                slices,
            );
        }
        Some(self.with_cube(out))
    }
}

/// Sizes and strides of a tensor, extended to four axes.
struct Axes {
    sizes: [usize; 4],
    strides: [usize; 4],
}

impl Axes {
    fn of(tensor: &CubeTensor) -> Self {
        let (shape, strides) = (tensor.meta.shape(), tensor.meta.strides());
        let missing = 4 - shape.len();
        let of = |axis: usize, from: &dyn Fn(usize) -> usize, none: usize| axis.checked_sub(missing).map_or(none, from);
        Self {
            sizes: std::array::from_fn(|axis| of(axis, &|axis| shape[axis], 1)),
            strides: std::array::from_fn(|axis| of(axis, &|axis| strides[axis], 0)),
        }
    }

    /// Returns the distance in elements between places of an axis. It is 0 for an axis of size 1, which may be
    /// broadcast.
    fn step(&self, axis: usize) -> usize {
        if self.sizes[axis] == 1 { 0 } else { self.strides[axis] }
    }
}

#[derive(CubeType, CubeLaunch)]
struct Sizes {
    units: usize,
    middle: usize,
    rows: usize,
    inner: usize,
    columns: usize,
    a_outer: usize,
    a_middle: usize,
    a_row: usize,
    a_column: usize,
    b_outer: usize,
    b_middle: usize,
    b_row: usize,
    b_column: usize,
}

#[cube(launch_unchecked)]
fn product(a: &[f32], b: &[f32], out: &mut [f32], sizes: Sizes, #[comptime] slices: usize) {
    let (unit, slice) = dealt(slices);
    let mut sum = Vector::<f32, Const<1>>::new(0.0f32);
    if unit < sizes.units {
        let column = unit % sizes.columns;
        let row = (unit / sizes.columns) % sizes.rows;
        let matrix = unit / (sizes.columns * sizes.rows);
        let (outer, middle) = (matrix / sizes.middle, matrix % sizes.middle);
        let first = outer * sizes.a_outer + middle * sizes.a_middle + row * sizes.a_row;
        let second = outer * sizes.b_outer + middle * sizes.b_middle + column * sizes.b_column;
        for k in range_stepped(slice, sizes.inner, slices) {
            sum += Vector::new(a[first + k * sizes.a_column] * b[second + k * sizes.b_row]);
        }
    }
    let sum = sum_of_slices(sum, slices);
    if slice == 0 && unit < sizes.units {
        out[unit] = sum.extract(0usize);
    }
}
