//! The start of a run: centred discs, of which a search deletes the smallest that makes the answer vanish.

use crate::picture::gaussian;

/// A centred disc that deletes, blurred at its rim.
#[derive(Clone, Debug, PartialEq)]
pub struct Disc {
    /// Radius before blurring, in pixels at the model's size.
    pub radius_px: f32,
    /// The mask `[S, S]`: 0 inside, 1 outside.
    pub mask: Vec<f32>,
}

/// Largest radius and step, in pixels at 224, as in the published code; other sizes scale them.
const LARGEST_PX: usize = 170;
const STEP_PX: usize = 5;
pub const REFERENCE_SIDE: f32 = 224.0;
/// σ of the rim, in pixels at 224.
pub(crate) const RIM_PX: f32 = 10.0;

/// Returns the discs to try, smallest first, for a picture of `side` pixels.
pub fn discs(side: usize) -> impl Iterator<Item = Disc> {
    discs_by(side, 1)
}

/// Returns every `stride`-th disc of [`discs`].
pub fn discs_by(side: usize, stride: usize) -> impl Iterator<Item = Disc> {
    let scale = side as f32 / REFERENCE_SIDE;
    let blur = gaussian::matrix(side, RIM_PX * scale);
    (0..=LARGEST_PX).step_by(STEP_PX * stride).map(move |radius| {
        let radius_px = radius as f32 * scale;
        Disc { radius_px, mask: inverted(&blurred(&sharp(side, radius_px), &blur, side)) }
    })
}

/// 1 within the radius of the picture's centre.
fn sharp(side: usize, radius_px: f32) -> Vec<f32> {
    let centre = (side as f32 - 1.0) / 2.0;
    let within = |i: usize| {
        let (dy, dx) = ((i / side) as f32 - centre, (i % side) as f32 - centre);
        dy * dy + dx * dx <= radius_px * radius_px
    };
    (0..side * side).map(|i| if within(i) { 1.0 } else { 0.0 }).collect()
}

/// G d Gᵀ.
fn blurred(disc: &[f32], blur: &[f32], side: usize) -> Vec<f32> {
    let kernels: Vec<(usize, &[f32])> = blur.chunks(side).map(without_zeros).collect();
    let rows = |values: &[f32]| -> Vec<f32> {
        // Each pass returns its result transposed, so two passes restore the axes.
        let mut out = vec![0.0; side * side];
        for (y, row) in values.chunks(side).enumerate() {
            // A row without the disc stays empty.
            if row.iter().all(|v| *v == 0.0) {
                continue;
            }
            for (x, (first, weights)) in kernels.iter().enumerate() {
                out[x * side + y] = weights.iter().zip(&row[*first..]).map(|(w, v)| w * v).sum();
            }
        }
        out
    };
    rows(&rows(disc))
}

/// Returns the weights from the first to the last non-zero one, and the index of the first. A Gaussian reaches few
/// pixels.
fn without_zeros(weights: &[f32]) -> (usize, &[f32]) {
    let first = weights.iter().position(|w| *w != 0.0).unwrap_or(0);
    let end = weights.iter().rposition(|w| *w != 0.0).map_or(first, |last| last + 1);
    (first, &weights[first..end])
}

fn inverted(disc: &[f32]) -> Vec<f32> {
    disc.iter().map(|d| 1.0 - d).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn discs_grow_from_nothing_to_nearly_everything() {
        let all: Vec<Disc> = discs(56).collect();
        assert_eq!(all.len(), 35);
        let deleted = |d: &Disc| d.mask.iter().map(|m| 1.0 - m).sum::<f32>();
        assert!(all.windows(2).all(|pair| deleted(&pair[0]) <= deleted(&pair[1]) + 1e-3));
        // On an even side, radius 0 contains no pixel's centre. The largest radius reaches every corner.
        assert!(deleted(&all[0]) < 1.0);
        assert!(deleted(&all[34]) > 0.99 * 56.0 * 56.0);
    }
}
