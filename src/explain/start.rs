//! The start: outside the smallest centred disc whose deletion makes the answer vanish.

use super::problem::Problem;
use super::settings::Game;
use crate::array::Array;
use crate::error::Result;
use crate::mask::{Disc, discs, to_grid};

/// The disc must bring the normalised score below this.
const VANISHED: f32 = 0.01;
/// Discs tried in one batch.
const DISCS_AT_ONCE: usize = 5;

/// The grid of `cells` to start from: outside the smallest disc (of every `stride`-th) whose deletion
/// makes the answer vanish, else the largest. The preservation game starts from its complement,
/// which keeps just that disc.
pub(super) async fn grid(problem: &Problem, stride: usize, cells: usize) -> Result<Vec<f32>> {
    let all: Vec<Disc> = discs(problem.side()).step_by(stride).collect();
    let mut chosen = &all[all.len() - 1];
    for batch in all.chunks(DISCS_AT_ONCE) {
        let found = scores(problem, batch).await?;
        if let Some(first) = found.iter().position(|&score| problem.scores.normalise(score) < VANISHED) {
            chosen = &batch[first];
            break;
        }
    }
    let grid = to_grid(&chosen.mask, problem.side(), cells);
    let keeps_disc = problem.settings.game == Game::Preserve;
    Ok(if keeps_disc { grid.iter().map(|m| 1.0 - m).collect() } else { grid })
}

async fn scores(problem: &Problem, batch: &[Disc]) -> Result<Vec<f32>> {
    let side = problem.side();
    let values = batch.iter().flat_map(|d| d.mask.iter().copied()).collect();
    let masks = Array::new(values, &[batch.len(), 1, side, side], problem.device());
    let logits = problem.classifier.logits(problem.centre_view().blend(masks))?;
    problem.target.probability(logits).read().await
}
