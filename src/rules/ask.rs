//! The answer that a model gives after an edit.

use crate::error::Result;
use crate::question::{Edit, Question};

/// Returns the most probable class after each edit; of equally probable classes the first.
pub(super) async fn answers(question: &Question, edits: &[Edit]) -> Result<Vec<usize>> {
    let best = |row: &Vec<f32>| (0..row.len()).max_by(|&a, &b| row[a].total_cmp(&row[b]).then(b.cmp(&a))).unwrap_or(0);
    Ok(question.probabilities(edits).await?.iter().map(best).collect())
}
