//! The settings, each declared once with its type, the paper's value, its limits and its effect.
//!
//! The table below makes the struct [`Settings`], its defaults, the check of every value, the options of the command
//! and the form of the page. Each method's file lists the settings that it takes and its own values of them.

use serde::{Deserialize, Serialize};

use super::form::{Form, Setting, choice};
use super::game::Game;
use super::method::Method;
use super::start::Start;
use crate::mask::{CELL_PX, REFERENCE_SIDE, SMOOTHING_PX};
use crate::picture::{BlurScale, Null, NullImage};
use crate::question::Score;

const GAMES: Form = Form::Choice(&[
    choice("delete", "Delete: as little as possible until the answer is gone"),
    choice("preserve", "Preserve: as little as possible so that the answer stays"),
    choice("dual", "Both at once"),
]);

const SCORES: Form = Form::Choice(&[
    choice("probability", "Probability"),
    choice("log-probability", "Log-probability"),
    choice("log-odds", "Log-odds"),
    choice("logit", "Logit"),
]);

const NULLS: Form = Form::Choice(&[
    choice("blur", "Blur"),
    choice("pyramid", "Blur pyramid"),
    choice("mean", "Mean colour"),
    choice("noise", "Noise"),
]);

const BLUR_SCALES: Form = Form::Choice(&[
    choice("paper", "The photo, 500 px at most"),
    choice("photo", "The photo’s own size"),
    choice("model", "The model’s size"),
]);

/// Declares each setting once: documentation, name, type and the paper's value, then form, title, unit and hint.
macro_rules! settings {
    ($($(#[$meta:meta])* $name:ident: $type:ty = $default:expr, $form:expr, $title:literal, $unit:literal, $hint:literal;)*) => {
        /// Every setting of a method. A setting that a report leaves out has the paper's value.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct Settings {
            /// The method whose preset these started from.
            pub method: Method,
            $($(#[$meta])* pub $name: $type,)*
        }

        impl Settings {
            /// Returns the paper's values (\[MP\] section 4 and its published code), for a method.
            pub fn paper(method: Method) -> Self {
                Self { method, $($name: $default,)* }
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
    /// Largest shift of the picture under the mask, in pixels at 224; 0 shifts nothing.
    jitter: usize = 3, Form::Whole(0.0, 32.0), "Jitter", "px at 224",
        "Largest shift of the picture under the mask: it keeps the mask from exploiting single pixels.";
    /// The prices of area that *fast* goes through, as multiples of λ₁; none: λ₁ alone.
    path: Vec<f32> = vec![], Form::Numbers(1e-3, 1e3), "Path of prices", "× λ1",
        "Prices of area that are gone through one after the other, such as 3,1; the last one’s mask is the answer.";
    /// Where the descents of *fast* start, one after the other; none: the disc alone. The steps are shared out among
    /// them.
    starts: Vec<Start> = vec![], Form::Starts, "Starts", "",
        "Where descents start: disc, direction or one value everywhere, such as disc,.2; the lowest end counts.";
    /// The share, in the mask that *fast* answers with, of the mean over the path, weighed by nested boxes.
    relief: f32 = 0.0, Form::Number(0.0, 1.0), "Relief", "share",
        "The share of an order in the mask: what is deleted alike is told apart by its price and by boxes the answer needs.";
    /// Refines the order of the pixels by two descents that keep and by nested boxes ([`super::order`]).
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
    /// Pixels at 224 that a cell of the mask covers on each axis: the grid has as many cells whatever the model's size.
    cell_px: usize = CELL_PX, Form::Whole(1.0, 64.0), "Cell", "px at 224",
        "Pixels that a cell of the mask covers on each axis: larger cells make a coarser region.";
    /// σ of the mask's own smoothing, in pixels at 224.
    smoothing_px: f32 = SMOOTHING_PX, Form::Number(0.0, 100.0), "Mask’s smoothing", "px at 224",
        "σ by which the mask itself is smoothed.";
    /// Lets the gradient ignore the smoothing, as the published code does. Off: the true gradient.
    straight_through: bool = false, Form::Flag, "Straight through", "",
        "Lets the gradient ignore the mask’s smoothing, as the published code does.";
    /// Seed of the jitter and of the noise null.
    seed: u64 = 0, Form::Whole(0.0, 4_294_967_295.0), "Seed", "", "Seed of all that is random; the same one repeats a run exactly.";
}

impl Settings {
    /// Returns every setting by its name. Numbers are in double precision.
    pub fn to_object(&self) -> serde_json::Map<String, serde_json::Value> {
        match serde_json::to_value(self) {
            Ok(serde_json::Value::Object(object)) => object,
            // A struct of plain values becomes an object.
            _ => serde_json::Map::new(),
        }
    }

    /// Returns the null image that these settings ask for.
    pub fn null_image(&self) -> NullImage {
        NullImage { kind: self.null, sigma_px: self.null_sigma_px, sigma_at: self.sigma_at, seed: self.seed }
    }

    /// Returns the largest shift of the picture under the mask for a model of this side, in pixels.
    pub fn jitter_at(&self, side: usize) -> usize {
        scaled(self.jitter as f32, side).round() as usize
    }

    /// Returns the pixels by which the scene is larger than the model's square of this side. The number is even, so
    /// that one view lies in the middle.
    pub fn margin(&self, side: usize) -> usize {
        self.jitter_at(side).next_multiple_of(2)
    }

    /// Returns the cells of the mask's grid on each axis for a model of this side. The prices are sums over the grid.
    /// So the number is the same for every side, and the prices mean the same, unless cells would be smaller than
    /// pixels.
    pub fn cells_at(&self, side: usize) -> usize {
        ((REFERENCE_SIDE / self.cell_px as f32).ceil() as usize).min(side)
    }

    /// Returns σ of the mask's own smoothing for a model of this side, in pixels.
    pub fn smoothing_at(&self, side: usize) -> f32 {
        scaled(self.smoothing_px, side)
    }
}

/// Converts pixels at 224 to pixels of a square of this side.
fn scaled(px: f32, side: usize) -> f32 {
    px * side as f32 / REFERENCE_SIDE
}
