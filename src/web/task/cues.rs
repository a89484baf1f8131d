//! The cues that a model leans on, found without labels in the built-in world or in the user's pictures.

use serde::Deserialize;

use super::driven::{Driven, asked_for, numbers};
use crate::critters::{HELD_OUT_SEEDS, World};
use crate::error::{Error, ErrorKind, Result};
use crate::job::{Job, Later};
use crate::methods::Method;
use crate::picture::RgbImage;
use crate::rules::cues::{Cues, Findings, Pictures, Told};
use crate::study::CritterSet;
use crate::web::Picture;
use crate::web::asked::Asked;
use crate::web::convert::json;

/// The settings of a search for cues.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// The method whose masks show the evidence.
    method: String,
    /// Number of pictures of the built-in world, if no others are given.
    pictures: usize,
    /// Whether each planted kind of the built-in world appears beside its cue.
    beside_cues: bool,
}

/// Pictures in memory, or those of the built-in world.
enum Source {
    Given(Vec<RgbImage>),
    Critters(CritterSet),
}

impl Pictures for Source {
    fn size(&self) -> usize {
        match self {
            Self::Given(pictures) => pictures.len(),
            Self::Critters(set) => set.size(),
        }
    }

    fn pixels(&self, number: usize) -> Result<RgbImage> {
        match self {
            Self::Given(pictures) => Ok(pictures[number].clone()),
            Self::Critters(set) => set.pixels(number),
        }
    }

    fn object(&self, number: usize) -> Option<RgbImage> {
        match self {
            Self::Given(_) => None,
            Self::Critters(set) => set.object(number),
        }
    }
}

/// A search for cues. Its pictures are `crop:CUE:EXEMPLAR`, the place of a cue in a picture in which it was found, and
/// `trial:CUE:NUMBER:CONTROL`, what the model saw in a trial. CONTROL is 1 for the control and 0 otherwise.
pub struct CuesTask {
    job: Cues<Source>,
    asked: Asked,
    /// The result that was returned last, whose exemplars can be drawn.
    told: Option<Findings>,
}

impl CuesTask {
    /// Begins a search. Without given pictures, those of the built-in world are taken.
    pub fn new(asked: &Asked, settings: &str, given: &[Picture]) -> Result<Self> {
        let Settings { method, pictures, beside_cues } = asked_for(settings)?;
        let method: Method = method.parse().map_err(|e| Error::new(ErrorKind::Settings, e))?;
        let world = if beside_cues { World::with_cue() } else { World::clean() };
        let source = if given.is_empty() {
            Source::Critters(CritterSet::new(HELD_OUT_SEEDS, pictures, world))
        } else {
            Source::Given(given.iter().map(|picture| picture.photo().pixels.clone()).collect())
        };
        let job = Cues::new(asked.classifier.clone(), source, method.preset(), 0);
        Ok(Self { job, asked: asked.clone(), told: None })
    }
}

impl Driven for CuesTask {
    fn step(&mut self, count: usize) -> Later<'_, String> {
        super::driven::step(&mut self.job, count)
    }

    fn found(&mut self) -> Later<'_, String> {
        Box::pin(async move {
            let found = self.job.finish().await?;
            let told = json(&Told::new(found.clone(), self.asked.classifier.labels()));
            self.told = Some(found);
            told
        })
    }

    fn ask<'a>(&'a mut self, question: &'a str) -> Later<'a, String> {
        super::driven::share(&mut self.job, question)
    }

    fn picture(&self, id: &str) -> Result<RgbImage> {
        if id.starts_with("trial") {
            let [cue, trial, control] = numbers(id, "trial")?;
            return self.job.trial(cue, trial, control == 1);
        }
        let [cue, exemplar] = numbers(id, "crop")?;
        let none = || Error::new(ErrorKind::Settings, format!("there is no exemplar {exemplar} of a cue {cue}"));
        let cues = self.told.as_ref().map_or(&[][..], |told| &told.cues);
        let exemplar = cues.get(cue).and_then(|cue| cue.exemplars.get(exemplar)).ok_or_else(none)?;
        self.job.crop(exemplar)
    }
}
