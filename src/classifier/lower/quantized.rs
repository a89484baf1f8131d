//! Quantised operators, evaluated in floating point; rounding is differentiated as the identity.

use super::{Call, Lowered};
use crate::classifier::builder::{Builder, Value, misfit};
use crate::classifier::host::{HostTensor, Kind};
use crate::classifier::op::Binary;
use crate::error::Result;

pub(super) fn lower(call: &Call, b: &mut Builder) -> Lowered {
    let result = match call.node.op.as_str() {
        "DequantizeLinear" => dequantize(call, b),
        _ => return Ok(None),
    };
    Ok(Some(vec![result?]))
}

/// y = (x − zero point) · scale, per tensor or per slice of `axis`.
fn dequantize(call: &Call, b: &mut Builder) -> Result<Value> {
    let x = call.input(0)?;
    let scale = along_axis(call, b, &x, call.constant(1, "a scale")?)?;
    let centred = match call.optional_constant(2, "a zero point")? {
        Some(zero) => {
            let zero = along_axis(call, b, &x, zero)?;
            b.binary(Binary::Sub, x, zero)?
        }
        None => x,
    };
    let centred = b.with_kind(centred, Kind::Float);
    b.binary(Binary::Mul, centred, scale)
}

/// One value a slice of `axis`, shaped to broadcast against x.
pub(super) fn along_axis(call: &Call, b: &Builder, x: &Value, host: HostTensor) -> Result<Value> {
    let shape = b.shape(x);
    if host.values.len() == 1 {
        return Ok(Value::Const(HostTensor { kind: Kind::Float, shape: vec![], ..host }));
    }
    let axis = super::axis(call.node.int("axis", 1), shape.len())?;
    if host.values.len() != shape[axis] {
        return Err(misfit(format!("{} scales do not fit an axis of {}", host.values.len(), shape[axis])));
    }
    let mut broadcast = vec![1; shape.len()];
    broadcast[axis] = shape[axis];
    Ok(Value::Const(HostTensor { kind: Kind::Float, shape: broadcast, ..host }))
}
