//! What can be set, and the presets.

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind, Result};
use crate::image::RgbImage;
use crate::mask::{CELL_PX, SMOOTHING_PX};
use crate::perturbation::{BlurScale, Null, Scene};

/// A learned method: a name for a preset of the settings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Method {
    /// The paper's preset for explaining one class.
    #[default]
    Meaningful,
    /// The paper's preset for localising objects: the five most probable classes together.
    Localisation,
}

/// What the mask is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Game {
    /// Delete as little as possible so that the answer vanishes: min λ₁ Σ|1 − m| + λ₂ TV + f(Φ(x, m)).
    #[default]
    Delete,
    /// Keep as little as possible so that the answer stays: min λ₁ Σ|m| + λ₂ TV − f(Φ(x, m)).
    Preserve,
    /// Both at once: min λ₁ Σ|1 − m| + λ₂ TV + f(Φ(x, m)) − f(Φ(x, 1 − m)).
    Dual,
}

/// Every setting of a learned explanation. Defaults are the paper's ([MP] section 4 and its published code).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The preset these started from.
    pub method: Method,
    /// What the mask is asked for.
    pub game: Game,
    /// What a deleted pixel becomes.
    pub null: Null,
    /// σ of the blurred null, in pixels.
    pub null_sigma_px: f32,
    /// The size at which that σ counts.
    pub sigma_at: BlurScale,
    /// Number of optimiser steps.
    pub iterations: usize,
    /// λ₁, weight of the deleted (or kept) cells; a sum over the grid.
    pub l1: f32,
    /// λ₂, weight of the variation; a sum over the grid.
    pub l2: f32,
    /// β, power of the variation.
    pub beta: f32,
    /// Adam's step.
    pub learning_rate: f32,
    /// Largest shift of the picture under the mask, in pixels; 0 shifts nothing.
    pub jitter: usize,
    /// Pixels a cell of the mask covers.
    pub cell_px: usize,
    /// σ of the mask's own smoothing, in pixels.
    pub smoothing_px: f32,
    /// Lets the gradient ignore the smoothing, as the published code does. Off: the true gradient.
    pub straight_through: bool,
    /// Number of most probable classes whose probabilities are summed; 1 explains the target alone.
    pub top_classes: usize,
    /// Seed of the jitter and of the noise null.
    pub seed: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            method: Method::Meaningful,
            game: Game::Delete,
            null: Null::Blur,
            null_sigma_px: 10.0,
            sigma_at: BlurScale::Paper,
            iterations: 300,
            l1: 1e-4,
            l2: 1e-2,
            beta: 3.0,
            learning_rate: 0.1,
            jitter: 3,
            cell_px: CELL_PX,
            smoothing_px: SMOOTHING_PX,
            straight_through: false,
            top_classes: 1,
            seed: 0,
        }
    }
}

impl Settings {
    /// A method's preset.
    pub fn preset(method: Method) -> Self {
        match method {
            Method::Meaningful => Self::default(),
            Method::Localisation => Self { method, l1: 1e-3, beta: 2.0, top_classes: 5, ..Self::default() },
        }
    }

    /// Settings from JSON; what is left out takes the value of the preset that `method` names.
    ///
    /// # Errors
    /// [`ErrorKind::Settings`] naming what is unknown or out of range.
    pub fn from_json(text: &str) -> Result<Self> {
        let wrong = |cause: serde_json::Error| settings_error(format!("the settings cannot be read: {cause}"));
        let given: serde_json::Map<String, serde_json::Value> = serde_json::from_str(text).map_err(wrong)?;
        let method = match given.get("method") {
            Some(name) => serde_json::from_value(name.clone()).map_err(wrong)?,
            None => Method::default(),
        };
        let preset = serde_json::to_value(Self::preset(method)).map_err(wrong)?;
        let serde_json::Value::Object(mut merged) = preset else { return Ok(Self::preset(method)) };
        merged.extend(given);
        let settings: Self = serde_json::from_value(serde_json::Value::Object(merged)).map_err(wrong)?;
        settings.check()?;
        Ok(settings)
    }

    /// The picture and its null image for a model of side `side`, with the margin that jitter needs.
    pub fn scene(&self, picture: &RgbImage, resize: usize, side: usize) -> Scene {
        // An even margin, so that one view lies in the middle.
        let side = side + self.jitter.next_multiple_of(2);
        Scene::new(picture, resize, side, self.null, self.null_sigma_px, self.sigma_at, self.seed)
    }

    /// Refuses values no run can use.
    ///
    /// # Errors
    /// [`ErrorKind::Settings`] naming the first that is out of range.
    pub fn check(&self) -> Result<()> {
        let within = |name: &str, value: f32, low: f32, high: f32| {
            if value.is_finite() && (low..=high).contains(&value) {
                return Ok(());
            }
            Err(settings_error(format!("{name} is {value}, and must lie between {low} and {high}")))
        };
        within("the number of iterations", self.iterations as f32, 1.0, 100_000.0)?;
        within("l1", self.l1, 0.0, 1e3)?;
        within("l2", self.l2, 0.0, 1e3)?;
        within("beta", self.beta, 0.5, 8.0)?;
        within("the learning rate", self.learning_rate, 1e-6, 10.0)?;
        within("the null's sigma", self.null_sigma_px, 0.0, 200.0)?;
        within("the mask's smoothing", self.smoothing_px, 0.0, 100.0)?;
        within("the jitter", self.jitter as f32, 0.0, 32.0)?;
        within("the cell size", self.cell_px as f32, 1.0, 64.0)?;
        within("the number of summed classes", self.top_classes as f32, 1.0, 1000.0)
    }
}

fn settings_error(sentence: String) -> Error {
    Error::new(ErrorKind::Settings, sentence)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_takes_the_preset() {
        let settings = Settings::from_json(r#"{"method": "localisation", "seed": 5}"#).expect("valid");
        assert_eq!((settings.l1, settings.beta, settings.top_classes, settings.seed), (1e-3, 2.0, 5, 5));
    }

    #[test]
    fn unknown_and_absurd_settings_are_named() {
        for (text, named) in [
            (r#"{"lambda": 1}"#, "lambda"),
            (r#"{"iterations": 0}"#, "iterations"),
            (r#"{"l1": -1}"#, "l1"),
            (r#"{"game": "destroy"}"#, "destroy"),
            ("nonsense", "settings"),
        ] {
            let error = Settings::from_json(text).expect_err(text);
            assert!(error.to_string().contains(named), "{text}: {error}");
        }
    }
}
