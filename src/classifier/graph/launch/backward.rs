//! The backward pass. Gradients are summed in place, and a gradient that a rectifier would drop is dropped by the
//! launch that computes it.

use std::collections::HashMap;

use super::held::{Given, Held, side_by_side};
use crate::array::Array;
use crate::array::gpu::{After, Carried, Masked, Part};
use crate::classifier::graph::ir::{Operand, Step, ValueId};
use crate::classifier::graph::op::{Op, Saved};
use crate::classifier::graph::plan::{Convolve, Home, Kept, Launch, Plan, limits};
use crate::classifier::graph::{Graph, Rectifier};

/// A backward pass in progress.
pub(super) struct Backward<'a> {
    graph: &'a Graph,
    plan: &'a Plan,
    gradients: Vec<Option<Given>>,
    /// Gradients that are written in parts, by the slices that read the value.
    joined: HashMap<ValueId, Part>,
    units: usize,
    rectifier: Rectifier,
}

impl<'a> Backward<'a> {
    /// Starts from the gradient of the first output.
    pub(super) fn new(graph: &'a Graph, plan: &'a Plan, gradient: Array, units: usize, rectifier: Rectifier) -> Self {
        let mut gradients: Vec<Option<Given>> = graph.infos.iter().map(|_| None).collect();
        if let Some(Operand::Value(id)) = graph.outputs.first() {
            gradients[*id] = Some(Given { held: Held::Whole(gradient), masked: false });
        }
        Self { graph, plan, gradients, joined: HashMap::new(), units, rectifier }
    }

    /// Runs all steps backward and returns the gradients of the inputs.
    pub(super) fn run(mut self, kept: Vec<Kept>) -> Vec<Option<Array>> {
        for (at, kept) in kept.into_iter().enumerate().rev() {
            self.step(at, kept);
        }
        self.graph.inputs.iter().map(|&id| self.gradients[id].take().map(|given| given.held.array())).collect()
    }

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
        // If the gradient of a maximum has been masked, the gradient of its input is masked too, because it is zero
        // elsewhere.
        let stays_masked = masked && matches!(step.op, Op::MaxPool(_));
        for (position, operand) in step.inputs.iter().enumerate() {
            let Operand::Value(id) = *operand else { continue };
            let part = step.op.backward(position, saved, gradient.clone(), self.units, &self.graph.device);
            if let Some(part) = part {
                self.contribute(id, Held::Whole(part), stays_masked);
            }
        }
    }

    /// Returns the gradient of a rectifier's input.
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

    /// Writes zeros as the gradient of a slice that has no influence.
    fn nothing(&mut self, value: ValueId, saved: &Saved) -> Option<Given> {
        let mut shape = saved.shapes[0].clone();
        shape[1] = self.graph.channels(value);
        let zeros = Part::whole(Array::full(&shape, 0.0, &self.graph.device));
        let home = self.gradient_home(value, &zeros)?;
        zeros.carry(&home, side_by_side(zeros.count), false, None);
        Some(Given { held: Held::Part(home), masked: true })
    }

    /// Returns where the gradient of a value is written, if that gradient is part of another.
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

fn sum(a: Given, b: Given) -> Given {
    let masked = a.masked && b.masked;
    Given { held: Held::Whole(a.held.array().add(b.held.array())), masked }
}
