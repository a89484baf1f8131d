//! Matrix products.

use super::call::Call;
use super::operator::Operator;
use crate::classifier::graph::builder::Builder;
use crate::classifier::graph::ir::Value;
use crate::classifier::graph::op::Binary;
use crate::classifier::refusal::misfit;
use crate::error::Result;

pub(super) const OPERATORS: &[Operator] =
    &[Operator::one("MatMul", |call, b| matmul(b, call.input(0)?, call.input(1)?)), Operator::one("Gemm", gemm)];

/// Returns NumPy's matrix product: a vector is a row on the left and a column on the right.
pub(super) fn matmul(b: &mut Builder, x: Value, y: Value) -> Result<Value> {
    let (sx, sy) = (b.shape(&x), b.shape(&y));
    let x = if sx.len() == 1 { b.reshape(x, &[1, sx[0]])? } else { x };
    let y = if sy.len() == 1 { b.reshape(y, &[sy[0], 1])? } else { y };
    let product = b.matmul(x, y)?;
    let mut shape = b.shape(&product);
    if sy.len() == 1 {
        shape.pop();
    }
    if sx.len() == 1 {
        let row = shape.len() - usize::from(sy.len() != 1) - 1;
        shape.remove(row);
    }
    b.reshape(product, &shape)
}

/// Returns y = α A B + β C. Either factor may be transposed.
pub(super) fn gemm(call: &Call, b: &mut Builder) -> Result<Value> {
    let factor = |b: &mut Builder, position: usize, flag: &str| -> Result<Value> {
        let x = call.input(position)?;
        if b.rank(&x) != 2 {
            return Err(misfit("a Gemm's factors must be matrices"));
        }
        if call.node.int(flag, 0) == 0 { Ok(x) } else { b.permute(x, &[1, 0]) }
    };
    let (x, y) = (factor(b, 0, "transA")?, factor(b, 1, "transB")?);
    let product = b.matmul(x, y)?;
    let scaled = scale(b, product, call.node.float("alpha", 1.0))?;
    match call.optional(2) {
        None => Ok(scaled),
        Some(c) => {
            let c = scale(b, c, call.node.float("beta", 1.0))?;
            b.binary(Binary::Add, scaled, c)
        }
    }
}

pub(super) fn scale(b: &mut Builder, x: Value, factor: f32) -> Result<Value> {
    if factor == 1.0 { Ok(x) } else { b.affine(x, factor, 0.0) }
}
