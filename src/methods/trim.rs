//! Trims the evidence of a map by asking the model about nested boxes, which leave out more and more dispensable
//! pixels.
//!
//! A level set is cut at a single value, so it includes many pixels that need not be deleted. Trimming starts from the
//! tight box of the smallest level set whose deletion makes the answer vanish. It gives strips back one after the
//! other, each from the side where the score rises least for the area, until the answer begins to return. This is
//! backward selection by sides. The boxes B₁ ⊃ B₂ ⊃ … ⊃ B_K weight the map: a pixel p of evidence e(p) in [0, 1] counts
//!
//! e(p) (1 + #{k : p ∈ B_k} / K) / 2,
//!
//! So a pixel inside all boxes counts twice as much as one outside, and a pixel without evidence counts 0 anywhere.
//! This takes about fifty pictures through the model and no gradient. [`super::fast`] weights its relief so, and
//! [`super::order`] its order. The model is asked about the picture that the mask was learned on; judges ask it about
//! their own ([`crate::judge::common_scene`]).
//!
//! Reference for selecting backwards with the model as the judge: B. Carter, J. Mueller, S. Jain and D. Gifford, "What
//! made you do this? Understanding black-box decisions with sufficient input subsets", AISTATS 2019. The deletion game
//! of \[MP\] section 5.2 deletes boxes.

use super::optimise::{Problem, VANISHED};
use crate::error::Result;
use crate::map::Map;
use crate::pixel_box::PixelBox;
use crate::question::Edit;

/// The boxes stop shrinking once the normalised score exceeds this.
const RETURNED: f32 = 0.4;
/// Number of levels whose boxes are tried, and the least factor between their areas.
const LEVELS: usize = 100;
const GROWTH: f32 = 1.1;
/// Width of a strip, as a share of the picture: 16 px at 224.
const STRIPS: usize = 14;

/// Returns the weighted evidence `[S, S]`, in [0, 1].
pub(super) async fn trimmed(problem: &Problem, evidence: &Map) -> Result<Map> {
    let depth = depth(problem, evidence).await?;
    let (least, largest) = evidence.range();
    let span = largest - least;
    let value = |i: usize| if span > 0.0 { (evidence.values[i] - least) / span } else { 0.0 };
    Ok(Map::from_fn(problem.side(), |i| value(i) * weight(depth.values[i])))
}

/// Returns what evidence counts that lies in this share of the nested boxes: between a half and 1.
pub(super) fn weight(depth: f32) -> f32 {
    0.5 * (1.0 + depth)
}

/// Returns, for each pixel, the share of the nested boxes that hold it, `[S, S]` in [0, 1].
///
/// # Errors
/// Fails when the classifier rejects its input or the device is lost ([`crate::ErrorKind::Device`]).
pub(super) async fn depth(problem: &Problem, evidence: &Map) -> Result<Map> {
    let side = problem.side();
    let boxes = nested(problem, sufficient(problem, evidence).await?).await?;
    let held = |i: usize| boxes.iter().filter(|b| b.holds(i / side, i % side)).count();
    Ok(Map::from_fn(side, |i| held(i) as f32 / boxes.len() as f32))
}

/// The box of the smallest level set that suffices, else the whole picture. They are nested, so the search halves them.
async fn sufficient(problem: &Problem, evidence: &Map) -> Result<PixelBox> {
    let mut tried: Vec<PixelBox> = vec![];
    for found in evidence.level_boxes(LEVELS) {
        if tried.last().is_none_or(|last| found.area() as f32 >= GROWTH * last.area() as f32) {
            tried.push(found);
        }
    }
    let (mut least, mut found) = (0, tried.len());
    while least < found {
        let middle = usize::midpoint(least, found);
        match without(problem, &tried[middle..=middle]).await?[0] < VANISHED {
            true => found = middle,
            false => least = middle + 1,
        }
    }
    let side = problem.side();
    Ok(tried.get(found).copied().unwrap_or(PixelBox { left: 0, top: 0, right: side, bottom: side }))
}

/// Returns a box and the boxes within it, each one strip smaller than the one before.
async fn nested(problem: &Problem, outermost: PixelBox) -> Result<Vec<PixelBox>> {
    let strip = (problem.side() / STRIPS).max(1);
    let (mut boxes, mut last, mut score) = (vec![outermost], outermost, 0.0);
    loop {
        let tried = narrower(&last, strip);
        let left = without(problem, &tried).await?;
        let price = |i: usize| (left[i] - score).max(0.0) / (last.area() - tried[i].area()) as f32;
        // If no score rises, take the side where it falls most.
        let cheapest =
            (0..tried.len()).min_by(|&i, &j| price(i).total_cmp(&price(j)).then(left[i].total_cmp(&left[j])));
        let Some(chosen) = cheapest.filter(|&i| left[i] < RETURNED) else { return Ok(boxes) };
        (last, score) = (tried[chosen], left[chosen]);
        boxes.push(last);
    }
}

/// Returns the box without a strip on each side, for the sides where something would be left.
fn narrower(from: &PixelBox, strip: usize) -> Vec<PixelBox> {
    let mut found = vec![];
    if from.right - from.left > 2 * strip {
        found.push(PixelBox { left: from.left + strip, ..*from });
        found.push(PixelBox { right: from.right - strip, ..*from });
    }
    if from.bottom - from.top > 2 * strip {
        found.push(PixelBox { top: from.top + strip, ..*from });
        found.push(PixelBox { bottom: from.bottom - strip, ..*from });
    }
    found
}

/// Returns the normalised score of the picture without each box.
async fn without(problem: &Problem, boxes: &[PixelBox]) -> Result<Vec<f32>> {
    let edits: Vec<Edit> = boxes.iter().map(|&found| Edit::DeleteBox(found)).collect();
    let scores = problem.question.scores(&edits).await?;
    Ok(scores.into_iter().map(|score| problem.ends.normalise(score)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strips_are_taken_where_as_much_is_left() {
        let from = PixelBox { left: 0, top: 4, right: 9, bottom: 12 };
        let found = narrower(&from, 4);
        assert_eq!(found.len(), 2, "a box of 8 rows has no strip of 4 to spare");
        assert_eq!(found[0], PixelBox { left: 4, ..from });
        assert_eq!(found[1], PixelBox { right: 5, ..from });
    }
}
