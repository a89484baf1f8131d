//! The forward pass. Each launch writes its result where the plan wants it.

use std::collections::HashMap;

use super::held::{Held, side_by_side};
use crate::array::Array;
use crate::array::gpu::{After, Carried, Part};
use crate::classifier::graph::Graph;
use crate::classifier::graph::ir::{Operand, Step, ValueId};
use crate::classifier::graph::plan::{Convolve, Home, Kept, Launch, Plan};

/// A forward pass in progress.
pub(super) struct Forward<'a> {
    graph: &'a Graph,
    plan: &'a Plan,
    values: Vec<Option<Held>>,
    left: Vec<usize>,
    /// Concatenations that are being written.
    joined: HashMap<ValueId, Part>,
    units: usize,
    taped: bool,
}

impl<'a> Forward<'a> {
    pub(super) fn new(graph: &'a Graph, plan: &'a Plan, inputs: Vec<Array>, units: usize, taped: bool) -> Self {
        let mut values = vec![None; graph.infos.len()];
        for (&id, array) in graph.inputs.iter().zip(inputs) {
            values[id] = Some(Held::Whole(array));
        }
        Self { graph, plan, values, left: graph.uses.clone(), joined: HashMap::new(), units, taped }
    }

    /// Runs all steps. Returns the outputs, and what the backward pass needs of each step.
    pub(super) fn run(mut self) -> (Vec<Array>, Vec<Kept>) {
        let graph = self.graph;
        let kept = (0..graph.steps.len()).map(|at| self.step(at)).collect();
        let outputs = graph.outputs.iter().map(|&output| self.take(output).array()).collect();
        (outputs, kept)
    }

    fn take(&mut self, operand: Operand) -> Held {
        match operand {
            Operand::Constant(number) => Held::Whole(self.graph.constants[number].clone()),
            Operand::Value(id) => {
                self.left[id] -= 1;
                let value = if self.left[id] == 0 { self.values[id].take() } else { self.values[id].clone() };
                value.expect("steps are in order, so each value is there until its last use")
            }
        }
    }

    fn step(&mut self, at: usize) -> Kept {
        let (plan, step) = (self.plan, &self.graph.steps[at]);
        let mut kept = Kept::default();
        let output = match &plan.launches[at] {
            Launch::Elsewhere => return kept,
            Launch::Convolve(convolve) => return self.convolve(step, convolve),
            Launch::Alone => self.alone(step, &mut kept),
            Launch::Join => Held::Part(self.join(step)),
            Launch::Shuffle { groups, from } => Held::Part(self.shuffle(step.output, *groups, from)),
            Launch::View { first, count } => {
                let x = self.take(step.inputs[0]).part();
                kept.saved.shapes = vec![x.shape()];
                Held::Part(x.some(*first, *count))
            }
            Launch::Mean => {
                let x = self.take(step.inputs[0]).array();
                kept.saved.shapes = vec![x.shape()];
                Held::Whole(mean(x))
            }
        };
        self.values[step.output] = Some(output);
        kept
    }

    fn alone(&mut self, step: &Step, kept: &mut Kept) -> Held {
        let operands: Vec<Array> = step.inputs.iter().map(|&operand| self.take(operand).array()).collect();
        let saved = &mut kept.saved;
        if self.taped {
            saved.shapes = operands.iter().map(Array::shape).collect();
            let needed = |(i, array): (usize, &Array)| step.op.needs_input(i).then(|| array.clone());
            saved.inputs = operands.iter().enumerate().map(needed).collect();
        }
        let (output, indices) = step.op.forward(operands, self.units, &self.graph.device);
        if self.taped {
            saved.output = step.op.needs_output().then(|| output.clone());
            saved.indices = indices;
        }
        Held::Whole(output)
    }

    fn convolve(&mut self, step: &Step, convolve: &Convolve) -> Kept {
        let x = self.take(step.inputs[0]).part();
        let add = convolve.add.map(|(_, other)| self.take(Operand::Value(other)).part());
        let output = self.graph.written_by(step, convolve);
        let into = self.home(output, &x).filter(|into| add.as_ref().is_none_or(|add| !into.shares_memory(add)));
        let limit = convolve.limit.map(|(_, limits)| limits);
        let y = convolve.forward.run(&x, self.graph.size(output), After { add, limit, into, ..After::default() });
        let mut kept = Kept::default();
        if self.taped {
            let Operand::Value(read) = step.inputs[0] else { unreachable!("a plan's convolutions read values") };
            kept.read = self.plan.rectified[read].map(|_| x);
            kept.rectified = limit.map(|_| y.clone());
        }
        self.values[output] = Some(Held::Part(y));
        kept
    }

    /// Returns where a value is to be written, if the plan gives it a place whose memory is not read while it is
    /// written.
    fn home(&mut self, value: ValueId, x: &Part) -> Option<Part> {
        let Home { of, first } = self.plan.homes[value]?;
        let (graph, [height, width]) = (self.graph, self.graph.size(of));
        let unwritten = || Part::whole(Array::unwritten([x.shape()[0], graph.channels(of), height, width], &x.maps));
        let home = self.joined.entry(of).or_insert_with(unwritten).some(first, graph.channels(value));
        (!home.shares_memory(x)).then_some(home)
    }

    fn join(&mut self, step: &Step) -> Part {
        let parts: Vec<Part> = step.inputs.iter().map(|&operand| self.take(operand).part()).collect();
        let channels = parts.iter().map(|part| part.count).sum();
        let whole = self.joined.remove(&step.output).unwrap_or_else(|| parts[0].unwritten(channels));
        let mut first = 0;
        for part in parts {
            if !part.shares_memory(&whole) {
                part.carry(&whole.some(first, part.count), side_by_side(part.count), false, None);
            }
            first += part.count;
        }
        whole
    }

    fn shuffle(&mut self, output: ValueId, groups: usize, from: &[ValueId]) -> Part {
        let parts: Vec<Part> = from.iter().map(|&id| self.take(Operand::Value(id)).part()).collect();
        let channels = self.graph.channels(output);
        let whole = parts[0].unwritten(channels);
        for (group, part) in in_groups(parts, groups).into_iter().enumerate() {
            let carried = Carried { count: channels / groups, from_every: 1, to_every: groups };
            part.carry(&whole.some(group, 1), carried, false, None);
        }
        whole
    }
}

/// Returns one part for each group. A single part is split by its channels.
fn in_groups(parts: Vec<Part>, groups: usize) -> Vec<Part> {
    match parts.as_slice() {
        [whole] => (0..groups).map(|group| whole.some(group * whole.count / groups, whole.count / groups)).collect(),
        _ => parts,
    }
}

/// Returns the mean over the pixels of channels-last maps, `[N, C, 1, 1]`.
fn mean(maps: Array) -> Array {
    let shape = maps.shape();
    let lines = maps.permute(&[0, 2, 3, 1]).reshape(&[shape[0], shape[2] * shape[3], shape[1]]);
    lines.mean_axis(1).reshape(&[shape[0], shape[1], 1, 1])
}
