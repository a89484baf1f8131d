//! A picture beside its attacked self: what the model says of both, what their masks look like, and what would tell
//! them apart.
//!
//! 1. The picture is attacked, looked at, and given masks of its new answer.
//! 2. The clean picture is looked at and given masks by the same settings.
//! 3. The detector's threshold is calibrated on clean pictures, where there are any.

use std::collections::VecDeque;
use std::rc::Rc;

use super::detect::{RULE, rule};
use super::recover::{Masked, Recipe, with_controls};
use super::{AsIs, Attack, Found, Reading, Trial};
use crate::classifier::Classifier;
use crate::error::{Error, ErrorKind, Result};
use crate::job::{Doing, Job, Later, Progress};
use crate::map::Map;
use crate::picture::{BlurScale, NullImage, Planes, RgbImage, Scene, gaussian};
use crate::question::Edit;

/// Which of the two pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The picture as it was.
    Clean,
    /// The attacked one.
    Attacked,
}

/// How a mask is used to recover an answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Remedy {
    /// How the mask was learned.
    pub recipe: Recipe,
    /// What the mask deletes by more than this is deleted whole, and the rest kept; `None` uses the mask as it is.
    pub threshold: Option<f32>,
    /// σ of the blur that takes the place of deleted pixels, at the model's size, in pixels.
    pub sigma_px: f32,
}

/// What was found of both pictures.
#[derive(Clone, Debug, Default)]
pub struct Duelled {
    /// The picture as it was.
    pub clean: Found,
    /// The attacked one.
    pub attacked: Found,
    /// The detector's scores of clean pictures, for its threshold.
    pub scores: Vec<f64>,
}

/// A picture and its attacked self on the bench.
pub struct Duel {
    as_is: AsIs,
    clean: Trial,
    attacked: Trial,
    found: Duelled,
    /// Clean pictures at the model's size, on which the detector is calibrated, drawn one by one.
    pictures: VecDeque<Box<dyn FnOnce() -> RgbImage>>,
    calibrated: usize,
    taken: usize,
    done: [bool; 2],
}

impl Duel {
    /// Prepares a duel on a picture of the classifier's size. `clean` draws pictures that nobody attacked.
    pub fn new(
        classifier: Rc<dyn Classifier>,
        picture: &RgbImage,
        attack: Attack,
        recipes: &[Recipe],
        clean: Vec<Box<dyn FnOnce() -> RgbImage>>,
    ) -> Self {
        Self {
            as_is: AsIs::new(classifier.clone()),
            clean: Trial::new(classifier.clone(), picture, None, recipes),
            attacked: Trial::new(classifier, picture, Some(attack), recipes),
            found: Duelled::default(),
            calibrated: clean.len(),
            pictures: clean.into(),
            taken: 0,
            done: [false; 2],
        }
    }

    async fn advance(&mut self, count: usize) -> Result<Progress<Doing>> {
        self.taken += 1;
        match self.done {
            [false, _] => self.go_on(Side::Attacked, count).await,
            [true, false] => self.go_on(Side::Clean, count).await,
            [true, true] => self.calibrate().await,
        }
    }

    async fn go_on(&mut self, side: Side, count: usize) -> Result<Progress<Doing>> {
        let (at, trial, found) = match side {
            Side::Attacked => (0, &mut self.attacked, &mut self.found.attacked),
            Side::Clean => (1, &mut self.clean, &mut self.found.clean),
        };
        let progress = trial.step(count).await?;
        *found = trial.finish().await?;
        self.done[at] = progress.done;
        let left = progress.total - progress.iteration + self.pictures.len() + usize::from(at == 0);
        Ok(self.progress(progress.stage, progress.detail, left))
    }

    /// Scores the next clean picture.
    async fn calibrate(&mut self) -> Result<Progress<Doing>> {
        if let Some(draw) = self.pictures.pop_front() {
            let reading = Reading::after_looks(&self.as_is, &self.as_is.planes(&draw()), &RULE).await?;
            self.found.scores.push(f64::from(rule(&reading)));
        }
        let doing = format!("{} of {} clean pictures", self.found.scores.len(), self.calibrated);
        Ok(self.progress("calibrate", Doing { doing }, self.pictures.len()))
    }

    fn progress(&self, stage: &'static str, detail: Doing, left: usize) -> Progress<Doing> {
        let done = self.done == [true; 2] && self.pictures.is_empty();
        Progress { iteration: self.taken, total: self.taken + if done { 0 } else { left.max(1) }, done, stage, detail }
    }

    /// Returns what was found of one of the two until now.
    pub fn side(&self, side: Side) -> &Found {
        match side {
            Side::Clean => &self.found.clean,
            Side::Attacked => &self.found.attacked,
        }
    }

    /// Returns one of the two pictures, at the model's size.
    ///
    /// # Errors
    /// [`ErrorKind::Settings`] if the attacked picture is asked for before the attack is over.
    pub fn picture(&self, side: Side) -> Result<&RgbImage> {
        let sentence = "there is no attacked picture yet; let the attack come to its end";
        let attacked = self.found.attacked.attacked.as_ref();
        let attacked = attacked.ok_or_else(|| Error::new(ErrorKind::Settings, sentence))?;
        Ok(if side == Side::Clean { &attacked.clean } else { &attacked.picture })
    }

    /// Returns a mask of one of the two, as a remedy uses it: 1 keeps, 0 deletes.
    ///
    /// # Errors
    /// [`ErrorKind::Settings`] if there is no such mask.
    pub fn mask(&self, side: Side, remedy: Remedy) -> Result<Map> {
        let sentence = format!("there is no mask by the recipe {} yet", remedy.recipe.name());
        let masked = self.side(side).masks.iter().find(|masked| masked.recipe == remedy.recipe);
        let mask = masked.map(|masked| masked.mask.clone()).ok_or_else(|| Error::new(ErrorKind::Settings, sentence))?;
        Ok(remedy.threshold.map_or(mask.clone(), |threshold| mask.complement().cut(threshold).complement()))
    }

    /// Returns the answers to one of the two pictures under a mask of its own and under its controls.
    ///
    /// # Errors
    /// Fails as [`Duel::mask`] and [`Masked::of`] do.
    pub async fn recover(&self, side: Side, remedy: Remedy) -> Result<Masked> {
        let mask = self.mask(side, remedy)?;
        Masked::under(&self.as_is, self.picture(side)?, remedy.recipe, mask, &null(remedy)).await
    }

    /// Returns the answer to one of the two pictures, blurred as a whole by as much as a remedy blurs.
    ///
    /// # Errors
    /// Fails as [`Duel::picture`] and [`Reading::of`] do.
    pub async fn blur(&self, side: Side, sigma_px: f32) -> Result<Reading> {
        let planes = self.blurred(self.picture(side)?, sigma_px);
        Reading::after_looks(&self.as_is, &planes, &[]).await
    }

    fn blurred(&self, picture: &RgbImage, sigma_px: f32) -> Planes {
        gaussian::blurred(&self.as_is.planes(picture), &gaussian::kernel(sigma_px))
    }

    /// Returns the picture that the model sees of one of the two: under the mask (`way` 0), the mask turned by half
    /// (1), the random mask (2), or blurred as a whole (3).
    ///
    /// # Errors
    /// Fails as [`Duel::mask`] does; [`ErrorKind::Settings`] if there is no such way.
    pub fn recovered(&self, side: Side, remedy: Remedy, way: usize) -> Result<RgbImage> {
        let picture = self.picture(side)?;
        if way == 3 {
            return Ok(self.blurred(picture, remedy.sigma_px).to_picture());
        }
        let masks = with_controls(&self.mask(side, remedy)?);
        let none = || Error::new(ErrorKind::Settings, format!("there is no way {way} to recover a picture"));
        let mask = masks.into_iter().nth(way).ok_or_else(none)?;
        let scene = Scene::new(picture, self.as_is.framing(), &null(remedy));
        Ok(Edit::Mask(mask).picture(&scene, self.as_is.size()).to_picture())
    }
}

fn null(remedy: Remedy) -> NullImage {
    NullImage { sigma_px: remedy.sigma_px, sigma_at: BlurScale::Model, ..NullImage::default() }
}

impl Job for Duel {
    type Detail = Doing;
    type Outcome = Duelled;

    fn step(&mut self, count: usize) -> Later<'_, Progress<Doing>> {
        Box::pin(self.advance(count))
    }

    fn finish(&mut self) -> Later<'_, Duelled> {
        let found = self.found.clone();
        Box::pin(std::future::ready(Ok(found)))
    }
}
