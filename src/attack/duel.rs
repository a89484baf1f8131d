//! A picture beside its attacked version: the model's answers to both, their masks, and the scores that tell them
//! apart.
//!
//! 1. The picture is attacked and classified, and masks of its new answer are learned.
//! 2. The clean picture is classified, and masks are learned with the same settings.
//! 3. The detectors are calibrated on clean pictures, if there are any: first the rule f(x) = f(Tx), whose three edits
//!    are quick, and then the wide rule on fewer pictures.
//!
//! Its parts, which several workers can share, are the two trials and each clean picture.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::detect::RULE;
use super::detector::Signals;
use super::recover::{Masked, Recipe, with_controls};
use super::shared::{Line, Part, Side};
use super::trial::Stand;
use super::views::LOOKS;
use super::{AsIs, Attack, Detector, Found, Reading, Trial, ensemble};
use crate::classifier::Classifier;
use crate::error::{Error, ErrorKind, Result};
use crate::job::{Divisible, Doing, Job, Later, Progress, Share};
use crate::map::Map;
use crate::picture::{BlurScale, NullImage, Planes, RgbImage, Scene, gaussian};
use crate::question::Edit;

/// How a mask is used to recover an answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Remedy {
    /// How the mask was learned.
    pub recipe: Recipe,
    /// Pixels that the mask deletes by more than this are deleted completely, and the rest is kept; `None` uses the
    /// mask unchanged.
    pub threshold: Option<f32>,
    /// σ of the blur that replaces deleted pixels, in pixels at the model's size.
    pub sigma_px: f32,
}

/// Clean pictures for calibrating the detectors.
pub struct Clean {
    /// Draws the picture of a number, from 0, at the model's size.
    pub draw: Box<dyn Fn(usize) -> RgbImage>,
    /// How many calibrate the rule f(x) = f(Tx).
    pub count: usize,
    /// How many of them, the last ones, also calibrate the wide rule, which takes eighteen times as many passes for
    /// each.
    pub wide: usize,
    /// Measurements of the first pictures, if they are known from an earlier duel.
    pub known: Vec<Signals>,
}

impl Clean {
    /// Says how many calibrate a detector.
    fn of(&self, detector: Detector) -> usize {
        match detector {
            Detector::Rule => self.count,
            Detector::Wide => self.wide.min(self.count),
        }
    }
}

/// The findings about both pictures.
#[derive(Clone, Debug, Default)]
pub struct Duelled {
    /// The clean picture.
    pub clean: Found,
    /// The attacked picture.
    pub attacked: Found,
    /// Measurements of clean pictures, for the thresholds.
    pub calm: Vec<Signals>,
    /// The number of clean pictures planned to calibrate each of [`Detector::ALL`].
    pub planned: [usize; 2],
}

/// A running duel of a picture and its attacked version.
pub struct Duel {
    as_is: AsIs,
    pictures: Clean,
    /// This job's own trials, by their [`Side`].
    trials: [Trial; 2],
    /// The progress of the trials, whichever worker makes them.
    stands: [Stand; 2],
    /// The measurements of clean pictures, by their numbers.
    measured: BTreeMap<usize, Signals>,
    found: Duelled,
    /// The current part.
    part: Option<Part>,
    share: Share<Part, Line>,
}

impl Duel {
    /// Prepares a duel on a picture of the classifier's size.
    pub fn new(
        classifier: Rc<dyn Classifier>,
        picture: &RgbImage,
        attack: Attack,
        recipes: &[Recipe],
        pictures: Clean,
    ) -> Self {
        let planned = Detector::ALL.map(|detector| pictures.of(detector));
        let as_is = AsIs::new(classifier.clone());
        let trials = [None, Some(attack)].map(|attack| Trial::new(classifier.clone(), picture, attack, recipes));
        let stands = [trials[0].stand(), trials[1].stand()];
        let measured: BTreeMap<usize, Signals> = pictures.known.iter().copied().enumerate().collect();
        let found = Duelled { planned, calm: pictures.known.clone(), ..Duelled::default() };
        Self { as_is, pictures, trials, stands, measured, found, part: None, share: Share::default() }
    }

    /// Takes steps of the current part, or else of the next.
    async fn advance(&mut self, count: usize) -> Result<()> {
        if self.part.is_none() {
            self.part = self.take_part();
        }
        match self.part {
            Some(Part::Try(side)) => self.go_on(side, count).await,
            Some(Part::Measure(number)) => self.measure(number).await,
            None => Ok(()),
        }
    }

    async fn go_on(&mut self, side: Side, count: usize) -> Result<()> {
        let trial = &mut self.trials[side as usize];
        if trial.step(count).await?.done {
            self.part = None;
        }
        let line = Line::Tried(side, trial.stand(), trial.take_news().map(Box::new));
        self.tell(line);
        Ok(())
    }

    /// Measures a clean picture.
    async fn measure(&mut self, number: usize) -> Result<()> {
        let wide = self.pictures.count - number <= self.pictures.wide;
        let planes = self.as_is.planes(&(self.pictures.draw)(number));
        let looks: &[_] = if wide { &LOOKS } else { &RULE };
        let mut reading = Reading::after_looks(&self.as_is, &planes, looks).await?;
        if wide {
            reading.ensemble = ensemble(&self.as_is, &planes).await?;
        }
        self.part = None;
        self.tell(Line::Measured(number, Signals::of(&reading)));
        Ok(())
    }

    /// The trials that are not over.
    fn untried(&self) -> impl Iterator<Item = Side> {
        Side::BOTH.into_iter().filter(|&side| self.stands[side as usize].left > 0)
    }

    /// The clean pictures that are not measured yet.
    fn unmeasured(&self) -> impl Iterator<Item = usize> {
        (0..self.pictures.count).filter(|number| !self.measured.contains_key(number))
    }

    fn is_done(&self) -> bool {
        self.part.is_none() && self.share.is_over(|| self.parts().is_empty())
    }

    /// Returns the findings about one of the two pictures so far.
    pub fn side(&self, side: Side) -> &Found {
        match side {
            Side::Clean => &self.found.clean,
            Side::Attacked => &self.found.attacked,
        }
    }

    /// Returns one of the two pictures, at the model's size.
    ///
    /// # Errors
    /// Fails with [`ErrorKind::Settings`] if the attacked picture is asked for before the attack is over.
    pub fn picture(&self, side: Side) -> Result<&RgbImage> {
        let sentence = "there is no attacked picture yet; let the attack come to its end";
        let attacked = self.found.attacked.attacked.as_ref();
        let attacked = attacked.ok_or_else(|| Error::new(ErrorKind::Settings, sentence))?;
        Ok(if side == Side::Clean { &attacked.clean } else { &attacked.picture })
    }

    /// Returns a mask of one of the two pictures, as a remedy uses it: 1 keeps, 0 deletes.
    ///
    /// # Errors
    /// Fails with [`ErrorKind::Settings`] if there is no such mask.
    pub fn mask(&self, side: Side, remedy: Remedy) -> Result<Map> {
        let sentence = format!("there is no mask by the recipe {} yet", remedy.recipe.name());
        let masked = self.side(side).masks.iter().find(|masked| masked.recipe == remedy.recipe);
        let mask = masked.map(|masked| masked.mask.clone()).ok_or_else(|| Error::new(ErrorKind::Settings, sentence))?;
        Ok(remedy.threshold.map_or(mask.clone(), |threshold| mask.complement().cut(threshold).complement()))
    }

    /// Returns the answers to one of the two pictures under its own mask and under the controls.
    ///
    /// # Errors
    /// Fails as [`Duel::mask`] and [`Masked::of`] do.
    pub async fn recover(&self, side: Side, remedy: Remedy) -> Result<Masked> {
        let mask = self.mask(side, remedy)?;
        Masked::under(&self.as_is, self.picture(side)?, remedy.recipe, mask, &null(remedy)).await
    }

    /// Returns the answer to one of the two pictures, blurred as a whole with the σ of a remedy.
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

    /// Returns the picture that the model sees: under the mask (`way` 0), the mask after a half turn (1), the random
    /// mask (2), or blurred as a whole (3).
    ///
    /// # Errors
    /// Fails as [`Duel::mask`] does, and with [`ErrorKind::Settings`] if there is no such way.
    pub fn recovered(&self, side: Side, remedy: Remedy, way: usize) -> Result<RgbImage> {
        let picture = self.picture(side)?;
        if way == 3 {
            return Ok(self.blurred(picture, remedy.sigma_px).to_picture());
        }
        let masks = with_controls(&self.mask(side, remedy)?, picture);
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
        Box::pin(async move {
            self.advance(count).await?;
            Ok(Progress { done: self.is_done(), ..self.stand() })
        })
    }

    fn finish(&mut self) -> Later<'_, Duelled> {
        let found = self.found.clone();
        Box::pin(std::future::ready(Ok(found)))
    }
}

impl Divisible for Duel {
    type Part = Part;
    type Line = Line;

    fn parts(&self) -> Vec<Part> {
        self.untried().map(Part::Try).chain(self.unmeasured().map(Part::Measure)).collect()
    }

    fn share(&mut self) -> &mut Share<Part, Line> {
        &mut self.share
    }

    /// Begins a part, and drops the rest of the current one.
    fn begin_part(&mut self, part: Part) {
        self.part = None;
        self.share.begin(part);
    }

    fn add_line(&mut self, line: Line) {
        match line {
            Line::Tried(side, stand, news) => {
                self.stands[side as usize] = stand;
                let found = match side {
                    Side::Clean => &mut self.found.clean,
                    Side::Attacked => &mut self.found.attacked,
                };
                if let Some(news) = news {
                    *found = *news;
                }
            }
            Line::Measured(number, signals) => {
                self.measured.insert(number, signals);
                // The next duel reuses the first of them, so they are reported without a gap.
                self.found.calm = (0..).map_while(|number| self.measured.get(&number).copied()).collect();
            }
        }
    }

    fn stand(&self) -> Progress<Doing> {
        let (calm, count) = (self.measured.len(), self.pictures.count);
        let left = self.stands.iter().map(|stand| stand.left).sum::<usize>() + self.unmeasured().count();
        let iteration = self.stands.iter().map(|stand| stand.taken).sum::<usize>() + calm;
        let (stage, doing) = match self.untried().next() {
            Some(side) => {
                let stand = &self.stands[side as usize];
                (stand.stage.name(), stand.doing.clone())
            }
            None => ("calibrate", format!("{calm} of {count} clean pictures")),
        };
        Progress { iteration, total: iteration + left, done: left == 0, stage, detail: Doing { doing } }
    }
}
