//! Removal of pixels, most or least relevant first, with any eraser.
//!
//! Pixels are ranked by evidence. *Most relevant first* deletes them from the front: a small area under the curve of
//! the probability is good. *Least relevant first* deletes them from the back: a large area is good. A map that is good
//! at one end only has found a part of the evidence. So both are shown, and the table says if they rank methods
//! differently.
//!
//! Reference: \[ROAD\] Y. Rong, T. Leemann, V. Borisov, G. Kasneci and E. Kasneci, "A Consistent and Efficient
//! Evaluation Strategy for Attribution Methods", ICML 2022, section 5. Deviation: the paper counts the pictures that
//! keep their answer. Here the figure is the probability of the class, picture by picture, so that methods can be
//! compared in pairs.

use serde::{Deserialize, Serialize};

use super::eraser::Erased;
use super::insertion_deletion::{STEPS, area_under, masks};
use crate::error::Result;
use crate::map::Map;
use crate::question::Edit;

/// Steps of a curve whose every point has to be imputed.
const COSTLY_STEPS: usize = 10;

/// The areas under both curves of one map, each in [0, 1].
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Removal {
    /// The area with the most relevant pixels deleted first; smaller is better.
    pub most_first: f32,
    /// The area with the least relevant pixels deleted first; larger is better.
    pub least_first: f32,
}

/// Ranks the evidence `[S, S]` and measures both areas.
///
/// # Errors
/// Fails when the classifier rejects its input or the device is lost ([`crate::ErrorKind::Device`]).
pub async fn measure(erased: &Erased, evidence: &Map) -> Result<Removal> {
    let steps = if erased.is_costly() { COSTLY_STEPS } else { STEPS };
    let first = masks(evidence, steps);
    let most: Vec<Edit> = first.iter().map(|region| erased.delete(region)).collect();
    let least: Vec<Edit> = first.iter().rev().map(|kept| erased.delete(&kept.complement())).collect();
    let area = async |edits: &[Edit]| erased.question.scores(edits).await.map(|curve| area_under(&curve));
    Ok(Removal { most_first: area(&most).await?, least_first: area(&least).await? })
}
