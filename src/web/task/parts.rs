//! The importance of annotated parts for the answer, on the built-in world.

use serde::Deserialize;

use super::driven::{Driven, asked_for, numbers};
use crate::critters::{HELD_OUT_SEEDS, MEASURED_PARTS, World};
use crate::error::Result;
use crate::job::{Job, Later};
use crate::picture::RgbImage;
use crate::rules::concept::Annotated as _;
use crate::rules::parts::{PartRules, Told};
use crate::study::CritterSet;
use crate::web::asked::Asked;
use crate::web::convert::json;

/// The settings of the importance of parts.
#[derive(Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Settings {
    /// Number of pictures of the built-in world.
    pictures: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self { pictures: 200 }
    }
}

/// The importance of parts in progress. The pictures are `picture:N`.
pub struct PartsTask {
    job: PartRules<CritterSet>,
    set: CritterSet,
}

impl PartsTask {
    pub fn new(asked: &Asked, settings: &str) -> Result<Self> {
        let Settings { pictures } = asked_for(settings)?;
        let set = || CritterSet::new(HELD_OUT_SEEDS, pictures, World::clean());
        let parts = set().numbers(&MEASURED_PARTS);
        Ok(Self { job: PartRules::new(asked.classifier.clone(), set(), parts, None), set: set() })
    }
}

impl Driven for PartsTask {
    fn step(&mut self, count: usize) -> Later<'_, String> {
        super::driven::step(&mut self.job, count)
    }

    fn found(&mut self) -> Later<'_, String> {
        Box::pin(async move { json(&Told::new(self.job.finish().await?)) })
    }

    fn ask<'a>(&'a mut self, question: &'a str) -> Later<'a, String> {
        super::driven::share(&mut self.job, question)
    }

    fn picture(&self, id: &str) -> Result<RgbImage> {
        let [number] = numbers(id, "picture")?;
        Ok(self.set.picture(number)?.picture)
    }
}
