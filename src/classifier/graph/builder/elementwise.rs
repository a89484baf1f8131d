//! Element-wise functions of one tensor, and of several tensors with broadcasting.

use super::super::ir::{Info, Value};
use super::super::op::{Binary, Op, Scaled};
use super::Builder;
use crate::array::{Comparison, Unary, broadcast_shape};
use crate::classifier::host::Kind;
use crate::classifier::refusal::misfit;
use crate::error::Result;

/// The largest exponent of a power. Beyond it nearly every result overflows or vanishes.
const LARGEST_EXPONENT: f32 = 65_536.0;

impl Builder {
    /// Adds y = f(x).
    pub fn unary(&mut self, function: Unary, x: Value) -> Result<Value> {
        self.same_shape(Op::Unary(function), x)
    }

    /// Adds y = round(x), whose gradient is that of the identity.
    pub fn round_through(&mut self, x: Value) -> Result<Value> {
        self.same_shape(Op::RoundThrough, x)
    }

    /// Adds y = x, through which no gradient passes.
    pub fn detach(&mut self, x: Value) -> Result<Value> {
        self.same_shape(Op::Detach, x)
    }

    /// Adds y = scale · x + shift.
    pub fn affine(&mut self, x: Value, scale: f32, shift: f32) -> Result<Value> {
        self.same_shape(Op::Affine { scale, shift }, x)
    }

    /// Adds y = x^p.
    pub fn pow_scalar(&mut self, x: Value, exponent: f32) -> Result<Value> {
        // Backends convert a whole exponent to an integer, for which these are too large.
        if !exponent.is_finite() || exponent.abs() > LARGEST_EXPONENT {
            return Err(misfit(format!("a power of {exponent} is out of range")));
        }
        self.same_shape(Op::PowScalar(exponent), x)
    }

    /// Adds y = min(max(x, low), high).
    pub fn clamp(&mut self, x: Value, low: f32, high: f32) -> Result<Value> {
        self.same_shape(Op::Clamp { low, high }, x)
    }

    /// Adds y = a ∘ b, with broadcasting.
    pub fn binary(&mut self, op: Binary, a: Value, b: Value) -> Result<Value> {
        let info = self.broadcast_info(&a, &b)?;
        self.push(Op::Binary(op), vec![a, b], info)
    }

    /// Adds a comparison with broadcasting: 1 where it holds, and 0 elsewhere.
    pub fn compare(&mut self, comparison: Comparison, a: Value, b: Value) -> Result<Value> {
        let info = Info { kind: Kind::Bool, ..self.broadcast_info(&a, &b)? };
        self.push(Op::Compare(comparison), vec![a, b], info)
    }

    /// Adds a choice with broadcasting: a where the condition holds, and b elsewhere.
    pub fn select_where(&mut self, condition: Value, a: Value, b: Value) -> Result<Value> {
        let info = self.broadcast_info(&a, &b)?;
        let ab = Scaled { shape: info.shape.clone(), batch_axis: info.batch_axis };
        let shape = broadcast_shape(&self.shape(&condition), &ab.shape).ok_or_else(|| {
            misfit(format!("a condition of shape {:?} does not fit {:?}", self.shape(&condition), ab.shape))
        })?;
        let all_dynamic = [&condition, &a, &b].into_iter().find_map(|v| self.batch_axis_in(v, shape.len()));
        let target = Scaled { shape, batch_axis: all_dynamic };
        let parts = [condition, a, b].map(|v| self.broadcast_to(v, &target));
        let [condition, a, b] = parts;
        let info = Info { shape: target.shape, batch_axis: target.batch_axis, kind: info.kind };
        self.push(Op::Where, vec![condition?, a?, b?], info)
    }

    fn broadcast_info(&mut self, a: &Value, b: &Value) -> Result<Info> {
        let (sa, sb) = (self.shape(a), self.shape(b));
        let shape = broadcast_shape(&sa, &sb)
            .ok_or_else(|| misfit(format!("the shapes {sa:?} and {sb:?} do not fit each other")))?;
        let rank = shape.len();
        let axes = (self.batch_axis_in(a, rank), self.batch_axis_in(b, rank));
        let batch_axis = self.merge_axes(&shape, [(a, axes.0), (b, axes.1)]);
        let kind = if self.kind(a) == Kind::Float { Kind::Float } else { self.kind(b) };
        Ok(Info { shape, batch_axis, kind })
    }
}
