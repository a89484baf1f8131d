//! Makes a graph ready to run: drops what is never read, uploads the constants, and turns weights for the gradient.

use std::collections::HashSet;

use burn::tensor::Device;
use burn::tensor::ops::ConvOptions;

use super::Graph;
use super::builder::Builder;
use super::cost;
use super::ir::{Operand, Simplified, Step, Value, ValueId};
use super::op::Op;
#[cfg(feature = "gpu")]
use super::plan::{Drawn, Plan};
use crate::array::{self, Array};
use crate::classifier::host::HostTensor;
use crate::error::Result;

impl Graph {
    /// Takes what was built, drops what is never read, and uploads the constants.
    ///
    /// # Errors
    /// Fails with [`crate::ErrorKind::Model`] if a pass would take more memory or time than any classifier needs.
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
}

/// Returns the weights with which the input gradient of a convolution is a convolution itself: turned by 180° and with
/// their input and output channels exchanged. This holds for stride and dilation 1. The weights never change, so they
/// are turned once, here. A convolution spares the scatter of a transposed convolution. On the CPU a 1 × 1 kernel has
/// no scatter to spare and is left out.
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
    // The backward pass crops what the forward pass padded, and pads what it did not.
    let pads = std::array::from_fn(|a| (kernel[a] - 1 - options.padding[a].0, kernel[a] - 1 - options.padding[a].1));
    let groups = options.groups;
    let by_group = weight.flip(&[2, 3]).reshape(&[groups, outputs / groups, inputs, height, width]);
    let exchanged = by_group.permute(&[0, 2, 1, 3, 4]).packed();
    let turned = exchanged.reshape(&[groups * inputs, outputs / groups, height, width]);
    Some((turned, ConvOptions::new_with_padding([1, 1], pads, [1, 1], groups)))
}

/// Returns the steps whose output is read, directly or indirectly.
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
