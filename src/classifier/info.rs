//! The facts about a model that the page and the command show.

use serde::Serialize;

use super::answers::Answers;
use super::graph::ir::Simplified;
use super::profile::{Profile, Source};

/// Memory that a model takes to run, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Memory {
    /// Weights and other constants on the device.
    pub weights: usize,
    /// Estimate of what a step (forward and backward) with one picture keeps of its forward pass.
    pub activations: usize,
}

/// The facts about a model that the page and the command show.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ModelInfo {
    /// The model's name.
    pub name: String,
    /// SHA-256 of the file, in hexadecimal.
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
    /// Name and dimensions of each output, as the file gives them.
    pub output: Vec<String>,
    /// Name of the output that is explained.
    pub output_name: String,
    /// Memory that it takes to run, in bytes.
    pub memory: Memory,
    /// Version of the operator set.
    pub opset: i64,
    /// The program that wrote the file.
    pub producer: String,
    /// Number of rectifiers, clipped ones included, among the steps that are run.
    pub rectifiers: usize,
    /// Counts of what was simplified at load.
    pub simplified: Simplified,
    /// Whether several pictures run in one pass.
    pub batchable: bool,
    /// How its scores become probabilities.
    pub answers: Answers,
    /// Channels of its pictures: 1 (grey), 3, or 4 (with an alpha channel that is opaque everywhere).
    pub channels: usize,
    /// The profile in use.
    pub profile: Profile,
    /// Whether the profile was assumed rather than given.
    pub profile_assumed: bool,
    /// Where the profile comes from.
    pub profile_source: Source,
    /// Name under which the ONNX Model Zoo publishes this file, if it does.
    pub known: Option<&'static str>,
    /// Whether the classes have names rather than only numbers.
    pub labelled: bool,
    /// Warnings for the user.
    pub warnings: Vec<String>,
}
