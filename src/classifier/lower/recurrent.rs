//! Long short-term memory, unrolled. The length of the sequence is known at load.
//!
//! i, o, f = σ(x W + h R + b) and g = tanh(x W + h R + b), each with its own weights; then c ← f ∘ c + i ∘ g and h ← o
//! ∘ tanh(c).

use super::call::Call;
use super::operator::Operator;
use crate::array::Unary;
use crate::classifier::graph::builder::Builder;
use crate::classifier::graph::ir::Value;
use crate::classifier::graph::op::Binary;
use crate::classifier::refusal::{misfit, unsupported};
use crate::error::Result;

pub(super) const OPERATORS: &[Operator] =
    &[Operator::several("LSTM", lstm).noting("with its usual activations, without peepholes, clipping or layout 1")];

/// The longest sequence that is unrolled.
const LONGEST: usize = 256;
/// Number of gates. The weights hold them in the order i, o, f, g.
const GATES: usize = 4;

/// The state passed from one step to the next, each part `[B, H]`.
#[derive(Clone)]
struct State {
    hidden: Value,
    cell: Value,
}

/// Returns the outputs Y `[T, D, B, H]`, and the last h and the last c, both `[D, B, H]`.
fn lstm(call: &Call, b: &mut Builder) -> Result<Vec<Value>> {
    refuse_other_forms(call, b)?;
    let (mut all, mut last) = (vec![], vec![]);
    for (direction, reversed) in directions(call)?.iter().enumerate() {
        let (sequence, end) = one_direction(call, b, direction, *reversed)?;
        all.push(sequence);
        last.push(end);
    }
    let together = |b: &mut Builder, of: fn(&State) -> &Value| -> Result<Value> {
        let parts: Result<Vec<Value>> = last.iter().map(|state| with_axes(b, of(state).clone(), 1)).collect();
        let all = b.concat(parts?, 1)?;
        b.permute(all, &[1, 0, 2])
    };
    let (hidden, cell) = (together(b, |state| &state.hidden)?, together(b, |state| &state.cell)?);
    let all = b.concat(all, 2)?;
    Ok(vec![b.permute(all, &[1, 2, 0, 3])?, hidden, cell])
}

fn refuse_other_forms(call: &Call, b: &Builder) -> Result<()> {
    let usual = ["Sigmoid", "Tanh", "Tanh"];
    let activations = call.node.texts("activations");
    let other_activations = activations.iter().zip(usual.iter().cycle()).any(|(given, usual)| given != usual);
    let other = other_activations
        || call.node.has("clip")
        || ["input_forget", "layout"].iter().any(|n| call.node.int(n, 0) != 0);
    if other || call.optional(7).is_some() {
        return Err(unsupported("this form of an LSTM"));
    }
    let shape = b.shape(&call.input(0)?);
    let [length, ..] = shape[..] else { return Err(misfit(format!("an LSTM does not fit {shape:?}"))) };
    let lengths = call.optional_constant(4, "lengths")?;
    if length > LONGEST || lengths.is_some_and(|lengths| lengths.to_ints().iter().any(|&l| l != length as i64)) {
        return Err(unsupported("an LSTM over more than 256 steps, or over sequences of several lengths"));
    }
    Ok(())
}

/// Returns, for each direction, whether it runs from the end.
fn directions(call: &Call) -> Result<&'static [bool]> {
    match call.node.text("direction", "forward").as_str() {
        "forward" => Ok(&[false]),
        "reverse" => Ok(&[true]),
        "bidirectional" => Ok(&[false, true]),
        other => Err(misfit(format!("an LSTM has no direction \"{other}\""))),
    }
}

/// Returns the hidden states `[B, T, 1, H]` in the order of the sequence, and the last state.
fn one_direction(call: &Call, b: &mut Builder, direction: usize, reversed: bool) -> Result<(Value, State)> {
    let from_input = weighted_input(call, b, direction)?;
    let [length, _, _] = b.shape(&from_input)[..] else { return Err(misfit("an LSTM's input has other axes")) };
    let recurrence = transposed_part(b, call.input(2)?, direction)?;
    let mut state = initial(call, b, direction)?;
    let mut steps = vec![];
    for step in 0..length {
        let at = if reversed { length - 1 - step } else { step };
        let gates = part(b, from_input.clone(), at)?;
        let next = advance(b, gates, &recurrence, state.as_ref())?;
        steps.push(with_axes(b, next.hidden.clone(), 2)?);
        state = Some(next);
    }
    if reversed {
        steps.reverse();
    }
    let last = state.ok_or_else(|| misfit("an LSTM over no steps"))?;
    Ok((b.concat(steps, 1)?, last))
}

/// Returns x W + b of all steps at once, `[T, B, 4 H]`.
fn weighted_input(call: &Call, b: &mut Builder, direction: usize) -> Result<Value> {
    let weights = transposed_part(b, call.input(1)?, direction)?;
    let product = b.matmul(call.input(0)?, weights)?;
    let Some(biases) = call.optional(3) else { return Ok(product) };
    let both = part(b, biases, direction)?;
    let [length] = b.shape(&both)[..] else { return Err(misfit("an LSTM's biases have other axes")) };
    let half = length / 2;
    let (of_input, of_state) = (b.slice(both.clone(), &[(0, half, 1)])?, b.slice(both, &[(half, 2 * half, 1)])?);
    let bias = b.binary(Binary::Add, of_input, of_state)?;
    b.binary(Binary::Add, product, bias)
}

/// Returns the state before the first step. It is `None` if it is zero, so that pictures of a batch need no state each.
fn initial(call: &Call, b: &mut Builder, direction: usize) -> Result<Option<State>> {
    let zero = |value: &Option<Value>| match value {
        None => true,
        Some(Value::Const(host)) => host.values.iter().all(|v| *v == 0.0),
        Some(Value::Dynamic(_)) => false,
    };
    let given = [call.optional(5), call.optional(6)];
    if given.iter().all(zero) {
        return Ok(None);
    }
    let [Some(hidden), Some(cell)] = given else { return Err(unsupported("an LSTM with half a state")) };
    Ok(Some(State { hidden: part(b, hidden, direction)?, cell: part(b, cell, direction)? }))
}

/// Returns the next state from the gates' sums x W + b, `[B, 4 H]`.
fn advance(b: &mut Builder, gates: Value, recurrence: &Value, state: Option<&State>) -> Result<State> {
    let sums = match state {
        Some(state) => {
            let from_state = b.matmul(state.hidden.clone(), recurrence.clone())?;
            b.binary(Binary::Add, gates, from_state)?
        }
        None => gates,
    };
    let [batch, width] = b.shape(&sums)[..] else { return Err(misfit("an LSTM's weights have other axes")) };
    let size = width / GATES;
    let gate = |b: &mut Builder, number: usize, function| {
        let sum = b.slice(sums.clone(), &[(0, batch, 1), (number * size, (number + 1) * size, 1)])?;
        b.unary(function, sum)
    };
    let (let_in, let_out) = (gate(b, 0, Unary::Sigmoid)?, gate(b, 1, Unary::Sigmoid)?);
    let (keep, new) = (gate(b, 2, Unary::Sigmoid)?, gate(b, 3, Unary::Tanh)?);
    let mut cell = b.binary(Binary::Mul, let_in, new)?;
    if let Some(state) = state {
        let kept = b.binary(Binary::Mul, keep, state.cell.clone())?;
        cell = b.binary(Binary::Add, kept, cell)?;
    }
    let shown = b.unary(Unary::Tanh, cell.clone())?;
    Ok(State { hidden: b.binary(Binary::Mul, let_out, shown)?, cell })
}

/// Returns the slice at a place of the first axis, without that axis.
fn part(b: &mut Builder, x: Value, at: usize) -> Result<Value> {
    let shape = b.shape(&x);
    if shape.first().is_none_or(|&length| at >= length) {
        return Err(misfit(format!("an LSTM has no part {at} in {shape:?}")));
    }
    let ranges: Vec<_> =
        shape.iter().enumerate().map(|(a, &n)| if a == 0 { (at, at + 1, 1) } else { (0, n, 1) }).collect();
    let slice = b.slice(x, &ranges)?;
    b.reshape(slice, &shape[1..])
}

/// Returns the weights of a direction, transposed.
fn transposed_part(b: &mut Builder, weights: Value, direction: usize) -> Result<Value> {
    let part = part(b, weights, direction)?;
    b.permute(part, &[1, 0])
}

/// Inserts this many axes of size 1 into `[B, H]`, after the batch. The batch stays first, so that pictures can be
/// stacked.
fn with_axes(b: &mut Builder, x: Value, count: usize) -> Result<Value> {
    let [batch, size] = b.shape(&x)[..] else { return Err(misfit("an LSTM's state has other axes")) };
    let shape = [vec![batch], vec![1; count], vec![size]].concat();
    b.reshape(x, &shape)
}
