//! `report.json`: everything needed to read, compare and repeat an explanation.

use serde::{Deserialize, Serialize};

use super::{Explanation, Finding, Seconds};
use crate::array::Array;
use crate::classifier::{Classifier, OnnxClassifier, Profile};
use crate::error::{Error, ErrorKind, Result};
use crate::map::Map;
use crate::mask::Upsampler;
use crate::methods::Settings;
use crate::picture::{RgbImage, Scene};
use crate::question::{Scores, Subject};

/// The version of the report's format.
pub const VERSION: u32 = 2;
/// The oldest version that is still read.
const OLDEST: u32 = 1;

/// An explanation with its circumstances, as written to `report.json`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Report {
    /// Version of the report's format.
    pub version: u32,
    /// The program and its version.
    pub tool: String,
    /// The model.
    pub model: ModelUsed,
    /// The picture.
    pub image: ImageUsed,
    /// The class explained.
    pub target: TargetUsed,
    /// Name of the method.
    pub method: String,
    /// Every setting.
    #[cfg_attr(test, ts(type = "Record<string, unknown>"))]
    pub settings: Settings,
    /// Seed of everything random.
    pub seed: u64,
    /// The device.
    pub device: DeviceUsed,
    /// Steps taken.
    pub iterations: usize,
    /// Duration in seconds, including the order's.
    pub seconds: f64,
    /// Seconds of the duration that the order of the pixels took.
    #[serde(default)]
    pub order_seconds: f64,
    /// Scores of the original, null, deleted and preserved picture.
    pub scores: Scores,
    /// The learned mask.
    pub mask: MaskLearned,
    /// The order of the pixels at the model's size, the more important the larger, if it is finer than the evidence's
    /// own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<Map>,
    /// The energy at each step. Empty if nothing is minimised.
    pub objective: Vec<f32>,
    /// The region cut from the evidence, and what deleting and keeping it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finding: Option<Finding>,
    /// The finding in words.
    pub sentence: String,
}

/// The model of a report.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ModelUsed {
    /// The model's name.
    pub name: String,
    /// SHA-256 of the model's file, in hexadecimal.
    pub sha256: String,
    /// How pictures were preprocessed.
    pub profile: Profile,
    /// Whether the profile was assumed.
    pub profile_assumed: bool,
}

/// The picture of a report.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ImageUsed {
    /// File name, or `critter:SEED`.
    pub name: String,
    /// SHA-256 of the file's bytes, or of the pixels if there is no file, in hexadecimal.
    pub sha256: String,
    /// Width, in pixels.
    pub width: u32,
    /// Height, in pixels.
    pub height: u32,
}

/// The class of a report.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct TargetUsed {
    /// The class's index in the model's output.
    pub index: usize,
    /// The class's name.
    pub label: String,
}

/// The device of a report.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct DeviceUsed {
    /// `cpu` or `gpu`.
    pub kind: String,
    /// The backend or the adapter.
    pub name: String,
    /// Why this device was used.
    pub reason: String,
}

/// The mask of a report. In its grid, 1 keeps and 0 deletes.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct MaskLearned {
    /// Rows of the grid.
    pub rows: usize,
    /// Columns of the grid.
    pub cols: usize,
    /// Values row by row.
    pub values: Vec<f32>,
    /// Mean of the mask at the model's size.
    pub mean: f32,
    /// Share of the picture whose evidence exceeds one half.
    pub area_at_half: f32,
}

impl Report {
    /// Returns the report of an explanation.
    pub fn new(explanation: &Explanation, model: &OnnxClassifier, image: ImageUsed, device: DeviceUsed) -> Self {
        let target = TargetUsed { index: explanation.subject.target, label: explanation.subject.label.clone() };
        Self {
            version: VERSION,
            tool: format!("vanish {}", env!("CARGO_PKG_VERSION")),
            model: ModelUsed {
                name: model.profile().name.clone(),
                sha256: model.sha256().to_owned(),
                profile: model.profile().clone(),
                profile_assumed: model.profile_assumed(),
            },
            image,
            target,
            method: explanation.settings.method.name().to_owned(),
            settings: explanation.settings.clone(),
            seed: explanation.settings.seed,
            device,
            iterations: explanation.iterations,
            seconds: explanation.seconds.total(),
            order_seconds: explanation.seconds.order,
            scores: explanation.scores.clone(),
            mask: MaskLearned {
                rows: explanation.grid.side,
                cols: explanation.grid.side,
                values: explanation.grid.values.clone(),
                mean: explanation.mask.mean(),
                area_at_half: explanation.area_at_half(),
            },
            order: explanation.order.clone(),
            objective: explanation.energies.clone(),
            finding: explanation.finding.clone(),
            sentence: explanation.sentence(),
        }
    }

    /// Rebuilds the explanation of this report for its picture and a model.
    ///
    /// # Errors
    /// Fails with [`ErrorKind::Device`] if the device was lost.
    pub async fn explanation(&self, picture: &RgbImage, classifier: &dyn Classifier) -> Result<Explanation> {
        let (side, device) = (classifier.size(), classifier.device());
        // The first version gave the smoothing in pixels at the model's size.
        let smoothing_px =
            if self.version == 1 { self.settings.smoothing_px } else { self.settings.smoothing_at(side) };
        let upsampler = Upsampler::new(self.mask.rows, side, smoothing_px, false, device);
        let grid = Array::new(self.mask.values.clone(), &[1, 1, self.mask.rows, self.mask.cols], device);
        let mask = upsampler.upsample(grid).read().await?;
        let subject = Subject { picture: picture.clone(), target: self.target.index, label: self.target.label.clone() };
        let framing = classifier.framing().with_margin(self.settings.margin(side));
        let middle = self.settings.margin(side) / 2;
        let scene = Scene::new(picture, framing, &self.settings.null_image()).crop((middle, middle), side);
        Ok(Explanation {
            settings: self.settings.clone(),
            scene,
            subject,
            scores: self.scores.clone(),
            finding: self.finding.clone(),
            grid: Map::new(self.mask.values.clone()),
            mask: Map::new(mask),
            order: self.order.clone(),
            iterations: self.iterations,
            energies: self.objective.clone(),
            score_curve: vec![],
            seconds: Seconds { mask: self.seconds - self.order_seconds, order: self.order_seconds },
        })
    }

    /// Reads a report.
    ///
    /// # Errors
    /// Fails with [`ErrorKind::Settings`] if the text is not a report, has another version, or contradicts itself.
    pub fn from_json(text: &str) -> Result<Self> {
        let wrong =
            |cause: String| Error::new(ErrorKind::Settings, format!("this is not a report of this program ({cause})"));
        let report: Self = serde_json::from_str(text).map_err(|e| wrong(e.to_string()))?;
        if !(OLDEST..=VERSION).contains(&report.version) {
            return Err(wrong(format!("its version is {}, this program reads up to {VERSION}", report.version)));
        }
        let mask = &report.mask;
        let sound = mask.rows > 0
            && mask.rows == mask.cols
            && mask.rows.checked_mul(mask.cols) == Some(mask.values.len())
            && mask.values.iter().all(|v| (0.0..=1.0).contains(v));
        if !sound {
            return Err(wrong("its mask is not a square grid of values in [0, 1]".into()));
        }
        report.settings.check()?;
        Ok(report)
    }
}
