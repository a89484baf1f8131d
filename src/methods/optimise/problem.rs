//! The input of every method: the question, the settings, the scores of the original and the deleted picture, and the
//! shifts of the picture.

use std::rc::Rc;

use burn::tensor::Device;

use super::jitter::Jitter;
use super::nulls::Nulls;
use crate::array::Array;
use crate::classifier::Classifier;
use crate::error::{Error, ErrorKind, Result};
use crate::methods::settings::Settings;
use crate::number::minus;
use crate::picture::{Scene, View};
use crate::question::{Ends, Question, Subject, Target};

/// Below this target probability there is nothing to explain.
const LOWEST_SCORE: f32 = 0.05;
/// Below this normalised score the answer has vanished.
pub(crate) const VANISHED: f32 = 0.01;

/// A picture, a class and how they are to be explained.
#[derive(Clone)]
pub(crate) struct Problem {
    pub question: Question,
    pub settings: Settings,
    pub subject: Subject,
    pub ends: Ends,
    pub jitter: Jitter,
    pub nulls: Nulls,
}

impl Problem {
    /// Prepares the scene and scores the whole and the deleted picture.
    ///
    /// # Errors
    /// Fails with [`ErrorKind::NotExplainable`] if there is nothing to explain, in plain words; [`ErrorKind::Settings`]
    /// if a setting or a class is out of range.
    pub async fn new(classifier: Rc<dyn Classifier>, subject: Subject, settings: Settings) -> Result<Self> {
        settings.check()?;
        check_classes(classifier.as_ref(), &subject, &settings)?;
        let framing = classifier.framing().with_margin(settings.margin(classifier.size()));
        let scene = Scene::new(&subject.picture, framing, &settings.null_image());
        let question = question(classifier, scene, &subject, &settings).await?;
        let subject = named_by_what_is_scored(subject, &settings);
        let ends = question.ends().await?;
        guard(ends, &subject, settings.method.needs_null())?;
        let jitter = Jitter::random(settings.seed, settings.jitter_at(question.side()));
        let nulls = Nulls::new(&question, &subject.picture, &settings);
        Ok(Self { question, settings, subject, ends, jitter, nulls })
    }

    /// Returns the side of the picture the model sees, in pixels.
    pub fn side(&self) -> usize {
        self.question.side()
    }

    /// Says where everything is computed.
    pub fn device(&self) -> &Device {
        self.question.device()
    }

    /// Returns the view that is not shifted.
    pub fn centre_view(&self) -> View {
        self.question.centre_view()
    }

    /// Draws the offsets of the jitter without replacement from here on.
    pub fn shuffle_jitter(&mut self) {
        self.jitter = Jitter::shuffled(self.settings.seed, self.reach());
    }

    /// Returns the largest offset of a view on each axis, in pixels.
    pub fn reach(&self) -> usize {
        self.settings.jitter_at(self.side())
    }

    /// Returns the views of the next step.
    pub fn next_views(&mut self) -> View {
        let offsets = self.jitter.take(self.settings.views);
        match self.nulls.next() {
            Some(views) => views.views(&offsets),
            None => self.question.views(&offsets),
        }
    }

    /// Returns the next view, one alone.
    pub fn next_view(&mut self) -> View {
        let offset = self.jitter.next();
        match self.nulls.next() {
            Some(views) => views.view(offset),
            None => self.question.view(offset),
        }
    }

    /// Returns the normalised scores that masks `[N, 1, S, S]` leave the unshifted picture.
    ///
    /// # Errors
    /// Fails when the classifier rejects its input or the device is lost ([`crate::ErrorKind::Device`]).
    pub async fn left_under(&self, masks: Array) -> Result<Vec<f32>> {
        let scores = self.question.scores_under(masks).await?;
        Ok(scores.into_iter().map(|score| self.ends.normalise(score)).collect())
    }
}

fn check_classes(classifier: &dyn Classifier, subject: &Subject, settings: &Settings) -> Result<()> {
    let classes = classifier.classes();
    let all = std::iter::once(&subject.target).chain(&settings.with).chain(&settings.against);
    match all.into_iter().find(|&&class| class >= classes) {
        None => Ok(()),
        Some(class) => Err(Error::new(
            ErrorKind::Settings,
            format!("class {class} does not exist; the model has {classes} classes"),
        )),
    }
}

/// Names the subject after the scored quantity, which may be a sum over the likeliest classes.
fn named_by_what_is_scored(subject: Subject, settings: &Settings) -> Subject {
    match settings.top_classes {
        1 => subject,
        count => Subject { label: format!("the {count} likeliest classes together"), ..subject },
    }
}

/// Returns the question about the target and the classes summed with it. For presets that sum several classes, it is
/// about the most probable classes of the whole picture.
async fn question(
    classifier: Rc<dyn Classifier>,
    scene: Scene,
    subject: &Subject,
    settings: &Settings,
) -> Result<Question> {
    let target = |classes: &[usize]| {
        let Settings { against, score, .. } = settings;
        Target::of(classifier.as_ref(), classes, against, *score)
    };
    let named: Vec<usize> = std::iter::once(subject.target).chain(settings.with.iter().copied()).collect();
    let question = Question::new(classifier.clone(), scene, target(&named));
    if settings.top_classes == 1 {
        return Ok(question);
    }
    let side = question.side();
    let whole = Array::full(&[1, 1, side, side], 1.0, question.device());
    let logits = question.logits(question.centre_view().blend(whole))?.read().await?;
    let mut order: Vec<usize> = (0..logits.len()).collect();
    order.sort_by(|&a, &b| logits[b].total_cmp(&logits[a]));
    order.truncate(settings.top_classes);
    Ok(question.with_target(target(&order)))
}

/// Refuses a target whose score is too low, or does not fall when everything is deleted.
fn guard(ends: Ends, subject: &Subject, needs_null: bool) -> Result<()> {
    let refuse = |sentence: String| Err(Error::new(ErrorKind::NotExplainable, sentence));
    let Ends { original, null } = ends;
    if original < LOWEST_SCORE {
        return refuse(format!(
            "the model gives \"{}\" a probability of only {:.3} here, so there is no answer to explain; \
                choose a class it is surer of",
            subject.label,
            minus(original)
        ));
    }
    if needs_null && !ends.differ() {
        return refuse(format!(
            "deleting the whole picture takes \"{}\" only from {original:.2} to {:.2}, so no region can be \
                blamed; choose another null image (mean or noise), a larger sigma or another class",
            subject.label,
            minus(null)
        ));
    }
    Ok(())
}
