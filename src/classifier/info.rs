//! What the page and the command show of a model.

use serde::Serialize;

use super::answers::Answers;
use super::graph::ir::Simplified;
use super::profile::{Profile, Source};

/// What a model takes to run, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Memory {
    /// Weights and other constants on the device.
    pub weights: usize,
    /// An estimate of what a step (forward and backward) with one picture keeps of its forward pass.
    pub activations: usize,
}

/// What the page and the command show of a model.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ModelInfo {
    /// Its name.
    pub name: String,
    /// Fingerprint of the file.
    pub sha256: String,
    /// Size of the file, in bytes.
    pub size: usize,
    /// Number of classes.
    pub classes: usize,
    /// Number of trained values.
    pub parameters: usize,
    /// How often each operator occurs.
    #[cfg_attr(test, ts(type = "Record<string, number>"))]
    pub operators: serde_json::Map<String, serde_json::Value>,
    /// Name and dimensions of each input, as the file gives them.
    pub input: Vec<String>,
    /// The same of the outputs.
    pub output: Vec<String>,
    /// The output that is explained.
    pub output_name: String,
    /// What it takes to run it.
    pub memory: Memory,
    /// Version of the operator set.
    pub opset: i64,
    /// What wrote the file.
    pub producer: String,
    /// Rectifiers (clipped ones too) among the steps that are run.
    pub rectifiers: usize,
    /// What was simplified at load.
    pub simplified: Simplified,
    /// Whether several pictures run in one pass.
    pub batchable: bool,
    /// How its scores become probabilities.
    pub answers: Answers,
    /// How many channels its pictures have: 1 (grey), 3, or 4 (with an alpha that is opaque everywhere).
    pub channels: usize,
    /// The profile in use.
    pub profile: Profile,
    /// Whether the profile was assumed, not given.
    pub profile_assumed: bool,
    /// Where the profile comes from.
    pub profile_source: Source,
    /// The name under which the ONNX Model Zoo publishes this file, if it does.
    pub known: Option<&'static str>,
    /// Whether the classes have names, or numbers only.
    pub labelled: bool,
    /// What the user should know.
    pub warnings: Vec<String>,
}
