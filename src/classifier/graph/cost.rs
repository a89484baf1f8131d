//! The cost of a graph, and limits on it, because a small file can ask for any amount of memory or time.

use super::ir::{Info, Operand, Step};
use super::op::Op;
use crate::classifier::host::{HostTensor, MAX_ELEMENTS};
use crate::classifier::refusal::misfit;
use crate::error::Result;

/// Largest number of axes of a tensor: twice the number that the widest window partition needs.
pub const MAX_AXES: usize = 12;
/// Elements of constants that may be computed at load, beyond eight times the file's own: 256 MiB.
const COMPUTED_AT_LOAD: usize = 1 << 26;
/// Largest number of multiplications (or of elements read and written) at load. They take seconds.
const WORK_AT_LOAD: u64 = 1 << 33;
/// Largest number of elements that a forward pass with one picture may keep for the backward pass. The memory of a page
/// ends at 4 GiB.
const ACTIVATIONS: usize = if cfg!(target_pointer_width = "32") { 1 << 29 } else { 1 << 31 };
/// Largest number of multiplications in a forward pass. They take hours; ResNet-50 takes 2^32.
const WORK_PER_PASS: u64 = 1 << 44;

/// The elements and the work that may still be spent at load.
#[derive(Clone, Copy, Debug)]
pub(in crate::classifier) struct Allowance {
    elements: usize,
    work: u64,
}

impl Default for Allowance {
    fn default() -> Self {
        Self { elements: COMPUTED_AT_LOAD, work: WORK_AT_LOAD }
    }
}

impl Allowance {
    /// Allows more for a file with many weights, because weights are dequantised, transposed and so on.
    pub fn for_parameters(&mut self, parameters: usize) {
        self.elements = self.elements.saturating_add(parameters.saturating_mul(8));
    }

    /// Takes elements that are about to be allocated.
    ///
    /// # Errors
    /// Fails with [`ErrorKind::Model`](crate::ErrorKind::Model) if fewer are left.
    pub fn take_elements(&mut self, count: usize) -> Result<()> {
        self.elements = self.elements.checked_sub(count).ok_or_else(|| {
            misfit("the model computes far more constants at load than it has weights; export it with constant folding")
        })?;
        Ok(())
    }

    /// Takes work that is about to be done.
    ///
    /// # Errors
    /// Fails as [`Allowance::take_elements`] does.
    pub fn take_work(&mut self, work: u64) -> Result<()> {
        self.work = self.work.checked_sub(work).ok_or_else(|| {
            misfit("the model computes for too long before it sees a picture; export it with constant folding")
        })?;
        Ok(())
    }
}

/// Returns the number of elements of a shape.
///
/// # Errors
/// Fails with [`ErrorKind::Model`](crate::ErrorKind::Model) if there are more elements or more axes than a device
/// should be asked for.
pub(in crate::classifier) fn elements(shape: &[usize]) -> Result<usize> {
    if shape.len() > MAX_AXES {
        return Err(misfit(format!("a tensor has {} axes, and at most {MAX_AXES} are supported", shape.len())));
    }
    let count =
        if shape.contains(&0) { Some(0) } else { shape.iter().try_fold(1usize, |n, &size| n.checked_mul(size)) };
    count
        .filter(|&count| count <= MAX_ELEMENTS)
        .ok_or_else(|| misfit(format!("a tensor of shape {shape:?} has more than {MAX_ELEMENTS} elements")))
}

/// Returns the multiplications of a primitive, or the elements that it reads and writes if it multiplies little. The
/// shapes must have passed [`elements`].
pub(super) fn work(op: &Op, inputs: &[Vec<usize>], output: &[usize]) -> u64 {
    let count = |shape: &[usize]| shape.iter().fold(1u64, |n, &size| n.saturating_mul(size as u64));
    let input = |i: usize| inputs.get(i).map_or(&[][..], Vec::as_slice);
    let window = |kernel: &[usize; 2]| count(output).saturating_mul(count(kernel));
    match op {
        Op::MatMul => count(output).saturating_mul(input(0).last().copied().unwrap_or(1) as u64),
        Op::Conv(_) => count(output).saturating_mul(count(input(1).get(1..).unwrap_or(&[]))),
        Op::ConvTranspose(_) => count(input(0)).saturating_mul(count(input(1).get(1..).unwrap_or(&[]))),
        Op::MaxPool(w) | Op::AvgPool(w) => window(&w.kernel),
        _ => inputs.iter().map(|shape| count(shape)).fold(count(output), u64::saturating_add),
    }
}

/// The cost of a pass over one unit of the batch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    /// Elements of the activations, the picture included.
    pub activations: usize,
    /// Multiplications, or elements read and written by primitives that multiply little.
    pub work: u64,
}

/// Adds up the cost of a graph's steps.
///
/// # Errors
/// Fails with [`ErrorKind::Model`](crate::ErrorKind::Model), with the figures, if the cost exceeds the limits of a
/// pass.
pub(super) fn of_pass(steps: &[Step], infos: &[Info], constants: &[HostTensor]) -> Result<Cost> {
    let shape = |operand: &Operand| match operand {
        Operand::Value(id) => infos[*id].shape.clone(),
        Operand::Constant(number) => constants[*number].shape.clone(),
    };
    let mut cost = Cost::default();
    for step in steps {
        let output = &infos[step.output].shape;
        let inputs: Vec<Vec<usize>> = step.inputs.iter().map(shape).collect();
        // A reshape is a view and takes no memory.
        let kept = if matches!(step.op, Op::Reshape(_)) { 0 } else { output.iter().product() };
        cost.activations = cost.activations.saturating_add(kept);
        cost.work = cost.work.saturating_add(work(&step.op, &inputs, output));
    }
    if cost.activations > ACTIVATIONS || cost.work > WORK_PER_PASS {
        return Err(misfit(format!(
            "one picture through this model would take {} MiB of activations and {:.0} billion multiplications, and \
                at most {} MiB and {:.0} billion are allowed; choose a smaller input size or model",
            cost.activations >> 18,
            cost.work as f64 / 1e9,
            ACTIVATIONS >> 18,
            WORK_PER_PASS as f64 / 1e9
        )));
    }
    Ok(cost)
}
