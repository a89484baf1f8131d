//! Control flow, where it is decided at load; and the end of files that name their classes.

use super::call::Call;
use super::operator::Operator;
use crate::classifier::graph::builder::Builder;
use crate::classifier::graph::ir::Value;
use crate::classifier::refusal::unsupported;
use crate::error::Result;

pub(super) const OPERATORS: &[Operator] = &[
    Operator::several("If", undecided).noting("with a condition that is known at load"),
    // A map from class to score: the scores, whose names the file keeps (`Model::class_names`).
    Operator::one("ZipMap", |call, _| call.input(0)).of("ai.onnx.ml"),
];

/// An `If` whose condition is known is replaced by its branch before this is asked.
fn undecided(_: &Call, _: &mut Builder) -> Result<Vec<Value>> {
    Err(unsupported("an If that the picture decides"))
}
