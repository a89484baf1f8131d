//! Which annotated part carries the answer, on the built-in world.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Driven, asked_for, numbers};
use crate::critters::{HELD_OUT_SEEDS, World};
use crate::error::Result;
use crate::job::{Job, Later};
use crate::picture::RgbImage;
use crate::rules::concept::Annotated as _;
use crate::rules::parts::{Comparison, PartOutcome, PartRules};
use crate::study::CritterSet;
use crate::web::asked::Asked;
use crate::web::convert::object;

/// The parts of the built-in world.
const PARTS: [&str; 8] = ["face", "ears horns", "eyes", "muzzle beak", "head", "body", "legs feet", "tail"];

/// What the importance of parts is asked for.
#[derive(Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Settings {
    /// Pictures of the built-in world.
    pictures: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self { pictures: 200 }
    }
}

/// The importance of parts, in the making. Its pictures are `picture:N`.
pub struct PartsTask {
    job: PartRules<CritterSet>,
    set: CritterSet,
    asked: Asked,
}

/// What was found, with the counted statement.
#[derive(Serialize)]
struct Told<'a> {
    sentence: String,
    looked: usize,
    right: usize,
    parts: &'a [PartOutcome],
    faces_over_feet: Option<Comparison>,
    /// The names of the classes that the parts' figures name by number.
    labels: &'a [String],
}

impl PartsTask {
    pub fn new(asked: &Asked, settings: &str) -> Result<Self> {
        let Settings { pictures } = asked_for(settings)?;
        let set = || CritterSet::new(HELD_OUT_SEEDS, pictures, World::clean());
        let parts = set().numbers(&PARTS);
        Ok(Self { job: PartRules::new(asked.classifier.clone(), set(), parts, None), set: set(), asked: asked.clone() })
    }
}

impl Driven for PartsTask {
    fn step(&mut self, count: usize) -> Later<'_, Value> {
        super::step(&mut self.job, count)
    }

    fn found(&mut self) -> Later<'_, Value> {
        Box::pin(async move {
            let found = self.job.finish().await?;
            let faces_over_feet = found.compare("face", "legs feet").filter(|compared| compared.classes > 0);
            object(&Told {
                sentence: faces_over_feet
                    .as_ref()
                    .map_or_else(String::new, |compared| compared.sentence("Faces", "feet")),
                looked: found.looked,
                right: found.pictures.len(),
                parts: &found.parts,
                faces_over_feet,
                labels: self.asked.classifier.labels().all(),
            })
        })
    }

    fn picture(&self, id: &str) -> Result<RgbImage> {
        let [number] = numbers(id, "picture")?;
        Ok(self.set.picture(number)?.picture)
    }
}
