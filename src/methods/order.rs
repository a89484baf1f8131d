//! The order of pixels: the mean of what must go *and* of what is enough, trimmed by asking the model.
//!
//! A deleting mask leaves ties, and says little about the pixels that it keeps. But judges that draw curves or boxes
//! need a rank for every pixel. So two more descents of [`super::fast`] play the preservation game: they find what must
//! be kept so that the answer stays. Each goes along prices 3 λ₁, λ₁ and 0.3 λ₁, one from the paper's disc and one from
//! the integrated gradient. The evidence of a pixel is the mean of three maps,
//!
//! e(p) = (e₀(p) + m₁(p) + m₂(p)) / 3,
//!
//! where e₀ is the run's own evidence, and m₁ and m₂ are the means of the two paths. [`trim`] then trims it. The run's
//! mask does not change.
//!
//! This refinement is our own. The two games are from \[MP\] (section 4.1), and iGOS++ ([`super::igos_plus`]) also
//! learns by both. docs/results/deletion-game.md measures the gain.

use super::fast::Fast;
use super::game::Game;
use super::optimise::{Problem, Search};
use super::settings::Settings;
use super::start::Start;
use super::trim;
use crate::error::Result;
use crate::map::Map;

/// The starts of the preserving descents, and the steps of each.
const STARTS: [Start; 2] = [Start::Disc, Start::Direction];
const STEPS: usize = 48;
/// Prices of area of the preserving descents, as multiples of λ₁. The cheap last price lets the region grow, which
/// orders more pixels.
const PATH: [f32; 3] = [3.0, 1.0, 0.3];

/// The refinement of an order, stepped like a run.
pub(crate) struct Refinement {
    /// The problem with the settings of the preserving descents.
    keeping: Problem,
    descent: Option<Fast>,
    /// Steps taken in the current descent.
    stepped: usize,
    /// Descents that have ended.
    ended: usize,
    /// The mean so far: the run's own evidence and that of the ended descents, each with its share.
    mean: Map,
    trimmed: Option<Map>,
}

impl Refinement {
    /// Steps in all: those of the descents, and one for trimming.
    pub(crate) const TOTAL: usize = STARTS.len() * STEPS + 1;

    /// Begins with the run's own evidence `[S, S]`, in [0, 1].
    pub(crate) fn new(problem: &Problem, evidence: &Map) -> Self {
        let settings =
            Settings { game: Game::Preserve, iterations: STEPS, path: PATH.to_vec(), ..problem.settings.clone() };
        Self {
            keeping: Problem { settings, ..problem.clone() },
            descent: None,
            stepped: 0,
            ended: 0,
            mean: evidence.mapped(|e| e * SHARE),
            trimmed: None,
        }
    }

    /// Steps taken.
    pub(crate) fn taken(&self) -> usize {
        self.ended * STEPS + self.stepped + usize::from(self.trimmed.is_some())
    }

    /// Takes a step of a descent, or trims once both have ended. Trimming takes about seventy pictures through the
    /// model.
    ///
    /// # Errors
    /// Fails when the classifier rejects its input or the device is lost ([`crate::ErrorKind::Device`]).
    pub(crate) async fn step(&mut self) -> Result<()> {
        if self.ended == STARTS.len() {
            self.trimmed = Some(trim::trimmed(&self.keeping, &self.mean).await?);
            return Ok(());
        }
        let mut descent = match self.descent.take() {
            Some(descent) => descent,
            None => self.next_descent().await?,
        };
        descent.step(&mut self.keeping)?;
        self.stepped += 1;
        if self.stepped < STEPS {
            self.descent = Some(descent);
            return Ok(());
        }
        self.add(&descent.path_mask().read().await?);
        (self.stepped, self.ended) = (0, self.ended + 1);
        Ok(())
    }

    async fn next_descent(&mut self) -> Result<Fast> {
        self.keeping.shuffle_jitter();
        self.keeping.settings.starts = vec![STARTS[self.ended]];
        Fast::new(&self.keeping).await
    }

    /// Adds the mean of a path, `[S, S]`, by its share.
    fn add(&mut self, kept: &[f32]) {
        self.mean.values.iter_mut().zip(kept).for_each(|(sum, k)| *sum += k * SHARE);
    }

    /// Returns the refined order `[S, S]`, in [0, 1], larger first; `None` before all steps are taken.
    pub(crate) fn order(&self) -> Option<&Map> {
        self.trimmed.as_ref()
    }
}

/// The weight of each map in the mean.
const SHARE: f32 = 1.0 / (1 + STARTS.len()) as f32;

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::*;
    use crate::common::{bright_square, picture_with_square, square};
    use crate::methods::meaningful;
    use crate::pixel_box::PixelBox;
    use crate::question::{Edit, Subject};

    const SIDE: usize = 64;

    fn problem() -> Problem {
        let picture = picture_with_square(SIDE as u32);
        let subject = Subject { picture, target: 1, label: "bright".into() };
        let grid = Settings { cell_px: 28, smoothing_px: 17.5, jitter: 11, ..meaningful::METHOD.preset() };
        let settings = Settings { l1: 5e-3, l2: 1e-3, ..grid };
        pollster::block_on(Problem::new(Rc::new(bright_square(SIDE)), subject, settings)).expect("explainable")
    }

    fn refined(problem: &Problem, evidence: &Map) -> Map {
        let mut refinement = Refinement::new(problem, evidence);
        for taken in 0..Refinement::TOTAL {
            assert_eq!((refinement.taken(), refinement.order()), (taken, None));
            pollster::block_on(refinement.step()).expect("the CPU computes");
        }
        refinement.order().expect("every step is taken").clone()
    }

    #[test]
    fn refining_gives_back_what_the_answer_can_do_without() {
        let (problem, inside) = (problem(), square(SIDE));
        // A stray pixel in a corner has as much evidence as the square, so every box around both is large.
        let evidence = Map::from_fn(SIDE, |i| if inside(i) || i == SIDE * SIDE - 1 { 1.0 } else { 0.0 });
        let refined = smallest(&problem, &refined(&problem, &evidence));
        let plain = smallest(&problem, &evidence);
        assert!(2 * refined < plain, "{refined} px² of {plain}");
    }

    /// The area of the smallest box around the first pixels of an order whose deletion leaves a fifth of the score.
    fn smallest(problem: &Problem, order: &Map) -> usize {
        let suffices = |found: &PixelBox| {
            let scores = pollster::block_on(problem.question.scores(&[Edit::DeleteBox(*found)]));
            problem.ends.normalise(scores.expect("the CPU computes")[0]) <= 0.2
        };
        order.level_boxes(100).into_iter().find(suffices).expect("the square goes").area()
    }

    #[test]
    fn refining_orders_what_the_mask_says_nothing_of() {
        // Without any evidence the order is that of the preserving descents.
        let (problem, silent) = (problem(), Map::constant(SIDE, 0.0));
        let found = refined(&problem, &silent);
        assert_eq!(found, refined(&problem, &silent), "two refinements from a seed");
        let inside = square(SIDE);
        let mean = |wanted: bool| {
            let values: Vec<f32> = (0..SIDE * SIDE).filter(|&i| inside(i) == wanted).map(|i| found.values[i]).collect();
            values.iter().sum::<f32>() / values.len() as f32
        };
        assert!(mean(true) > 5.0 * mean(false), "{} inside, {} outside", mean(true), mean(false));
    }
}
