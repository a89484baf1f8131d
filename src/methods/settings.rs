//! What can be set, and the presets.

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind, Result};
use crate::mask::{CELL_PX, SMOOTHING_PX};
use crate::picture::RgbImage;
use crate::picture::{BlurScale, Null, Scene};
use crate::question::Score;

/// A method: a name for a preset of the settings, and the search that it starts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// The paper's preset for explaining one class.
    #[default]
    Meaningful,
    /// The paper's preset for localising objects: the five most probable classes together.
    Localisation,
    /// Our own: the same energy from coarse to fine, with a falling rate ([`super::fast`]).
    Fast,
    /// A region of a given area ([`super::extremal`]).
    Extremal,
    /// The integrated-gradient direction ([`super::igos`]).
    Igos,
    /// A deleting and a preserving mask at once ([`super::igos_plus`]).
    #[serde(rename = "igos++")]
    IgosPlus,
    /// [`crate::methods::gradient`].
    Gradient,
    /// [`crate::methods::smoothgrad`].
    Smoothgrad,
    /// [`crate::methods::gradient_input`].
    GradientInput,
    /// [`crate::methods::integrated`].
    Integrated,
    /// [`crate::methods::guided`].
    Guided,
    /// [`crate::methods::gradcam`].
    Gradcam,
    /// [`crate::methods::occlusion`].
    Occlusion,
    /// [`crate::methods::rise`].
    Rise,
}

impl Method {
    /// Every method, the learned ones first.
    pub const ALL: [Method; 14] = [
        Method::Meaningful,
        Method::Localisation,
        Method::Fast,
        Method::Extremal,
        Method::Igos,
        Method::IgosPlus,
        Method::Gradient,
        Method::Smoothgrad,
        Method::GradientInput,
        Method::Integrated,
        Method::Guided,
        Method::Gradcam,
        Method::Occlusion,
        Method::Rise,
    ];

    /// Its name in the command and the reports.
    pub fn name(self) -> &'static str {
        match self {
            Method::Meaningful => "meaningful",
            Method::Localisation => "localisation",
            Method::Fast => "fast",
            Method::Extremal => "extremal",
            Method::Igos => "igos",
            Method::IgosPlus => "igos++",
            Method::Gradient => "gradient",
            Method::Smoothgrad => "smoothgrad",
            Method::GradientInput => "gradient-input",
            Method::Integrated => "integrated",
            Method::Guided => "guided",
            Method::Gradcam => "gradcam",
            Method::Occlusion => "occlusion",
            Method::Rise => "rise",
        }
    }

    /// Whether a mask is learned; the others attribute the answer to pixels.
    pub fn is_learned(self) -> bool {
        use Method::{Extremal, Fast, Igos, IgosPlus, Localisation, Meaningful};
        matches!(self, Meaningful | Localisation | Fast | Extremal | Igos | IgosPlus)
    }
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

/// Where a descent of *fast* starts ([`super::start`]): `"disc"`, `"direction"` or a number.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", try_from = "WordOrNumber")]
pub enum Start {
    /// Outside the paper's disc.
    Disc,
    /// Outside a level set of the integrated gradient.
    Direction,
    /// A mask of one value everywhere.
    #[serde(untagged)]
    Value(f32),
}

/// What a start is in JSON. By way of it what is neither is refused in words.
#[derive(Deserialize)]
#[serde(untagged)]
enum WordOrNumber {
    Number(f32),
    Word(String),
}

impl TryFrom<WordOrNumber> for Start {
    type Error = String;

    fn try_from(given: WordOrNumber) -> std::result::Result<Self, String> {
        match given {
            WordOrNumber::Number(value) => Ok(Start::Value(value)),
            WordOrNumber::Word(word) => word.parse(),
        }
    }
}

impl std::str::FromStr for Start {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        let value = |text: &str| text.parse().map(Start::Value);
        match text {
            "disc" => Ok(Start::Disc),
            "direction" => Ok(Start::Direction),
            _ => value(text).map_err(|_| format!("{text:?} is no start: disc, direction or a number from 0 to 1")),
        }
    }
}

/// Every setting of a learned explanation. Defaults are the paper's (\[MP\] section 4 and its published code).
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
    /// The prices of area that *fast* goes through, as multiples of λ₁; none: λ₁ alone.
    pub path: Vec<f32>,
    /// Where the descents of *fast* start, one after the other; none: the disc alone. The steps are shared out among them.
    pub starts: Vec<Start>,
    /// Orders the pixels, for judges, by two descents that keep and by nested boxes too ([`super::refine`]). The mask stays as it is.
    pub refine: bool,
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
    /// The number that stands for the answer in the energy. Reports always give probabilities.
    pub score: Score,
    /// Further classes, summed with the target.
    pub with: Vec<usize>,
    /// Classes subtracted: "why the target and not these?".
    pub against: Vec<usize>,
    /// Jittered views in one step, as one batch.
    pub views: usize,
    /// Lets the mask change freely where the picture does: variation is weighted by exp(−|dI|²/0.01).
    pub edge_aware: bool,
    /// Mirrors the picture on every other step.
    pub flip: bool,
    /// Areas of the extremal masks, as shares of the picture, learned as one batch.
    pub areas: Vec<f32>,
    /// Noisy copies, points of a path or random masks, where a method averages over such.
    pub samples: usize,
    /// Pictures in one pass, where a method needs many.
    pub batch: usize,
    /// The layer Grad-CAM looks at, by the name of its node; none: the last convolution.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub layer: Option<String>,
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
            path: vec![],
            starts: vec![],
            refine: false,
            l2: 1e-2,
            beta: 3.0,
            learning_rate: 0.1,
            jitter: 3,
            cell_px: CELL_PX,
            smoothing_px: SMOOTHING_PX,
            straight_through: false,
            top_classes: 1,
            score: Score::Probability,
            with: vec![],
            against: vec![],
            views: 1,
            edge_aware: false,
            flip: false,
            areas: vec![],
            samples: 1,
            batch: 8,
            layer: None,
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
            Method::Fast => Self {
                method,
                game: Game::Dual,
                l1: 1e-3,
                path: vec![3.0, 1.0],
                refine: true,
                iterations: 48,
                learning_rate: 0.07,
                ..Self::default()
            },
            Method::Extremal => Self {
                method,
                game: Game::Preserve,
                iterations: 100,
                learning_rate: 0.05,
                jitter: 0,
                flip: true,
                score: Score::Logit,
                areas: vec![0.018, 0.025, 0.05, 0.1, 0.2],
                smoothing_px: 0.0,
                ..Self::default()
            },
            Method::Igos => {
                Self { method, iterations: 15, l1: 1e-3, beta: 2.0, samples: 20, batch: 20, ..Self::default() }
            }
            Method::IgosPlus => Self { edge_aware: true, method, ..Self::preset(Method::Igos) },
            _ => Self::attribution(method),
        }
    }

    /// The preset of a method that attributes: its map has the picture's size, so nothing is smoothed.
    fn attribution(method: Method) -> Self {
        let plain = Self { method, iterations: 1, jitter: 0, cell_px: 1, smoothing_px: 0.0, ..Self::default() };
        match method {
            Method::Smoothgrad => Self { samples: 50, score: Score::Logit, ..plain },
            Method::Integrated => Self { samples: 50, ..plain },
            Method::Occlusion => Self { null: Null::Mean, ..plain },
            Method::Rise => Self { null: Null::Mean, samples: 4000, batch: 32, ..plain },
            _ => Self { score: Score::Logit, ..plain },
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
        within("the number of summed classes", self.top_classes as f32, 1.0, 1000.0)?;
        within("the number of views", self.views as f32, 1.0, 64.0)?;
        within("the number of samples", self.samples as f32, 1.0, 1e6)?;
        within("the batch", self.batch as f32, 1.0, 1024.0)?;
        self.path.iter().try_for_each(|&price| within("a price of the path", price, 1e-3, 1e3))?;
        self.starts.iter().try_for_each(|&start| match start {
            Start::Value(value) => within("a start", value, 0.0, 1.0),
            Start::Disc | Start::Direction => Ok(()),
        })?;
        self.areas.iter().try_for_each(|&area| within("an area", area, 1e-3, 0.999))?;
        self.check_method()
    }

    fn check_method(&self) -> Result<()> {
        let refuse = |sentence: String| Err(settings_error(sentence));
        let name = self.method.name();
        if self.method == Method::Extremal && self.areas.is_empty() {
            return refuse("extremal needs at least one area".into());
        }
        if self.method == Method::Extremal && self.game == Game::Dual {
            return refuse("extremal plays delete or preserve; fast plays dual".into());
        }
        if matches!(self.method, Method::Igos | Method::IgosPlus) && self.game != Game::Delete {
            return refuse(format!("{name} plays the deletion game; meaningful and fast play the others"));
        }
        if !self.method.is_learned() && self.game != Game::Delete {
            return refuse(format!("{name} learns no mask, so it plays no game; leave the game away"));
        }
        Ok(())
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
    fn starts_have_names_or_are_numbers() {
        let settings =
            Settings::from_json(r#"{"method": "fast", "starts": ["direction", "disc", 0.2]}"#).expect("valid");
        assert_eq!(settings.starts, [Start::Direction, Start::Disc, Start::Value(0.2)]);
        assert_eq!(serde_json::to_string(&settings.starts).expect("JSON"), r#"["direction","disc",0.2]"#);
        assert_eq!(".2".parse(), Ok(Start::Value(0.2)));
        assert!("ring".parse::<Start>().expect_err("no start").contains("disc, direction or a number"));
    }

    #[test]
    fn unknown_and_absurd_settings_are_named() {
        for (text, named) in [
            (r#"{"lambda": 1}"#, "lambda"),
            (r#"{"iterations": 0}"#, "iterations"),
            (r#"{"l1": -1}"#, "l1"),
            (r#"{"starts": ["disc", 1.5]}"#, "start"),
            (r#"{"starts": ["ring"]}"#, "disc, direction or a number"),
            (r#"{"game": "destroy"}"#, "destroy"),
            ("nonsense", "settings"),
        ] {
            let error = Settings::from_json(text).expect_err(text);
            assert!(error.to_string().contains(named), "{text}: {error}");
        }
    }
}
