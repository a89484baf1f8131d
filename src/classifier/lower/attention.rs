//! Attention as one operator (operator set 23): softmax(cap(scale · Q Kᵀ) + mask) V, head by head.

use super::call::{Call, number};
use super::linear::matmul;
use super::operator::Operator;
use crate::array::{Comparison, Unary};
use crate::classifier::graph::builder::Builder;
use crate::classifier::graph::ir::Value;
use crate::classifier::graph::op::{Binary, Reduction};
use crate::classifier::host::{HostTensor, Kind};
use crate::classifier::refusal::{misfit, unsupported};
use crate::error::Result;

pub(super) const OPERATORS: &[Operator] =
    &[Operator::several("Attention", attention).noting("without padded keys (nonpad_kv_seqlen)")];

/// A score below all others. It is finite, because arithmetic with infinities is not guaranteed on WebGPU.
const HIDDEN: f32 = -1e30;

fn attention(call: &Call, b: &mut Builder) -> Result<Vec<Value>> {
    if call.optional(6).is_some() {
        return Err(unsupported("an Attention with padded keys"));
    }
    let flat = b.rank(&call.input(0)?) == 3;
    let query = heads(call, b, 0, "q_num_heads")?;
    let (key, value) = (heads(call, b, 1, "kv_num_heads")?, heads(call, b, 2, "kv_num_heads")?);
    let (key, past) = after_past(call, b, key, 4)?;
    let (value, _) = after_past(call, b, value, 5)?;
    let (present_key, present_value) = (key.clone(), value.clone());
    let each = b.shape(&query)[1];
    let (key, value) = (shared(b, key, each)?, shared(b, value, each)?);
    let scores = scores(call, b, query, key)?;
    let capped = capped(b, scores.clone(), call.node.float("softcap", 0.0))?;
    let masked = masked(call, b, capped.clone(), past)?;
    let weights = weights(b, masked.clone())?;
    let y = matmul(b, weights.clone(), value)?;
    let y = if flat { joined(b, y)? } else { y };
    let shown = match call.node.int("qk_matmul_output_mode", 0) {
        0 => scores,
        1 => capped,
        2 => masked,
        _ => weights,
    };
    Ok(vec![y, present_key, present_value, shown])
}

/// Reshapes `[B, S, H · D]` to `[B, H, S, D]`.
fn heads(call: &Call, b: &mut Builder, position: usize, attribute: &str) -> Result<Value> {
    let x = call.input(position)?;
    let shape = b.shape(&x);
    let [batch, length, width] = shape[..] else {
        return if shape.len() == 4 { Ok(x) } else { Err(misfit(format!("an Attention does not fit {shape:?}"))) };
    };
    let heads = usize::try_from(call.node.int(attribute, 0)).unwrap_or(0);
    if heads == 0 || !width.is_multiple_of(heads) {
        return Err(misfit(format!("an Attention's {width} values do not divide into {heads} heads")));
    }
    let split = b.reshape(x, &[batch, length, heads, width / heads])?;
    b.permute(split, &[0, 2, 1, 3])
}

/// Reshapes `[B, H, S, D]` to `[B, S, H · D]`.
fn joined(b: &mut Builder, x: Value) -> Result<Value> {
    let [batch, heads, length, width] = b.shape(&x)[..] else { return Err(misfit("an Attention without heads")) };
    let turned = b.permute(x, &[0, 2, 1, 3])?;
    b.reshape(turned, &[batch, length, heads * width])
}

/// Returns the past keys or values followed by x, and the length of the past.
fn after_past(call: &Call, b: &mut Builder, x: Value, position: usize) -> Result<(Value, usize)> {
    let Some(past) = call.optional(position) else { return Ok((x, 0)) };
    let length = b.shape(&past).get(2).copied().unwrap_or(0);
    Ok((b.concat(vec![past, x], 2)?, length))
}

/// Repeats each head of keys or values for the query heads that share it.
fn shared(b: &mut Builder, x: Value, heads: usize) -> Result<Value> {
    let own = b.shape(&x)[1];
    if own == heads {
        return Ok(x);
    }
    if own == 0 || !heads.is_multiple_of(own) {
        return Err(misfit(format!("an Attention's {heads} heads do not share {own}")));
    }
    let indices: Vec<usize> = (0..heads).map(|head| head * own / heads).collect();
    b.gather(x, 1, &indices)
}

/// Returns scale · Q Kᵀ. Each factor takes the root of the scale, as the standard says.
fn scores(call: &Call, b: &mut Builder, query: Value, key: Value) -> Result<Value> {
    let width = b.shape(&query)[3].max(1) as f32;
    let scale = call.node.float("scale", 1.0 / width.sqrt());
    let query = b.affine(query, scale.abs().sqrt() * scale.signum(), 0.0)?;
    let key = b.affine(key, scale.abs().sqrt(), 0.0)?;
    let turned = b.permute(key, &[0, 1, 3, 2])?;
    matmul(b, query, turned)
}

fn masked(call: &Call, b: &mut Builder, scores: Value, past: usize) -> Result<Value> {
    let mut scores = scores;
    if let Some(mask) = call.optional(3) {
        let keys = b.shape(&scores)[3];
        let mask = to_length(b, mask, keys)?;
        scores = if b.kind(&mask) == Kind::Bool {
            b.select_where(mask, scores, hidden())?
        } else {
            let finite = b.clamp(mask, HIDDEN, f32::MAX)?;
            b.binary(Binary::Add, scores, finite)?
        };
    }
    let Window { left, right } = Window::of(call);
    if (left, right) == (None, None) {
        return Ok(scores);
    }
    let [.., queries, keys] = b.shape(&scores)[..] else { return Err(misfit("an Attention without keys")) };
    b.claim(&[queries, keys])?;
    let is_seen = |query: usize, key: usize| {
        let (here, key) = ((query + past) as i64, key as i64);
        left.is_none_or(|left| key >= here - left) && right.is_none_or(|right| key <= here + right)
    };
    let is_seen = &is_seen;
    let seen = (0..queries).flat_map(|q| (0..keys).map(move |k| f32::from(u8::from(is_seen(q, k))))).collect();
    let seen = Value::Const(HostTensor::new(Kind::Bool, &[queries, keys], seen));
    b.select_where(seen, scores, hidden())
}

/// How far before and after its own place a query sees. `None` sets no bound.
struct Window {
    left: Option<i64>,
    right: Option<i64>,
}

impl Window {
    fn of(call: &Call) -> Self {
        let bound = |name| Some(call.node.int(name, -1)).filter(|bound| (0..1 << 30).contains(bound));
        let causal = (call.node.int("is_causal", 0) != 0).then_some(0);
        Self { left: bound("left_window_size"), right: causal.or(bound("right_window_size")) }
    }
}

/// Returns the softmax over the keys. A query from which all keys are hidden gets weight 0 for each.
fn weights(b: &mut Builder, masked: Value) -> Result<Value> {
    let last = b.rank(&masked) - 1;
    let largest = b.reduce(Reduction::Max, masked.clone(), &[last])?;
    let sees = b.compare(Comparison::Greater, largest, number(0.5 * HIDDEN))?;
    let shares = b.softmax(masked, last)?;
    b.binary(Binary::Mul, shares, sees)
}

fn hidden() -> Value {
    Value::Const(HostTensor::scalar(Kind::Float, HIDDEN))
}

/// Extends a mask for fewer keys than there are. The remaining keys are hidden.
fn to_length(b: &mut Builder, mask: Value, keys: usize) -> Result<Value> {
    let shape = b.shape(&mask);
    let there = shape.last().copied().unwrap_or(1);
    if there == 1 || there >= keys {
        return Ok(mask);
    }
    let mut pads = vec![(0, 0); shape.len()];
    pads[shape.len() - 1].1 = keys - there;
    let rest = if b.kind(&mask) == Kind::Bool { 0.0 } else { HIDDEN };
    b.pad(mask, &pads, rest)
}

/// Returns cap · tanh(x / cap), or x if cap is 0.
fn capped(b: &mut Builder, x: Value, cap: f32) -> Result<Value> {
    if cap == 0.0 {
        return Ok(x);
    }
    let inner = b.affine(x, 1.0 / cap, 0.0)?;
    let bent = b.unary(Unary::Tanh, inner)?;
    b.affine(bent, cap, 0.0)
}
