//! The test of changes under which the answer to one picture should stay the same.

use super::driven::{Driven, asked_for};
use crate::classifier::Classifier;
use crate::error::{Error, ErrorKind, Result};
use crate::explain::Explanation;
use crate::job::{Job, Later};
use crate::map::Map;
use crate::picture::RgbImage;
use crate::rules::invariance::{Invariance, Kind, Told};
use crate::web::asked::Asked;
use crate::web::convert::{json, unknown};
use crate::web::picture::Photo;

/// Invariance rules of one picture. The pictures are `KIND:STRENGTH`, such as `rotation:-15`.
pub struct InvarianceTask {
    job: Invariance,
    asked: Asked,
}

impl InvarianceTask {
    /// Begins the test of every change. If there is an explanation, deleting its region must change the answer.
    pub fn new(asked: &Asked, photo: &Photo, explanation: Option<&Explanation>) -> Self {
        let evidence = explanation.map(|explanation| explanation.evidence().cut(0.5));
        let evidence = evidence.filter(|map: &Map| map.side == asked.classifier.size());
        let job = Invariance::new(asked.classifier.clone(), &photo.pixels, &Kind::ALL, None, evidence);
        Self { job, asked: asked.clone() }
    }
}

impl Driven for InvarianceTask {
    fn step(&mut self, count: usize) -> Later<'_, String> {
        super::driven::step(&mut self.job, count)
    }

    fn found(&mut self) -> Later<'_, String> {
        Box::pin(async move {
            let outcome = self.job.finish().await?;
            json(&Told::new(&outcome, &self.asked.classifier.labels().short(outcome.class)))
        })
    }

    fn ask<'a>(&'a mut self, question: &'a str) -> Later<'a, String> {
        super::driven::share(&mut self.job, question)
    }

    fn picture(&self, id: &str) -> Result<RgbImage> {
        let (kind, strength) = id.split_once(':').ok_or_else(|| unknown("picture", id))?;
        let strength = strength
            .parse()
            .map_err(|_| Error::new(ErrorKind::Settings, format!("{strength} is no strength of a change")))?;
        self.job.picture(asked_for(&format!("\"{kind}\""))?, strength)
    }
}
