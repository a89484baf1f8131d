//! The black box: an image classifier that can be run and differentiated with respect to its picture.
//!
//! A file passes through four modules: [`onnx`] reads and checks it, [`profile`] says how a picture becomes its input,
//! [`lower`] composes its operators from primitives, and [`graph`] runs them forward and backward.

mod answers;
pub mod graph;
mod hash;
pub mod host;
mod incoming;
mod info;
mod input;
mod layers;
pub mod lower;
mod lowered;
mod model;
pub mod onnx;
mod output;
pub mod profile;
mod refusal;

pub use answers::{Answers, Prediction, softmax, top};
pub use hash::hex;
pub(crate) use hash::sha256;
pub use incoming::Incoming;
pub use info::{Memory, ModelInfo};
pub use model::OnnxClassifier;
pub use onnx::Beside;
pub use profile::{Labels, Profile, Source, known};

use burn::tensor::Device;

use crate::array::{Array, is_cpu};
use crate::error::{Error, ErrorKind, Result};
use crate::picture::Framing;

/// What an explanation needs of a classifier. Tests implement this trait by hand.
pub trait Classifier {
    /// Returns how a photo becomes the square picture that the classifier takes.
    fn framing(&self) -> Framing;

    /// Returns the side of that square, in pixels.
    fn size(&self) -> usize {
        self.framing().side
    }

    /// Returns the number of classes K.
    fn classes(&self) -> usize;

    /// Returns how the logits become probabilities.
    fn answers(&self) -> Answers {
        Answers::Softmax
    }

    /// Returns the number of rectifiers, or `None` if the classifier's graph cannot be inspected. Without any
    /// rectifier, guided back-propagation is the plain gradient.
    fn rectifiers(&self) -> Option<usize> {
        None
    }

    /// Returns whether the layer that Grad-CAM takes by default only cuts the picture into patches. Such a layer sees
    /// colours and edges, but not what the model computes from them.
    fn sees_patches_only(&self) -> bool {
        false
    }

    /// Returns the device of the classifier's tensors.
    fn device(&self) -> &Device;

    /// Returns the logits `[N, K]` of pictures `[N, 3, size, size]`, RGB in [0, 1].
    ///
    /// # Errors
    /// Fails if the shape of the pictures does not fit.
    fn logits(&self, pictures: Array) -> Result<Array>;

    /// Returns the logits, and the gradient of an objective with respect to the pictures. `objective` computes the
    /// objective's gradient with respect to the logits.
    ///
    /// # Errors
    /// Fails as [`Classifier::logits`] does.
    fn logits_and_gradient(&self, pictures: Array, objective: &dyn Fn(Array) -> Array) -> Result<(Array, Array)>;

    /// As [`Classifier::logits_and_gradient`], but rectifiers pass only positive gradients back.
    ///
    /// # Errors
    /// Fails with [`ErrorKind::Unsupported`] if the classifier's graph cannot be inspected.
    fn guided_gradient(&self, _pictures: Array, _objective: &dyn Fn(Array) -> Array) -> Result<(Array, Array)> {
        Err(closed())
    }

    /// Returns the activation `[N, C, h, w]` of a layer, and the gradient of the objective with respect to it. If no
    /// layer is named, it is the last convolution, or if that only cuts the picture into patches, the normalisation
    /// before the last attention.
    ///
    /// # Errors
    /// Fails with [`ErrorKind::Unsupported`] if the classifier's graph cannot be inspected or has neither convolution
    /// nor attention, and with [`ErrorKind::Settings`] if the layer is unknown.
    fn activation_and_gradient(
        &self,
        _pictures: Array,
        _layer: Option<&str>,
        _objective: &dyn Fn(Array) -> Array,
    ) -> Result<(Array, Array)> {
        Err(closed())
    }
}

/// Returns how many of `count` pictures a device is given at once. The processor gets one for each thread, because the
/// activations of more do not fit its caches (docs/results/speed.md). The results do not depend on it.
pub(crate) fn at_once(device: &Device, count: usize) -> usize {
    if is_cpu(device) { vanish_kernels::threads().min(count) } else { count }
}

fn closed() -> Error {
    Error::new(
        ErrorKind::Unsupported,
        "this classifier cannot be looked into; choose a method that needs only its answers",
    )
}
