//! What every method is given: the picture and its null image on the device, the answer, the scores of both ends.

use std::rc::Rc;

use burn::tensor::Device;

use super::jitter::Jitter;
use crate::array::Array;
use crate::classifier::Classifier;
use crate::error::{Error, ErrorKind, Result};
use crate::methods::settings::{Method, Settings};
use crate::picture::{Jitterable, Scene, View};
use crate::question::{Scores, Subject, Target};

/// The least target probability there is something to explain in.
const LOWEST_SCORE: f32 = 0.05;
/// Below this normalised score the answer has vanished.
pub(crate) const VANISHED: f32 = 0.01;
/// Deleting everything must take away at least this share of the score.
const LEAST_DROP: f32 = 0.2;

/// A picture, a class and how they are to be explained.
#[derive(Clone)]
pub(crate) struct Problem {
    pub classifier: Rc<dyn Classifier>,
    pub settings: Settings,
    pub subject: Subject,
    pub scene: Scene,
    pub views: Jitterable,
    pub target: Target,
    pub scores: Scores,
    pub jitter: Jitter,
}

impl Problem {
    /// Prepares the scene and scores the whole and the deleted picture.
    ///
    /// # Errors
    /// [`ErrorKind::NotExplainable`] if there is nothing to explain, in plain words; [`ErrorKind::Settings`]
    /// if a setting or a class is out of range.
    pub async fn new(
        classifier: Rc<dyn Classifier>,
        subject: Subject,
        resize: usize,
        settings: Settings,
    ) -> Result<Self> {
        settings.check()?;
        check_classes(classifier.as_ref(), &subject, &settings)?;
        let (side, device) = (classifier.size(), classifier.device().clone());
        let scene = settings.scene(&subject.picture, resize, side);
        let views = Jitterable::new(&scene, side, &device);
        let classes = target_classes(classifier.as_ref(), &views, &subject, &settings).await?;
        let target = Target::contrast(&classes, &settings.against, settings.score, classifier.classes(), &device);
        let scores = whole_and_deleted(classifier.as_ref(), &views, &target, &settings).await?;
        guard(&scores, &subject)?;
        let jitter = match settings.method {
            Method::Fast => Jitter::shuffled(settings.seed, settings.jitter),
            _ => Jitter::random(settings.seed, settings.jitter),
        };
        Ok(Self { classifier, settings, subject, scene, views, target, scores, jitter })
    }

    /// Side of the picture the model sees, in pixels.
    pub fn side(&self) -> usize {
        self.classifier.size()
    }

    /// Where everything is computed.
    pub fn device(&self) -> &Device {
        self.classifier.device()
    }

    /// The view that is not shifted.
    pub fn centre_view(&self) -> View {
        let at = centre(&self.settings);
        self.views.view((at, at))
    }

    /// The normalised scores that masks `[N, 1, S, S]` leave the unshifted picture.
    ///
    /// # Errors
    /// As the classifier's.
    pub async fn left_under(&self, masks: Array) -> Result<Vec<f32>> {
        let logits = self.classifier.logits(self.centre_view().blend(masks))?;
        let scores = self.target.probability(logits).read().await?;
        Ok(scores.into_iter().map(|score| self.scores.normalise(score)).collect())
    }

    /// The scene that this view shows.
    pub fn centred_scene(&self) -> Scene {
        self.scene.crop(centre(&self.settings), self.side())
    }
}

/// The offset of the view that is not shifted.
pub(crate) fn centre(settings: &Settings) -> usize {
    settings.jitter.div_ceil(2)
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

/// The target and those summed with it, and for presets that sum several the most probable ones of the whole picture.
async fn target_classes(
    classifier: &dyn Classifier,
    views: &Jitterable,
    subject: &Subject,
    settings: &Settings,
) -> Result<Vec<usize>> {
    if settings.top_classes == 1 {
        return Ok(std::iter::once(subject.target).chain(settings.with.iter().copied()).collect());
    }
    let side = classifier.size();
    let whole = Array::full(&[1, 1, side, side], 1.0, classifier.device());
    let at = centre(settings);
    let logits = classifier.logits(views.view((at, at)).blend(whole))?.read().await?;
    let mut order: Vec<usize> = (0..logits.len()).collect();
    order.sort_by(|&a, &b| logits[b].total_cmp(&logits[a]));
    order.truncate(settings.top_classes);
    Ok(order)
}

async fn whole_and_deleted(
    classifier: &dyn Classifier,
    views: &Jitterable,
    target: &Target,
    settings: &Settings,
) -> Result<Scores> {
    let side = classifier.size();
    let constant = |value| Array::full(&[1, 1, side, side], value, classifier.device());
    let masks = Array::concat(vec![constant(1.0), constant(0.0)], 0);
    let at = centre(settings);
    let logits = classifier.logits(views.view((at, at)).blend(masks))?;
    let scores = target.probability(logits).read().await?;
    Ok(Scores { original: scores[0], null: scores[1], deleted: f32::NAN, preserved: f32::NAN, normalised: f32::NAN })
}

/// Refuses to explain what cannot be explained.
fn guard(scores: &Scores, subject: &Subject) -> Result<()> {
    let refuse = |sentence: String| Err(Error::new(ErrorKind::NotExplainable, sentence));
    let Scores { original, null, .. } = *scores;
    if !original.is_finite() || !null.is_finite() {
        return refuse(
            "the model answers with numbers that are not finite; check its weights and the preprocessing profile"
                .into(),
        );
    }
    if original < LOWEST_SCORE {
        return refuse(format!(
            "the model gives \"{}\" a probability of only {original:.3} here, so there is no answer to explain; choose a class it is surer of",
            subject.label
        ));
    }
    if original - null < LEAST_DROP * original {
        return refuse(format!(
            "deleting the whole picture takes \"{}\" only from {original:.2} to {null:.2}, so no region can be blamed; choose another null image (mean or noise), a larger sigma or another class",
            subject.label
        ));
    }
    Ok(())
}
