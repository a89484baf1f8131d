//! Element-wise functions of the page's build for the processor, on slices of `f32`, with the same arithmetic as
//! Burn's.
//!
//! Burn's functions serve every type that a tensor may have, and the type is known only at run time. So a program
//! carries them all, a tenth of what a browser would fetch (docs/results/size.md). Other builds use Burn's.

use std::ops::Range;

use vanish_kernels::elements::{self, Arithmetic, Operand};
use vanish_kernels::sums;

use super::Array;
use super::elementwise::{Comparison, Unary};
use super::host::numbers;
use super::shape::broadcast_shape;

impl Array {
    /// Applies a function to each element.
    pub(super) fn each_on_page(self, f: impl Fn(f32) -> f32) -> Self {
        Self::on_host(numbers(&self.host()).iter().map(|x| f(*x)).collect(), self.shape())
    }

    /// Computes [`Array::unary`].
    pub(super) fn unary_on_page(self, function: Unary) -> Self {
        self.each_on_page(of_one(function))
    }

    /// Combines both arrays by an arithmetic operation, with broadcasting.
    pub(super) fn combine_on_page(self, how: Arithmetic, other: Self) -> Self {
        let (a_shape, b_shape) = (self.shape(), other.shape());
        let shape = broadcast_shape(&a_shape, &b_shape).expect("combined shapes broadcast");
        let (a, b) = (self.host(), other.host());
        let a = Operand { values: numbers(&a), shape: &a_shape };
        let b = Operand { values: numbers(&b), shape: &b_shape };
        Self::on_host(elements::combine(how, a, b), shape)
    }

    /// Computes [`Array::compare`] of two arrays of one shape.
    pub(super) fn compare_on_page(self, comparison: Comparison, other: Self) -> Self {
        let (a, b) = (self.host(), other.host());
        let holds = |(a, b): (&f32, &f32)| f32::from(u8::from(comparison.holds(*a, *b)));
        Self::on_host(numbers(&a).iter().zip(numbers(&b)).map(holds).collect(), self.shape())
    }

    /// Computes [`Array::select_where`].
    pub(super) fn select_on_page(condition: &Self, a: &Self, b: &Self) -> Self {
        let (holds, x, y) = (condition.host(), a.host(), b.host());
        let both = numbers(&x).iter().zip(numbers(&y));
        let chosen = numbers(&holds).iter().zip(both).map(|(holds, (x, y))| if *holds == 0.0 { *y } else { *x });
        Self::on_host(chosen.collect(), a.shape())
    }

    /// Folds each row along an axis into one number.
    pub(super) fn fold_on_page(self, axis: usize, fold: impl Fn(&mut dyn Iterator<Item = f32>) -> f32) -> Self {
        let mut shape = self.shape();
        let (x, [outer, size, inner]) = (self.host(), around(&shape, axis));
        let x = numbers(&x);
        let mut found = Vec::with_capacity(outer * inner);
        for start in (0..outer).flat_map(|o| (0..inner).map(move |i| o * size * inner + i)) {
            found.push(fold(&mut (0..size).map(|k| x[start + k * inner])));
        }
        shape[axis] = 1;
        Self::on_host(found, shape)
    }

    /// Computes [`Array::sum_axis`].
    pub(super) fn sum_on_page(self, axis: usize) -> Self {
        let mut shape = self.shape();
        let found = sums::along(numbers(&self.host()), around(&shape, axis));
        shape[axis] = 1;
        Self::on_host(found, shape)
    }

    /// Computes [`Array::log_softmax`], or the softmax itself.
    pub(super) fn softmax_on_page(self, axis: usize, logarithm: bool) -> Self {
        let shifted = self.clone().sub(self.max_axis(axis));
        let powers = shifted.clone().unary(Unary::Exp);
        let sum = powers.clone().sum_axis(axis);
        if logarithm { shifted.sub(sum.unary(Unary::Log)) } else { powers.div(sum) }
    }

    /// Computes [`Array::gather`].
    pub(super) fn gather_on_page(self, axis: usize, indices: &[usize]) -> Self {
        let mut shape = self.shape();
        let x = self.host();
        let slices = slices(&shape, axis, indices);
        let taken = slices.flat_map(|slice| numbers(&x)[slice].iter().copied()).collect();
        shape[axis] = indices.len();
        Self::on_host(taken, shape)
    }

    /// Computes [`Array::gather_add`].
    pub(super) fn gather_add_on_page(self, axis: usize, indices: &[usize], values: &Self) -> Self {
        let shape = self.shape();
        let mut sums = numbers(&self.host()).to_vec();
        let values = values.host();
        let mut rest = numbers(&values);
        for slice in slices(&shape, axis, indices) {
            let (these, after) = rest.split_at(slice.len());
            sums[slice].iter_mut().zip(these).for_each(|(sum, value)| *sum += value);
            rest = after;
        }
        Self::on_host(sums, shape)
    }
}

impl Comparison {
    fn holds(self, a: f32, b: f32) -> bool {
        match self {
            Comparison::Equal => a == b,
            Comparison::Greater => a > b,
            Comparison::GreaterOrEqual => a >= b,
            Comparison::Less => a < b,
            Comparison::LessOrEqual => a <= b,
        }
    }
}

fn of_one(function: Unary) -> fn(f32) -> f32 {
    match function {
        Unary::Abs => f32::abs,
        Unary::Ceil => f32::ceil,
        Unary::Cos => f32::cos,
        Unary::Erf => libm::erff,
        Unary::Exp => f32::exp,
        Unary::Floor => f32::floor,
        Unary::Log => f32::ln,
        Unary::Neg => |x| -x,
        Unary::Reciprocal => f32::recip,
        Unary::Relu => |x| if x < 0.0 { 0.0 } else { x },
        Unary::Round => f32::round_ties_even,
        Unary::Sigmoid => sigmoid,
        Unary::Sign => sign,
        Unary::Sin => f32::sin,
        Unary::Sqrt => f32::sqrt,
        Unary::Tanh => f32::tanh,
        Unary::Trunc => f32::trunc,
    }
}

/// Returns σ(x), computed without a power that overflows.
fn sigmoid(x: f32) -> f32 {
    let small = (-x.abs()).exp();
    if x >= 0.0 { 1.0 / (1.0 + small) } else { small / (1.0 + small) }
}

/// Returns the sign, which is 0 for NaN.
fn sign(x: f32) -> f32 {
    if x.is_nan() || x == 0.0 { 0.0 } else { x.signum() }
}

/// Returns the largest of a row; NaN if the row holds one.
pub(super) fn largest(row: &mut dyn Iterator<Item = f32>) -> f32 {
    row.reduce(|most, x| if most.is_nan() || most >= x { most } else { x }).expect("the axis is not empty")
}

/// Returns the index of the largest of a row: the first of several, or the first NaN.
pub(super) fn place_of_largest(row: &mut dyn Iterator<Item = f32>) -> f32 {
    let first = |(at, most): (usize, f32), (here, x): (usize, f32)| {
        if most.is_nan() || most >= x { (at, most) } else { (here, x) }
    };
    row.enumerate().reduce(first).expect("the axis is not empty").0 as f32
}

/// Returns the number of blocks before an axis, the axis's size, and the distance of its elements.
fn around(shape: &[usize], axis: usize) -> [usize; 3] {
    [shape[..axis].iter().product(), shape[axis], shape[axis + 1..].iter().product()]
}

/// Returns where the slices at `indices` along an axis lie, in the order of the result.
fn slices<'a>(shape: &[usize], axis: usize, indices: &'a [usize]) -> impl Iterator<Item = Range<usize>> + 'a {
    let [outer, size, inner] = around(shape, axis);
    let slice = move |o: usize, index: usize| {
        assert!(index < size, "an index is beyond its axis");
        let start = (o * size + index) * inner;
        start..start + inner
    };
    (0..outer).flat_map(move |o| indices.iter().map(move |index| slice(o, *index)))
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;
    use rand::{Rng, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    use super::*;

    /// Returns numbers in [-4, 4), among them every special value.
    fn array(seed: u64, shape: &[usize]) -> Array {
        let special = [0.0, -0.0, 1.0, -1.0, 0.5, 2.5, f32::INFINITY, f32::NEG_INFINITY, f32::NAN, f32::MIN_POSITIVE];
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let mut number = || match random.next_u32() {
            r if r % 8 == 0 => special[(r / 8) as usize % special.len()],
            r => (r >> 8) as f32 / (1 << 21) as f32 - 4.0,
        };
        Array::new((0..shape.iter().product()).map(|_| number()).collect(), shape, &Device::flex())
    }

    /// Returns the bits of each value. All zeros and all NaN, which have several forms, are made equal.
    fn values(array: Array) -> Vec<u32> {
        let values = numbers(&array.host()).to_vec();
        let bits = |x: f32| if x.is_nan() { f32::NAN.to_bits() } else { (x + 0.0).to_bits() };
        values.into_iter().map(bits).collect()
    }

    /// Returns the same array with another order in memory.
    fn turned(array: Array) -> Array {
        let axes: Vec<usize> = (0..array.rank()).rev().collect();
        array.permute(&axes)
    }

    #[track_caller]
    fn same(burn: Array, page: Array) {
        assert_eq!(burn.shape(), page.shape());
        assert_eq!(values(burn), values(page));
    }

    #[test]
    fn functions_of_one_number_are_burns() {
        use Unary::*;
        let all =
            [Abs, Ceil, Cos, Erf, Exp, Floor, Log, Neg, Reciprocal, Relu, Round, Sigmoid, Sign, Sin, Sqrt, Tanh, Trunc];
        for function in all {
            for x in [array(1, &[7, 60]), turned(array(2, &[3, 5, 8]))] {
                same(x.clone().unary(function), x.unary_on_page(function));
            }
        }
    }

    #[test]
    fn arithmetic_is_burns_with_broadcasting() {
        let shapes: [(&[usize], &[usize]); 6] = [
            (&[2, 3, 4, 5], &[2, 3, 4, 5]),
            (&[2, 3, 4, 5], &[1, 3, 1, 1]),
            (&[4, 1], &[2, 1, 5]),
            (&[1], &[3, 4]),
            (&[5], &[]),
            (&[0, 2], &[2]),
        ];
        for (a, b) in shapes {
            for (a, b) in [(a, b), (b, a)] {
                let (a, b) = (turned(array(1, &a.iter().rev().copied().collect::<Vec<_>>())), array(2, b));
                same(a.clone().add(b.clone()), a.clone().combine_on_page(Arithmetic::Add, b.clone()));
                same(a.clone().sub(b.clone()), a.clone().combine_on_page(Arithmetic::Subtract, b.clone()));
                same(a.clone().mul(b.clone()), a.clone().combine_on_page(Arithmetic::Multiply, b.clone()));
                same(a.clone().div(b.clone()), a.clone().combine_on_page(Arithmetic::Divide, b.clone()));
                same(a.clone().pow(b.clone()), a.combine_on_page(Arithmetic::Power, b));
            }
        }
        let x = array(3, &[50]);
        same(x.clone().add_scalar(0.1), x.clone().each_on_page(|x| x + 0.1));
        same(x.clone().mul_scalar(0.1), x.clone().each_on_page(|x| x * 0.1));
        same(x.clone().pow_scalar(1.5), x.each_on_page(|x| x.powf(1.5)));
    }

    #[test]
    fn comparisons_and_choices_are_burns() {
        use Comparison::*;
        let (a, b) = (array(1, &[20, 30]), turned(array(2, &[30, 20])));
        for comparison in [Equal, Greater, GreaterOrEqual, Less, LessOrEqual] {
            same(a.clone().compare(comparison, b.clone()), a.clone().compare_on_page(comparison, b.clone()));
            let half = Array::full(&[20, 30], 0.5, &Device::flex());
            same(a.clone().compare_scalar(comparison, 0.5), a.clone().compare_on_page(comparison, half));
        }
        let condition = array(3, &[20, 30]).unary(Unary::Floor);
        same(Array::select_where(condition.clone(), a.clone(), b.clone()), Array::select_on_page(&condition, &a, &b));
    }

    #[test]
    fn the_largest_and_its_place_are_burns() {
        for (shape, axis) in [([4, 3, 50], 2), ([4, 50, 3], 1), ([9, 2, 2], 0), ([3, 1, 2], 1)] {
            for seed in 0..20 {
                // Most of these arrays have no NaN, because rows of fifty would each hold several.
                let x = array(seed, &shape);
                let x = if seed < 10 {
                    Array::select_where(
                        x.clone().compare(Comparison::Equal, x.clone()),
                        x.clone(),
                        Array::full(&shape, 0.0, &Device::flex()),
                    )
                } else {
                    x
                };
                same(x.clone().max_axis(axis), x.clone().fold_on_page(axis, largest));
                same(x.clone().argmax_axis(axis), x.fold_on_page(axis, place_of_largest));
            }
        }
    }

    #[test]
    fn a_product_along_an_axis_is_its_definition() {
        let x = Array::new((1..=24).map(|x| x as f32 / 8.0).collect(), &[2, 3, 4], &Device::flex());
        let found = numbers(&x.clone().fold_on_page(1, |row| row.product()).host()).to_vec();
        let of = |start: usize| (0..3).map(|k| (start + 4 * k) as f32 / 8.0).product::<f32>();
        assert_eq!(found, [1, 2, 3, 4, 13, 14, 15, 16].map(of));
        assert_eq!(found, numbers(&x.prod_axis(1).host()));
    }

    #[test]
    fn slices_are_taken_and_added_as_by_burn() {
        let indices = [2, 0, 0, 1, 2, 2];
        for (shape, axis) in [([3, 4, 5], 0), ([4, 3, 5], 1), ([4, 5, 3], 2)] {
            let x = turned(array(1, &[shape[2], shape[1], shape[0]]));
            same(x.clone().gather(axis, &indices, &Device::flex()), x.clone().gather_on_page(axis, &indices));
            let mut shape = shape;
            shape[axis] = indices.len();
            let values = array(2, &shape);
            same(
                x.clone().gather_add(axis, &indices, values.clone(), &Device::flex()),
                x.gather_add_on_page(axis, &indices, &values),
            );
        }
    }
}
