//! A supported operator: its name, and how it is composed from primitives.

use super::call::Call;
use crate::classifier::graph::builder::Builder;
use crate::classifier::graph::ir::Value;
use crate::error::Result;

/// The domain of the operators that onnxruntime adds.
pub(super) const MICROSOFT: &str = "com.microsoft";

type OneOutput = fn(&Call, &mut Builder) -> Result<Value>;
type Outputs = fn(&Call, &mut Builder) -> Result<Vec<Value>>;

/// How an operator's outputs are computed.
#[derive(Clone, Copy)]
enum Lowering {
    One(OneOutput),
    Several(Outputs),
}

/// A supported operator.
#[derive(Clone, Copy)]
pub struct Operator {
    /// Its domain; empty for ONNX's own.
    pub domain: &'static str,
    /// Its name.
    pub name: &'static str,
    /// Which forms of it are missing or treated specially; empty if there are none.
    pub note: &'static str,
    lowering: Lowering,
}

impl Operator {
    /// An operator of ONNX's own domain with one output.
    pub(super) const fn one(name: &'static str, lower: OneOutput) -> Self {
        Self { domain: "", name, note: "", lowering: Lowering::One(lower) }
    }

    /// An operator of ONNX's own domain with several outputs.
    pub(super) const fn several(name: &'static str, lower: Outputs) -> Self {
        Self { domain: "", name, note: "", lowering: Lowering::Several(lower) }
    }

    /// The same operator with a note on its forms.
    pub(super) const fn noting(self, note: &'static str) -> Self {
        Self { note, ..self }
    }

    /// The same operator in another domain.
    pub(super) const fn of(self, domain: &'static str) -> Self {
        Self { domain, ..self }
    }

    /// Returns whether a node's operator, written with its domain before it, is this one.
    pub(super) fn is(&self, op: &str) -> bool {
        match self.domain {
            "" => op == self.name,
            domain => op.strip_prefix(domain).and_then(|rest| rest.strip_prefix('.')) == Some(self.name),
        }
    }

    /// Adds the primitives of a node, and returns its outputs.
    pub(super) fn lower(&self, call: &Call, builder: &mut Builder) -> Result<Vec<Value>> {
        match self.lowering {
            Lowering::One(lower) => Ok(vec![lower(call, builder)?]),
            Lowering::Several(lower) => lower(call, builder),
        }
    }
}
