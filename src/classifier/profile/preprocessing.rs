//! The preprocessing profile: how a picture becomes a model's input, and what its output means.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use super::labels::{self, Labels};
use super::layout::Layout;
use super::output::Output;
use crate::classifier::hash::sha256;
use crate::classifier::host::Kind;
use crate::classifier::onnx::{Model, Port};
use crate::error::{Error, ErrorKind, Result};
use crate::picture::{Framing, ResizeRule};

/// Order of the colour channels with which a model was trained.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum Channels {
    /// Red first.
    #[default]
    #[serde(rename = "RGB")]
    Rgb,
    /// Blue first, as OpenCV and Caffe read pictures.
    #[serde(rename = "BGR")]
    Bgr,
}

/// Class names: a list (in JSON also an object by index), or the path of a file beside the profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(untagged)]
pub enum LabelSource {
    /// One name for each class.
    List(Vec<String>),
    /// Path of a file, relative to the profile.
    File(String),
}

impl<'de> Deserialize<'de> for LabelSource {
    fn deserialize<D: Deserializer<'de>>(from: D) -> std::result::Result<Self, D::Error> {
        match serde_json::Value::deserialize(from)? {
            serde_json::Value::String(file) => Ok(Self::File(file)),
            names => labels::from_json(&names).map(Self::List).map_err(D::Error::custom),
        }
    }
}

/// Where a model's profile comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
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
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// The model's name, for reports.
    #[serde(default)]
    pub name: String,
    /// Side of the square on which everything is computed, in pixels. It is the model's longer side.
    pub size: usize,
    /// Number of rows that the model sees, if it differs from `size`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<usize>,
    /// Number of columns that the model sees, if it differs from `size`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<usize>,
    /// Length in pixels to which the shorter side is resized before the centre is cropped.
    pub resize: usize,
    /// How a photo of other proportions is fitted to the model's.
    #[serde(default, skip_serializing_if = "ResizeRule::is_crop")]
    pub resize_rule: ResizeRule,
    /// Order of the colour channels.
    #[serde(default)]
    pub channels: Channels,
    /// Values of black and white before mean and deviation are applied.
    #[serde(default = "unit_range")]
    pub range: [f32; 2],
    /// Value subtracted from each channel, in the model's channel order. A single value applies to all channels.
    pub mean: Vec<f32>,
    /// Value by which each channel is divided. A single value applies to all channels.
    pub std: Vec<f32>,
    /// Meaning of the output. If it is left out, the end of the file's graph decides, and the result is put here at
    /// load.
    #[serde(default)]
    #[cfg_attr(test, ts(as = "Output"))]
    pub output: Option<Output>,
    /// Name of the output that holds the scores, if the file has several. Without it, the first output of floats is
    /// taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output_name: Option<String>,
    /// The names of the classes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub labels: Option<LabelSource>,
}

fn unit_range() -> [f32; 2] {
    [0.0, 1.0]
}

/// Side assumed if the file leaves it open. Most ImageNet models take it.
const USUAL_SIZE: usize = 224;

impl Profile {
    /// Reads a profile from JSON.
    ///
    /// # Errors
    /// Fails with [`ErrorKind::Profile`], naming the field that is wrong.
    pub fn from_json(text: &str) -> Result<Self> {
        let profile: Self = serde_json::from_str(text.trim_start_matches('\u{feff}')).map_err(|cause| {
            profile_error(format!("the profile cannot be read: {cause}; see docs/profiles.md for its form"))
        })?;
        profile.check()?;
        Ok(profile)
    }

    /// Returns the profile assumed for a model without one: the file's own shape, and ImageNet's usual values. Bytes
    /// are taken as they are.
    pub fn assumed(name: &str, model: &Model) -> Self {
        let layout = Layout::find(model).ok().map(|(_, layout)| layout);
        let side = |of: fn(&Layout) -> Option<usize>| layout.as_ref().and_then(of).unwrap_or(USUAL_SIZE);
        let size = match &layout {
            // If one side is open, the picture is assumed to be square.
            Some(Layout { height: Some(one), width: None, .. } | Layout { height: None, width: Some(one), .. }) => *one,
            _ => side(|layout| layout.height).max(side(|layout| layout.width)),
        };
        let mut profile = Self {
            name: name.to_owned(),
            size,
            height: None,
            width: None,
            // 256 for 224, so that the crop keeps 7/8 of the shorter side.
            resize: (size as f32 * 8.0 / 7.0).round() as usize,
            resize_rule: ResizeRule::Crop,
            channels: Channels::Rgb,
            range: unit_range(),
            mean: vec![0.485, 0.456, 0.406],
            std: vec![0.229, 0.224, 0.225],
            output: None,
            output_name: None,
            labels: None,
        };
        if let Some(layout) = layout.as_ref().filter(|layout| layout.bytes || layout.channels == 1) {
            let colours = layout.channels.min(3);
            (profile.mean, profile.std) = (vec![0.0; colours], vec![1.0; colours]);
            profile.range = if layout.bytes { [0.0, 255.0] } else { unit_range() };
        }
        profile.take_sides(layout.as_ref());
        profile
    }

    /// Returns the rows and columns that the model sees.
    pub fn sides(&self) -> [usize; 2] {
        [self.height.unwrap_or(self.size), self.width.unwrap_or(self.size)]
    }

    /// Returns how a photo becomes the square on which everything is computed.
    pub fn framing(&self) -> Framing {
        Framing { resize: self.resize, side: self.size, sides: self.sides(), rule: self.resize_rule }
    }

    /// Takes over the sides that the file says, if the profile says none and its size is the longer of them.
    pub(in crate::classifier) fn take_sides(&mut self, layout: Option<&Layout>) {
        if let Some(Layout { height: Some(height), width: Some(width), .. }) = layout
            && (self.height, self.width) == (None, None)
            && height != width
            && self.size == *height.max(width)
        {
            (self.height, self.width) = (Some(*height), Some(*width));
        }
    }

    /// Returns the output that is explained.
    ///
    /// # Errors
    /// Fails with [`ErrorKind::Profile`] if the model has no output of the name, and with [`ErrorKind::Model`] if it
    /// has none at all.
    pub fn chosen_output<'a>(&self, model: &'a Model) -> Result<&'a Port> {
        let chosen = match &self.output_name {
            Some(name) => model.outputs.iter().find(|port| port.name == *name),
            None => {
                let first = |is: fn(&Port) -> bool| model.outputs.iter().find(|port| is(port));
                // An output of whole numbers is most likely the best class, given beside its scores.
                first(|port| !port.text && port.kind == Kind::Float).or(first(|port| !port.text)).or(first(|_| true))
            }
        };
        chosen.ok_or_else(|| match &self.output_name {
            Some(name) => {
                let names: Vec<String> = model.outputs.iter().map(|port| format!("\"{}\"", port.name)).collect();
                profile_error(format!("the model has no output \"{name}\"; it has {}", names.join(", ")))
            }
            None => Error::new(ErrorKind::Model, "this model is not an image classifier: it has no output"),
        })
    }

    /// Chooses another output. Its meaning is read from the end of its graph.
    ///
    /// # Errors
    /// Fails as [`Profile::chosen_output`] does.
    pub fn choose_output(&mut self, name: &str, model: &Model) -> Result<()> {
        self.output_name = Some(name.to_owned());
        self.output = None;
        self.chosen_output(model).map(|_| ())
    }

    /// Returns whether both profiles compute the same input from a cropped picture, and the same scores from the
    /// output.
    pub fn computes_as(&self, other: &Self) -> bool {
        let key = |p: &Self| {
            let numbers = (p.range, p.mean.clone(), p.std.clone());
            (p.size, p.sides(), p.channels, numbers, p.output, p.output_name.clone())
        };
        key(self) == key(other)
    }

    /// Returns the profile without its name and without the names of the classes, which change no result.
    pub fn unnamed(&self) -> Self {
        Self { name: String::new(), labels: None, ..self.clone() }
    }

    /// Returns the SHA-256 of what the profile says (without the model's name) and of the names of the classes in use.
    /// Results with the same hash come from the same numbers and the same classes.
    pub fn sha256(&self, labels: &Labels) -> String {
        // Numbers and words can always be serialised.
        let said = serde_json::to_string(&self.unnamed()).unwrap_or_default();
        let names = labels.all().iter().flat_map(|name| [b"\n".as_slice(), name.as_bytes()]);
        sha256([said.as_bytes()].into_iter().chain(names))
    }

    fn check(&self) -> Result<()> {
        if self.mean.is_empty() || self.std.is_empty() || self.mean.len().max(self.std.len()) > 4 {
            return Err(profile_error("the profile is wrong: mean and std take one value a channel".to_owned()));
        }
        let wrong = |what: String| Err(profile_error(format!("the profile is wrong: {what}")));
        if !(8..=2048).contains(&self.size) {
            return wrong(format!("size is {}, and must lie between 8 and 2048", self.size));
        }
        if self.resize < self.size || self.resize > 4096 {
            return wrong(format!("resize is {}, and must lie between size ({}) and 4096", self.resize, self.size));
        }
        if self.sides().into_iter().any(|side| !(8..=self.size).contains(&side)) || !self.sides().contains(&self.size) {
            return wrong(format!(
                "height and width are {:?}, and the longer of them must be size ({})",
                self.sides(),
                self.size
            ));
        }
        if self.std.iter().any(|s| !s.is_finite() || *s == 0.0) || self.mean.iter().any(|m| !m.is_finite()) {
            return wrong(format!("mean {:?} and std {:?} must be finite, and std not 0", self.mean, self.std));
        }
        if !(self.range[0].is_finite() && self.range[1].is_finite() && self.range[0] < self.range[1]) {
            return wrong(format!("range is {:?}, and must rise", self.range));
        }
        Ok(())
    }

    /// Returns (scale, shift) of each of the model's channels, in the model's order: input = pixel · scale + shift for
    /// pixels in [0, 1]. An alpha channel without mean and deviation in the profile is only scaled to the range.
    ///
    /// # Errors
    /// Fails with [`ErrorKind::Profile`] if mean or deviation do not have one value for each channel.
    pub fn affine(&self, channels: usize) -> Result<(Vec<f32>, Vec<f32>)> {
        let span = self.range[1] - self.range[0];
        let of = |list: &[f32], alpha: f32| match (list.len(), channels) {
            (1, _) => Ok(vec![list[0]; channels]),
            (3, 4) => Ok([list, &[alpha]].concat()),
            (given, wanted) if given == wanted => Ok(list.to_vec()),
            // Three equal values serve for a grey picture.
            (_, 1) if list.iter().all(|value| *value == list[0]) => Ok(vec![list[0]]),
            (given, _) => Err(profile_error(format!(
                "the profile has {given} values for mean or std and the model {channels} channels; give one a channel"
            ))),
        };
        let (mean, std) = (of(&self.mean, 0.0)?, of(&self.std, 1.0)?);
        let scale = std.iter().map(|std| span / std).collect();
        let shift = mean.iter().zip(&std).map(|(mean, std)| (self.range[0] - mean) / std).collect();
        Ok((scale, shift))
    }
}

fn profile_error(sentence: String) -> Error {
    Error::new(ErrorKind::Profile, sentence)
}
