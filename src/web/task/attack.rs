//! A picture beside its attacked self.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Driven, asked_for};
use crate::attack::detect::rule;
use crate::attack::duel::{Duel, Duelled, Remedy, Side};
use crate::attack::recover::{HEAVY, Masked, Recipe, VOTE, vote};
use crate::attack::{AsIs, Attack, Attacked, Found, Kind};
use crate::critters::{HELD_OUT_SEEDS, World, draw};
use crate::error::Result;
use crate::job::{Job, Later};
use crate::map::Map;
use crate::picture::RgbImage;
use crate::rules::statistics::threshold_at;
use crate::web::asked::Asked;
use crate::web::convert::{object, unknown};
use crate::web::picture::Photo;

/// The share of clean pictures that the detector may flag.
const FALSE_POSITIVES: f64 = 0.05;
/// Held-out pictures of the built-in world before the first that calibrates: those that are shown elsewhere.
const ASIDE: u64 = 10_000;

/// What an attack is asked for.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    attack: Kind,
    eps: f32,
    /// Steps and restarts where they are not the usual ones.
    steps: Option<usize>,
    restarts: Option<usize>,
    #[serde(default)]
    seed: u64,
    /// Clean pictures of the built-in world on which the detector is calibrated; 0 where the model knows nothing of it.
    #[serde(default)]
    calibrate: u64,
}

/// How a mask is to recover an answer.
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

/// A class by its name.
#[derive(Serialize)]
struct Named {
    class: usize,
    label: String,
    probability: Option<f32>,
}

/// What the model says of one of the two pictures.
#[derive(Serialize)]
struct Told {
    top: Vec<Named>,
    /// The detector's score.
    rule: f32,
    looks: Vec<Look>,
    /// The answers by all votes, and by the heavier edits alone.
    votes: [Named; 2],
    masks: Vec<MaskTold>,
}

/// The answer to a light edit.
#[derive(Serialize)]
struct Look {
    title: String,
    answer: Named,
    change: f32,
}

/// A mask and what it leaves.
#[derive(Serialize)]
struct MaskTold {
    recipe: Recipe,
    /// The share that it deletes.
    area: f64,
    deleted: Named,
    rotated: Named,
    random: Named,
    refused: Option<String>,
}

/// A duel. Its pictures are `clean`, `attacked`, `difference:GAIN`, and `WAY:WISH` with a wish as JSON; its maps are the wishes.
pub struct AttackTask {
    job: Duel,
    asked: Asked,
    /// What was last told.
    told: Duelled,
}

impl AttackTask {
    pub fn new(asked: &Asked, photo: &Photo, settings: &str) -> Result<Self> {
        let Settings { attack, eps, steps, restarts, seed, calibrate } = asked_for(settings)?;
        let usual = Attack::new(attack, eps);
        let (steps, restarts) = (steps.unwrap_or(usual.steps), restarts.unwrap_or(usual.restarts));
        let attack = Attack { steps, restarts, seed, ..usual };
        attack.check()?;
        let classifier = asked.classifier.clone();
        let picture = AsIs::frame(classifier.as_ref(), &photo.pixels);
        let clean = (0..calibrate).map(|number| {
            let classifier = classifier.clone();
            Box::new(move || {
                let drawn = draw(HELD_OUT_SEEDS + ASIDE + number, &World::clean());
                AsIs::frame(classifier.as_ref(), &drawn.picture)
            }) as Box<dyn FnOnce() -> RgbImage>
        });
        let job = Duel::new(asked.classifier.clone(), &picture, attack, &Recipe::ALL, clean.collect());
        Ok(Self { job, asked: asked.clone(), told: Duelled::default() })
    }

    fn named(&self, class: usize, probability: Option<f32>) -> Named {
        Named { class, label: self.asked.classifier.labels().short(class), probability }
    }

    fn answer(&self, answer: crate::attack::Answer) -> Named {
        self.named(answer.class, Some(answer.probability))
    }

    fn side(&self, found: &Found) -> Option<Told> {
        let reading = found.reading.as_ref()?;
        let look = |looked: &crate::attack::Looked| {
            Some(Look {
                title: looked.look.to_string(),
                answer: self.answer(*looked.top.first()?),
                change: looked.change,
            })
        };
        Some(Told {
            top: reading.top.iter().map(|&answer| self.answer(answer)).collect(),
            rule: rule(reading),
            looks: reading.looks.iter().filter_map(look).collect(),
            votes: [VOTE, HEAVY].map(|ballot| self.named(vote(reading, ballot, None), None)),
            masks: found.masks.iter().map(|masked| self.mask(masked)).collect(),
        })
    }

    fn mask(&self, masked: &Masked) -> MaskTold {
        MaskTold {
            recipe: masked.recipe,
            area: masked.statistics[0],
            deleted: self.answer(masked.deleted),
            rotated: self.answer(masked.rotated),
            random: self.answer(masked.random),
            refused: masked.refused.clone(),
        }
    }

    fn attack(&self, attacked: &Attacked) -> Result<Value> {
        object(&serde_json::json!({
            "name": attacked.attack.name(), "succeeded": attacked.succeeded(),
            "before": object(&self.answer(attacked.before))?, "after": object(&self.answer(attacked.after))?,
            "noise": object(&self.answer(attacked.noise))?,
            "goal": attacked.goal.map(|goal| self.asked.classifier.labels().short(goal)),
            "l_inf": attacked.l_inf, "l2": attacked.l2, "zero_gradients": attacked.zero_gradients,
            "losses": attacked.losses, "seconds": attacked.seconds,
        }))
    }

    fn tell(&self) -> Result<Value> {
        let Duelled { clean, attacked, scores } = &self.told;
        object(&serde_json::json!({
            "attack": attacked.attacked.as_ref().map(|attacked| self.attack(attacked)).transpose()?,
            "clean": object(&self.side(clean))?, "attacked": object(&self.side(attacked))?,
            "threshold": threshold_at(scores, FALSE_POSITIVES), "false_positives": FALSE_POSITIVES,
            "calibrated": scores.len(), "scores": scores,
        }))
    }
}

impl Driven for AttackTask {
    fn step(&mut self, count: usize) -> Later<'_, Value> {
        super::step(&mut self.job, count)
    }

    fn found(&mut self) -> Later<'_, Value> {
        Box::pin(async move {
            self.told = self.job.finish().await?;
            self.tell()
        })
    }

    fn ask<'a>(&'a mut self, question: &'a str) -> Later<'a, Value> {
        Box::pin(async move {
            let wish: Wish = asked_for(question)?;
            let masked = self.job.recover(wish.side(), wish.remedy()).await?;
            let mut told = object(&self.mask(&masked))?;
            let blurred = self.job.blur(wish.side(), wish.sigma_px).await?;
            told["blurred"] = object(&self.answer(blurred.answer()))?;
            Ok(told)
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
