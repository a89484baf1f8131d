//! One picture on the bench: attacked, classified, and given masks that may recover its answer.

use std::collections::VecDeque;
use std::rc::Rc;

use serde::{Deserialize, Serialize};

use super::recover::{Masked, Recipe};
use super::{AsIs, Attack, Attacked, Perturb, Reading, ensemble};
use crate::classifier::Classifier;
use crate::error::{Error, ErrorKind, Result};
use crate::explain::Run;
use crate::job::{Doing, Job, Later, Progress};
use crate::map::Map;
use crate::picture::RgbImage;

/// The findings of a trial so far.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Found {
    /// The attacked picture; `None` if the trial has no attack.
    pub attacked: Option<Attacked>,
    /// The answers to the picture and to light edits of it.
    pub reading: Option<Reading>,
    /// The masks of its answer; empty if the attack failed.
    pub masks: Vec<Masked>,
}

impl Found {
    /// Counts the findings: the attacked picture, its reading, its masks.
    fn count(&self) -> usize {
        let seen = self.reading.as_ref().map_or(0, |reading| 1 + usize::from(!reading.ensemble.is_empty()));
        usize::from(self.attacked.is_some()) + seen + self.masks.len()
    }
}

/// The current stage of a trial.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// To attack the picture.
    Attack,
    /// To ask about it, and about light edits of it.
    Look,
    /// To learn masks of its answer.
    Mask,
}

impl Stage {
    /// Returns its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Attack => "attack",
            Self::Look => "look",
            Self::Mask => "mask",
        }
    }
}

/// The progress of a trial.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stand {
    /// Steps taken.
    pub taken: usize,
    /// Steps left, as far as that is known.
    pub left: usize,
    /// What is being done.
    pub stage: Stage,
    /// The mask that is being learned; empty between masks.
    pub doing: String,
}

/// A running trial. The masks of a picture are learned for the model's current answer.
pub struct Trial {
    classifier: Rc<dyn Classifier>,
    as_is: AsIs,
    /// The current picture: the clean one until it is attacked.
    picture: RgbImage,
    attack: Option<Attack>,
    perturb: Option<Perturb>,
    recipes: VecDeque<Recipe>,
    run: Option<(Recipe, Run)>,
    found: Found,
    /// The number of findings that were already taken as news.
    told: usize,
    taken: usize,
}

impl Trial {
    /// Prepares a trial of a picture of the classifier's size, attacked first if there is an attack.
    pub fn new(classifier: Rc<dyn Classifier>, picture: &RgbImage, attack: Option<Attack>, recipes: &[Recipe]) -> Self {
        Self {
            as_is: AsIs::new(classifier.clone()),
            classifier,
            picture: picture.clone(),
            attack,
            perturb: None,
            recipes: recipes.iter().copied().collect(),
            run: None,
            found: Found::default(),
            told: 0,
            taken: 0,
        }
    }

    /// Returns the findings so far, if there are new ones since the last call.
    pub fn take_news(&mut self) -> Option<Found> {
        let found = self.found.count();
        (std::mem::replace(&mut self.told, found) < found).then(|| self.found.clone())
    }

    /// Returns the progress.
    pub fn stand(&self) -> Stand {
        let left = usize::from(self.attack.is_some() || self.perturb.is_some())
            + self.looks_left()
            + usize::from(self.run.is_some())
            + self.recipes.len();
        let doing = self.run.as_ref().map_or("", |(recipe, _)| recipe.name()).to_owned();
        Stand { taken: self.taken, left, stage: self.stage(), doing }
    }

    /// Takes steps of the current work, or begins the next.
    async fn advance(&mut self, count: usize) -> Result<()> {
        if let Some(perturb) = self.perturb.take() {
            return self.go_on_attacking(perturb, count).await;
        }
        if let Some(attack) = self.attack.take() {
            self.perturb = Some(Perturb::new(self.classifier.clone(), &self.picture, attack).await?);
            return Ok(());
        }
        if self.found.reading.is_none() {
            self.found.reading = Some(Reading::of(&self.as_is, &self.as_is.planes(&self.picture)).await?);
            return Ok(());
        }
        if let Some(reading) = &mut self.found.reading
            && reading.ensemble.is_empty()
        {
            reading.ensemble = ensemble(&self.as_is, &self.as_is.planes(&self.picture)).await?;
            return Ok(());
        }
        if let Some((recipe, run)) = self.run.take() {
            return self.go_on_learning(recipe, run, count).await;
        }
        match self.recipes.pop_front() {
            Some(recipe) => self.begin(recipe).await,
            None => Ok(()),
        }
    }

    async fn go_on_attacking(&mut self, mut perturb: Perturb, count: usize) -> Result<()> {
        if !perturb.step(count).await?.done {
            self.perturb = Some(perturb);
            return Ok(());
        }
        let attacked = perturb.finish().await?;
        self.picture = attacked.picture.clone();
        if !attacked.succeeded() {
            self.recipes.clear();
        }
        self.found.attacked = Some(attacked);
        Ok(())
    }

    async fn begin(&mut self, recipe: Recipe) -> Result<()> {
        let Some(reading) = &self.found.reading else { return Ok(()) };
        let target = reading.answer().class;
        match recipe.begin(&self.as_is, &self.picture, target).await {
            Ok(run) => {
                self.run = Some((recipe, run));
                Ok(())
            }
            Err(error) => self.go_without(recipe, error).await,
        }
    }

    async fn go_on_learning(&mut self, recipe: Recipe, mut run: Run, count: usize) -> Result<()> {
        if !run.step(count).await?.done {
            self.run = Some((recipe, run));
            return Ok(());
        }
        let mask = run.preview().await?.mask;
        self.found.masks.push(Masked::of(&self.as_is, &self.picture, recipe, mask).await?);
        Ok(())
    }

    /// Records that an answer has no mask, which is a result; a lost device is an error.
    async fn go_without(&mut self, recipe: Recipe, error: Error) -> Result<()> {
        if error.kind() != ErrorKind::NotExplainable {
            return Err(error);
        }
        let nothing = Map::constant(self.as_is.size(), 1.0);
        let masked = Masked::of(&self.as_is, &self.picture, recipe, nothing).await?;
        self.found.masks.push(Masked { refused: Some(error.to_string()), ..masked });
        Ok(())
    }

    /// The number of readings that are left: after light edits, and in many views.
    fn looks_left(&self) -> usize {
        self.found.reading.as_ref().map_or(2, |reading| usize::from(reading.ensemble.is_empty()))
    }

    fn stage(&self) -> Stage {
        if self.attack.is_some() || self.perturb.is_some() {
            Stage::Attack
        } else if self.looks_left() > 0 {
            Stage::Look
        } else {
            Stage::Mask
        }
    }

    fn progress(&self) -> Progress<Doing> {
        let Stand { taken, left, stage, doing } = self.stand();
        let (total, done) = (taken + left, left == 0);
        Progress { iteration: taken, total, done, stage: stage.name(), detail: Doing { doing } }
    }
}

impl Job for Trial {
    type Detail = Doing;
    type Outcome = Found;

    /// Takes up to `count` steps of the attack or of the current mask, or does one piece of work between them.
    fn step(&mut self, count: usize) -> Later<'_, Progress<Doing>> {
        Box::pin(async move {
            self.advance(count).await?;
            self.taken += 1;
            Ok(self.progress())
        })
    }

    fn finish(&mut self) -> Later<'_, Found> {
        let found = self.found.clone();
        Box::pin(std::future::ready(Ok(found)))
    }
}
