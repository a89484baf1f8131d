//! Concept rules of a model on the built-in world.

use serde::Deserialize;

use super::driven::{Driven, asked_for, numbers};
use crate::critters::{HELD_OUT_SEEDS, World};
use crate::error::Result;
use crate::job::{Job, Later};
use crate::picture::RgbImage;
use crate::rules::concept::{ConceptRules, Intervention, TESTED, Told};
use crate::study::CritterSet;
use crate::web::asked::Asked;
use crate::web::convert::{json, unknown};

/// The settings of concept rules.
#[derive(Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Settings {
    /// Number of pictures of the built-in world.
    pictures: usize,
    /// Number of associations that are tested.
    tested: usize,
    /// Seed that chooses the pictures from which and into which a concept is pasted.
    seed: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self { pictures: 600, tested: TESTED, seed: 0 }
    }
}

/// Concept rules in progress. The pictures are `deleted:RULE:TRIAL:CONTROL` and `pasted:RULE:TRIAL:CONTROL`, where
/// CONTROL is 1 for the control and 0 otherwise.
pub struct ConceptTask {
    job: ConceptRules<CritterSet>,
    asked: Asked,
}

impl ConceptTask {
    pub fn new(asked: &Asked, settings: &str) -> Result<Self> {
        let Settings { pictures, tested, seed } = asked_for(settings)?;
        let set = CritterSet::new(HELD_OUT_SEEDS, pictures, World::clean());
        Ok(Self { job: ConceptRules::new(asked.classifier.clone(), set, tested, seed), asked: asked.clone() })
    }
}

impl Driven for ConceptTask {
    fn step(&mut self, count: usize) -> Later<'_, String> {
        super::driven::step(&mut self.job, count)
    }

    fn found(&mut self) -> Later<'_, String> {
        Box::pin(async move { json(&Told::new(self.job.finish().await?, self.asked.classifier.labels())) })
    }

    fn ask<'a>(&'a mut self, question: &'a str) -> Later<'a, String> {
        super::driven::share(&mut self.job, question)
    }

    fn picture(&self, id: &str) -> Result<RgbImage> {
        let (word, how) = match id.split_once(':') {
            Some(("deleted", _)) => ("deleted", Intervention::Delete),
            Some(("pasted", _)) => ("pasted", Intervention::Paste),
            _ => return Err(unknown("picture", id)),
        };
        let [rule, trial, control] = numbers(id, word)?;
        self.job.picture(rule, how, trial, control == 1)
    }
}
