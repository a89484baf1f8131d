//! A classifier made from an ONNX file and its profile.

mod description;
mod opening;

use std::sync::Arc;

use burn::tensor::Device;

use super::Classifier;
use super::answers::{Answers, Prediction, top};
use super::graph::{Graph, Rectifier};
use super::layers;
use super::lowered::Lowered;
use super::onnx::Model;
use super::profile::known::Known;
use super::profile::{Labels, Profile, Source};
use crate::array::{Array, is_cpu};
use crate::error::{Error, ErrorKind, Result};
use crate::picture::{Framing, RgbImage};

/// An ONNX image classifier on a device. A clone shares the weights and may be sent to another thread.
#[derive(Clone)]
pub struct OnnxClassifier {
    lowered: Arc<Lowered>,
    file: Arc<Model>,
    profile: Profile,
    source: Source,
    known: Option<Known>,
    labels: Labels,
    labelled: bool,
    classes: usize,
    sha256: String,
    bytes: usize,
}

impl OnnxClassifier {
    /// Returns the logits of an uncropped picture, which is framed as the profile says: one for each class.
    ///
    /// # Errors
    /// Fails as [`Classifier::logits`] does, with [`ErrorKind::Device`] if the device failed, and with
    /// [`ErrorKind::Model`] if a score is not a number.
    pub async fn logits_of(&self, picture: &RgbImage) -> Result<Vec<f32>> {
        let side = self.size();
        let planes = self.framing().frame(picture);
        let logits = self.logits(Array::new(planes.values, &[1, 3, side, side], self.device()))?.read().await?;
        match logits.iter().filter(|logit| !logit.is_finite()).count() {
            0 => Ok(logits),
            wrong => Err(Error::new(
                ErrorKind::Model,
                format!(
                    "{wrong} of the model's {} scores for this picture are infinite or no numbers, so they say \
                        nothing; check its preprocessing and its weights",
                    logits.len()
                ),
            )),
        }
    }

    /// Returns the `count` most probable classes of one picture's logits.
    pub fn top(&self, logits: &[f32], count: usize) -> Vec<Prediction> {
        top(logits, self.answers(), &self.labels, count)
    }

    /// Returns the profile in use.
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// Returns whether the profile was assumed rather than given.
    pub fn profile_assumed(&self) -> bool {
        self.source == Source::Assumed
    }

    /// Returns whether the classes have names rather than only numbers.
    pub fn labelled(&self) -> bool {
        self.labelled
    }

    /// Returns the known public file that this is, if any.
    pub fn known(&self) -> Option<Known> {
        self.known
    }

    /// Returns the names of the classes.
    pub fn labels(&self) -> &Labels {
        &self.labels
    }

    /// Returns the SHA-256 of the file, in hexadecimal.
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// Returns the graph, for methods that look inside.
    pub fn graph(&self) -> &Graph {
        &self.lowered.graph
    }
}

impl Classifier for OnnxClassifier {
    fn framing(&self) -> Framing {
        self.profile.framing()
    }

    fn answers(&self) -> Answers {
        self.lowered.answers
    }

    fn classes(&self) -> usize {
        self.classes
    }

    fn device(&self) -> &Device {
        self.lowered.graph.device()
    }

    fn rectifiers(&self) -> Option<usize> {
        Some(self.lowered.graph.rectifiers())
    }

    fn sees_patches_only(&self) -> bool {
        layers::sees_patches_only(&self.lowered.graph)
    }

    fn logits(&self, pictures: Array) -> Result<Array> {
        let pass = |pictures: Array| Ok(self.lowered.graph.run(vec![pictures])?.swap_remove(0));
        let count = pictures.shape()[0];
        if count == 1 || !is_cpu(self.device()) {
            return pass(pictures);
        }
        let each = (0..count).map(|at| pictures.clone().part(at..at + 1)).collect();
        let logits: Result<Vec<Array>> = vanish_kernels::map_each(each, pass).into_iter().collect();
        Ok(Array::concat(logits?, 0))
    }

    fn logits_and_gradient(&self, pictures: Array, objective: &dyn Fn(Array) -> Array) -> Result<(Array, Array)> {
        self.gradient_through(pictures, objective, Rectifier::True)
    }

    fn guided_gradient(&self, pictures: Array, objective: &dyn Fn(Array) -> Array) -> Result<(Array, Array)> {
        self.gradient_through(pictures, objective, Rectifier::Guided)
    }

    fn activation_and_gradient(
        &self,
        pictures: Array,
        layer: Option<&str>,
        objective: &dyn Fn(Array) -> Array,
    ) -> Result<(Array, Array)> {
        let layer = layers::find(&self.lowered.graph, layer)?;
        let at = layer.value;
        let (outputs, tape) = self.lowered.graph.run_taped(vec![pictures], Some(at))?;
        let logits = outputs.into_iter().next().ok_or_else(no_output)?;
        let activation = tape.kept().ok_or_else(no_output)?;
        let gradient = self
            .lowered
            .graph
            .gradients_at(tape, objective(logits), Rectifier::True, &[at])
            .into_iter()
            .next()
            .flatten();
        let gradient = gradient.unwrap_or_else(|| Array::full(&activation.shape(), 0.0, self.lowered.graph.device()));
        let of_picture = |array: Array| {
            let map = layer.grid.map(array);
            if self.lowered.repeated == 1 { map } else { map.part(0..1) }
        };
        Ok((of_picture(activation), of_picture(gradient)))
    }
}

impl OnnxClassifier {
    fn gradient_through(
        &self,
        pictures: Array,
        objective: &dyn Fn(Array) -> Array,
        rectifier: Rectifier,
    ) -> Result<(Array, Array)> {
        let shape = pictures.shape();
        let (outputs, tape) = self.lowered.graph.run_taped(vec![pictures], None)?;
        let logits = outputs.into_iter().next().ok_or_else(no_output)?;
        let gradient =
            self.lowered.graph.gradient(tape, objective(logits.clone()), rectifier).into_iter().next().flatten();
        let none = || Array::full(&shape, 0.0, self.lowered.graph.device());
        Ok((logits, gradient.unwrap_or_else(none)))
    }

    /// Returns the names of the layers that Grad-CAM can look at, in order.
    pub fn layers(&self) -> Vec<&str> {
        layers::names(&self.lowered.graph)
    }
}

fn no_output() -> Error {
    Error::new(ErrorKind::Model, "the model has no output")
}
