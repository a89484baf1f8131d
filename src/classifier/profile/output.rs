//! The meaning of a model's output, guessed from the end of its graph.

use serde::{Deserialize, Serialize};

use crate::classifier::onnx::{Model, Node};

/// The meaning of a model's output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum Output {
    /// Scores before the softmax.
    Logits,
    /// Probabilities after the softmax.
    Probabilities,
    /// A probability for each label by itself. A picture may show several labels, or none.
    Sigmoid,
    /// One score, whose sigmoid is the probability of the answer "yes".
    BinaryLogit,
}

/// How a graph ends, and the tensor before its last function if that can be read instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct End {
    /// The meaning of the output.
    pub output: Output,
    /// The tensor before a sigmoid or softmax that is written out in several operators.
    pub before: Option<String>,
}

/// Operators after which probabilities keep their meaning.
const PASSING: [&str; 11] = [
    "Identity",
    "Reshape",
    "Squeeze",
    "Unsqueeze",
    "Flatten",
    "Cast",
    "ArgMax",
    "QuantizeLinear",
    "DequantizeLinear",
    "ai.onnx.ml.ZipMap",
    "Clip",
];

/// Largest number of such operators that are skipped at the end of a graph.
const MOST_PASSING: usize = 32;
/// Operators that compute the mean of several softmaxes.
const AVERAGING: [&str; 7] = ["Add", "Concat", "Div", "Mean", "Mul", "ReduceMean", "Sum"];
/// Largest number of nodes of such a mean.
const MOST_AVERAGED: usize = 64;
/// Largest number of single-label heads that are joined.
const MOST_HEADS: usize = 1024;

/// Returns how the graph that writes this output ends, skipping operators that do not change its meaning.
pub fn end_of(model: &Model, output: &str) -> End {
    let Some(node) = last_that_counts(model, output) else { return End { output: Output::Logits, before: None } };
    if node.op == "Softmax" {
        return End { output: Output::Probabilities, before: None };
    }
    if let Some(before) = before_softmax(model, node) {
        return End { output: Output::Probabilities, before: Some(before.to_owned()) };
    }
    if is_with_complement(model, node) || (node.op != "Concat" && is_of_softmaxes(model, node, &mut { MOST_AVERAGED }))
    {
        return End { output: Output::Probabilities, before: None };
    }
    let before = before_sigmoid(model, node).map(str::to_owned);
    let sigmoid = node.op == "Sigmoid" || before.is_some() || all_sigmoids(model, node);
    End { output: if sigmoid { Output::Sigmoid } else { Output::Logits }, before }
}

fn last_that_counts<'a>(model: &'a Model, output: &str) -> Option<&'a Node> {
    let mut node = model.writer(output)?;
    for _ in 0..MOST_PASSING {
        if !PASSING.contains(&node.op.as_str()) {
            break;
        }
        node = model.writer(node.inputs.first()?)?;
    }
    Some(node)
}

/// Returns whether a node joins several heads of one label each.
fn all_sigmoids(model: &Model, node: &Node) -> bool {
    let is_sigmoid = |name: &String| last_that_counts(model, name).is_some_and(|node| node.op == "Sigmoid");
    node.op == "Concat" && (2..=MOST_HEADS).contains(&node.inputs.len()) && node.inputs.iter().all(is_sigmoid)
}

/// Returns whether a node is a mean of several softmaxes, which is how ensembles end.
fn is_of_softmaxes(model: &Model, node: &Node, left: &mut usize) -> bool {
    *left = left.saturating_sub(1);
    let is_one = |name: &String| {
        last_that_counts(model, name).is_some_and(|node| node.op == "Softmax" || is_of_softmaxes(model, node, left))
    };
    AVERAGING.contains(&node.op.as_str())
        && node.inputs.iter().filter(|name| model.constant(name).is_none()).all(is_one)
        && *left > 0
}

/// Returns whether a node joins 1 − p and p of one sigmoid, which is how scikit-learn's two-class classifiers end.
fn is_with_complement(model: &Model, node: &Node) -> bool {
    let [no, yes] = node.inputs.as_slice() else { return false };
    let complement = || written_by(model, no, "Sub").filter(|sub| sub.inputs.get(1) == Some(yes));
    let of_one = |sub: &Node| sub.inputs.first().is_some_and(|one| is_all(model, one, 1.0));
    node.op == "Concat" && complement().is_some_and(of_one) && end_of(model, yes).output == Output::Sigmoid
}

/// Returns x, if the node is the last of 1 / (1 + exp(−x)).
fn before_sigmoid<'a>(model: &'a Model, node: &'a Node) -> Option<&'a str> {
    let below = match node.op.as_str() {
        "Reciprocal" => node.inputs.first()?,
        "Div" if is_all(model, node.inputs.first()?, 1.0) => node.inputs.get(1)?,
        _ => return None,
    };
    let sum = written_by(model, below, "Add")?;
    let power = written_by(model, other_than(model, sum, 1.0)?, "Exp")?;
    let turned = model.writer(power.inputs.first()?)?;
    match turned.op.as_str() {
        "Neg" => turned.inputs.first().map(String::as_str),
        "Mul" => other_than(model, turned, -1.0),
        "Sub" if is_all(model, turned.inputs.first()?, 0.0) => turned.inputs.get(1).map(String::as_str),
        _ => None,
    }
}

/// Returns x, if the node is the last of exp(x) / Σ exp(x).
fn before_softmax<'a>(model: &'a Model, node: &'a Node) -> Option<&'a str> {
    let [above, below] = node.inputs.as_slice() else { return None };
    if node.op != "Div" || written_by(model, below, "ReduceSum")?.inputs.first()? != above {
        return None;
    }
    written_by(model, above, "Exp")?.inputs.first().map(String::as_str)
}

fn written_by<'a>(model: &'a Model, name: &str, op: &str) -> Option<&'a Node> {
    model.writer(name).filter(|node| node.op == op)
}

/// Returns the other of a node's two inputs, if one of them is this constant.
fn other_than<'a>(model: &Model, node: &'a Node, constant: f32) -> Option<&'a str> {
    match node.inputs.as_slice() {
        [a, b] if is_all(model, b, constant) => Some(a),
        [a, b] if is_all(model, a, constant) => Some(b),
        _ => None,
    }
}

fn is_all(model: &Model, name: &str, value: f32) -> bool {
    model.constant(name).is_some_and(|host| !host.values.is_empty() && host.values.iter().all(|v| *v == value))
}
