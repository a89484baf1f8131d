//! Control flow that can be decided at load, and the last operator of files that name their classes.

use super::call::Call;
use super::operator::Operator;
use crate::classifier::graph::builder::Builder;
use crate::classifier::graph::ir::Value;
use crate::classifier::refusal::unsupported;
use crate::error::Result;

pub(super) const OPERATORS: &[Operator] = &[
    Operator::several("If", undecided).noting("with a condition that is known at load"),
    // A map from class to score becomes the scores. The file keeps the names (`Model::class_names`).
    Operator::one("ZipMap", |call, _| call.input(0)).of("ai.onnx.ml"),
];

/// Refuses an `If`. One whose condition is known has been replaced by its branch before this is called.
fn undecided(_: &Call, _: &mut Builder) -> Result<Vec<Value>> {
    Err(unsupported("an If that the picture decides"))
}
