//! The typed graph: a list of primitives in order, its constants on a device, run forward and backward.

use std::collections::HashSet;

use burn::tensor::Device;
use burn::tensor::ops::ConvOptions;

use super::builder::Builder;
use super::cost::{self, Cost};
use super::ir::{Info, Operand, Simplified, Step, Value, ValueId};
use super::op::{Op, Saved};
#[cfg(feature = "gpu")]
use super::plan::{Drawn, Kept, Plan};
use crate::array::{self, Array, PoolIndices, Unary};
use crate::classifier::host::HostTensor;
use crate::error::{Error, ErrorKind, Result};

/// How a rectifier passes gradients back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rectifier {
    /// As its derivative says.
    #[default]
    True,
    /// Only where the gradient is positive too: guided back-propagation (Springenberg et al. 2015).
    Guided,
}

/// A graph ready to run. Weights are uploaded once and never differentiated.
pub struct Graph {
    pub(super) steps: Vec<Step>,
    pub(super) infos: Vec<Info>,
    pub(super) inputs: Vec<ValueId>,
    pub(super) outputs: Vec<Operand>,
    pub(super) constants: Vec<Array>,
    /// The numbers of those that were uploaded.
    uploaded: HashSet<usize>,
    /// Weights turned for the input gradient of each step, where [`turned_weights`] has them.
    turned: Vec<Option<(Array, ConvOptions<2>)>>,
    pub(super) uses: Vec<usize>,
    batchable: bool,
    simplified: Simplified,
    cost: Cost,
    pub(super) device: Device,
    /// What the steps are on a graphics card.
    #[cfg(feature = "gpu")]
    plan: Option<Plan>,
}

/// What a forward pass leaves for the backward pass, unit batch by unit batch where the graph is not batchable.
pub struct Tape {
    runs: Vec<Run>,
}

struct Run {
    units: usize,
    saved: Vec<Saved>,
    kept: Option<Array>,
    /// What a pass by the plan left; its steps have nothing in `saved`.
    #[cfg(feature = "gpu")]
    launched: Option<Vec<Kept>>,
}

impl Graph {
    /// Takes what was built, drops what nobody reads and uploads the constants.
    ///
    /// # Errors
    /// [`ErrorKind::Model`] if a pass would take more memory or time than any classifier needs.
    pub(in crate::classifier) fn new(
        builder: Builder,
        inputs: &[Value],
        outputs: &[Value],
        device: &Device,
    ) -> Result<Self> {
        let mut builder = builder;
        let outputs: Vec<Operand> = outputs
            .iter()
            .map(|v| match v {
                Value::Dynamic(id) => Operand::Value(*id),
                Value::Const(host) => {
                    builder.constants.push(host.clone());
                    Operand::Constant(builder.constants.len() - 1)
                }
            })
            .collect();
        let inputs = inputs.iter().filter_map(|v| if let Value::Dynamic(id) = v { Some(*id) } else { None }).collect();
        let all = builder.steps.len();
        let steps = live(builder.steps, &outputs);
        let simplified =
            Simplified { dead_removed: builder.simplified.dead_removed + all - steps.len(), ..builder.simplified };
        let cost = cost::of_pass(&steps, &builder.infos, &builder.constants)?;
        let uses = count_uses(builder.infos.len(), &steps, &outputs);
        let batchable = builder.batchable;
        let on_cpu = array::is_cpu(device);
        #[cfg(feature = "gpu")]
        let plan = (!on_cpu).then(|| {
            let (infos, constants) = (&builder.infos, &builder.constants);
            Plan::new(&Drawn { steps: &steps, infos, constants, uses: &uses, device })
        });
        #[cfg(feature = "gpu")]
        let planned = |at: usize| plan.as_ref().is_some_and(|plan| plan.convolution(at).is_some());
        #[cfg(not(feature = "gpu"))]
        let planned = |_: usize| false;
        let of_steps = steps.iter().enumerate().filter(|(at, _)| !planned(*at)).map(|(_, step)| step);
        let used = used_constants(of_steps, &outputs);
        let constants = upload_used(&builder.constants, &used, device);
        let turned = |(at, step)| if planned(at) { None } else { turned_weights(step, &constants, on_cpu) };
        let turned = steps.iter().enumerate().map(turned).collect();
        Ok(Self {
            #[cfg(feature = "gpu")]
            plan,
            cost,
            uploaded: used,
            turned,
            steps,
            infos: builder.infos,
            inputs,
            outputs,
            constants,
            uses,
            batchable,
            simplified,
            device: device.clone(),
        })
    }

    /// What a pass over one unit of the batch costs.
    pub fn cost(&self) -> Cost {
        self.cost
    }

    /// Bytes of the constants on the device, those turned for the gradient included.
    pub fn constant_bytes(&self) -> usize {
        let uploaded = self.uploaded.iter().map(|&number| self.constants[number].len());
        let turned = self.turned.iter().flatten().map(|(weight, _)| weight.len());
        let bytes = 4 * uploaded.chain(turned).sum::<usize>();
        #[cfg(feature = "gpu")]
        let bytes = bytes + self.plan.as_ref().map_or(0, Plan::bytes);
        bytes
    }

    /// The device it runs on.
    pub fn device(&self) -> &Device {
        &self.device
    }

    /// What was simplified at load.
    pub fn simplified(&self) -> Simplified {
        self.simplified
    }

    /// The primitives, in order.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// How many of the primitives are rectifiers.
    pub fn rectifiers(&self) -> usize {
        self.steps.iter().filter(|step| is_rectifier(&step.op)).count()
    }

    /// Whether several pictures can run in one pass.
    pub fn batchable(&self) -> bool {
        self.batchable
    }

    /// The dimensions of a tensor, for one unit of the file's batch.
    pub fn shape(&self, value: ValueId) -> &[usize] {
        &self.infos[value].shape
    }

    /// The shape of each input, for one unit.
    pub fn input_shapes(&self) -> Vec<Vec<usize>> {
        self.inputs.iter().map(|&id| self.infos[id].shape.clone()).collect()
    }

    /// The shape of each output, for one unit.
    pub fn output_shapes(&self) -> Vec<Vec<usize>> {
        self.outputs
            .iter()
            .map(|o| match o {
                Operand::Value(id) => self.infos[*id].shape.clone(),
                Operand::Constant(number) => self.constants[*number].shape(),
            })
            .collect()
    }

    /// The outputs for these inputs, each stacked along its first axis.
    ///
    /// # Errors
    /// [`ErrorKind::Model`] if an input's shape does not fit.
    pub fn run(&self, inputs: Vec<Array>) -> Result<Vec<Array>> {
        Ok(self.pass(inputs, false, None)?.0)
    }

    /// As [`Graph::run`], with what [`Graph::gradient`] needs; `keep` names a tensor to be read from the tape.
    ///
    /// # Errors
    /// As [`Graph::run`].
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

    /// How many units of the file's batch the inputs hold.
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
        // A tensor that is to be kept may be one that a launch passes over.
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

    /// The operand; moved out at its last use, so that the device may write over it.
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

    /// The gradient of `Σ gradient · output` with respect to each input, for the first output.
    /// `None` where an input has no influence.
    pub fn gradient(&self, tape: Tape, gradient: Array, rectifier: Rectifier) -> Vec<Option<Array>> {
        self.gradients_at(tape, gradient, rectifier, &self.inputs)
    }

    /// As [`Graph::gradient`], with respect to the tensors named.
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
}

impl Graph {
    /// The gradient of a step with respect to one of its operands.
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
    /// The tensor that was to be kept, stacked along its first axis.
    pub fn kept(&self) -> Option<Array> {
        let parts = self.runs.iter().map(|r| r.kept.clone()).collect::<Option<Vec<_>>>()?;
        Some(if parts.len() == 1 { parts[0].clone() } else { Array::concat(parts, 0) })
    }
}

/// For a convolution of stride 1 the input gradient is itself a convolution, with the weights
/// turned by 180° and their channels exchanged. They never change, so they are turned once here.
/// That spares the scatter of a transposed convolution; on the CPU kernels of 1 × 1 have none to spare.
fn turned_weights(step: &Step, constants: &[Array], on_cpu: bool) -> Option<(Array, ConvOptions<2>)> {
    let (Op::Conv(options), [Operand::Value(_), Operand::Constant(number), ..]) = (&step.op, step.inputs.as_slice())
    else {
        return None;
    };
    let weight = constants[*number].clone();
    let [outputs, inputs, height, width] = weight.shape().try_into().ok()?;
    let kernel = [height, width];
    let plain = options.stride == [1, 1] && options.dilation == [1, 1];
    let fits = (0..2).all(|a| options.padding[a].0 < kernel[a] && options.padding[a].1 < kernel[a]);
    if !plain || !fits || (on_cpu && kernel == [1, 1]) {
        return None;
    }
    // What the forward pass padded is cut, what it did not is added.
    let pads = std::array::from_fn(|a| (kernel[a] - 1 - options.padding[a].0, kernel[a] - 1 - options.padding[a].1));
    let groups = options.groups;
    let by_group = weight.flip(&[2, 3]).reshape(&[groups, outputs / groups, inputs, height, width]);
    let exchanged = by_group.permute(&[0, 2, 1, 3, 4]).packed();
    let turned = exchanged.reshape(&[groups * inputs, outputs / groups, height, width]);
    Some((turned, ConvOptions::new_with_padding([1, 1], pads, [1, 1], groups)))
}

fn is_rectifier(op: &Op) -> bool {
    matches!(op, Op::Unary(Unary::Relu)) || matches!(op, Op::Clamp { low, .. } if *low == 0.0)
}

/// The steps whose output is read, directly or not.
fn live(steps: Vec<Step>, outputs: &[Operand]) -> Vec<Step> {
    let mut wanted: HashSet<ValueId> =
        outputs.iter().filter_map(|o| if let Operand::Value(id) = o { Some(*id) } else { None }).collect();
    let mut kept: Vec<Step> = vec![];
    for step in steps.into_iter().rev() {
        if wanted.contains(&step.output) {
            wanted.extend(step.inputs.iter().filter_map(|o| if let Operand::Value(id) = o { Some(*id) } else { None }));
            kept.push(step);
        }
    }
    kept.reverse();
    kept
}

fn used_constants<'a>(steps: impl Iterator<Item = &'a Step>, outputs: &'a [Operand]) -> HashSet<usize> {
    let operands = steps.flat_map(|s| &s.inputs).chain(outputs);
    operands.filter_map(|o| if let Operand::Constant(n) = o { Some(*n) } else { None }).collect()
}

fn upload_used(constants: &[HostTensor], used: &HashSet<usize>, device: &Device) -> Vec<Array> {
    let nothing = Array::full(&[1], 0.0, device);
    constants
        .iter()
        .enumerate()
        .map(|(n, host)| if used.contains(&n) { host.upload(device) } else { nothing.clone() })
        .collect()
}

fn count_uses(values: usize, steps: &[Step], outputs: &[Operand]) -> Vec<usize> {
    let mut uses = vec![0; values];
    for operand in steps.iter().flat_map(|s| &s.inputs).chain(outputs) {
        if let Operand::Value(id) = operand {
            uses[*id] += 1;
        }
    }
    uses
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
