//! The black box: an image classifier that can be run and differentiated with respect to its picture.
//!
//! A file goes through four hands: [`onnx`] reads and checks it, [`profile`] says how a picture becomes its input,
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

    /// How its logits become probabilities.
    fn answers(&self) -> Answers {
        Answers::Softmax
    }

    /// How many rectifiers it has; `None` where it cannot be looked into. Without any, guided back-propagation is the
    /// plain gradient.
    fn rectifiers(&self) -> Option<usize> {
        None
    }

    /// Whether the layer that Grad-CAM takes by itself only cuts the picture into patches: it then sees colours and
    /// edges, not what the model makes of them.
    fn sees_patches_only(&self) -> bool {
        false
    }

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

    /// The activation `[N, C, h, w]` of a layer, and the objective's gradient with respect to it. Without a layer that
    /// is the last convolution, or where that only cuts the picture into patches, the normalisation before the last
    /// attention.
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

/// How many of `count` pictures a device is given at once. The processor gets one a thread: what lies between the
/// layers of more does not fit its caches (docs/results/speed.md). What is computed does not depend on it.
pub(crate) fn at_once(device: &Device, count: usize) -> usize {
    if is_cpu(device) { vanish_kernels::threads().min(count) } else { count }
}

fn closed() -> Error {
    Error::new(
        ErrorKind::Unsupported,
        "this classifier cannot be looked into; choose a method that needs only its answers",
    )
}
