//! Guided back-propagation: the gradient, with every rectifier letting only positive gradients back.
//!
//! E(u) = max_c |R_c(u)|, where R is the gradient of the class's score before the softmax, and at each rectifier
//! R_below = (y > 0) ∘ (R > 0) ∘ R.
//!
//! Reference: J. T. Springenberg, A. Dosovitskiy, T. Brox and M. Riedmiller, "Striving for Simplicity: The All
//! Convolutional Net", ICLR workshop 2015, section 3.4. The map is reduced over the channels like that of the gradient.
//! It is nearly the same for every class (Adebayo et al. 2018).

use super::attribution;
use super::attribution::{Attribution, largest_channel};
use super::entry::Entry;
use super::method::{COMMON, Definition, Kind, Method};
use super::optimise::Problem;
use super::settings::Settings;
use crate::array::Array;
use crate::error::Result;
use crate::question::Score;

/// What is known of this method.
pub const METHOD: Method = Method(&Definition {
    name: "guided",
    title: "Guided back-propagation",
    summary: "The gradient of what speaks for the class.",
    kind: Kind::Attribution,
    needs_null: false,
    games: &[],
    settings: &[COMMON],
});

/// The method's entry in the registry.
pub const ENTRY: Entry =
    Entry { warning: unsuited, ..Entry::new(METHOD, preset, |problem| attribution::begin(problem, Guided::default())) };

/// Warns if the model has no rectifiers, because then there is nothing to guide.
fn unsuited(problem: &Problem) -> Option<&'static str> {
    (problem.question.classifier().rectifiers() == Some(0)).then_some(
        "The model has no rectifiers, so guided back-propagation is the plain gradient. Choose gradient or smoothgrad.",
    )
}

fn preset() -> Settings {
    Settings { score: Score::Logit, ..attribution::preset(METHOD) }
}

/// The map, once made.
#[derive(Default)]
pub(crate) struct Guided(Option<Array>);

impl Attribution for Guided {
    fn passes(&self) -> usize {
        1
    }

    fn pass(&mut self, problem: &Problem, _number: usize) -> Result<()> {
        let picture = problem.centre_view().photo();
        let gradient_of = |logits: Array| problem.question.target().gradient(logits);
        let (_, gradient) = problem.question.classifier().guided_gradient(picture, &gradient_of)?;
        self.0 = Some(largest_channel(gradient));
        Ok(())
    }

    fn map(&self) -> Option<Array> {
        self.0.clone()
    }
}
