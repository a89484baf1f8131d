//! Edits of a picture that an attack has to hold under, and the way of a gradient back through them.

use super::detect::RULE;
use super::recover::Recipe;
use super::{AsIs, Look, Loss};
use crate::array::Array;
use crate::error::{ErrorKind, Result};
use crate::job::run_to_end;
use crate::map::Map;
use crate::picture::{Planes, RgbImage};
use crate::question::Question;

/// The recipe of the masks that an attack outlasts: the one that recovers more.
const RECIPE: Recipe = Recipe::LogOdds;
/// Shifts of a mask, in pixels of a picture of 224: a mask that is learned again lies a little elsewhere.
const SHIFTS_PX: [(i32, i32); 8] = [(-4, -4), (-4, 0), (-4, 4), (0, -4), (0, 4), (4, -4), (4, 0), (4, 4)];
/// The side that [`SHIFTS_PX`] are given for.
const SHIFTS_SIDE: f32 = 224.0;

/// An edit T of a picture `[3, S, S]`.
#[derive(Clone, Debug)]
pub(super) enum Edit {
    /// A light edit of all of it.
    Look(Look),
    /// What the mask deletes (1 keeps, 0 deletes) becomes its blur: m ∘ x + (1 − m) ∘ Bx.
    Delete(Map),
}

impl Edit {
    /// Returns Tx.
    fn apply(&self, picture: &Planes) -> Planes {
        match self {
            Edit::Look(look) => look.apply(picture),
            Edit::Delete(mask) => sum(&kept(picture, mask), &kept(&blur().apply(picture), &mask.complement())),
        }
    }

    /// Returns Tᵀ applied to the gradient with respect to Tx.
    fn adjoint(&self, gradient: &Planes) -> Planes {
        match self {
            Edit::Look(look) => look.adjoint(gradient),
            Edit::Delete(mask) => sum(&kept(gradient, mask), &blur().adjoint(&kept(gradient, &mask.complement()))),
        }
    }
}

/// Returns the edits of the detector's rule.
pub(super) fn rule() -> Vec<Edit> {
    RULE.iter().copied().map(Edit::Look).collect()
}

/// Learns a mask of a picture's class and returns its deletion at eight shifts; none where the class has no mask.
///
/// # Errors
/// As a run's; not that there is nothing to explain.
pub(super) async fn masks(as_is: &AsIs, picture: &RgbImage, class: usize) -> Result<Vec<Edit>> {
    let mut run = match RECIPE.begin(as_is, picture, class).await {
        Err(error) if error.kind() == ErrorKind::NotExplainable => return Ok(vec![]),
        run => run?,
    };
    run_to_end(&mut run).await?;
    let mask = run.preview().await?.mask;
    Ok(SHIFTS_PX.iter().map(|&by| Edit::Delete(shifted(&mask, by))).collect())
}

/// Computes the mean over edits of the gradient of a loss at Tx with respect to x; 0 without edits.
///
/// # Errors
/// As [`Question::differentiate`].
pub(super) async fn gradient_through(
    question: &Question,
    loss: &Loss,
    picture: &Planes,
    edits: &[Edit],
) -> Result<Vec<f32>> {
    let (side, mut mean) = (picture.side, vec![0.0; picture.values.len()]);
    if edits.is_empty() {
        return Ok(mean);
    }
    let edited = edits.iter().flat_map(|edit| edit.apply(picture).values).collect();
    let edited = Array::new(edited, &[edits.len(), 3, side, side], question.device());
    let (_, gradient) = question.differentiate(edited, &|logits| loss.gradient(logits))?;
    let gradients = gradient.read().await?;
    for (edit, values) in edits.iter().zip(gradients.chunks(mean.len())) {
        let back = edit.adjoint(&Planes { side, values: values.to_vec() });
        mean.iter_mut().zip(back.values).for_each(|(sum, value)| *sum += value / edits.len() as f32);
    }
    Ok(mean)
}

fn blur() -> Look {
    Look::Blur(RECIPE.settings().null_sigma_px)
}

/// Multiplies each channel by a map.
fn kept(picture: &Planes, map: &Map) -> Planes {
    let weights = map.values.iter().cycle();
    Planes { side: picture.side, values: picture.values.iter().zip(weights).map(|(v, w)| v * w).collect() }
}

fn sum(a: &Planes, b: &Planes) -> Planes {
    Planes { side: a.side, values: a.values.iter().zip(&b.values).map(|(a, b)| a + b).collect() }
}

/// Moves a mask down and right; its edge is repeated.
fn shifted(mask: &Map, (rows, columns): (i32, i32)) -> Map {
    let side = mask.side as i32;
    let by = |pixels: i32| (pixels as f32 * side as f32 / SHIFTS_SIDE).round() as i32;
    let (rows, columns) = (by(rows), by(columns));
    Map::from_fn(mask.side, |i| {
        let (row, column) = (i as i32 / side, i as i32 % side);
        let (row, column) = ((row - rows).clamp(0, side - 1), (column - columns).clamp(0, side - 1));
        mask.values[(row * side + column) as usize]
    })
}

#[cfg(test)]
mod tests {
    use super::super::views::tests::{SIDE, picture, product};
    use super::*;

    /// ⟨Tx, y⟩ = ⟨x, Tᵀy⟩.
    #[test]
    fn deleting_by_a_mask_has_its_adjoint() {
        let edit = Edit::Delete(Map::from_fn(SIDE, |i| (i * 7 % 11) as f32 / 10.0));
        let (x, y) = (picture(1), picture(2));
        let (left, right) = (product(&edit.apply(&x), &y), product(&x, &edit.adjoint(&y)));
        assert!((left - right).abs() < 1e-3 * left, "{left} against {right}");
    }

    #[test]
    fn a_mask_that_keeps_all_edits_nothing_and_one_that_deletes_all_blurs() {
        let all = |value: f32| Edit::Delete(Map::constant(SIDE, value)).apply(&picture(3));
        assert_eq!(all(1.0), picture(3));
        assert_eq!(all(0.0), blur().apply(&picture(3)));
    }

    #[test]
    fn a_mask_moves_by_the_share_that_its_side_has() {
        let mut mask = Map::constant(56, 1.0);
        mask.values[10 * 56 + 20] = 0.0;
        let moved = shifted(&mask, (4, -4));
        assert_eq!(moved.values.iter().position(|&v| v == 0.0), Some(11 * 56 + 19));
    }
}
