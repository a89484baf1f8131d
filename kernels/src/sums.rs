//! Sums of many numbers, computed as sixteen sums side by side. This order suits vectors and loses little accuracy.

use crate::add_scaled;

const SIDE_BY_SIDE: usize = 16;

/// Returns the sum of all numbers.
pub fn of(x: &[f32]) -> f32 {
    let mut sums = [0.0; SIDE_BY_SIDE];
    let (chunks, rest) = x.as_chunks();
    chunks.iter().for_each(|chunk: &[f32; SIDE_BY_SIDE]| add_scaled(&mut sums, chunk, 1.0));
    together(sums) + rest.iter().sum::<f32>()
}

/// Returns the sum of the products of two rows of one length.
pub fn of_products(x: &[f32], y: &[f32]) -> f32 {
    let mut sums = [0.0; SIDE_BY_SIDE];
    let ((x, x_rest), (y, y_rest)) = (x.as_chunks::<SIDE_BY_SIDE>(), y.as_chunks::<SIDE_BY_SIDE>());
    for (x, y) in x.iter().zip(y) {
        sums.iter_mut().zip(x.iter().zip(y)).for_each(|(sum, (x, y))| *sum += x * y);
    }
    together(sums) + x_rest.iter().zip(y_rest).map(|(x, y)| x * y).sum::<f32>()
}

/// Returns the sums along the middle axis of `[outer, size, inner]`.
pub fn along(x: &[f32], [outer, size, inner]: [usize; 3]) -> Vec<f32> {
    let mut sums = vec![0.0; outer * inner];
    if sums.is_empty() || size == 0 {
        return sums;
    }
    for (sums, x) in sums.chunks_mut(inner).zip(x.chunks(size * inner)) {
        match inner {
            1 => sums[0] = of(x),
            _ => x.chunks(inner).for_each(|row| add_scaled(sums, row, 1.0)),
        }
    }
    sums
}

/// Adds the sums by halves.
fn together(mut sums: [f32; SIDE_BY_SIDE]) -> f32 {
    for half in [8, 4, 2, 1] {
        let (low, high) = sums.split_at_mut(half);
        low.iter_mut().zip(high).for_each(|(low, high)| *low += *high);
    }
    sums[0]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::numbers;

    fn close(found: f32, wanted: f64, count: usize) {
        assert!((f64::from(found) - wanted).abs() < 5e-6 * (1.0 + count as f64).sqrt(), "{found} {wanted} {count}");
    }

    #[test]
    fn many_numbers_lose_little() {
        for count in [0, 1, 15, 16, 17, 1000, 100_003] {
            let (x, y) = (numbers(1, count), numbers(2, count));
            close(of(&x), x.iter().map(|x| f64::from(*x)).sum(), count);
            close(of_products(&x, &y), x.iter().zip(&y).map(|(x, y)| f64::from(*x) * f64::from(*y)).sum(), count);
        }
    }

    #[test]
    fn an_axis_is_summed_wherever_it_stands() {
        for [outer, size, inner] in [[1, 40, 1], [3, 40, 1], [1, 7, 5], [4, 3, 6], [2, 0, 3], [0, 3, 2]] {
            let x = numbers(1, outer * size * inner);
            let found = along(&x, [outer, size, inner]);
            assert_eq!(found.len(), outer * inner);
            for (at, found) in found.iter().enumerate() {
                let start = at / inner * size * inner + at % inner;
                close(*found, (0..size).map(|k| f64::from(x[start + k * inner])).sum(), size);
            }
        }
    }
}
