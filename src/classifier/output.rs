//! From what the file's output holds to logits `[N, K]`.

use super::graph::builder::Builder;
use super::graph::ir::Value;
use super::graph::op::Op;
use super::profile::Output;
use super::refusal::not_a_classifier;
use crate::array::Unary;
use crate::error::Result;

/// The output as logits `[N, K]`; a softmax or a choice of the best class at the end is undone.
pub(super) fn class_scores(b: &mut Builder, output: Value, unit: usize, kind: Output) -> Result<Value> {
    b.enter("output");
    // A graph that ends in the best class's number has the scores before that.
    let output = b.before(&output, |op, _| matches!(op, Op::ArgMax(_))).unwrap_or(output);
    let shape = b.shape(&output);
    let per_picture = shape.iter().product::<usize>() / unit.max(1);
    let is_vector = (unit == 1 || shape.first() == Some(&unit)) && shape.contains(&per_picture);
    if !is_vector || per_picture < 2 || matches!(output, Value::Const(_)) {
        return Err(not_a_classifier(&format!(
            "its output has the shape {shape:?}, where one score a class [N, K] was expected"
        )));
    }
    let scores = b.reshape(output, &[unit, per_picture])?;
    if kind == Output::Logits {
        return Ok(scores);
    }
    let over_classes = |op: &Op, shape: &[usize]| matches!(op, Op::Softmax(axis) if shape[*axis] == per_picture);
    match b.before(&scores, over_classes) {
        Some(logits) => b.reshape(logits, &[unit, per_picture]),
        None => {
            // log p has the same softmax as the logits.
            let positive = b.clamp(scores, 1e-12, f32::MAX)?;
            b.unary(Unary::Log, positive)
        }
    }
}
