//! What can be set, each setting declared once: its type, the paper's value, its limits and what it does.
//!
//! The table below makes the struct [`Settings`], its defaults, the check of every value, the options of the command and the
//! form of the page. Which of them a method takes, and its own values, stand with the method.

use serde::{Deserialize, Serialize};

use super::form::{Choice, Form, Setting};
use super::start::Start;
use super::{DEFAULT, Method};
use crate::error::{Error, ErrorKind, Result};
use crate::mask::{CELL_PX, SMOOTHING_PX};
use crate::picture::{BlurScale, Null, NullImage};
use crate::question::Score;

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

impl Game {
    /// Every game.
    pub const ALL: &'static [Game] = &[Game::Delete, Game::Preserve, Game::Dual];

    /// Its name in the command and the reports.
    pub fn name(self) -> &'static str {
        match self {
            Game::Delete => "delete",
            Game::Preserve => "preserve",
            Game::Dual => "dual",
        }
    }
}

const GAMES: Form = Form::Choice(&[
    Choice("delete", "Delete: as little as possible until the answer is gone"),
    Choice("preserve", "Preserve: as little as possible so that the answer stays"),
    Choice("dual", "Both at once"),
]);

const SCORES: Form = Form::Choice(&[
    Choice("probability", "Probability"),
    Choice("log-probability", "Log-probability"),
    Choice("logit", "Logit"),
]);

const NULLS: Form = Form::Choice(&[
    Choice("blur", "Blur"),
    Choice("pyramid", "Blur pyramid"),
    Choice("mean", "Mean colour"),
    Choice("noise", "Noise"),
]);

const BLUR_SCALES: Form = Form::Choice(&[
    Choice("paper", "The photo, 500 px at most"),
    Choice("photo", "The photo’s own size"),
    Choice("model", "The model’s size"),
]);

/// Declares each setting once: documentation, name, type and the paper's value, then its form, its title, its unit and
/// what it does.
macro_rules! settings {
    ($($(#[$meta:meta])* $name:ident: $type:ty = $default:expr, $form:expr, $title:literal, $unit:literal, $hint:literal;)*) => {
        /// Every setting of a method. Defaults are the paper's (\[MP\] section 4 and its published code).
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct Settings {
            /// The method whose preset these started from.
            pub method: Method,
            $($(#[$meta])* pub $name: $type,)*
        }

        impl Default for Settings {
            fn default() -> Self {
                Self { method: super::meaningful::METHOD, $($name: $default,)* }
            }
        }

        /// Every setting, in the order in which forms show them.
        pub const SETTINGS: &[Setting] = &[
            $(Setting { name: stringify!($name), form: $form, title: $title, unit: $unit, hint: $hint },)*
        ];
    };
}

settings! {
    /// What the mask is asked for.
    game: Game = Game::Delete, GAMES, "Game", "",
        "What the mask is asked for: what must go so that the answer vanishes, or what must stay so that it stays.";
    /// The number that stands for the answer in the energy. Reports always give probabilities.
    score: Score = Score::Probability, SCORES, "The answer as", "",
        "The number that stands for the answer while a method works; reports always give probabilities.";
    /// Further classes, summed with the target.
    with: Vec<usize> = vec![], Form::Classes, "Summed with", "", "Further classes, summed with the target.";
    /// Classes subtracted: "why the target and not these?".
    against: Vec<usize> = vec![], Form::Classes, "Held against", "",
        "Classes subtracted from the answer: why the target and not these?";
    /// Number of most probable classes whose probabilities are summed; 1 explains the target alone.
    top_classes: usize = 1, Form::Whole(1.0, 1000.0), "Summed classes", "",
        "How many of the most probable classes are summed; 1 explains the target alone.";
    /// What a deleted pixel becomes.
    null: Null = Null::Blur, NULLS, "Replace by", "", "What a deleted pixel becomes.";
    /// σ of the blurred null, in pixels.
    null_sigma_px: f32 = 10.0, Form::Number(0.0, 200.0), "Blur σ", "px",
        "How strongly a deleted pixel is blurred; more takes larger structures away.";
    /// The size at which that σ counts.
    sigma_at: BlurScale = BlurScale::Paper, BLUR_SCALES, "σ measured at", "",
        "The size at which the blur’s σ counts: the same σ blurs a small picture more.";
    /// Draws another null image at each step: blurs of half to twice that σ, the mean colour, noise.
    random_null: bool = false, Form::Flag, "Random null", "",
        "Draws another null image at each step, so that the region does not lean on one of them.";
    /// Number of optimiser steps.
    iterations: usize = 300, Form::Whole(1.0, 100_000.0), "Iterations", "steps",
        "Number of steps; more bring the mask nearer to the lowest energy.";
    /// λ₁, weight of the deleted (or kept) cells; a sum over the grid.
    l1: f32 = 1e-4, Form::Number(0.0, 1e3), "λ1, area", "",
        "The price of area, a sum over the grid: a higher one makes the region smaller.";
    /// λ₂, weight of the variation; a sum over the grid.
    l2: f32 = 1e-2, Form::Number(0.0, 1e3), "λ2, smoothness", "",
        "The price of variation, a sum over the grid: a higher one makes the region smoother.";
    /// β, power of the variation.
    beta: f32 = 3.0, Form::Number(0.5, 8.0), "β, exponent", "",
        "The power of the variation: a higher one punishes sharp edges more and gentle slopes less.";
    /// Adam's step.
    learning_rate: f32 = 0.1, Form::Number(1e-6, 10.0), "Step size", "",
        "Adam’s step: a larger one moves the mask faster and settles less.";
    /// Largest shift of the picture under the mask, in pixels; 0 shifts nothing.
    jitter: usize = 3, Form::Whole(0.0, 32.0), "Jitter", "px",
        "Largest shift of the picture under the mask: it keeps the mask from exploiting single pixels.";
    /// The prices of area that *fast* goes through, as multiples of λ₁; none: λ₁ alone.
    path: Vec<f32> = vec![], Form::Numbers(1e-3, 1e3), "Path of prices", "× λ1",
        "Prices of area that are gone through one after the other, such as 3,1; the last one’s mask is the answer.";
    /// Where the descents of *fast* start, one after the other; none: the disc alone. The steps are shared out among them.
    starts: Vec<Start> = vec![], Form::Starts, "Starts", "",
        "Where descents start: disc, direction or one value everywhere, such as disc,.2; the lowest end counts.";
    /// Orders the pixels, for judges, by two descents that keep and by nested boxes too ([`super::fast`]).
    refine: bool = false, Form::Flag, "Refine the order", "",
        "Orders the pixels within and without the region by asking the model further; the mask stays as it is.";
    /// Areas of the extremal masks, as shares of the picture, learned as one batch.
    areas: Vec<f32> = vec![], Form::Numbers(1e-3, 0.999), "Areas", "shares",
        "Areas of the regions, as shares of the picture, such as .05,.1; the smallest that suffices is the answer.";
    /// Mirrors the picture on every other step.
    flip: bool = false, Form::Flag, "Mirror", "", "Mirrors the picture on every other step.";
    /// Noisy copies, points of a path or random masks, where a method averages over such.
    samples: usize = 1, Form::Whole(1.0, 1e6), "Samples", "",
        "Random masks, noisy copies or points of a path that are averaged; more are less noisy and take longer.";
    /// The layer Grad-CAM looks at, by the name of its node; none: the last convolution.
    #[serde(skip_serializing_if = "Option::is_none")]
    layer: Option<String> = None, Form::Text, "Layer", "",
        "The layer that is looked at, by the name of its node; the last convolution unless given.";
    /// Pictures in one pass, where a method needs many.
    batch: usize = 8, Form::Whole(1.0, 1024.0), "Batch", "pictures",
        "Pictures in one pass; it changes the time and the memory, not the result.";
    /// Jittered views in one step, as one batch.
    views: usize = 1, Form::Whole(1.0, 64.0), "Views", "a step",
        "Shifted views in one step, as one batch: less noise in each step, at its price.";
    /// Lets the mask change freely where the picture does: variation is weighted by exp(−|dI|²/0.01).
    edge_aware: bool = false, Form::Flag, "Edge-aware", "",
        "Lets the mask change freely along the picture’s edges.";
    /// Pixels a cell of the mask covers on each axis.
    cell_px: usize = CELL_PX, Form::Whole(1.0, 64.0), "Cell", "px",
        "Pixels that a cell of the mask covers on each axis: larger cells make a coarser region.";
    /// σ of the mask's own smoothing, in pixels.
    smoothing_px: f32 = SMOOTHING_PX, Form::Number(0.0, 100.0), "Mask’s smoothing", "px",
        "σ by which the mask itself is smoothed.";
    /// Lets the gradient ignore the smoothing, as the published code does. Off: the true gradient.
    straight_through: bool = false, Form::Flag, "Straight through", "",
        "Lets the gradient ignore the mask’s smoothing, as the published code does.";
    /// Seed of the jitter and of the noise null.
    seed: u64 = 0, Form::Whole(0.0, 4_294_967_295.0), "Seed", "", "Seed of all that is random; the same one repeats a run exactly.";
}

impl Settings {
    /// A method's preset.
    pub fn preset(method: Method) -> Self {
        method.preset()
    }

    /// Settings from JSON; what is left out takes the value of the preset that `method` names, else of the default method.
    ///
    /// # Errors
    /// [`ErrorKind::Settings`] naming what is unknown, out of range, or not taken by the method.
    pub fn from_json(text: &str) -> Result<Self> {
        Self::from_object(serde_json::from_str(text).map_err(unreadable)?)
    }

    /// The same from a parsed object.
    ///
    /// # Errors
    /// As [`Settings::from_json`].
    pub fn from_object(given: serde_json::Map<String, serde_json::Value>) -> Result<Self> {
        let method = match given.get("method") {
            Some(name) => serde_json::from_value(name.clone()).map_err(unreadable)?,
            None => DEFAULT,
        };
        let mut merged = method.preset().to_object();
        for setting in SETTINGS.iter().filter(|setting| !method.takes(setting.name)) {
            if given.get(setting.name).is_some_and(|value| merged.get(setting.name) != Some(value)) {
                return Err(settings_error(method.refusal(setting)));
            }
        }
        merged.extend(given);
        let settings: Self = serde_json::from_value(serde_json::Value::Object(merged)).map_err(unreadable)?;
        settings.check()?;
        Ok(settings)
    }

    /// Every setting by its name. Numbers are in double precision.
    pub fn to_object(&self) -> serde_json::Map<String, serde_json::Value> {
        match serde_json::to_value(self) {
            Ok(serde_json::Value::Object(object)) => object,
            // A struct of plain values becomes an object.
            _ => serde_json::Map::new(),
        }
    }

    /// The null image that these settings ask for.
    pub fn null_image(&self) -> NullImage {
        NullImage { kind: self.null, sigma_px: self.null_sigma_px, sigma_at: self.sigma_at, seed: self.seed }
    }

    /// Pixels by which the scene is larger than what the model sees: even, so that one view lies in the middle.
    pub fn margin(&self) -> usize {
        self.jitter.next_multiple_of(2)
    }

    /// Refuses values no run can use, and games that the method does not play.
    ///
    /// # Errors
    /// [`ErrorKind::Settings`] naming the first that is out of range.
    pub fn check(&self) -> Result<()> {
        let own = self.to_object();
        for setting in SETTINGS {
            if let Some(value) = own.get(setting.name) {
                setting.form.check(setting.name, value).map_err(settings_error)?;
            }
        }
        self.check_method()
    }

    fn check_method(&self) -> Result<()> {
        let name = self.method.name();
        if self.method.takes("areas") && self.areas.is_empty() {
            return Err(settings_error(format!("{name} needs at least one area")));
        }
        if self.method.games().contains(&self.game) {
            return Ok(());
        }
        if self.method.games().is_empty() {
            let plays_none = self.game == Game::Delete;
            let sentence = format!("{name} learns no mask, so it plays no game; leave the game away");
            return if plays_none { Ok(()) } else { Err(settings_error(sentence)) };
        }
        let games: Vec<&str> = self.method.games().iter().map(|game| game.name()).collect();
        let others: Vec<&str> =
            super::METHODS.iter().filter(|m| m.games().contains(&self.game)).map(|m| m.name()).collect();
        Err(settings_error(format!(
            "{name} plays {}, not {}; {} can play that",
            games.join(" or "),
            self.game.name(),
            others.join(", ")
        )))
    }
}

fn unreadable(cause: serde_json::Error) -> Error {
    settings_error(format!("the settings cannot be read: {cause}"))
}

fn settings_error(sentence: String) -> Error {
    Error::new(ErrorKind::Settings, sentence)
}

#[cfg(test)]
mod tests {
    use super::super::{METHODS, gradient, localisation};
    use super::*;

    #[test]
    fn what_is_left_out_takes_the_preset() {
        let settings = Settings::from_json(r#"{"method": "localisation", "seed": 5}"#).expect("valid");
        assert_eq!((settings.l1, settings.beta, settings.top_classes, settings.seed), (1e-3, 2.0, 5, 5));
        assert_eq!(settings.method, localisation::METHOD);
        assert_eq!(Settings::from_json("{}").expect("valid"), DEFAULT.preset());
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
            (r#"{"method": "magic"}"#, "magic"),
            (r#"{"method": "gradient", "l1": 1}"#, "gradient does not take l1"),
            (r#"{"method": "gradient", "game": "dual"}"#, "gradient does not take game"),
            (r#"{"method": "igos", "game": "dual"}"#, "fast"),
            ("nonsense", "settings"),
        ] {
            let error = Settings::from_json(text).expect_err(text);
            assert!(error.to_string().contains(named), "{text}: {error}");
        }
    }

    #[test]
    fn a_value_that_is_not_a_number_is_refused() {
        let error = Settings { l1: f32::NAN, ..Settings::default() }.check().expect_err("refused");
        assert!(error.to_string().contains("l1"), "{error}");
    }

    #[test]
    fn every_preset_passes_its_own_check_and_every_name_exists() {
        for method in METHODS {
            method.preset().check().expect(method.name());
            assert_eq!(method.preset().method, *method);
            for name in method.settings() {
                assert!(SETTINGS.iter().any(|setting| setting.name == name), "{} takes {name}", method.name());
            }
        }
        assert!(!gradient::METHOD.takes("l1"));
    }
}
