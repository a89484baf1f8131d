//! The number of groups of a set of points, by the eigengap.
//!
//! The affinity of two points is exp(−d² / (σ_i σ_j)), where σ_i is the distance to the seventh neighbour. If there
//! were k groups without any affinity between them, D^(−½) A D^(−½) would have k eigenvalues of 1 and smaller ones. So
//! k maximises the gap λ_k − λ_(k+1) of the sorted eigenvalues λ₁ ≥ λ₂ ≥ ….
//!
//! References: U. von Luxburg, "A tutorial on spectral clustering", Statistics and Computing 17, 2007; L. Zelnik-Manor
//! and P. Perona, "Self-tuning spectral clustering", NIPS 2004; the eigenvalues are by Jacobi's rotations (G. H. Golub
//! and C. F. Van Loan, "Matrix Computations", section 8.5).

use super::k_means::squared_distance;

/// The neighbour whose distance is a point's own scale.
const NEIGHBOUR: usize = 7;
/// Most sweeps of Jacobi's rotations. They converge quadratically, and a few hundred points take about ten.
const SWEEPS: usize = 30;

/// Returns how many groups there are, from 1 to `most`.
pub(super) fn groups(points: &[&[f64]], most: usize) -> usize {
    let mut values = eigenvalues(normalised_affinity(points));
    values.sort_by(|a, b| b.total_cmp(a));
    let gaps = values.windows(2).take(most).map(|pair| pair[0] - pair[1]).enumerate();
    gaps.max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0))).map_or(1, |(at, _)| at + 1)
}

/// D^(−½) A D^(−½), row by row.
fn normalised_affinity(points: &[&[f64]]) -> Vec<Vec<f64>> {
    let squares: Vec<Vec<f64>> =
        points.iter().map(|a| points.iter().map(|b| squared_distance(a, b)).collect()).collect();
    let scales: Vec<f64> = squares.iter().map(|row| own_scale(row)).collect();
    let affinity = |i: usize, j: usize| if i == j { 0.0 } else { (-squares[i][j] / (scales[i] * scales[j])).exp() };
    let n = points.len();
    let degree = |i: usize| (0..n).map(|j| affinity(i, j)).sum::<f64>().max(f64::MIN_POSITIVE).sqrt();
    let degrees: Vec<f64> = (0..n).map(degree).collect();
    (0..n).map(|i| (0..n).map(|j| affinity(i, j) / (degrees[i] * degrees[j])).collect()).collect()
}

/// The distance to the seventh neighbour, or to the last where there are fewer; the point itself comes first.
fn own_scale(squares: &[f64]) -> f64 {
    let mut sorted = squares.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[NEIGHBOUR.min(sorted.len() - 1)].sqrt().max(1e-12)
}

/// The eigenvalues of a symmetric matrix, in no order.
fn eigenvalues(mut matrix: Vec<Vec<f64>>) -> Vec<f64> {
    let n = matrix.len();
    for _ in 0..SWEEPS {
        let beside: f64 = (0..n).flat_map(|i| (0..i).map(move |j| (i, j))).map(|(i, j)| matrix[i][j].powi(2)).sum();
        if beside < 1e-18 {
            break;
        }
        for i in 1..n {
            for j in 0..i {
                rotate(&mut matrix, j, i);
            }
        }
    }
    (0..n).map(|i| matrix[i][i]).collect()
}

/// Rotates the plane of the axes p < q so that their off-diagonal element becomes 0.
fn rotate(matrix: &mut [Vec<f64>], p: usize, q: usize) {
    if matrix[p][q] == 0.0 {
        return;
    }
    let theta = (matrix[q][q] - matrix[p][p]) / (2.0 * matrix[p][q]);
    let tangent = theta.signum() / (theta.abs() + (theta * theta + 1.0).sqrt());
    let cosine = 1.0 / (tangent * tangent + 1.0).sqrt();
    let sine = tangent * cosine;
    for row in matrix.iter_mut() {
        (row[p], row[q]) = (cosine * row[p] - sine * row[q], sine * row[p] + cosine * row[q]);
    }
    let (before, from_q) = matrix.split_at_mut(q);
    for (first, second) in before[p].iter_mut().zip(&mut from_q[0]) {
        (*first, *second) = (cosine * *first - sine * *second, sine * *first + cosine * *second);
    }
}

#[cfg(test)]
mod tests {
    use super::super::k_means::tests::{clouds, slices};
    use super::*;

    #[test]
    fn the_eigenvalues_of_a_chain_are_known() {
        // 2 on the diagonal and −1 beside it: 2 − 2 cos(πk / (n + 1)).
        let n = 6;
        let element = |i: usize, j: usize| {
            if i == j {
                2.0
            } else if i.abs_diff(j) == 1 {
                -1.0
            } else {
                0.0
            }
        };
        let mut found = eigenvalues((0..n).map(|i| (0..n).map(|j| element(i, j)).collect()).collect());
        found.sort_by(f64::total_cmp);
        for (k, value) in found.iter().enumerate() {
            let known = 2.0 - 2.0 * (std::f64::consts::PI * (k + 1) as f64 / (n + 1) as f64).cos();
            assert!((value - known).abs() < 1e-9, "{value} is not {known}");
        }
    }

    #[test]
    fn as_many_groups_are_found_as_there_are_clouds() {
        let places = [[0.0, 0.0], [10.0, 0.0], [0.0, 10.0], [10.0, 10.0], [20.0, 5.0]];
        for count in 1..=5 {
            let points = clouds(&places[..count], 20, 2.0, count as u64);
            assert_eq!(groups(&slices(&points), 8), count);
        }
        assert_eq!(groups(&[], 8), 1);
        assert_eq!(groups(&slices(&clouds(&places[..1], 1, 1.0, 0)), 8), 1);
    }
}
