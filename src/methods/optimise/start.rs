//! Where a search starts: outside the smallest region of a family whose deletion makes the answer vanish.
//!
//! The paper's family are centred discs. *fast* has a second one: the level sets of the integrated gradient from the
//! whole picture to the deleted one, Σ_s (s/S) ∇_M f_c(Φ(x, (s/S) · M)) at M = 1, smoothed. It lies on the evidence,
//! and costs a few steps.
//!
//! References: the disc, \[MP\] R. Fong and A. Vedaldi, "Interpretable Explanations of Black Boxes by Meaningful
//! Perturbation", ICCV 2017, section 4.3; the gradient, [`super::igos`].

use super::integrate::integrated_gradient;
use super::problem::{Problem, VANISHED};
use crate::array::Array;
use crate::classifier::at_once;
use crate::error::Result;
use crate::mask::{REFERENCE_SIDE, RIM_PX, discs_by, to_grid};
use crate::methods::game::Game;
use crate::methods::start::Start;
use crate::picture::gaussian;

/// Most regions tried in one batch (see [`at_once`]). Regions after the first sufficient one are wasted work.
const REGIONS_AT_ONCE: usize = 5;
/// *fast* tries every fourth of the paper's radii.
const DISC_STRIDE: usize = 4;
/// Points of the integrated gradient.
const POINTS: usize = 8;
/// σ of the Gaussian that smooths the gradient, in pixels at 224. Its level sets have the same rims as the discs.
const DIRECTION_PX: f32 = 16.0;
/// Level sets are tried at shares k²/256 of the picture, so that their width grows evenly like that of the discs.
const WIDTHS: std::ops::Range<usize> = 2..16;

/// Returns the grid `[1, 1, c, c]` at which a descent of *fast* starts.
pub(crate) async fn of_fast(problem: &Problem, start: Start, cells: usize) -> Result<Array> {
    let shape = [1, 1, cells, cells];
    let values = match start {
        Start::Disc => outside_disc(problem, DISC_STRIDE, cells).await?,
        Start::Direction => outside_level_set(problem, cells).await?,
        Start::Value(value) => return Ok(Array::full(&shape, value, problem.device())),
    };
    Ok(Array::new(values, &shape, problem.device()))
}

/// Returns the grid of `cells` outside the smallest disc whose deletion makes the answer vanish, among every
/// `stride`-th disc. If none does, the largest is taken.
pub(crate) async fn outside_disc(problem: &Problem, stride: usize, cells: usize) -> Result<Vec<f32>> {
    let (side, device) = (problem.side(), problem.device());
    // Discs are drawn lazily, because the search mostly ends long before the largest.
    let mut discs = discs_by(side, stride);
    let batches = std::iter::from_fn(|| {
        let batch: Vec<Vec<f32>> =
            discs.by_ref().take(at_once(device, REGIONS_AT_ONCE)).map(|disc| disc.mask).collect();
        (!batch.is_empty()).then(|| Array::new(batch.concat(), &[batch.len(), 1, side, side], device))
    });
    outside_first(problem, batches, cells).await
}

/// Returns the grid of `cells` outside the smallest level set of the integrated gradient whose deletion makes the
/// answer vanish. If none does, the largest is taken.
async fn outside_level_set(problem: &Problem, cells: usize) -> Result<Vec<f32>> {
    let (side, device) = (problem.side(), problem.device());
    let whole = Array::full(&[1, 1, side, side], 1.0, device);
    let direction = integrated_gradient(problem, &problem.centre_view(), &whole, POINTS, 1.0)?;
    let scale = side as f32 / REFERENCE_SIDE;
    let map = gaussian::planes(direction, DIRECTION_PX * scale).read().await?;
    let mut order: Vec<usize> = (0..map.len()).collect();
    order.sort_by(|&a, &b| map[b].total_cmp(&map[a]));
    let outside = |width: usize| {
        let mut mask = vec![1.0; order.len()];
        order[..width * width * order.len() / 256].iter().for_each(|&pixel| mask[pixel] = 0.0);
        mask
    };
    let mut widths = WIDTHS;
    let batches = std::iter::from_fn(|| {
        let batch: Vec<Vec<f32>> = widths.by_ref().take(at_once(device, REGIONS_AT_ONCE)).map(outside).collect();
        let masks = || Array::new(batch.concat(), &[batch.len(), 1, side, side], device);
        (!batch.is_empty()).then(|| gaussian::planes(masks(), RIM_PX * scale))
    });
    outside_first(problem, batches, cells).await
}

/// Returns the grid of the first mask under which the answer vanishes, or of the last mask. The preservation game
/// starts from its complement, which keeps only the region.
async fn outside_first(problem: &Problem, batches: impl Iterator<Item = Array>, cells: usize) -> Result<Vec<f32>> {
    let side = problem.side();
    let mut chosen = Array::full(&[1, 1, side, side], 1.0, problem.device());
    for masks in batches {
        let left = problem.left_under(masks.clone()).await?;
        let vanished = left.iter().position(|&score| score < VANISHED);
        let number = vanished.unwrap_or(left.len() - 1);
        chosen = masks.part(number..number + 1);
        if vanished.is_some() {
            break;
        }
    }
    let grid = to_grid(&chosen.read().await?, side, cells);
    let keeps_region = problem.settings.game == Game::Preserve;
    Ok(if keeps_region { grid.iter().map(|m| 1.0 - m).collect() } else { grid })
}
