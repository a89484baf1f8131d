//! Gradient × input: to first order, what each pixel contributes.
//!
//! E(u) = Σ_c x_c(u) · ∂f / ∂x_c(u), f the class's score before the softmax.
//!
//! Reference: A. Shrikumar, P. Greenside, A. Shcherbina and A. Kundaje, "Not Just a Black Box: Learning
//! Important Features Through Propagating Activation Differences", arXiv 1605.01713, 2016. The input is RGB in
//! [0, 1], so black contributes nothing.

use super::attribution;
use super::attribution::{Attribution, picture_gradient};
use super::entry::Entry;
use super::method::{COMMON, Definition, Kind, Method};
use super::optimise::Problem;
use super::settings::Settings;
use crate::array::Array;
use crate::error::Result;
use crate::question::Score;

/// What is known of this method.
pub const METHOD: Method = Method(&Definition {
    name: "gradient-input",
    title: "Gradient × input",
    summary: "The gradient times the picture.",
    kind: Kind::Attribution,
    needs_null: false,
    games: &[],
    settings: &[COMMON],
});

/// The method's entry in the registry.
pub const ENTRY: Entry = Entry::new(METHOD, preset, |problem| attribution::begin(problem, GradientInput::default()));

fn preset() -> Settings {
    Settings { score: Score::Logit, ..attribution::preset(METHOD) }
}

/// The map, once made.
#[derive(Default)]
pub(crate) struct GradientInput(Option<Array>);

impl Attribution for GradientInput {
    fn passes(&self) -> usize {
        1
    }

    fn pass(&mut self, problem: &Problem, _number: usize) -> Result<()> {
        let picture = problem.centre_view().photo();
        let gradient = picture_gradient(problem, picture.clone())?;
        self.0 = Some(gradient.mul(picture).sum_axis(1));
        Ok(())
    }

    fn map(&self) -> Option<Array> {
        self.0.clone()
    }
}
