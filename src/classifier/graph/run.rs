//! Runs a graph forward and backward.

use super::ir::{Operand, ValueId};
use super::op::Saved;
#[cfg(feature = "gpu")]
use super::plan::Kept;
use super::{Graph, is_rectifier};
use crate::array::{Array, PoolIndices, Unary};
use crate::error::{Error, ErrorKind, Result};

/// How a rectifier passes gradients back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rectifier {
    /// By its derivative.
    #[default]
    True,
    /// Only where the gradient is positive as well: guided back-propagation (Springenberg et al. 2015).
    Guided,
}

/// What a forward pass keeps for the backward pass. If the graph is not batchable, it is kept for each unit of the
/// batch.
pub struct Tape {
    runs: Vec<Run>,
}

struct Run {
    units: usize,
    saved: Vec<Saved>,
    kept: Option<Array>,
    /// What a pass by the plan keeps. `saved` is empty then.
    #[cfg(feature = "gpu")]
    launched: Option<Vec<Kept>>,
}

impl Graph {
    /// Returns the outputs for these inputs, each stacked along its first axis.
    ///
    /// # Errors
    /// Fails with [`ErrorKind::Model`] if the shape of an input does not fit.
    pub fn run(&self, inputs: Vec<Array>) -> Result<Vec<Array>> {
        Ok(self.pass(inputs, false, None)?.0)
    }

    /// Runs like [`Graph::run`], and keeps what [`Graph::gradient`] needs. `keep` names a tensor that can then be read
    /// from the tape.
    ///
    /// # Errors
    /// Fails as [`Graph::run`] does.
    pub fn run_taped(&self, inputs: Vec<Array>, keep: Option<ValueId>) -> Result<(Vec<Array>, Tape)> {
        self.pass(inputs, true, keep)
    }

    fn pass(&self, inputs: Vec<Array>, taped: bool, keep: Option<ValueId>) -> Result<(Vec<Array>, Tape)> {
        let units = self.units(&inputs)?;
        let parts = if self.batchable || units == 1 { vec![inputs] } else { split(inputs, units) };
        let each = units / parts.len();
        let (outputs, runs): (Vec<_>, Vec<_>) =
            parts.into_iter().map(|part| self.pass_once(part, each, taped, keep)).unzip();
        Ok((join(outputs), Tape { runs }))
    }

    /// Returns how many units of the file's batch the inputs hold.
    fn units(&self, inputs: &[Array]) -> Result<usize> {
        let unfit = |sentence: String| Err(Error::new(ErrorKind::Model, sentence));
        if inputs.len() != self.inputs.len() {
            return unfit(format!("the model takes {} inputs, and {} were given", self.inputs.len(), inputs.len()));
        }
        let mut units = None;
        for (array, &id) in inputs.iter().zip(&self.inputs) {
            let (got, unit) = (array.shape(), &self.infos[id].shape);
            let fits = unit.is_empty()
                || (got.len() == unit.len() && got[1..] == unit[1..] && got[0] > 0 && got[0].is_multiple_of(unit[0]));
            if !fits {
                return unfit(format!("the model takes {unit:?}, not {got:?}"));
            }
            if !unit.is_empty() && *units.get_or_insert(got[0] / unit[0]) != got[0] / unit[0] {
                return unfit("the model's inputs are batches of different lengths".to_owned());
            }
        }
        Ok(units.unwrap_or(1))
    }

    fn pass_once(&self, inputs: Vec<Array>, units: usize, taped: bool, keep: Option<ValueId>) -> (Vec<Array>, Run) {
        // The plan may leave out a tensor that is to be kept, because a launch can include several steps.
        #[cfg(feature = "gpu")]
        if let (Some(plan), None) = (&self.plan, keep) {
            let (outputs, kept) = self.launch(plan, inputs, units, taped);
            return (outputs, Run { units, saved: vec![], kept: None, launched: Some(kept) });
        }
        let mut values: Vec<Option<Array>> = vec![None; self.infos.len()];
        let mut left = self.uses.clone();
        let mut run = Run {
            units,
            saved: vec![],
            kept: None,
            #[cfg(feature = "gpu")]
            launched: None,
        };
        for (&id, array) in self.inputs.iter().zip(inputs) {
            values[id] = Some(array);
        }
        for (at, step) in self.steps.iter().enumerate() {
            let operands = step.inputs.iter().map(|o| self.take(*o, &mut values, &mut left)).collect::<Vec<_>>();
            let mut saved = Saved::default();
            if taped {
                saved.shapes = operands.iter().map(Array::shape).collect();
                saved.inputs =
                    operands.iter().enumerate().map(|(i, a)| step.op.needs_input(i).then(|| a.clone())).collect();
            }
            let (output, indices) = self.forward(at, operands, units);
            if taped {
                saved.output = step.op.needs_output().then(|| output.clone());
                saved.indices = indices;
                run.saved.push(saved);
            }
            if keep == Some(step.output) {
                run.kept = Some(output.clone());
            }
            values[step.output] = Some(output);
        }
        let outputs = self.outputs.iter().map(|o| self.take(*o, &mut values, &mut left)).collect();
        (outputs, run)
    }

    fn forward(&self, at: usize, operands: Vec<Array>, units: usize) -> (Array, Option<PoolIndices>) {
        #[cfg(feature = "gpu")]
        if let Some(convolution) = self.plan.as_ref().and_then(|plan| plan.convolution(at)) {
            let size = self.size(self.steps[at].output);
            return (convolution.forward.alone(operands.into_iter().next().expect("what it reads"), size), None);
        }
        self.steps[at].op.forward(operands, units, &self.device)
    }

    /// Returns the operand. At its last use it is moved out, so that the device may overwrite it.
    fn take(&self, operand: Operand, values: &mut [Option<Array>], left: &mut [usize]) -> Array {
        match operand {
            Operand::Constant(number) => self.constants[number].clone(),
            Operand::Value(id) => {
                left[id] -= 1;
                let value = if left[id] == 0 { values[id].take() } else { values[id].clone() };
                value.expect("steps are in order, so each value is there until its last use")
            }
        }
    }

    /// Returns the gradient of `Σ gradient · output`, for the first output, with respect to each input. It is `None`
    /// for an input that has no influence.
    pub fn gradient(&self, tape: Tape, gradient: Array, rectifier: Rectifier) -> Vec<Option<Array>> {
        self.gradients_at(tape, gradient, rectifier, &self.inputs)
    }

    /// Returns the same gradient with respect to the tensors in `at`.
    pub fn gradients_at(
        &self,
        tape: Tape,
        gradient: Array,
        rectifier: Rectifier,
        at: &[ValueId],
    ) -> Vec<Option<Array>> {
        let parts = if tape.runs.len() == 1 { vec![gradient] } else { split(vec![gradient], tape.runs.len()).concat() };
        let each: Vec<Vec<Option<Array>>> =
            tape.runs.into_iter().zip(parts).map(|(run, part)| self.gradient_once(run, part, rectifier, at)).collect();
        if each.len() == 1 {
            return each.into_iter().next().unwrap_or_default();
        }
        (0..at.len())
            .map(|i| each.iter().map(|part| part[i].clone()).collect::<Option<Vec<_>>>().map(|p| Array::concat(p, 0)))
            .collect()
    }

    fn gradient_once(&self, run: Run, gradient: Array, rectifier: Rectifier, at: &[ValueId]) -> Vec<Option<Array>> {
        #[cfg(feature = "gpu")]
        if let (Some(plan), Some(kept)) = (&self.plan, run.launched) {
            debug_assert_eq!(at, self.inputs, "only what was kept is differentiated within");
            return self.launched_gradient(plan, kept, run.units, gradient, rectifier);
        }
        let mut gradients: Vec<Option<Array>> = vec![None; self.infos.len()];
        if let Some(Operand::Value(id)) = self.outputs.first() {
            gradients[*id] = Some(gradient);
        }
        for (place, saved) in run.saved.into_iter().enumerate().rev() {
            let step = &self.steps[place];
            let gradient =
                if at.contains(&step.output) { gradients[step.output].clone() } else { gradients[step.output].take() };
            let Some(gradient) = gradient else { continue };
            let gradient = if rectifier == Rectifier::Guided && is_rectifier(&step.op) {
                gradient.unary(Unary::Relu)
            } else {
                gradient
            };
            for (position, operand) in step.inputs.iter().enumerate() {
                let Operand::Value(id) = *operand else { continue };
                if let Some(part) = self.backward(place, position, &saved, gradient.clone(), run.units) {
                    gradients[id] = Some(match gradients[id].take() {
                        Some(sum) => sum.add(part),
                        None => part,
                    });
                }
            }
        }
        at.iter().map(|&id| gradients[id].take()).collect()
    }

    /// Returns the gradient of a step with respect to one of its operands.
    fn backward(&self, at: usize, position: usize, saved: &Saved, gradient: Array, units: usize) -> Option<Array> {
        #[cfg(feature = "gpu")]
        if let Some(convolution) = self.plan.as_ref().and_then(|plan| plan.convolution(at)) {
            let shape = &saved.shapes[position];
            return Some(convolution.backward.alone(gradient, [shape[2], shape[3]]));
        }
        match &self.turned[at] {
            Some((weight, options)) => Some(gradient.conv2d(weight.clone(), None, options.clone())),
            None => self.steps[at].op.backward(position, saved, gradient, units, &self.device),
        }
    }
}

impl Tape {
    /// Returns the tensor that was to be kept, stacked along its first axis.
    pub fn kept(&self) -> Option<Array> {
        let parts = self.runs.iter().map(|r| r.kept.clone()).collect::<Option<Vec<_>>>()?;
        Some(if parts.len() == 1 { parts[0].clone() } else { Array::concat(parts, 0) })
    }
}

/// Cuts arrays into equal parts along their first axis.
fn split(arrays: Vec<Array>, parts: usize) -> Vec<Vec<Array>> {
    let cut = |array: &Array, part: usize| {
        let shape = array.shape();
        let each = shape[0] / parts;
        let mut ranges: Vec<_> = shape.iter().map(|&size| (0, size, 1)).collect();
        ranges[0] = (part * each, (part + 1) * each, 1);
        array.clone().slice(&ranges)
    };
    (0..parts).map(|part| arrays.iter().map(|array| cut(array, part)).collect()).collect()
}

fn join(parts: Vec<Vec<Array>>) -> Vec<Array> {
    if parts.len() == 1 {
        return parts.into_iter().next().unwrap_or_default();
    }
    (0..parts[0].len()).map(|i| Array::concat(parts.iter().map(|p| p[i].clone()).collect(), 0)).collect()
}
