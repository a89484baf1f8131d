//! An open model: its facts, its answers to pictures, and the jobs that ask it.

use std::rc::Rc;

use wasm_bindgen::prelude::wasm_bindgen;

use super::asked::Asked;
use super::convert::{json, rgba};
use super::task::{self, AttackTask, InvarianceTask, Task};
use super::{Finding, Job, Picture};
use crate::classifier::{Classifier, Labels, OnnxClassifier, Profile};
use crate::error::Result;
use crate::explain::{DeviceUsed, Report, Request};

/// An open model.
#[wasm_bindgen]
pub struct Model(Asked);

impl Model {
    pub(super) fn new(classifier: OnnxClassifier, device: Rc<DeviceUsed>) -> Self {
        Self(Asked { classifier: Rc::new(classifier), device, calm: Rc::default() })
    }
}

#[wasm_bindgen]
impl Model {
    /// Returns the facts about the model, as JSON.
    pub fn info(&self) -> Result<String> {
        json(&self.0.classifier.info())
    }

    /// Returns the names of all classes, as a JSON list.
    pub fn labels(&self) -> Result<String> {
        json(self.0.classifier.labels().all())
    }

    /// Opens the same model with another profile. Without labels, the present ones are kept.
    ///
    /// # Errors
    /// Fails with [`ErrorKind::Profile`](crate::ErrorKind::Profile) if the profile or the labels cannot be read or do
    /// not fit the model.
    #[wasm_bindgen(js_name = withProfile)]
    pub fn with_profile(&self, profile: String, labels: Option<String>) -> Result<Model> {
        let labels = labels.map(|text| Labels::parse(&text)).transpose()?;
        let classifier = self.0.classifier.with_profile(Profile::from_json(&profile)?, labels)?;
        Ok(Self::new(classifier, self.0.device.clone()))
    }

    /// Returns the most probable classes of a picture, as JSON.
    ///
    /// # Errors
    /// Fails with [`ErrorKind::Model`](crate::ErrorKind::Model) if a score is not finite, and with
    /// [`ErrorKind::Device`](crate::ErrorKind::Device) if the device is lost.
    pub async fn classify(&self, picture: &Picture, count: usize) -> Result<String> {
        let classifier = &self.0.classifier;
        let logits = classifier.logits_of(&picture.photo().pixels).await?;
        json(&classifier.top(&logits, count))
    }

    /// Draws what the model sees of a picture, at the model's size, RGBA.
    pub fn frame(&self, picture: &Picture) -> Vec<u8> {
        rgba(&self.0.classifier.framing().frame(&picture.photo().pixels).to_picture())
    }

    /// Begins an explanation of a picture. The settings are JSON; `target` among them is `{"index": K}` or `"top"`.
    ///
    /// # Errors
    /// Fails with [`ErrorKind::Settings`](crate::ErrorKind::Settings) if a setting is unknown or out of range, with
    /// [`ErrorKind::NotExplainable`](crate::ErrorKind::NotExplainable) if the answer cannot be explained, and with
    /// [`ErrorKind::Device`](crate::ErrorKind::Device) if the device is lost.
    pub async fn explain(&self, picture: &Picture, settings: String) -> Result<Job> {
        let (asked, photo) = (self.0.clone(), picture.photo().clone());
        let run = Request::from_json(&settings)?.begin(asked.classifier.clone(), &photo.pixels).await?;
        Ok(Job::new(run, asked, photo))
    }

    /// Begins the test of changes under which the answer to a picture should stay the same.
    pub fn invariance(&self, picture: &Picture) -> Task {
        Task::new(InvarianceTask::new(&self.0, picture.photo(), None))
    }

    /// Begins an attack on a picture, and the study of what tells the two pictures apart. The settings are JSON with
    /// `attack` and `eps`.
    ///
    /// # Errors
    /// Fails with [`ErrorKind::Settings`](crate::ErrorKind::Settings) if a setting is unknown or out of range.
    pub fn attack(&self, picture: &Picture, settings: &str) -> Result<Task> {
        Ok(Task::new(AttackTask::new(&self.0, picture.photo(), settings)?))
    }

    /// Begins a study of the model by name: `concept`, `parts`, `cues` or `evaluate`. The settings are JSON. Without
    /// pictures of the user's own, those of the built-in world are taken.
    ///
    /// # Errors
    /// Fails with [`ErrorKind::Settings`](crate::ErrorKind::Settings) if there is no such study, or it does not take a
    /// setting.
    pub fn study(&self, kind: &str, settings: &str, pictures: Vec<Picture>) -> Result<Task> {
        task::study(&self.0, kind, settings, &pictures)
    }

    /// Returns the true evidence for a class, row by row: 1 where it lies and 0 elsewhere. It is empty if that is not
    /// known.
    pub fn truth(&self, picture: &Picture, class: usize) -> Vec<f32> {
        let truth = self.0.truth(picture.photo(), class);
        truth.iter().map(|&inside| f32::from(u8::from(inside))).collect()
    }

    /// Reads the finding of a report. It has pictures only if the report is about this picture.
    ///
    /// # Errors
    /// Fails with [`ErrorKind::Settings`](crate::ErrorKind::Settings) if the text is not a report, has another version,
    /// or contradicts itself, and with [`ErrorKind::Device`](crate::ErrorKind::Device) if the device is lost.
    pub async fn report(&self, text: String, picture: &Picture) -> Result<Finding> {
        let report = Report::from_json(&text)?;
        let same = picture.photo().used.sha256 == report.image.sha256;
        let photo = same.then(|| picture.photo().clone());
        Finding::of_report(report, self.0.clone(), photo).await
    }
}
