//! Grad-CAM: the channels of a convolution, weighted by their mean gradient.
//!
//! E = upsample(ReLU(Σ_k α_k A_k)), α_k = mean over places of ∂f / ∂A_k, f the class's score before the softmax, A the
//! activation `[C, h, w]` of the last convolution or of the named layer. Upsampling is linear. If the last convolution
//! only cuts the picture into patches, as in transformers, A is the normalisation before the last attention, with its
//! tokens arranged like the patches.
//!
//! Reference: R. R. Selvaraju, M. Cogswell, A. Das, R. Vedantam, D. Parikh and D. Batra, "Grad-CAM: Visual
//! Explanations from Deep Networks via Gradient-based Localization", ICCV 2017, section 3.

use super::attribution;
use super::attribution::Attribution;
use super::entry::Entry;
use super::method::{COMMON, Definition, Kind, Method};
use super::optimise::Problem;
use super::settings::Settings;
use crate::array::{Array, Unary};
use crate::error::Result;
use crate::question::Score;

/// What is known of this method.
pub const METHOD: Method = Method(&Definition {
    name: "gradcam",
    title: "Grad-CAM",
    summary: "A layer’s channels, weighted by their gradient.",
    kind: Kind::Attribution,
    needs_null: false,
    games: &[],
    settings: &[COMMON, &["layer"]],
});

/// The method's entry in the registry.
pub const ENTRY: Entry = Entry {
    warning: unsuited,
    ..Entry::new(METHOD, preset, |problem| attribution::begin(problem, GradCam::default()))
};

/// Warns if the layer cuts the picture into patches, because it then sees only their colours and edges.
fn unsuited(problem: &Problem) -> Option<&'static str> {
    let by_itself = problem.settings.layer.is_none();
    (by_itself && problem.question.classifier().sees_patches_only()).then_some(
        "Grad-CAM looks at the convolution that cuts the picture into patches, which sees only colours and edges. \
            Name a later layer.",
    )
}

fn preset() -> Settings {
    Settings { score: Score::Logit, ..attribution::preset(METHOD) }
}

/// The map, once made.
#[derive(Default)]
pub(crate) struct GradCam(Option<Array>);

impl Attribution for GradCam {
    fn passes(&self) -> usize {
        1
    }

    fn pass(&mut self, problem: &Problem, _number: usize) -> Result<()> {
        let picture = problem.centre_view().photo();
        let gradient_of = |logits: Array| problem.question.target().gradient(logits);
        let layer = problem.settings.layer.as_deref();
        let (activation, gradient) =
            problem.question.classifier().activation_and_gradient(picture, layer, &gradient_of)?;
        let map = weighted(activation, gradient);
        self.0 = Some(upsampled(map, problem));
        Ok(())
    }

    fn map(&self) -> Option<Array> {
        self.0.clone()
    }
}

/// ReLU(Σ_k α_k A_k), `[1, 1, h, w]`.
fn weighted(activation: Array, gradient: Array) -> Array {
    let shape = activation.shape();
    let (channels, places) = (shape[1], shape[2] * shape[3]);
    let weights = gradient.reshape(&[channels, places]).mean_axis(1);
    let map = activation.reshape(&[channels, places]).mul(weights).sum_axis(0);
    map.unary(Unary::Relu).reshape(&[1, 1, shape[2], shape[3]])
}

/// Upsamples a map to the picture's size; the map's two axes may differ.
fn upsampled(map: Array, problem: &Problem) -> Array {
    let (shape, side) = (map.shape(), problem.side());
    let matrix = |from: usize| Array::new(crate::mask::linear(from, side), &[1, 1, side, from], problem.device());
    matrix(shape[2]).matmul(map).matmul(matrix(shape[3]).permute(&[0, 1, 3, 2]))
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    use super::*;

    /// Two channels of two places: weights ½ and −1, sums 1 − 3 and 2 − (−4), rectified.
    #[test]
    fn channels_are_weighted_by_their_mean_gradient_and_rectified() {
        let array = |values: &[f32]| Array::new(values.to_vec(), &[1, 2, 1, 2], &Device::flex());
        let map = weighted(array(&[2.0, 4.0, 3.0, -4.0]), array(&[0.0, 1.0, -1.0, -1.0]));
        assert_eq!(pollster::block_on(map.read()).expect("the CPU reads"), [0.0, 6.0]);
    }
}
