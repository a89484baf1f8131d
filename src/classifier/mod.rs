//! The black box: an image classifier that can be run and differentiated with respect to its picture.
//!
//! A file goes through four hands: [`onnx`] reads and checks it, [`profile`] says how a picture becomes its input,
//! [`lower`] composes its operators from primitives, and [`graph`] runs them forward and backward.

pub mod graph;
mod hash;
pub mod host;
mod incoming;
mod info;
mod input;
pub mod lower;
mod model;
pub mod onnx;
mod output;
pub mod profile;
mod refusal;

pub use hash::hex;
pub use incoming::Incoming;
pub use info::{Memory, ModelInfo};
pub use model::OnnxClassifier;
pub use profile::{Labels, Profile, Source, known};

use burn::tensor::Device;

use crate::array::{Array, is_cpu};
use crate::error::{Error, ErrorKind, Result};
use crate::picture::Framing;

/// What an explanation needs of a classifier. Tests implement it by hand.
pub trait Classifier {
    /// How a photo becomes the square picture it takes.
    fn framing(&self) -> Framing;

    /// Side of that square, in pixels.
    fn size(&self) -> usize {
        self.framing().side
    }

    /// The number of classes K.
    fn classes(&self) -> usize;

    /// The device its tensors live on.
    fn device(&self) -> &Device;

    /// Logits `[N, K]` of pictures `[N, 3, size, size]`, RGB in [0, 1].
    ///
    /// # Errors
    /// If the pictures' shape does not fit.
    fn logits(&self, pictures: Array) -> Result<Array>;

    /// Logits as above, and the gradient with respect to the pictures of an objective whose
    /// gradient with respect to the logits `objective` computes.
    ///
    /// # Errors
    /// As [`Classifier::logits`].
    fn logits_and_gradient(&self, pictures: Array, objective: &dyn Fn(Array) -> Array) -> Result<(Array, Array)>;

    /// As [`Classifier::logits_and_gradient`], with rectifiers that let only positive gradients back.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`] where the classifier cannot be looked into.
    fn guided_gradient(&self, _pictures: Array, _objective: &dyn Fn(Array) -> Array) -> Result<(Array, Array)> {
        Err(closed())
    }

    /// The activation `[N, C, h, w]` of a layer (none: the last convolution), and the objective's gradient
    /// with respect to it.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`] where the classifier cannot be looked into or has no convolution;
    /// [`ErrorKind::Settings`] if the layer is unknown.
    fn activation_and_gradient(
        &self,
        _pictures: Array,
        _layer: Option<&str>,
        _objective: &dyn Fn(Array) -> Array,
    ) -> Result<(Array, Array)> {
        Err(closed())
    }
}

/// How many of `count` pictures a device is given at once. The processor gets one a thread: what lies between the layers of
/// more does not fit its caches (docs/results/speed.md). What is computed does not depend on it.
pub(crate) fn at_once(device: &Device, count: usize) -> usize {
    if is_cpu(device) { vanish_kernels::threads().min(count) } else { count }
}

fn closed() -> Error {
    Error::new(
        ErrorKind::Unsupported,
        "this classifier cannot be looked into; choose a method that needs only its answers",
    )
}

/// A class with its score.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Prediction {
    /// Position in the model's output.
    pub index: usize,
    /// Its name.
    pub label: String,
    /// Softmax probability.
    pub probability: f32,
    /// Score before the softmax.
    pub logit: f32,
}

/// The `count` most probable classes of one picture's logits.
pub fn top(logits: &[f32], labels: &Labels, count: usize) -> Vec<Prediction> {
    let probabilities = softmax(logits);
    let mut order: Vec<usize> = (0..logits.len()).collect();
    order.sort_by(|&a, &b| logits[b].total_cmp(&logits[a]));
    let prediction = |index: usize| Prediction {
        index,
        label: labels.short(index),
        probability: probabilities[index],
        logit: logits[index],
    };
    order.into_iter().take(count).map(prediction).collect()
}

/// Softmax of one picture's logits.
pub fn softmax(logits: &[f32]) -> Vec<f32> {
    let largest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let exponentials: Vec<f32> = logits.iter().map(|l| (l - largest).exp()).collect();
    let sum: f32 = exponentials.iter().sum();
    exponentials.into_iter().map(|e| e / sum).collect()
}
