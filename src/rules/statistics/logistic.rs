//! Logistic regression with a quadratic penalty: a detector from a few statistics of masks.
//!
//! Each feature is brought to mean 0 and deviation 1 on the training rows (a constant one is left at 0). With z_i the
//! features of row i, y_i its label and p_i = 1 / (1 + e^{−(b + w·z_i)}), the fit minimises
//!
//! −Σ_i (y_i ln p_i + (1 − y_i) ln(1 − p_i)) + λ/2 ‖w‖²
//!
//! by Newton's steps, halved while they do not descend; the intercept b is not penalised. The minimum is unique for λ
//! > 0, also where the classes are separable.
//!
//! Reference: T. Hastie, R. Tibshirani and J. Friedman, "The Elements of Statistical Learning", 2nd edition, 2009,
//! section 4.4.

use super::linear::solve;

/// Newton's steps at most; ten do where the data are not extreme.
const STEPS: usize = 100;
/// A step that promises less than this, relative to the objective, is the last.
const TOLERANCE: f64 = 1e-14;

/// Holds a fitted model.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Logistic {
    /// The intercept b.
    pub intercept: f64,
    /// The weights w of the standardised features: how much one deviation adds to the log-odds.
    pub weights: Vec<f64>,
    /// The mean of each feature on the training rows.
    pub means: Vec<f64>,
    /// The feature's deviation there, with n in the denominator; 1 for a constant feature.
    pub deviations: Vec<f64>,
}

impl Logistic {
    /// Fits rows of features, each of one length, to their labels with penalty λ > 0. `None` where a class has no row,
    /// lengths differ, or a number is not finite.
    pub fn fit(rows: &[Vec<f64>], labels: &[bool], penalty: f64) -> Option<Self> {
        if !(sound(rows, labels) && penalty > 0.0 && penalty.is_finite()) {
            return None;
        }
        let (means, deviations) = moments(rows);
        let blank = Self { intercept: 0.0, weights: vec![], means, deviations };
        let rows: Vec<Vec<f64>> = rows.iter().map(|row| blank.design(row)).collect();
        let coefficients = Fit { rows, labels, penalty }.minimum()?;
        Some(Self { intercept: coefficients[0], weights: coefficients[1..].to_vec(), ..blank })
    }

    /// Computes the probability that a row belongs to the class `true`; features beyond those fitted are ignored.
    pub fn probability(&self, row: &[f64]) -> f64 {
        let known = self.design(row);
        let log_odds: f64 = self.weights.iter().zip(&known[1..]).map(|(w, z)| w * z).sum();
        sigmoid(self.intercept + log_odds)
    }

    /// Makes a row of the design: 1 for the intercept, then the standardised features.
    fn design(&self, row: &[f64]) -> Vec<f64> {
        let moments = self.means.iter().zip(&self.deviations);
        let standard = row.iter().zip(moments).map(|(value, (mean, deviation))| (value - mean) / deviation);
        [1.0].into_iter().chain(standard).collect()
    }
}

/// Says whether there is something to fit: both classes, rows of one length, finite numbers.
fn sound(rows: &[Vec<f64>], labels: &[bool]) -> bool {
    let width = rows.first().map_or(0, Vec::len);
    let both = labels.contains(&true) && labels.contains(&false);
    both && rows.len() == labels.len() && rows.iter().all(|row| row.len() == width && row.iter().all(|v| v.is_finite()))
}

/// Computes the mean and the deviation of each column.
fn moments(rows: &[Vec<f64>]) -> (Vec<f64>, Vec<f64>) {
    (0..rows[0].len()).map(|j| column_moments(&rows.iter().map(|row| row[j]).collect::<Vec<_>>())).unzip()
}

fn column_moments(column: &[f64]) -> (f64, f64) {
    let middle = super::mean(column);
    let deviation = (column.iter().map(|v| (v - middle).powi(2)).sum::<f64>() / column.len() as f64).sqrt();
    // A constant column has a deviation of rounding only.
    (middle, if deviation > 1e-12 * middle.abs() { deviation } else { 1.0 })
}

fn sigmoid(log_odds: f64) -> f64 {
    1.0 / (1.0 + (-log_odds).exp())
}

/// Computes ln(1 + eˣ) without overflow.
fn softplus(x: f64) -> f64 {
    x.max(0.0) + (-x.abs()).exp().ln_1p()
}

/// States the problem in the standardised features.
struct Fit<'a> {
    /// Rows of the design, each beginning with 1.
    rows: Vec<Vec<f64>>,
    labels: &'a [bool],
    penalty: f64,
}

impl Fit<'_> {
    /// Finds the coefficients at the minimum, the intercept first.
    fn minimum(&self) -> Option<Vec<f64>> {
        let mut at = vec![0.0; self.rows[0].len()];
        for _ in 0..STEPS {
            let (gradient, curvature) = self.derivatives(&at);
            let step = solve(&curvature, &gradient)?;
            let promised: f64 = step.iter().zip(&gradient).map(|(s, g)| s * g).sum();
            at = self.descend(&at, &step);
            if promised <= TOLERANCE * (1.0 + self.objective(&at)) {
                break;
            }
        }
        Some(at)
    }

    /// Takes a step, halved until it descends.
    fn descend(&self, at: &[f64], step: &[f64]) -> Vec<f64> {
        let start = self.objective(at);
        let moved = |scale: f64| -> Vec<f64> { at.iter().zip(step).map(|(a, s)| a - scale * s).collect() };
        let mut scales = (0..30).map(|halvings| 0.5f64.powi(halvings)).map(moved);
        scales.find(|point| self.objective(point) <= start).unwrap_or_else(|| at.to_vec())
    }

    fn objective(&self, at: &[f64]) -> f64 {
        let losses = self.rows.iter().zip(self.labels).map(|(row, &label)| {
            let log_odds = product(row, at);
            softplus(if label { -log_odds } else { log_odds })
        });
        losses.sum::<f64>() + self.penalty / 2.0 * at[1..].iter().map(|w| w * w).sum::<f64>()
    }

    /// Computes the gradient and the second derivatives, `[n, n]`.
    fn derivatives(&self, at: &[f64]) -> (Vec<f64>, Vec<f64>) {
        let n = at.len();
        let (mut gradient, mut curvature) = (vec![0.0; n], vec![0.0; n * n]);
        for (row, &label) in self.rows.iter().zip(self.labels) {
            let p = sigmoid(product(row, at));
            for i in 0..n {
                gradient[i] += (p - f64::from(u8::from(label))) * row[i];
                (0..n).for_each(|j| curvature[i * n + j] += p * (1.0 - p) * row[i] * row[j]);
            }
        }
        for i in 1..n {
            gradient[i] += self.penalty * at[i];
            curvature[i * n + i] += self.penalty;
        }
        (gradient, curvature)
    }
}

fn product(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one_feature(values: &[f64]) -> Vec<Vec<f64>> {
        values.iter().map(|&v| vec![v]).collect()
    }

    #[test]
    fn without_features_the_probability_is_the_share() {
        let model = Logistic::fit(&vec![vec![]; 4], &[true, true, true, false], 1.0).expect("both classes");
        assert!((model.probability(&[]) - 0.75).abs() < 1e-9);
    }

    #[test]
    fn the_gradient_is_that_of_the_objective() {
        let rows = vec![vec![1.0, 0.3, -1.0], vec![1.0, -0.7, 0.4], vec![1.0, 1.9, 0.2]];
        let fit = Fit { rows, labels: &[true, false, true], penalty: 0.7 };
        let at = [0.2, -0.5, 0.8];
        let (gradient, curvature) = fit.derivatives(&at);
        for i in 0..3 {
            let moved = |by: f64| -> Vec<f64> { (0..3).map(|j| at[j] + if i == j { by } else { 0.0 }).collect() };
            let slope = (fit.objective(&moved(1e-5)) - fit.objective(&moved(-1e-5))) / 2e-5;
            assert!((slope - gradient[i]).abs() < 1e-8, "{i}");
            let bend = (fit.derivatives(&moved(1e-5)).0[0] - fit.derivatives(&moved(-1e-5)).0[0]) / 2e-5;
            assert!((bend - curvature[i]).abs() < 1e-8, "{i}");
        }
    }

    #[test]
    fn separable_classes_have_finite_weights() {
        let rows = one_feature(&[0.0, 1.0, 10.0, 11.0]);
        let model = Logistic::fit(&rows, &[false, false, true, true], 1e-3).expect("both classes");
        assert!(model.weights[0].is_finite() && model.probability(&[0.0]) < 0.01 && model.probability(&[11.0]) > 0.99);
    }

    #[test]
    fn scale_and_constants_do_not_matter() {
        let (small, labels) = ([0.1, 0.4, 0.2, 0.9, 0.7], [false, true, false, true, false]);
        let plain = Logistic::fit(&one_feature(&small), &labels, 1.0).expect("both classes");
        let rows: Vec<Vec<f64>> = small.iter().map(|v| vec![1e6 * v - 3.0, 0.1]).collect();
        let scaled = Logistic::fit(&rows, &labels, 1.0).expect("both classes");
        assert!((plain.weights[0] - scaled.weights[0]).abs() < 1e-9);
        assert!(scaled.weights[1].abs() < 1e-12);
    }

    #[test]
    fn degenerate_input_is_refused() {
        let rows = one_feature(&[0.0, 1.0]);
        for (rows, labels, penalty) in [
            (&rows[..], &[true, true][..], 1.0),
            (&rows, &[true], 1.0),
            (&rows, &[true, false], 0.0),
            (&rows, &[true, false], f64::NAN),
            (&[], &[], 1.0),
            (&one_feature(&[0.0, f64::NAN]), &[true, false], 1.0),
            (&[vec![1.0], vec![1.0, 2.0]], &[true, false], 1.0),
        ] {
            assert_eq!(Logistic::fit(rows, labels, penalty), None, "{rows:?} {labels:?} {penalty}");
        }
    }
}
