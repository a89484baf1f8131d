//! Edits of a picture that an attack must survive, and their adjoints for the gradient.

use super::detect::RULE;
use super::recover::Recipe;
use super::{AsIs, Look, Loss};
use crate::array::Array;
use crate::error::{ErrorKind, Result};
use crate::job::run_to_end;
use crate::map::Map;
use crate::picture::{Planes, RgbImage};
use crate::question::Question;

/// The recipe of the masks that an attack outlasts, which is the one that recovers more.
const RECIPE: Recipe = Recipe::LogOdds;
/// Shifts of a mask, in pixels at 224, because a mask that is learned again lies in a slightly different place.
const SHIFTS_PX: [(i32, i32); 8] = [(-4, -4), (-4, 0), (-4, 4), (0, -4), (0, 4), (4, -4), (4, 0), (4, 4)];
/// The side that [`SHIFTS_PX`] are given for.
const SHIFTS_SIDE: f32 = 224.0;

/// Edits T of a picture `[3, S, S]`, all of one kind.
#[derive(Clone, Debug)]
pub(super) enum Edits {
    /// Light edits of all of it.
    Looks(&'static [Look]),
    /// What each mask deletes (1 keeps, 0 deletes) becomes its blur: m ∘ x + (1 − m) ∘ Bx.
    Deletions(Vec<Map>),
}

impl Edits {
    /// No edit.
    pub(super) fn none() -> Self {
        Edits::Deletions(vec![])
    }

    fn len(&self) -> usize {
        match self {
            Edits::Looks(looks) => looks.len(),
            Edits::Deletions(masks) => masks.len(),
        }
    }

    /// Returns Tx for each T.
    fn apply(&self, picture: &Planes) -> Vec<Planes> {
        match self {
            Edits::Looks(looks) => looks.iter().map(|look| look.apply(picture)).collect(),
            Edits::Deletions(masks) => {
                let blurred = blur().apply(picture);
                masks.iter().map(|mask| sum(&kept(picture, mask), &kept(&blurred, &mask.complement()))).collect()
            }
        }
    }

    /// Returns Σ Tᵀ g over the edits, with g the gradient with respect to Tx. Blurring is linear, so what goes back
    /// through it is summed first: Σ m ∘ g + Bᵀ Σ (1 − m) ∘ g.
    fn adjoint(&self, gradients: &[Planes]) -> Planes {
        match self {
            Edits::Looks(looks) => total(looks.iter().zip(gradients).map(|(look, gradient)| look.adjoint(gradient))),
            Edits::Deletions(masks) => {
                let pairs = || masks.iter().zip(gradients);
                let deleted = total(pairs().map(|(mask, gradient)| kept(gradient, &mask.complement())));
                sum(&total(pairs().map(|(mask, gradient)| kept(gradient, mask))), &blur().adjoint(&deleted))
            }
        }
    }
}

/// Returns the edits of the detector's rule.
pub(super) fn rule() -> Edits {
    Edits::Looks(&RULE)
}

/// Learns a mask of a picture's class and returns its deletion at eight shifts; empty if the class has no mask.
///
/// # Errors
/// Fails as a run does, except that a refusal to explain is no error.
pub(super) async fn masks(as_is: &AsIs, picture: &RgbImage, class: usize) -> Result<Edits> {
    let mut run = match RECIPE.begin(as_is, picture, class).await {
        Err(error) if error.kind() == ErrorKind::NotExplainable => return Ok(Edits::none()),
        run => run?,
    };
    run_to_end(&mut run).await?;
    let mask = run.preview().await?.mask;
    Ok(Edits::Deletions(SHIFTS_PX.iter().map(|&by| shifted(&mask, by)).collect()))
}

/// Computes the mean over edits of the gradient of a loss at Tx with respect to x; 0 without edits.
///
/// # Errors
/// Fails as [`Question::differentiate`] does.
pub(super) async fn gradient_through(
    question: &Question,
    loss: &Loss,
    picture: &Planes,
    edits: &Edits,
) -> Result<Vec<f32>> {
    let (side, size, count) = (picture.side, picture.values.len(), edits.len());
    if count == 0 {
        return Ok(vec![0.0; size]);
    }
    let edited = edits.apply(picture).into_iter().flat_map(|edited| edited.values).collect();
    let edited = Array::new(edited, &[count, 3, side, side], question.device());
    let (_, gradient) = question.differentiate(edited, &|logits| loss.gradient(logits))?;
    let gradients = gradient.read().await?;
    let gradients: Vec<Planes> =
        gradients.chunks(size).map(|values| Planes { side, values: values.to_vec() }).collect();
    Ok(edits.adjoint(&gradients).values.into_iter().map(|value| value / count as f32).collect())
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

/// Sums pictures of one size, of which there is at least one.
fn total(pictures: impl Iterator<Item = Planes>) -> Planes {
    pictures.reduce(|total, next| sum(&total, &next)).unwrap_or_else(|| Planes { side: 0, values: vec![] })
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

    /// Σ ⟨Tx, y⟩ = ⟨x, Σ Tᵀy⟩.
    #[test]
    fn edits_have_their_adjoint() {
        let mask = |step: usize| Map::from_fn(SIDE, |i| (i * step % 11) as f32 / 10.0);
        for edits in [
            Edits::Looks(&[Look::Blur(1.5), Look::Shift(5, 5)]),
            Edits::Deletions(vec![mask(7)]),
            Edits::Deletions(vec![mask(7), mask(3), mask(5)]),
        ] {
            let (x, ys) = (picture(1), [picture(2), picture(3), picture(4)]);
            let ys = &ys[..edits.len()];
            let left: f32 = edits.apply(&x).iter().zip(ys).map(|(edited, y)| product(edited, y)).sum();
            let right = product(&x, &edits.adjoint(ys));
            assert!((left - right).abs() < 1e-3 * left, "{edits:?}: {left} against {right}");
        }
    }

    #[test]
    fn masks_that_share_a_blur_delete_as_each_alone() {
        let masks: Vec<Map> = (0..3).map(|k| Map::from_fn(SIDE, |i| (i % (k + 5)) as f32 / 8.0)).collect();
        let alone = |mask: &Map| Edits::Deletions(vec![mask.clone()]).apply(&picture(5)).remove(0);
        assert_eq!(Edits::Deletions(masks.clone()).apply(&picture(5)), masks.iter().map(alone).collect::<Vec<_>>());
    }

    #[test]
    fn a_mask_that_keeps_all_edits_nothing_and_one_that_deletes_all_blurs() {
        let all = |value: f32| Edits::Deletions(vec![Map::constant(SIDE, value)]).apply(&picture(3)).remove(0);
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
