//! Work of any kind that leaves figures and pictures, stepped from outside.
//!
//! A [`Task`] drives any job of the library: the test of a rule, an attack, an evaluation. What it has found until now
//! can be asked for at any time, during and after its steps, and so can the pictures behind each of its figures.

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

/// Work that takes long, stepped from outside.
#[wasm_bindgen]
pub struct Task(Box<dyn Driven>);

impl Task {
    pub(super) fn new(job: impl Driven + 'static) -> Self {
        Self(Box::new(job))
    }
}

#[wasm_bindgen]
impl Task {
    /// Takes some steps; answers where the task stands, as JSON.
    ///
    /// # Errors
    /// [`ErrorKind::Device`](crate::ErrorKind::Device) if the device is lost.
    pub async fn step(&mut self, count: usize) -> Result<String> {
        self.0.step(count).await
    }

    /// Says what was found until now, as JSON; its form is the task's own.
    ///
    /// # Errors
    /// [`ErrorKind::Device`](crate::ErrorKind::Device) if the device is lost.
    pub async fn found(&mut self) -> Result<String> {
        self.0.found().await
    }

    /// Answers a question about what was found, JSON both; the questions are the task's own. A task that several workers
    /// share, each with one begun alike, is given a part by `{"part": …}`, which the next steps do alone; says by
    /// `"lines"` what came of it; and hears by `{"add": lines}` what came of others', to which it answers where the whole
    /// stands and which `parts` are wanted.
    ///
    /// # Errors
    /// [`ErrorKind::Settings`](crate::ErrorKind::Settings) if the task answers no such question;
    /// [`ErrorKind::Device`](crate::ErrorKind::Device) if the device is lost.
    pub async fn ask(&mut self, question: String) -> Result<String> {
        self.0.ask(&question).await
    }

    /// Draws a picture behind one of its figures, by the name that [`Task::found`] gives it.
    ///
    /// # Errors
    /// [`ErrorKind::Settings`](crate::ErrorKind::Settings) if there is no such picture.
    pub fn picture(&self, id: &str) -> Result<Picture> {
        Ok(Picture::of_task(id, self.0.picture(id)?))
    }

    /// Returns a map behind one of its figures, row by row.
    ///
    /// # Errors
    /// [`ErrorKind::Settings`](crate::ErrorKind::Settings) if there is no such map.
    pub fn map(&self, id: &str) -> Result<Vec<f32>> {
        Ok(self.0.map(id)?.values)
    }
}

/// Begins a study of the model by name, on pictures that are given or on the built-in world.
///
/// # Errors
/// [`ErrorKind::Settings`](crate::ErrorKind::Settings) if there is no such study, or it does not take a setting.
pub(super) fn study(asked: &Asked, kind: &str, settings: &str, pictures: &[Picture]) -> Result<Task> {
    match kind {
        "concept" => Ok(Task::new(ConceptTask::new(asked, settings)?)),
        "cues" => Ok(Task::new(CuesTask::new(asked, settings, pictures)?)),
        "evaluate" => Ok(Task::new(EvaluationTask::new(asked, settings, pictures)?)),
        "parts" => Ok(Task::new(PartsTask::new(asked, settings)?)),
        other => Err(unknown("study", other)),
    }
}
