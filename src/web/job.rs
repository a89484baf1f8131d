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
    /// Says what is known before the first step, as JSON.
    pub fn started(&self) -> Result<String> {
        json(&self.run.started())
    }

    /// Takes some steps; answers where the job stands, as JSON.
    ///
    /// # Errors
    /// [`ErrorKind::Device`](crate::ErrorKind::Device) if the device is lost.
    pub async fn step(&mut self, count: usize) -> Result<String> {
        json(&self.run.step(count).await?)
    }

    /// Returns the energy and the score at each step so far, as JSON.
    pub fn curves(&self) -> Result<String> {
        json(&self.run.curves())
    }

    /// Shows what there is to see of it now, not proved.
    ///
    /// # Errors
    /// [`ErrorKind::Device`](crate::ErrorKind::Device) if the device is lost.
    pub async fn preview(&self) -> Result<Finding> {
        let explanation = self.run.preview().await?;
        Ok(Finding::new(explanation, self.asked.clone(), self.photo.clone()))
    }

    /// Returns what was found until now, proved.
    ///
    /// # Errors
    /// [`ErrorKind::Device`](crate::ErrorKind::Device) if the device is lost.
    pub async fn finish(&mut self) -> Result<Finding> {
        let explanation = self.run.finish().await?;
        Ok(Finding::new(explanation, self.asked.clone(), self.photo.clone()))
    }

    /// Returns the regions of all areas that were learned at once, proved, smallest first; none where there is only
    /// one.
    ///
    /// # Errors
    /// [`ErrorKind::Device`](crate::ErrorKind::Device) if the device is lost.
    pub async fn regions(&self) -> Result<Vec<Finding>> {
        let regions = self.run.regions().await?;
        Ok(regions.into_iter().map(|r| Finding::of_region(r, self.asked.clone(), self.photo.clone())).collect())
    }
}
