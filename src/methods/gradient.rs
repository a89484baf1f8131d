//! Gradient: how much the answer changes with each pixel.
//!
//! E(u) = max_c |∂f / ∂x_c(u)|, f the class's score before the softmax.
//!
//! Reference: K. Simonyan, A. Vedaldi and A. Zisserman, "Deep Inside Convolutional Networks: Visualising
//! Image Classification Models and Saliency Maps", ICLR workshop 2014, section 3. Deviation: the
//! gradient is with respect to RGB in [0, 1], before the model's own scaling of the channels.

use super::attribution;
use super::attribution::{Attribution, largest_channel, picture_gradient};
use super::entry::Entry;
use super::method::{COMMON, Definition, Kind, Method};
use super::optimise::Problem;
use super::settings::Settings;
use crate::array::Array;
use crate::error::Result;
use crate::question::Score;

/// What is known of this method.
pub const METHOD: Method = Method(&Definition {
    name: "gradient",
    title: "Gradient",
    summary: "How fast the score changes with a pixel.",
    kind: Kind::Attribution,
    needs_null: false,
    games: &[],
    settings: &[COMMON],
});

/// The method's entry in the registry.
pub const ENTRY: Entry = Entry::new(METHOD, preset, |problem| attribution::begin(problem, Gradient::default()));

fn preset() -> Settings {
    Settings { score: Score::Logit, ..attribution::preset(METHOD) }
}

/// The map, once made.
#[derive(Default)]
pub(crate) struct Gradient(Option<Array>);

impl Attribution for Gradient {
    fn passes(&self) -> usize {
        1
    }

    fn pass(&mut self, problem: &Problem, _number: usize) -> Result<()> {
        let picture = problem.centre_view().photo();
        self.0 = Some(largest_channel(picture_gradient(problem, picture)?));
        Ok(())
    }

    fn map(&self) -> Option<Array> {
        self.0.clone()
    }
}
