//! The test of a local rule on deletions with which it was not learned.

use super::driven::{Driven, numbers};
use crate::critters::strangers;
use crate::error::{Error, ErrorKind, Result};
use crate::explain::Explanation;
use crate::job::{Job, Later};
use crate::picture::RgbImage;
use crate::rules::generalise::{Generalisation, Summary, Test};
use crate::web::asked::Asked;
use crate::web::convert::json;

/// A test of a local rule. Its pictures are `trial:N`, by the numbers of its trials.
pub struct DeletionTask {
    test: Test,
    /// The result that was returned last, whose trials have pictures.
    told: Option<Generalisation>,
}

impl DeletionTask {
    pub fn new(asked: &Asked, explanation: &Explanation) -> Self {
        Self { test: Test::new(asked.classifier.clone(), explanation, strangers()), told: None }
    }
}

impl Driven for DeletionTask {
    fn step(&mut self, count: usize) -> Later<'_, String> {
        super::driven::step(&mut self.test, count)
    }

    fn found(&mut self) -> Later<'_, String> {
        Box::pin(async move {
            let found = self.test.finish().await?;
            let told = json(&Summary::new(&found));
            self.told = Some(found);
            told
        })
    }

    fn ask<'a>(&'a mut self, question: &'a str) -> Later<'a, String> {
        super::driven::share(&mut self.test, question)
    }

    fn picture(&self, id: &str) -> Result<RgbImage> {
        let [number] = numbers(id, "trial")?;
        let none = || Error::new(ErrorKind::Settings, format!("the test has no trial {number}"));
        let trial = self.told.as_ref().and_then(|told| told.trials.get(number)).ok_or_else(none)?;
        Ok(self.test.picture(trial))
    }
}
