//! An explanation in the making, as the worker drives it.

use std::rc::Rc;

use wasm_bindgen::prelude::wasm_bindgen;

use super::Finding;
use super::asked::Asked;
use super::convert::json;
use super::picture::Photo;
use crate::error::Result;
use crate::explain::Run;
use crate::job::Job as _;

/// Work that takes long, stepped from outside.
///
/// The worker drives whatever has these functions: `started`, `step`, `curves`, `preview`, `finish`, `regions`.
#[wasm_bindgen]
pub struct Job {
    run: Run,
    asked: Asked,
    photo: Rc<Photo>,
}

impl Job {
    pub(super) fn new(run: Run, asked: Asked, photo: Rc<Photo>) -> Self {
        Self { run, asked, photo }
    }
}

#[wasm_bindgen]
impl Job {
    /// What is known before the first step, as JSON.
    pub fn started(&self) -> Result<String> {
        json(&self.run.started())
    }

    /// Takes some steps; answers where the job stands, as JSON.
    pub async fn step(&mut self, count: usize) -> Result<String> {
        json(&self.run.step(count).await?)
    }

    /// The energy and the score at each step so far, as JSON.
    pub fn curves(&self) -> Result<String> {
        json(&self.run.curves())
    }

    /// What there is to see of it now, not proved.
    pub async fn preview(&self) -> Result<Finding> {
        let explanation = self.run.preview().await?;
        Ok(Finding::new(explanation, self.asked.clone(), self.photo.clone()))
    }

    /// What was found until now, proved.
    pub async fn finish(&mut self) -> Result<Finding> {
        let explanation = self.run.finish().await?;
        Ok(Finding::new(explanation, self.asked.clone(), self.photo.clone()))
    }

    /// The regions of all areas that were learned at once, proved, smallest first; none where there is only one.
    pub async fn regions(&self) -> Result<Vec<Finding>> {
        let regions = self.run.regions().await?;
        Ok(regions.into_iter().map(|r| Finding::of_region(r, self.asked.clone(), self.photo.clone())).collect())
    }
}
