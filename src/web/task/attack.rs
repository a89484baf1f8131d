//! A picture beside its attacked version.

use serde::Deserialize;

use super::driven::{Driven, asked_for};
use crate::attack::duel::{Clean, Duel, Duelled, Remedy};
use crate::attack::recover::Recipe;
use crate::attack::shared::Side;
use crate::attack::told::{Told, ToldMask};
use crate::attack::{AsIs, Attack, Kind};
use crate::critters::{HELD_OUT_SEEDS, World, draw};
use crate::error::Result;
use crate::job::{Job, Later};
use crate::map::Map;
use crate::picture::RgbImage;
use crate::web::asked::{Asked, Calm};
use crate::web::convert::{json, unknown};
use crate::web::picture::Photo;

/// Number of held-out pictures of the built-in world that are left out of the calibration, because they are shown
/// elsewhere.
const ASIDE: u64 = 10_000;

/// The settings of an attack.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    attack: Kind,
    eps: f32,
    /// Numbers of steps and restarts, if they differ from the usual ones.
    steps: Option<usize>,
    restarts: Option<usize>,
    #[serde(default)]
    seed: u64,
    /// Number of clean pictures of the built-in world on which the detectors are calibrated; 0 if the model knows
    /// nothing of that world.
    #[serde(default)]
    calibrate: usize,
    /// Number of those on which the wide rule is calibrated as well.
    #[serde(default)]
    calibrate_wide: usize,
}

/// How a mask is asked to recover an answer.
#[derive(Deserialize)]
struct Wish {
    attacked: bool,
    recipe: Recipe,
    threshold: Option<f32>,
    sigma_px: f32,
}

impl Wish {
    fn side(&self) -> Side {
        if self.attacked { Side::Attacked } else { Side::Clean }
    }

    fn remedy(&self) -> Remedy {
        Remedy { recipe: self.recipe, threshold: self.threshold, sigma_px: self.sigma_px }
    }
}

/// A duel. Its pictures are `clean`, `attacked`, `difference:GAIN`, and `WAY:WISH` with a wish as JSON. Its maps are
/// named by wishes.
pub struct AttackTask {
    job: Duel,
    asked: Asked,
    /// Number of clean pictures in all, and of those for the wide rule.
    calm: (usize, usize),
    /// The result that was returned last.
    told: Duelled,
}

impl AttackTask {
    pub fn new(asked: &Asked, photo: &Photo, settings: &str) -> Result<Self> {
        let Settings { attack, eps, steps, restarts, seed, calibrate, calibrate_wide } = asked_for(settings)?;
        let usual = Attack::new(attack, eps);
        let (steps, restarts) = (steps.unwrap_or(usual.steps), restarts.unwrap_or(usual.restarts));
        let attack = Attack { steps, restarts, seed, ..usual };
        attack.check()?;
        let classifier = asked.classifier.clone();
        let picture = AsIs::frame(classifier.as_ref(), &photo.pixels);
        let drawn = move |number| draw(HELD_OUT_SEEDS + ASIDE + number as u64, &World::clean()).picture;
        let draw = Box::new(move |number| AsIs::frame(classifier.as_ref(), &drawn(number)));
        let calm = (calibrate, calibrate_wide);
        let known = Some(asked.calm.borrow()).filter(|known| known.of == calm);
        let known = known.map_or_else(Vec::new, |known| known.signals.clone());
        let clean = Clean { draw, count: calibrate, wide: calibrate_wide, known };
        let job = Duel::new(asked.classifier.clone(), &picture, attack, &Recipe::ALL, clean);
        Ok(Self { job, asked: asked.clone(), calm, told: Duelled::default() })
    }

    /// Keeps what has been measured of clean pictures with the model, unless more is known already.
    fn remember(&self) {
        let mut known = self.asked.calm.borrow_mut();
        if known.of != self.calm || known.signals.len() < self.told.calm.len() {
            *known = Calm { of: self.calm, signals: self.told.calm.clone() };
        }
    }
}

impl Driven for AttackTask {
    fn step(&mut self, count: usize) -> Later<'_, String> {
        super::driven::step(&mut self.job, count)
    }

    fn found(&mut self) -> Later<'_, String> {
        Box::pin(async move {
            self.told = self.job.finish().await?;
            self.remember();
            json(&Told::new(&self.told, self.asked.classifier.labels()))
        })
    }

    fn ask<'a>(&'a mut self, question: &'a str) -> Later<'a, String> {
        // A question that cannot be a wish is one of those for any job that several workers share.
        let Ok(wish) = asked_for::<Wish>(question) else { return super::driven::share(&mut self.job, question) };
        Box::pin(async move {
            let masked = self.job.recover(wish.side(), wish.remedy()).await?;
            let blurred = self.job.blur(wish.side(), wish.sigma_px).await?.answer();
            json(&ToldMask::new(&masked, Some(blurred), self.asked.classifier.labels()))
        })
    }

    fn picture(&self, id: &str) -> Result<RgbImage> {
        match id.split_once(':') {
            None if id == "clean" => Ok(self.job.picture(Side::Clean)?.clone()),
            None if id == "attacked" => Ok(self.job.picture(Side::Attacked)?.clone()),
            Some(("difference", gain)) => {
                let gain = gain.parse().map_err(|_| unknown("picture", id))?;
                let attacked = self.told.attacked.attacked.as_ref().ok_or_else(|| unknown("picture", id))?;
                Ok(attacked.difference(gain))
            }
            Some((way, wish)) => {
                let wish: Wish = asked_for(wish)?;
                let way = way.parse().map_err(|_| unknown("picture", id))?;
                self.job.recovered(wish.side(), wish.remedy(), way)
            }
            None => Err(unknown("picture", id)),
        }
    }

    fn map(&self, id: &str) -> Result<Map> {
        let wish: Wish = asked_for(id)?;
        self.job.mask(wish.side(), wish.remedy())
    }
}
