//! Runs a graph on a graphics card by its [`Plan`], forward and backward.

use std::collections::HashMap;

use super::ir::{Operand, Step, ValueId};
use super::op::{Op, Saved};
use super::plan::{Convolve, Home, Kept, Launch, Plan, limits};
use super::run::{Graph, Rectifier};
use crate::array::Array;
use crate::array::gpu::{After, Carried, Masked, Part};

/// A tensor: whole, or some channels of maps.
#[derive(Clone)]
enum Held {
    Whole(Array),
    Part(Part),
}

impl Held {
    fn array(self) -> Array {
        match self {
            Held::Whole(array) => array,
            Held::Part(part) => part.array(),
        }
    }

    fn part(self) -> Part {
        match self {
            Held::Whole(array) => Part::whole(array),
            Held::Part(part) => part,
        }
    }
}

/// A gradient, and whether what a rectifier would drop of it has been dropped.
struct Given {
    held: Held,
    masked: bool,
}

/// A forward pass under way.
struct Forward<'a> {
    graph: &'a Graph,
    plan: &'a Plan,
    values: Vec<Option<Held>>,
    left: Vec<usize>,
    /// Concatenations that are being written.
    joined: HashMap<ValueId, Part>,
    units: usize,
    taped: bool,
}

/// A backward pass under way.
struct Backward<'a> {
    graph: &'a Graph,
    plan: &'a Plan,
    gradients: Vec<Option<Given>>,
    /// Gradients of which slices' gradients are parts.
    joined: HashMap<ValueId, Part>,
    units: usize,
    rectifier: Rectifier,
}

impl Graph {
    /// The outputs, and what the way back needs where the pass is `taped`.
    pub(super) fn launch(&self, plan: &Plan, inputs: Vec<Array>, units: usize, taped: bool) -> (Vec<Array>, Vec<Kept>) {
        let mut values = vec![None; self.infos.len()];
        for (&id, array) in self.inputs.iter().zip(inputs) {
            values[id] = Some(Held::Whole(array));
        }
        let left = self.uses.clone();
        let mut pass = Forward { graph: self, plan, values, left, joined: HashMap::new(), units, taped };
        let kept = (0..self.steps.len()).map(|at| pass.step(at)).collect();
        let outputs = self.outputs.iter().map(|&output| pass.take(output).array()).collect();
        (outputs, kept)
    }

    /// The gradient with respect to each input.
    pub(super) fn launched_gradient(
        &self,
        plan: &Plan,
        kept: Vec<Kept>,
        units: usize,
        gradient: Array,
        rectifier: Rectifier,
    ) -> Vec<Option<Array>> {
        let gradients = self.infos.iter().map(|_| None).collect();
        let mut pass = Backward { graph: self, plan, gradients, joined: HashMap::new(), units, rectifier };
        if let Some(Operand::Value(id)) = self.outputs.first() {
            pass.gradients[*id] = Some(Given { held: Held::Whole(gradient), masked: false });
        }
        for (at, kept) in kept.into_iter().enumerate().rev() {
            pass.step(at, kept);
        }
        self.inputs.iter().map(|&id| pass.gradients[id].take().map(|given| given.held.array())).collect()
    }

    fn channels(&self, value: ValueId) -> usize {
        self.infos[value].shape[1]
    }

    /// Height and width of maps.
    pub(super) fn size(&self, value: ValueId) -> [usize; 2] {
        let shape = &self.infos[value].shape;
        [shape[2], shape[3]]
    }
}

impl Forward<'_> {
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

    /// Where a value is to be written, if it has a home of which no part is read for it.
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

impl Backward<'_> {
    fn step(&mut self, at: usize, kept: Kept) {
        let (plan, step) = (self.plan, &self.graph.steps[at]);
        match &plan.launches[at] {
            Launch::Elsewhere => {}
            Launch::Convolve(convolve) => self.convolve(step, convolve, kept),
            Launch::Alone | Launch::Mean => self.alone(step, &kept.saved),
            Launch::Join => self.join(step),
            Launch::Shuffle { groups, from } => self.shuffle(step.output, *groups, from),
            Launch::View { .. } => self.view(step, &kept.saved),
        }
    }

    fn alone(&mut self, step: &Step, saved: &Saved) {
        let Some(Given { held, masked }) = self.gradients[step.output].take() else { return };
        if let (Some(limits), [Operand::Value(id)], 4) =
            (limits(&step.op), step.inputs.as_slice(), saved.shapes[0].len())
        {
            let by = saved.output.clone().or_else(|| saved.inputs[0].clone()).expect("a rectifier keeps one of them");
            let passed = self.rectified(Given { held, masked }, Part::whole(by), limits);
            return self.contribute(*id, passed, false);
        }
        let gradient = held.array();
        // What a maximum's gradient leaves out is left out where it came from, too.
        let stays_masked = masked && matches!(step.op, Op::MaxPool(_));
        for (position, operand) in step.inputs.iter().enumerate() {
            let Operand::Value(id) = *operand else { continue };
            let part = step.op.backward(position, saved, gradient.clone(), self.units, &self.graph.device);
            if let Some(part) = part {
                self.contribute(id, Held::Whole(part), stays_masked);
            }
        }
    }

    /// The gradient of what a rectifier was given.
    fn rectified(&self, given: Given, by: Part, between: (f32, f32)) -> Held {
        let guided = self.rectifier == Rectifier::Guided;
        if given.masked && !guided {
            return given.held;
        }
        let held = if guided { Held::Whole(given.held.array().unary(crate::array::Unary::Relu)) } else { given.held };
        let gradient = held.part();
        let passed = gradient.unwritten(gradient.count);
        gradient.carry(&passed, side_by_side(gradient.count), false, Some(&Masked { by, between }));
        Held::Part(passed)
    }

    fn convolve(&mut self, step: &Step, convolve: &Convolve, kept: Kept) {
        let Some(given) = self.gradients[self.graph.written_by(step, convolve)].take() else { return };
        let held = match (kept.rectified, convolve.limit) {
            (Some(by), Some((_, between))) => self.rectified(given, by, between),
            _ => given.held,
        };
        if let Some((_, other)) = convolve.add {
            self.contribute(other, held.clone(), false);
        }
        let Operand::Value(id) = step.inputs[0] else { unreachable!("a plan's convolutions read values") };
        let gradient = held.part();
        let before = self.gradients[id].take().map(|given| given.held.part());
        let into = self.gradient_home(id, &gradient);
        let added = into.is_some() && before.is_some();
        let add = before.filter(|_| into.is_none());
        let between = self.plan.rectified[id].filter(|_| self.rectifier == Rectifier::True);
        let mask = between.zip(kept.read).map(|(between, by)| Masked { by, between });
        let masked = mask.is_some();
        let after = After { add, mask, into, added, limit: None };
        let part = convolve.backward.run(&gradient, self.graph.size(id), after);
        self.gradients[id] = Some(Given { held: Held::Part(part), masked });
    }

    fn join(&mut self, step: &Step) {
        let Some(Given { held, masked }) = self.gradients[step.output].take() else { return };
        let (whole, mut first) = (held.part(), 0);
        for operand in &step.inputs {
            let Operand::Value(id) = *operand else { unreachable!("a plan joins values") };
            let count = self.graph.channels(id);
            self.contribute(id, Held::Part(whole.some(first, count)), masked);
            first += count;
        }
    }

    fn shuffle(&mut self, output: ValueId, groups: usize, from: &[ValueId]) {
        let Some(Given { held, masked }) = self.gradients[output].take() else { return };
        let whole = held.part();
        let each = whole.count / groups;
        let carried = Carried { count: each, from_every: groups, to_every: 1 };
        if let [id] = *from {
            let parts = whole.unwritten(whole.count);
            for group in 0..groups {
                whole.some(group, 1).carry(&parts.some(group * each, each), carried, false, None);
            }
            return self.contribute(id, Held::Part(parts), masked);
        }
        for (group, &id) in from.iter().enumerate() {
            let before = self.gradients[id].take();
            let home = self.gradient_home(id, &whole);
            let added = home.is_some() && before.is_some();
            let to = home.unwrap_or_else(|| whole.unwritten(each));
            whole.some(group, 1).carry(&to, carried, added, None);
            let of_this = Given { held: Held::Part(to), masked: masked && before.as_ref().is_none_or(|b| b.masked) };
            self.gradients[id] = Some(match before {
                Some(before) if !added => sum(before, of_this),
                _ => of_this,
            });
        }
    }

    fn view(&mut self, step: &Step, saved: &Saved) {
        let Some(Home { of, .. }) = self.plan.gradient_homes[step.output] else { return self.alone(step, saved) };
        let given = self.gradients[step.output].take().or_else(|| self.nothing(step.output, saved));
        let whole = self.joined.get(&of).cloned();
        if let (Some(given), Some(whole)) = (given, whole) {
            let masked = given.masked && self.gradients[of].as_ref().is_none_or(|before| before.masked);
            self.gradients[of] = Some(Given { held: Held::Part(whole), masked });
        }
    }

    /// Zeros as the gradient of a slice that has no influence.
    fn nothing(&mut self, value: ValueId, saved: &Saved) -> Option<Given> {
        let mut shape = saved.shapes[0].clone();
        shape[1] = self.graph.channels(value);
        let zeros = Part::whole(Array::full(&shape, 0.0, &self.graph.device));
        let home = self.gradient_home(value, &zeros)?;
        zeros.carry(&home, side_by_side(zeros.count), false, None);
        Some(Given { held: Held::Part(home), masked: true })
    }

    /// Where the gradient of a value is written, if it is part of another.
    fn gradient_home(&mut self, value: ValueId, near: &Part) -> Option<Part> {
        let Home { of, first } = self.plan.gradient_homes[value]?;
        let (graph, [height, width]) = (self.graph, self.graph.size(of));
        let unwritten =
            || Part::whole(Array::unwritten([near.shape()[0], graph.channels(of), height, width], &near.maps));
        Some(self.joined.entry(of).or_insert_with(unwritten).some(first, graph.channels(value)))
    }

    /// Adds to the gradient of a value.
    fn contribute(&mut self, id: ValueId, held: Held, masked: bool) {
        let before = self.gradients[id].take();
        let given = Given { held, masked };
        if self.plan.gradient_homes[id].is_some() {
            let (added, part) = (before.is_some(), given.held.part());
            let home = self.gradient_home(id, &part).expect("it has one");
            part.carry(&home, side_by_side(part.count), added, None);
            let masked = masked && before.is_none_or(|before| before.masked);
            self.gradients[id] = Some(Given { held: Held::Part(home), masked });
        } else {
            self.gradients[id] = Some(match before {
                Some(before) => sum(before, given),
                None => given,
            });
        }
    }
}

impl Graph {
    /// The value that a convolution writes, with what it takes along.
    fn written_by(&self, step: &Step, convolve: &Convolve) -> ValueId {
        let last = convolve.limit.map(|(at, _)| at).or(convolve.add.map(|(at, _)| at));
        last.map_or(step.output, |at| self.steps[at].output)
    }
}

fn sum(a: Given, b: Given) -> Given {
    let masked = a.masked && b.masked;
    Given { held: Held::Whole(a.held.array().add(b.held.array())), masked }
}

fn side_by_side(count: usize) -> Carried {
    Carried { count, from_every: 1, to_every: 1 }
}

/// The parts that are groups, or one whose channels are.
fn in_groups(parts: Vec<Part>, groups: usize) -> Vec<Part> {
    match parts.as_slice() {
        [whole] => (0..groups).map(|group| whole.some(group * whole.count / groups, whole.count / groups)).collect(),
        _ => parts,
    }
}

/// The mean over the pixels of maps that lie channels last, `[N, C, 1, 1]`.
fn mean(maps: Array) -> Array {
    let shape = maps.shape();
    let lines = maps.permute(&[0, 2, 3, 1]).reshape(&[shape[0], shape[2] * shape[3], shape[1]]);
    lines.mean_axis(1).reshape(&[shape[0], shape[1], 1, 1])
}
