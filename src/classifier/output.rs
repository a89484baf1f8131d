//! Turns the file's output into logits `[N, K]`.

use super::graph::builder::Builder;
use super::graph::ir::Value;
use super::graph::op::{Binary, Op};
use super::host::{HostTensor, Kind};
use super::profile::Output;
use super::refusal::not_a_classifier;
use crate::array::Unary;
use crate::error::{Error, ErrorKind, Result};

/// Least probability whose logarithm is taken, because 0 has none.
const SMALLEST: f32 = 1e-12;
/// Least distance of a sigmoid's value from 0 and 1.
const NEAREST: f32 = 1e-7;

/// The scores of an output.
pub(super) struct Scores {
    /// The logits, `[N, K]`.
    pub logits: Value,
    /// Whether the output is one score, from which two classes were made.
    pub one: bool,
}

/// Returns the output as logits `[N, K]`. A softmax, a sigmoid or a choice of the best class at the end is undone. One
/// score becomes two classes: the score itself, and 0.
///
/// # Errors
/// Fails with [`ErrorKind::Model`] if the output does not have one score for each class, and with
/// [`ErrorKind::Profile`] if `kind` does not fit it.
pub(super) fn class_scores(b: &mut Builder, output: Value, unit: usize, kind: Output) -> Result<Scores> {
    b.enter("output");
    // If a graph ends in the number of the best class, the scores are its input.
    let output = b.before(&output, |op, _| matches!(op, Op::ArgMax(_))).unwrap_or(output);
    let classes = count(b, &output, unit)?;
    let scores = b.reshape(output, &[unit, classes])?;
    if classes == 1 {
        return Ok(Scores { logits: yes_and_no(b, scores, kind)?, one: true });
    }
    let logits = match kind {
        Output::Logits => Ok(scores),
        Output::Probabilities => before_softmax(b, scores),
        Output::Sigmoid => before_sigmoid(b, scores),
        Output::BinaryLogit => Err(Error::new(
            ErrorKind::Profile,
            format!("the profile's output is binary-logit, and the model has {classes} scores; say logits or sigmoid"),
        )),
    }?;
    Ok(Scores { logits, one: false })
}

/// Returns the number of scores for each picture.
fn count(b: &Builder, output: &Value, unit: usize) -> Result<usize> {
    let shape = b.shape(output);
    let classes = shape.iter().product::<usize>() / unit.max(1);
    let by_picture = unit == 1 || shape.first() == Some(&unit);
    let is_vector = by_picture && (classes == 1 || shape.contains(&classes));
    if !is_vector || classes == 0 || matches!(output, Value::Const(_)) {
        return Err(not_a_classifier(&format!(
            "its output has the shape {shape:?}, where one score a class [N, K] was expected"
        )));
    }
    Ok(classes)
}

fn before_softmax(b: &mut Builder, scores: Value) -> Result<Value> {
    let shape = b.shape(&scores);
    let over_classes = |op: &Op, from: &[usize]| matches!(op, Op::Softmax(axis) if from[*axis] == shape[1]);
    match b.before(&scores, over_classes) {
        Some(logits) => b.reshape(logits, &shape),
        None => {
            // log p has the same softmax as the logits.
            let positive = b.clamp(scores, SMALLEST, f32::MAX)?;
            b.unary(Unary::Log, positive)
        }
    }
}

fn before_sigmoid(b: &mut Builder, scores: Value) -> Result<Value> {
    let shape = b.shape(&scores);
    if let Some(logits) = b.before(&scores, |op, _| matches!(op, Op::Unary(Unary::Sigmoid))) {
        return b.reshape(logits, &shape);
    }
    // log p − log (1 − p)
    let inside = b.clamp(scores, NEAREST, 1.0 - NEAREST)?;
    let rest = b.affine(inside.clone(), -1.0, 1.0)?;
    let (above, below) = (b.unary(Unary::Log, inside)?, b.unary(Unary::Log, rest)?);
    b.binary(Binary::Sub, above, below)
}

/// Returns the logits z and 0. Their softmax is the sigmoid of z, and 1 minus that.
fn yes_and_no(b: &mut Builder, scores: Value, kind: Output) -> Result<Value> {
    let z = match kind {
        Output::Logits | Output::BinaryLogit => scores,
        Output::Probabilities | Output::Sigmoid => before_sigmoid(b, scores)?,
    };
    let shape = b.shape(&z);
    let zeros = Value::Const(HostTensor::new(Kind::Float, &shape, vec![0.0; shape.iter().product()]));
    b.concat(vec![z, zeros], 1)
}
