//! What a model's output stands for, guessed from the end of its graph.

use serde::{Deserialize, Serialize};

use crate::classifier::onnx::Model;

/// What a model's output stands for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Output {
    /// Scores before the softmax.
    #[default]
    Logits,
    /// Scores after it.
    Probabilities,
}

/// Operators that leave probabilities what they are.
const PASSING: [&str; 9] =
    ["Identity", "Reshape", "Squeeze", "Unsqueeze", "Flatten", "Cast", "ArgMax", "QuantizeLinear", "DequantizeLinear"];

/// Probabilities if the output is written by a softmax, directly or through what does not change its meaning.
pub(super) fn output_of(model: &Model, output: &str) -> Output {
    let mut name = output;
    // From the last node to the first: each writer comes before its readers.
    for node in model.nodes.iter().rev() {
        if !node.outputs.iter().any(|o| o == name) {
            continue;
        }
        match node.inputs.first() {
            _ if node.op == "Softmax" => return Output::Probabilities,
            Some(input) if PASSING.contains(&node.op.as_str()) => name = input,
            _ => break,
        }
    }
    Output::Logits
}
