//! Solves small symmetric systems.

/// Solves A x = b for a symmetric positive definite A of order n = `b.len()`, `[n, n]` row by row, by Cholesky's
/// factors. `None` where A is not positive definite to rounding.
pub(super) fn solve(a: &[f64], b: &[f64]) -> Option<Vec<f64>> {
    let (n, lower) = (b.len(), cholesky(a, b.len())?);
    let mut x = b.to_vec();
    for i in 0..n {
        let known: f64 = (0..i).map(|j| lower[i * n + j] * x[j]).sum();
        x[i] = (x[i] - known) / lower[i * n + i];
    }
    for i in (0..n).rev() {
        let known: f64 = (i + 1..n).map(|j| lower[j * n + i] * x[j]).sum();
        x[i] = (x[i] - known) / lower[i * n + i];
    }
    Some(x)
}

/// Finds the lower factor L of A = L Lᵀ, `[n, n]`.
fn cholesky(a: &[f64], n: usize) -> Option<Vec<f64>> {
    let mut lower = vec![0.0; n * n];
    for i in 0..n {
        for j in 0..=i {
            let rest = a[i * n + j] - (0..j).map(|k| lower[i * n + k] * lower[j * n + k]).sum::<f64>();
            lower[i * n + j] = match i == j {
                true if rest > 0.0 => rest.sqrt(),
                true => return None,
                false => rest / lower[j * n + j],
            };
        }
    }
    Some(lower)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_solution_solves() {
        let a = [4.0, 2.0, 0.6, 2.0, 5.0, 1.0, 0.6, 1.0, 3.0];
        let x = solve(&a, &[1.0, -2.0, 3.0]).expect("positive definite");
        for (row, want) in a.chunks(3).zip([1.0, -2.0, 3.0]) {
            let got: f64 = row.iter().zip(&x).map(|(a, x)| a * x).sum();
            assert!((got - want).abs() < 1e-12);
        }
        assert_eq!(solve(&[1.0, 2.0, 2.0, 1.0], &[1.0, 1.0]), None);
    }
}
