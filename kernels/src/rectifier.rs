//! Rectifiers, which clamp each number to a range, and their adjoint. Nearly every convolution is followed by one.

use crate::for_each;

/// Number of values that one thread takes at a time. They and their results fit in a core's second-level cache.
const AT_ONCE: usize = 1 << 15;

/// Returns each number of `x` limited to `[low, high]`. NaN stays NaN.
pub fn limit(x: &[f32], low: f32, high: f32) -> Vec<f32> {
    // These are comparisons instead of `f32::clamp`, which panics on limits that a model file may hold.
    let limited = move |x: f32| {
        let x = if x < low { low } else { x };
        if x > high { high } else { x }
    };
    let mut y = vec![0.0; x.len()];
    let parts = y.chunks_mut(AT_ONCE).zip(x.chunks(AT_ONCE));
    for_each(parts.collect(), |(_, (y, x))| y.iter_mut().zip(x).for_each(|(y, x)| *y = limited(*x)));
    y
}

/// Returns the gradient of [`limit`]: `gradient` where `x` lies strictly between the limits, and 0 elsewhere.
pub fn limit_gradient(x: &[f32], low: f32, high: f32, gradient: &[f32]) -> Vec<f32> {
    let passed = move |x: f32, g: f32| if (low < x) & (x < high) { g } else { 0.0 };
    let mut found = vec![0.0; x.len()];
    let parts = found.chunks_mut(AT_ONCE).zip(x.chunks(AT_ONCE).zip(gradient.chunks(AT_ONCE)));
    for_each(parts.collect(), |(_, (found, (x, gradient)))| {
        found.iter_mut().zip(x.iter().zip(gradient)).for_each(|(found, (x, g))| *found = passed(*x, *g));
    });
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::numbers;

    #[test]
    fn every_number_is_limited_by_itself_however_many_there_are() {
        for count in [0, 1, 5, AT_ONCE - 1, AT_ONCE, 2 * AT_ONCE + 3] {
            let x = numbers(count as u64, count);
            let found = limit(&x, -0.25, 0.5);
            assert!(found.iter().zip(&x).all(|(y, x)| *y == x.clamp(-0.25, 0.5)) && found.len() == count);
        }
    }

    #[test]
    fn the_gradient_passes_strictly_between_the_limits() {
        let x = [-1.0, 0.0, 0.5, 6.0, 7.0, f32::NAN];
        assert_eq!(limit_gradient(&x, 0.0, 6.0, &[3.0; 6]), [0.0, 0.0, 3.0, 0.0, 0.0, 0.0]);
        let x = numbers(1, 2 * AT_ONCE + 3);
        let gradient = numbers(2, x.len());
        let found = limit_gradient(&x, 0.0, f32::INFINITY, &gradient);
        assert!(found.iter().zip(x.iter().zip(&gradient)).all(|(f, (x, g))| *f == if *x > 0.0 { *g } else { 0.0 }));
    }

    #[test]
    fn what_is_not_a_number_stays_so_and_limits_may_be_anything() {
        assert!(limit(&[f32::NAN], 0.0, f32::INFINITY)[0].is_nan());
        assert_eq!(limit(&[-f32::INFINITY, f32::INFINITY], 0.0, 6.0), [0.0, 6.0]);
        assert_eq!(limit(&[0.5], 1.0, 0.0), [0.0], "the upper one has the last word");
        assert_eq!(limit(&[0.5], f32::NAN, f32::NAN), [0.5]);
    }
}
