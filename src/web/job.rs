//! An explanation in progress, driven by the worker.

use std::rc::Rc;

use wasm_bindgen::prelude::wasm_bindgen;

use super::Finding;
use super::asked::Asked;
use super::convert::json;
use super::picture::Photo;
use crate::error::Result;
use crate::explain::Run;
use crate::job::Job as _;

/// Long work that is stepped from outside.
///
/// The worker can drive anything with these functions: `started`, `step`, `curves`, `preview`, `finish`, `regions`.
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
    /// Returns the facts known before the first step, as JSON.
    pub fn started(&self) -> Result<String> {
        json(&self.run.started())
    }

    /// Takes up to `count` steps, and returns the progress as JSON.
    ///
    /// # Errors
    /// Fails with [`ErrorKind::Device`](crate::ErrorKind::Device) if the device is lost.
    pub async fn step(&mut self, count: usize) -> Result<String> {
        json(&self.run.step(count).await?)
    }

    /// Returns the energy and the score at each step so far, as JSON.
    pub fn curves(&self) -> Result<String> {
        json(&self.run.curves())
    }

    /// Returns what has been found so far for drawing, without proof.
    ///
    /// # Errors
    /// Fails with [`ErrorKind::Device`](crate::ErrorKind::Device) if the device is lost.
    pub async fn preview(&self) -> Result<Finding> {
        let explanation = self.run.preview().await?;
        Ok(Finding::new(explanation, self.asked.clone(), self.photo.clone()))
    }

    /// Returns what has been found so far, proved.
    ///
    /// # Errors
    /// Fails with [`ErrorKind::Device`](crate::ErrorKind::Device) if the device is lost.
    pub async fn finish(&mut self) -> Result<Finding> {
        let explanation = self.run.finish().await?;
        Ok(Finding::new(explanation, self.asked.clone(), self.photo.clone()))
    }

    /// Returns the regions of all areas that were learned at once, proved, the smallest first. The list is empty if
    /// there is only one region.
    ///
    /// # Errors
    /// Fails with [`ErrorKind::Device`](crate::ErrorKind::Device) if the device is lost.
    pub async fn regions(&self) -> Result<Vec<Finding>> {
        let regions = self.run.regions().await?;
        Ok(regions.into_iter().map(|r| Finding::of_region(r, self.asked.clone(), self.photo.clone())).collect())
    }
}
