//! The one way to ask a model about an edited picture.
//!
//! A [`Question`] holds a classifier, a scene (a picture and its null image, with a margin for shifts) and a target
//! (the classes asked for). [`Question::scores`] answers for a list of [`Edit`]s; the methods that learn a mask ask
//! through [`Question::pass`], which gives the gradient as well. All of them batch, and all are counted.

mod edit;
mod subject;
mod target;

pub use edit::Edit;
pub use subject::{Ends, Scores, Subject};
pub use target::{Pass, Score, Target};

use std::cell::Cell;
use std::rc::Rc;

use burn::tensor::Device;

use crate::array::Array;
use crate::classifier::{Classifier, at_once};
use crate::error::{Error, ErrorKind, Result};
use crate::picture::{Jitterable, Scene, View};

/// Pictures that are scored in one batch.
const BATCH: usize = 16;

/// A classifier, a scene and a target.
#[derive(Clone)]
pub struct Question {
    classifier: Rc<dyn Classifier>,
    scene: Scene,
    views: Jitterable,
    target: Target,
    passes: Rc<Cell<usize>>,
}

impl Question {
    /// Asks about a scene that is at least as large as what the model sees; the rest is the margin for shifts.
    pub fn new(classifier: Rc<dyn Classifier>, scene: Scene, target: Target) -> Self {
        let views = Jitterable::new(&scene, classifier.size(), classifier.device());
        Self { classifier, scene, views, target, passes: Rc::default() }
    }

    /// Asks for the probability of one class.
    pub fn of_class(classifier: Rc<dyn Classifier>, scene: Scene, class: usize) -> Self {
        let target = Target::of(classifier.as_ref(), &[class], &[], Score::Probability);
        Self::new(classifier, scene, target)
    }

    /// Returns the same question after another target.
    #[must_use]
    pub fn with_target(self, target: Target) -> Self {
        Self { target, ..self }
    }

    /// Returns the model that is asked.
    pub fn classifier(&self) -> &Rc<dyn Classifier> {
        &self.classifier
    }

    /// Returns the side of the picture that the model sees, in pixels.
    pub fn side(&self) -> usize {
        self.classifier.size()
    }

    /// Returns the device on which the model computes.
    pub fn device(&self) -> &Device {
        self.classifier.device()
    }

    /// Returns the classes that are asked for.
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// Returns how many pictures have gone through the model for this question and its clones; one with a gradient
    /// counts once.
    pub fn passes(&self) -> usize {
        self.passes.get()
    }

    /// Returns the picture and its null image, with the margin.
    pub fn scene(&self) -> &Scene {
        &self.scene
    }

    /// Returns the scene that the unshifted view shows.
    pub fn centred_scene(&self) -> Scene {
        self.scene.crop(self.centre(), self.side())
    }

    /// Returns the view that is not shifted.
    pub fn centre_view(&self) -> View {
        self.view(self.centre())
    }

    /// Returns the view at an offset (rows, columns) from the scene's corner.
    pub fn view(&self, offset: (usize, usize)) -> View {
        self.views.view(offset)
    }

    /// Returns the views at several offsets as one batch.
    pub fn views(&self, offsets: &[(usize, usize)]) -> View {
        self.views.views(offsets)
    }

    fn centre(&self) -> (usize, usize) {
        let at = (self.scene.side() - self.side()) / 2;
        (at, at)
    }

    /// Returns the target's probability after each edit of the unshifted picture, in batches.
    ///
    /// # Errors
    /// Fails when the classifier rejects its input, the device is lost ([`ErrorKind::Device`]), or an answer is not a
    /// finite number ([`ErrorKind::NotExplainable`]).
    pub async fn scores(&self, edits: &[Edit]) -> Result<Vec<f32>> {
        let mut scores = vec![];
        for batch in edits.chunks(BATCH) {
            let logits = self.logits(self.edited(batch))?;
            scores.extend(finite(self.target.probability(logits).read().await?)?);
        }
        Ok(scores)
    }

    /// Returns the probability of every class after each edit of the unshifted picture, in batches: `[edits][K]`.
    ///
    /// # Errors
    /// Fails when the classifier rejects its input, the device is lost ([`ErrorKind::Device`]), or an answer is not a
    /// finite number ([`ErrorKind::NotExplainable`]).
    pub async fn probabilities(&self, edits: &[Edit]) -> Result<Vec<Vec<f32>>> {
        let classes = self.classifier.classes();
        let mut all = vec![];
        for batch in edits.chunks(BATCH) {
            let answers = self.classifier.answers();
            let probabilities = finite(answers.of(self.logits(self.edited(batch))?).read().await?)?;
            all.extend(probabilities.chunks(classes).map(<[f32]>::to_vec));
        }
        Ok(all)
    }

    /// The edited pictures `[N, 3, S, S]`. Deletions by the scene's null image are blended on the device, which then
    /// needs only their masks; others are made here.
    fn edited(&self, edits: &[Edit]) -> Array {
        let (side, count) = (self.side(), edits.len());
        if let Some(masks) = edits.iter().map(|edit| edit.mask(side)).collect::<Option<Vec<_>>>() {
            return self.centre_view().blend(Array::new(masks.concat(), &[count, 1, side, side], self.device()));
        }
        let mut values = Vec::with_capacity(count * 3 * side * side);
        for edit in edits {
            values.extend(edit.picture(&self.scene, side).values);
        }
        Array::new(values, &[count, 3, side, side], self.device())
    }

    /// Returns the same for masks `[N, 1, S, S]` that are on the device already: 1 keeps, 0 deletes.
    ///
    /// # Errors
    /// Fails when the classifier rejects its input, the device is lost ([`ErrorKind::Device`]), or an answer is not a
    /// finite number ([`ErrorKind::NotExplainable`]).
    pub async fn scores_under(&self, masks: Array) -> Result<Vec<f32>> {
        let logits = self.logits(self.centre_view().blend(masks))?;
        finite(self.target.probability(logits).read().await?)
    }

    /// Returns the scores of the whole and of the deleted picture.
    ///
    /// # Errors
    /// Fails when the classifier rejects its input, the device is lost ([`ErrorKind::Device`]), or an answer is not a
    /// finite number ([`ErrorKind::NotExplainable`]).
    pub async fn ends(&self) -> Result<Ends> {
        let scores = self.scores(&[Edit::Nothing, Edit::DeleteAll]).await?;
        Ok(Ends { original: scores[0], null: scores[1] })
    }

    /// Returns the logits `[N, K]` of pictures `[N, 3, S, S]`.
    ///
    /// # Errors
    /// Fails as [`Classifier::logits`] does.
    pub fn logits(&self, pictures: Array) -> Result<Array> {
        self.count(&pictures);
        self.classifier.logits(pictures)
    }

    /// Returns the target's answers to pictures `[N, 3, S, S]`, in its own unit, `[N, 1]`.
    ///
    /// # Errors
    /// Fails as [`Classifier::logits`] does.
    pub fn answers(&self, pictures: Array) -> Result<Array> {
        Ok(self.target.answer(self.logits(pictures)?))
    }

    /// Runs pictures `[N, 3, S, S]` and differentiates Σ weight · f_c with respect to them.
    ///
    /// # Errors
    /// Fails as [`Classifier::logits_and_gradient`] does.
    pub fn pass(&self, pictures: Array, weights: &[f32]) -> Result<Pass> {
        self.count(&pictures);
        self.target.pass(self.classifier.as_ref(), pictures, weights)
    }

    /// Runs pictures `[N, 3, S, S]`: gives their logits `[N, K]`, and the gradient `[N, 3, S, S]` of an objective whose
    /// own gradient with respect to the logits `objective` computes. A few pictures at a time ([`at_once`]).
    ///
    /// # Errors
    /// As [`Classifier::logits_and_gradient`].
    pub fn differentiate(&self, pictures: Array, objective: &dyn Fn(Array) -> Array) -> Result<(Array, Array)> {
        self.count(&pictures);
        let count = pictures.shape()[0];
        let at_once = at_once(self.device(), count);
        let part = |first: usize| {
            let pictures = pictures.clone().part(first..count.min(first + at_once));
            self.classifier.logits_and_gradient(pictures, objective)
        };
        let parts: Result<Vec<(Array, Array)>> = (0..count).step_by(at_once.max(1)).map(part).collect();
        let (logits, gradients) = parts?.into_iter().unzip();
        Ok((Array::concat(logits, 0), Array::concat(gradients, 0)))
    }

    fn count(&self, pictures: &Array) {
        self.passes.set(self.passes.get() + pictures.shape()[0]);
    }
}

/// Returns answers as they are if all are finite numbers: nothing can be said of others, and no report can hold them.
fn finite(answers: Vec<f32>) -> Result<Vec<f32>> {
    if answers.iter().all(|answer| answer.is_finite()) { Ok(answers) } else { Err(not_finite()) }
}

/// What is said of a model that answers with anything but numbers.
pub(crate) fn not_finite() -> Error {
    Error::new(
        ErrorKind::NotExplainable,
        "the model answers this picture, or an edit of it, with numbers that are not finite; check its weights and the \
         preprocessing profile",
    )
}
