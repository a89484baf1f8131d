//! Element-wise arithmetic of two arrays, with broadcasting.

/// An operation on two numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
    Power,
}

/// Numbers, row by row, and their dimensions. The dimensions of two arrays are aligned from the right. Where they
/// differ, one of them is 1 or missing, and that array is repeated.
#[derive(Clone, Copy)]
pub struct Operand<'a> {
    pub values: &'a [f32],
    pub shape: &'a [usize],
}

/// Consecutive axes along which the same arrays are repeated.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Run {
    size: usize,
    /// Whether each array advances along the run, instead of being repeated.
    goes_on: (bool, bool),
}

/// Returns the result, row by row. Each of its dimensions is the larger one of the two operands.
pub fn combine(how: Arithmetic, a: Operand, b: Operand) -> Vec<f32> {
    match how {
        Arithmetic::Add => combine_by(a, b, |a, b| a + b),
        Arithmetic::Subtract => combine_by(a, b, |a, b| a - b),
        Arithmetic::Multiply => combine_by(a, b, |a, b| a * b),
        Arithmetic::Divide => combine_by(a, b, |a, b| a / b),
        Arithmetic::Power => combine_by(a, b, f32::powf),
    }
}

fn combine_by(a: Operand, b: Operand, f: impl Fn(f32, f32) -> f32 + Copy) -> Vec<f32> {
    let runs = runs(a.shape, b.shape);
    let mut found = Vec::with_capacity(runs.iter().map(|run| run.size).product());
    walk(&runs, a.values, b.values, &mut found, f);
    found
}

/// Returns the axes of both from the outermost on, without axes of one element.
fn runs(a: &[usize], b: &[usize]) -> Vec<Run> {
    let rank = a.len().max(b.len());
    let at =
        |shape: &[usize], axis: usize| if axis + shape.len() < rank { 1 } else { shape[axis + shape.len() - rank] };
    let mut runs: Vec<Run> = Vec::new();
    for axis in 0..rank {
        let (a, b) = (at(a, axis), at(b, axis));
        let size = if a == 1 { b } else { a };
        let goes_on = (a == size, b == size);
        match runs.last_mut() {
            _ if size == 1 => {}
            Some(last) if last.goes_on == goes_on => last.size *= size,
            _ => runs.push(Run { size, goes_on }),
        }
    }
    runs
}

fn walk(runs: &[Run], a: &[f32], b: &[f32], to: &mut Vec<f32>, f: impl Fn(f32, f32) -> f32 + Copy) {
    match *runs {
        [] => to.push(f(a[0], b[0])),
        [Run { goes_on: (true, true), .. }] => to.extend(a.iter().zip(b).map(|(a, b)| f(*a, *b))),
        [Run { goes_on: (true, false), .. }] => {
            let b = b[0];
            to.extend(a.iter().map(|a| f(*a, b)));
        }
        [Run { goes_on: (false, _), .. }] => {
            let a = a[0];
            to.extend(b.iter().map(|b| f(a, *b)));
        }
        [run, ref rest @ ..] => {
            for i in 0..run.size {
                walk(rest, part(a, run.goes_on.0, run.size, i), part(b, run.goes_on.1, run.size, i), to, f);
            }
        }
    }
}

/// Returns the numbers at index `i` of an axis, or the whole array if it is repeated along that axis.
fn part(values: &[f32], goes_on: bool, size: usize, i: usize) -> &[f32] {
    let length = values.len() / size;
    if goes_on { &values[i * length..][..length] } else { values }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{cases, numbers};

    /// Computes the definition: each index of the result, without the axes along which an operand is repeated.
    fn defined(a: Operand, b: Operand, shape: &[usize]) -> Vec<f32> {
        let at = |operand: Operand, mut index: usize| {
            let (mut place, mut stride) = (0, 1);
            for axis in (0..shape.len()).rev() {
                let (here, size) = (index % shape[axis], operand.shape[axis]);
                index /= shape[axis];
                place += if size == 1 { 0 } else { here * stride };
                stride *= size;
            }
            operand.values[place]
        };
        (0..shape.iter().product()).map(|index| at(a, index) - at(b, index)).collect()
    }

    #[test]
    fn either_is_repeated_along_any_axes() {
        for random in cases(500) {
            let shape: Vec<usize> = random[..4].iter().map(|r| [1, 2, 3, 5][*r as usize % 4]).collect();
            let of = |random: &[u32]| -> Vec<usize> {
                shape.iter().zip(random).map(|(size, r)| if r % 3 == 0 { 1 } else { *size }).collect()
            };
            let (a_shape, b_shape) = (of(&random[4..8]), of(&random[8..12]));
            let larger: Vec<usize> = a_shape.iter().zip(&b_shape).map(|(a, b)| *a.max(b)).collect();
            let (a, b) = (numbers(1, a_shape.iter().product()), numbers(2, b_shape.iter().product()));
            let a = Operand { values: &a, shape: &a_shape };
            let b = Operand { values: &b, shape: &b_shape };
            assert_eq!(combine(Arithmetic::Subtract, a, b), defined(a, b, &larger), "{a_shape:?} {b_shape:?}");
        }
    }

    #[test]
    fn an_array_of_fewer_axes_fits_from_the_right() {
        let (a, b) = ([1.0, 2.0, 3.0, 4.0, 5.0, 6.0], [10.0, 20.0, 30.0]);
        let (a, b) = (Operand { values: &a, shape: &[2, 3] }, Operand { values: &b, shape: &[3] });
        assert_eq!(combine(Arithmetic::Add, a, b), [11.0, 22.0, 33.0, 14.0, 25.0, 36.0]);
        let one = Operand { values: &[2.0], shape: &[] };
        assert_eq!(combine(Arithmetic::Divide, b, one), [5.0, 10.0, 15.0]);
        assert_eq!(combine(Arithmetic::Power, one, one), [4.0]);
        let none = Operand { values: &[], shape: &[0, 3] };
        assert!(combine(Arithmetic::Multiply, none, b).is_empty());
    }

    #[test]
    fn axes_that_are_repeated_alike_are_one_run() {
        let whole = (true, true);
        assert_eq!(runs(&[2, 3, 4], &[2, 3, 4]), [Run { size: 24, goes_on: whole }]);
        assert_eq!(
            runs(&[2, 3, 4, 5], &[3, 1, 1]),
            [(2, (true, false)), (3, whole), (20, (true, false))].map(|(size, goes_on)| Run { size, goes_on })
        );
        assert!(runs(&[1, 1], &[]).is_empty());
    }
}
