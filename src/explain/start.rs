//! The start: outside the smallest centred disc whose deletion makes the answer vanish.

use super::problem::Problem;
use super::settings::Game;
use crate::array::Array;
use crate::error::Result;
use crate::mask::{discs_by, to_grid};

/// The disc must bring the normalised score below this.
const VANISHED: f32 = 0.01;
/// Discs tried in one batch.
const DISCS_AT_ONCE: usize = 5;

/// The grid of `cells` to start from: outside the smallest disc (of every `stride`-th) whose deletion
/// makes the answer vanish, else the largest. The preservation game starts from its complement,
/// which keeps just that disc.
pub(super) async fn grid(problem: &Problem, stride: usize, cells: usize) -> Result<Vec<f32>> {
    // A disc is drawn when it is its turn: the search mostly ends long before the largest.
    let mut discs = discs_by(problem.side(), stride);
    let mut chosen = vec![];
    'search: loop {
        let batch: Vec<Vec<f32>> = discs.by_ref().take(DISCS_AT_ONCE).map(|disc| disc.mask).collect();
        if batch.is_empty() {
            break;
        }
        for (mask, score) in batch.iter().zip(scores(problem, &batch).await?) {
            chosen.clone_from(mask);
            if problem.scores.normalise(score) < VANISHED {
                break 'search;
            }
        }
    }
    let grid = to_grid(&chosen, problem.side(), cells);
    let keeps_disc = problem.settings.game == Game::Preserve;
    Ok(if keeps_disc { grid.iter().map(|m| 1.0 - m).collect() } else { grid })
}

async fn scores(problem: &Problem, batch: &[Vec<f32>]) -> Result<Vec<f32>> {
    let side = problem.side();
    let masks = Array::new(batch.concat(), &[batch.len(), 1, side, side], problem.device());
    let logits = problem.classifier.logits(problem.centre_view().blend(masks))?;
    problem.target.probability(logits).read().await
}
