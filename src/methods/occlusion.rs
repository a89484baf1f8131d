//! Occlusion: how much the answer falls when a square is laid over the picture.
//!
//! E(u) = mean over the squares R that cover u of f(x) − f(x with R painted over), f the class's probability.
//!
//! Reference: M. D. Zeiler and R. Fergus, "Visualizing and Understanding Convolutional Networks", ECCV 2014,
//! section 4.2, which slides a grey square and gives no size. Ours are 40 px wide and 12 px apart at 224; the
//! grey is the picture's mean colour (`null` chooses another). Squares run in batches.

use super::attribution;
use super::attribution::Attribution;
use super::entry::Entry;
use super::method::{COMMON, Definition, Kind, Method};
use super::optimise::Problem;
use super::settings::Settings;
use crate::array::Array;
use crate::error::Result;
use crate::mask::REFERENCE_SIDE;
use crate::picture::Null;

/// What is known of this method.
pub const METHOD: Method = Method(&Definition {
    name: "occlusion",
    title: "Occlusion",
    summary: "How far the score drops under a grey square.",
    kind: Kind::Attribution,
    needs_null: true,
    games: &[],
    settings: &[COMMON, &["batch"]],
});

/// The method's entry in the registry.
pub const ENTRY: Entry = Entry::new(METHOD, preset, |problem| attribution::begin(problem, Occlusion::new(problem)));

fn preset() -> Settings {
    Settings { null: Null::Mean, ..attribution::preset(METHOD) }
}

/// Side of the square and distance between squares, in pixels at 224; other sizes scale them.
const SQUARE_PX: f32 = 40.0;
const STRIDE_PX: f32 = 12.0;

/// The sum of the drops over the squares so far.
pub(crate) struct Occlusion {
    sum: Option<Array>,
    /// The number of squares so far in which each pixel lies.
    covers: Vec<f32>,
    corners: Vec<(usize, usize)>,
    square_px: usize,
    batch: usize,
    covered: Option<Array>,
}

impl Occlusion {
    pub(crate) fn new(problem: &Problem) -> Self {
        let side = problem.side();
        let scaled = |px: f32| ((px * side as f32 / REFERENCE_SIDE).round() as usize).clamp(1, side);
        let square_px = scaled(SQUARE_PX);
        let starts = starts(side, square_px, scaled(STRIDE_PX));
        let corners = starts.iter().flat_map(|&y| starts.iter().map(move |&x| (y, x))).collect();
        Self {
            sum: None,
            covers: vec![0.0; side * side],
            corners,
            square_px,
            batch: problem.settings.batch,
            covered: None,
        }
    }

    /// 1 in the square, 0 outside.
    fn square(&self, (top, left): (usize, usize), side: usize) -> Vec<f32> {
        let within = |start: usize, at: usize| (start..start + self.square_px).contains(&at);
        (0..side * side).map(|i| if within(top, i / side) && within(left, i % side) { 1.0 } else { 0.0 }).collect()
    }
}

/// Returns where squares start on an axis: at every stride, and once at the far edge.
fn starts(side: usize, square_px: usize, stride_px: usize) -> Vec<usize> {
    let last = side - square_px;
    let mut starts: Vec<usize> = (0..last).step_by(stride_px).collect();
    starts.push(last);
    starts
}

impl Attribution for Occlusion {
    fn passes(&self) -> usize {
        self.corners.len().div_ceil(self.batch)
    }

    fn pass(&mut self, problem: &Problem, number: usize) -> Result<()> {
        let side = problem.side();
        let corners: Vec<_> = self.corners.iter().copied().skip(number * self.batch).take(self.batch).collect();
        let squares: Vec<f32> = corners.iter().flat_map(|&corner| self.square(corner, side)).collect();
        for square in squares.chunks(side * side) {
            self.covers.iter_mut().zip(square).for_each(|(count, inside)| *count += inside);
        }
        let count = corners.len();
        let squares = Array::new(squares, &[count, 1, side, side], problem.device());
        let masks = squares.clone().mul_scalar(-1.0).add_scalar(1.0);
        let covered = problem.question.answers(problem.centre_view().blend(masks))?;
        let whole = problem.question.answers(problem.centre_view().photo())?;
        let drops = whole.sub(covered).reshape(&[1, count]);
        super::attribution::accumulate(&mut self.sum, drops.matmul(squares.reshape(&[count, side * side])));
        let covers = self.covers.iter().map(|count| count.max(1.0)).collect();
        self.covered = Some(Array::new(covers, &[1, side * side], problem.device()));
        Ok(())
    }

    fn map(&self) -> Option<Array> {
        Some(self.sum.clone()?.div(self.covered.clone()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn squares_reach_both_edges() {
        assert_eq!(starts(10, 4, 3), [0, 3, 6]);
        assert_eq!(starts(10, 4, 4), [0, 4, 6]);
        assert_eq!(starts(4, 4, 2), [0]);
    }
}
