//! The gradient of the answer, averaged over a path of scaled masks.

use super::problem::Problem;
use crate::array::Array;
use crate::error::Result;
use crate::picture::View;

/// Returns (1/S) Σ ∇_M weight · f_c(Φ(x, (s/S) · M)) for a mask `[1, 1, S, S]`, S passes in batches.
pub(crate) fn integrated_gradient(
    problem: &Problem,
    view: &View,
    mask: &Array,
    samples: usize,
    weight: f32,
) -> Result<Array> {
    let scales: Vec<f32> = (1..=samples).map(|s| s as f32 / samples as f32).collect();
    let mut sum: Option<Array> = None;
    for batch in scales.chunks(problem.settings.batch) {
        let scale = Array::new(batch.to_vec(), &[batch.len(), 1, 1, 1], problem.device());
        let pictures = view.blend(mask.clone().mul(scale.clone()));
        let weights = vec![weight / samples as f32; batch.len()];
        let pass = problem.question.pass(pictures, &weights)?;
        // The derivative of each scaled mask with respect to the mask is its scale.
        let part = view.mask_gradient(pass.gradient).mul(scale).sum_axis(0);
        sum = Some(match sum {
            Some(sum) => sum.add(part),
            None => part,
        });
    }
    Ok(sum.unwrap_or_else(|| Array::full(&mask.shape(), 0.0, problem.device())))
}
