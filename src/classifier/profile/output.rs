//! What a model's output stands for, guessed from the end of its graph.

use serde::{Deserialize, Serialize};

use crate::classifier::onnx::{Model, Node};

/// What a model's output stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum Output {
    /// Scores before the softmax.
    Logits,
    /// Scores after it.
    Probabilities,
    /// A probability for each label by itself: a picture may show several, or none.
    Sigmoid,
    /// One score, of which the sigmoid is the probability of the answer "yes".
    BinaryLogit,
}

/// How a graph ends, and what went into its last step where that can be read instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct End {
    /// What its output stands for.
    pub output: Output,
    /// The tensor before a sigmoid or softmax that is written out in several operators.
    pub before: Option<String>,
}

/// Operators that leave probabilities what they are.
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

/// How many operators that change nothing may follow the last that does.
const MOST_PASSING: usize = 32;
/// Operators that the mean of several softmaxes is made of.
const AVERAGING: [&str; 7] = ["Add", "Concat", "Div", "Mean", "Mul", "ReduceMean", "Sum"];
/// How many nodes such a mean may be made of.
const MOST_AVERAGED: usize = 64;
/// How many heads of one label each may be put together.
const MOST_HEADS: usize = 1024;

/// How the graph ends that writes this output, looking through what does not change its meaning.
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

/// Several heads of one label each, put together.
fn all_sigmoids(model: &Model, node: &Node) -> bool {
    let is_sigmoid = |name: &String| last_that_counts(model, name).is_some_and(|node| node.op == "Sigmoid");
    node.op == "Concat" && (2..=MOST_HEADS).contains(&node.inputs.len()) && node.inputs.iter().all(is_sigmoid)
}

/// A mean of several softmaxes, as ensembles end.
fn is_of_softmaxes(model: &Model, node: &Node, left: &mut usize) -> bool {
    *left = left.saturating_sub(1);
    let is_one = |name: &String| {
        last_that_counts(model, name).is_some_and(|node| node.op == "Softmax" || is_of_softmaxes(model, node, left))
    };
    AVERAGING.contains(&node.op.as_str())
        && node.inputs.iter().filter(|name| model.constant(name).is_none()).all(is_one)
        && *left > 0
}

/// Two probabilities made of one sigmoid: 1 − p and p, as scikit-learn's classifiers of two classes end.
fn is_with_complement(model: &Model, node: &Node) -> bool {
    let [no, yes] = node.inputs.as_slice() else { return false };
    let complement = || written_by(model, no, "Sub").filter(|sub| sub.inputs.get(1) == Some(yes));
    let of_one = |sub: &Node| sub.inputs.first().is_some_and(|one| is_all(model, one, 1.0));
    node.op == "Concat" && complement().is_some_and(of_one) && end_of(model, yes).output == Output::Sigmoid
}

/// x, where the node is the last of 1 / (1 + exp(−x)).
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

/// x, where the node is the last of exp(x) / Σ exp(x).
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

/// The input of a node of two that is not this constant, if the other is.
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
