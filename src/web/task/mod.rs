//! Long work of any kind that yields figures and pictures, stepped from outside.
//!
//! A [`Task`] drives any job of the library: the test of a rule, an attack, an evaluation. What it has found so far can
//! be asked for at any time, during and after its steps, and so can the pictures of each of its figures.

mod attack;
mod concepts;
mod cues;
mod deletion;
mod driven;
mod evaluation;
mod invariance;
mod parts;

use wasm_bindgen::prelude::wasm_bindgen;

use super::Picture;
use super::asked::Asked;
use super::convert::unknown;
use crate::error::Result;
use driven::Driven;

pub(super) use attack::AttackTask;
pub(super) use concepts::ConceptTask;
pub(super) use cues::CuesTask;
pub(super) use deletion::DeletionTask;
pub(super) use evaluation::EvaluationTask;
pub(super) use invariance::InvarianceTask;
pub(super) use parts::PartsTask;

/// Long work that is stepped from outside.
#[wasm_bindgen]
pub struct Task(Box<dyn Driven>);

impl Task {
    pub(super) fn new(job: impl Driven + 'static) -> Self {
        Self(Box::new(job))
    }
}

#[wasm_bindgen]
impl Task {
    /// Takes up to `count` steps, and returns the progress as JSON.
    ///
    /// # Errors
    /// Fails with [`ErrorKind::Device`](crate::ErrorKind::Device) if the device is lost.
    pub async fn step(&mut self, count: usize) -> Result<String> {
        self.0.step(count).await
    }

    /// Returns what has been found so far, as JSON. Each kind of task has its own form.
    ///
    /// # Errors
    /// Fails with [`ErrorKind::Device`](crate::ErrorKind::Device) if the device is lost.
    pub async fn found(&mut self) -> Result<String> {
        self.0.found().await
    }

    /// Answers a question about what has been found. Question and answer are JSON, and each kind of task has its own
    /// questions. Several workers can share a task, if each begins it with the same settings. `{"part": …}` gives a
    /// task a part, which its next steps alone compute. `"lines"` asks for the results of its parts. `{"add": lines}`
    /// adds the results of others. The answer to a part and to added lines is the progress of the whole and the `parts`
    /// that are still wanted.
    ///
    /// # Errors
    /// Fails with [`ErrorKind::Settings`](crate::ErrorKind::Settings) if the task does not know the question, and with
    /// [`ErrorKind::Device`](crate::ErrorKind::Device) if the device is lost.
    pub async fn ask(&mut self, question: String) -> Result<String> {
        self.0.ask(&question).await
    }

    /// Draws a picture that belongs to one of the figures, by the name that [`Task::found`] gives it.
    ///
    /// # Errors
    /// Fails with [`ErrorKind::Settings`](crate::ErrorKind::Settings) if there is no such picture.
    pub fn picture(&self, id: &str) -> Result<Picture> {
        Ok(Picture::of_task(id, self.0.picture(id)?))
    }

    /// Returns a map that belongs to one of the figures, row by row.
    ///
    /// # Errors
    /// Fails with [`ErrorKind::Settings`](crate::ErrorKind::Settings) if there is no such map.
    pub fn map(&self, id: &str) -> Result<Vec<f32>> {
        Ok(self.0.map(id)?.values)
    }
}

/// Begins a study of the model by name, on given pictures or on the built-in world.
///
/// # Errors
/// Fails with [`ErrorKind::Settings`](crate::ErrorKind::Settings) if there is no such study, or it does not take a
/// setting.
pub(super) fn study(asked: &Asked, kind: &str, settings: &str, pictures: &[Picture]) -> Result<Task> {
    match kind {
        "concept" => Ok(Task::new(ConceptTask::new(asked, settings)?)),
        "cues" => Ok(Task::new(CuesTask::new(asked, settings, pictures)?)),
        "evaluate" => Ok(Task::new(EvaluationTask::new(asked, settings, pictures)?)),
        "parts" => Ok(Task::new(PartsTask::new(asked, settings)?)),
        other => Err(unknown("study", other)),
    }
}
