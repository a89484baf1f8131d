//! How a picture becomes a model's input, and what its output means: the preprocessing profile.

use serde::{Deserialize, Serialize};

use super::output::{Output, output_of};
use crate::classifier::onnx::{Model, Port};
use crate::error::{Error, ErrorKind, Result};

/// Order of the colour channels a model was trained with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Channels {
    /// Red first.
    #[default]
    #[serde(rename = "RGB")]
    Rgb,
    /// Blue first, as OpenCV and Caffe read pictures.
    #[serde(rename = "BGR")]
    Bgr,
}

/// Class names: listed, or in a file beside the profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum LabelSource {
    /// One name a class.
    List(Vec<String>),
    /// Path of a file, relative to the profile.
    File(String),
}

/// Where a model's profile comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// From the user.
    Given,
    /// From the table of public files.
    Known,
    /// From the file's shape and what it says of itself.
    File,
    /// From the file's shape and ImageNet's usual values.
    Assumed,
}

/// A preprocessing profile: `M.json` beside the model `M.onnx`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// The model's name, for reports.
    #[serde(default)]
    pub name: String,
    /// Side of the square the model sees, in pixels.
    pub size: usize,
    /// Length the shorter side is resized to before the centre is cropped, in pixels.
    pub resize: usize,
    /// Order of the colour channels.
    #[serde(default)]
    pub channels: Channels,
    /// The values that black and white have before mean and deviation are applied.
    #[serde(default = "unit_range")]
    pub range: [f32; 2],
    /// Subtracted from each channel, in the model's channel order.
    pub mean: [f32; 3],
    /// Divides each channel.
    pub std: [f32; 3],
    /// What the output stands for.
    #[serde(default)]
    pub output: Output,
    /// The output that holds the scores, where the file has several; without it the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output_name: Option<String>,
    /// The names of the classes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub labels: Option<LabelSource>,
}

fn unit_range() -> [f32; 2] {
    [0.0, 1.0]
}

/// Side assumed where the file leaves it open: what most ImageNet models take.
const USUAL_SIZE: usize = 224;

impl Profile {
    /// Reads a profile.
    ///
    /// # Errors
    /// [`ErrorKind::Profile`] naming the field that is wrong.
    pub fn from_json(text: &str) -> Result<Self> {
        let profile: Self = serde_json::from_str(text).map_err(|cause| {
            profile_error(format!("the profile cannot be read: {cause}; see docs/profiles.md for its form"))
        })?;
        profile.check()?;
        Ok(profile)
    }

    /// What is assumed of a model without a profile: the file's own shape and ImageNet's usual values.
    pub fn assumed(name: &str, model: &Model) -> Self {
        let shape = model.inputs.first().map(|input| input.shape.clone()).unwrap_or_default();
        let side = if shape.len() == 4 && shape[3] == Some(3) { shape[1] } else { shape.get(2).copied().flatten() };
        let size = side.unwrap_or(USUAL_SIZE);
        // 256 for 224: the crop keeps 7/8 of the shorter side.
        let resize = (size as f32 * 8.0 / 7.0).round() as usize;
        Self {
            name: name.to_owned(),
            size,
            resize,
            channels: Channels::Rgb,
            range: unit_range(),
            mean: [0.485, 0.456, 0.406],
            std: [0.229, 0.224, 0.225],
            output: model.outputs.first().map_or(Output::Logits, |port| output_of(model, &port.name)),
            output_name: None,
            labels: None,
        }
    }

    /// The output that is explained.
    ///
    /// # Errors
    /// [`ErrorKind::Profile`] if the model has none of that name, [`ErrorKind::Model`] if it has none at all.
    pub fn chosen_output<'a>(&self, model: &'a Model) -> Result<&'a Port> {
        let chosen = match &self.output_name {
            Some(name) => model.outputs.iter().find(|port| port.name == *name),
            None => model.outputs.first(),
        };
        chosen.ok_or_else(|| match &self.output_name {
            Some(name) => {
                let names: Vec<String> = model.outputs.iter().map(|port| format!("\"{}\"", port.name)).collect();
                profile_error(format!("the model has no output \"{name}\"; it has {}", names.join(", ")))
            }
            None => Error::new(ErrorKind::Model, "this model is not an image classifier: it has no output"),
        })
    }

    /// Chooses another output, and says anew whether it holds probabilities.
    ///
    /// # Errors
    /// As [`Profile::chosen_output`].
    pub fn choose_output(&mut self, name: &str, model: &Model) -> Result<()> {
        self.output_name = Some(name.to_owned());
        let chosen = self.chosen_output(model)?;
        self.output = output_of(model, &chosen.name);
        Ok(())
    }

    /// Whether the two make the same numbers of a picture already cropped, and the same scores of the output.
    pub fn computes_as(&self, other: &Self) -> bool {
        let key = |p: &Self| (p.size, p.channels, p.range, p.mean, p.std, p.output, p.output_name.clone());
        key(self) == key(other)
    }

    fn check(&self) -> Result<()> {
        let wrong = |what: String| Err(profile_error(format!("the profile is wrong: {what}")));
        if !(8..=2048).contains(&self.size) {
            return wrong(format!("size is {}, and must lie between 8 and 2048", self.size));
        }
        if self.resize < self.size || self.resize > 4096 {
            return wrong(format!("resize is {}, and must lie between size ({}) and 4096", self.resize, self.size));
        }
        if self.std.iter().any(|s| !s.is_finite() || *s == 0.0) || self.mean.iter().any(|m| !m.is_finite()) {
            return wrong(format!("mean {:?} and std {:?} must be finite, and std not 0", self.mean, self.std));
        }
        if !(self.range[0].is_finite() && self.range[1].is_finite() && self.range[0] < self.range[1]) {
            return wrong(format!("range is {:?}, and must rise", self.range));
        }
        Ok(())
    }

    /// (scale, shift) of each channel, in the model's order: input = pixel · scale + shift for pixels in [0, 1].
    pub fn affine(&self) -> ([f32; 3], [f32; 3]) {
        let span = self.range[1] - self.range[0];
        let scale = std::array::from_fn(|c| span / self.std[c]);
        let shift = std::array::from_fn(|c| (self.range[0] - self.mean[c]) / self.std[c]);
        (scale, shift)
    }
}

fn profile_error(sentence: String) -> Error {
    Error::new(ErrorKind::Profile, sentence)
}
