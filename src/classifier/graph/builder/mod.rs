//! Builds the list of primitives: it checks shapes, computes what is already known, and follows the batch axis.
//!
//! This file holds the graph under construction and how a primitive is added to it. The files beside it hold the
//! primitives.
//!
//! A file usually fixes the length of its batch (often 1), in its constants as well as in the declared shapes. All
//! shapes here are those of that batch, the *unit*. Each tensor that depends on the picture also carries the axis in
//! which further pictures are stacked. If that axis is lost or mixed with another, the graph is marked as not batchable
//! and runs its pictures one unit after the other.

mod axes;
mod batch;
mod elementwise;
mod layers;
mod shapes;

use std::collections::HashMap;
use std::sync::Arc;

use burn::tensor::Device;

use super::cost::{self, Allowance};
use super::ir::{Info, Operand, Simplified, Step, Value, ValueId};
use super::op::{Op, Scaled};
use crate::classifier::host::{HostTensor, Kind};
use crate::classifier::refusal::{misfit, unsupported};
use crate::error::Result;

/// A graph under construction.
#[derive(Default)]
pub struct Builder {
    pub(super) steps: Vec<Step>,
    pub(super) infos: Vec<Info>,
    pub(super) constants: Vec<HostTensor>,
    pub(super) batchable: bool,
    pub(in crate::classifier) simplified: Simplified,
    pub(in crate::classifier) allowance: Allowance,
    constant_numbers: HashMap<(*const Vec<f32>, Vec<usize>), usize>,
    producers: HashMap<ValueId, usize>,
    node: String,
}

impl Builder {
    /// Returns an empty graph.
    pub fn new() -> Self {
        Self { batchable: true, ..Self::default() }
    }

    /// Names the file's node from which the following primitives are built.
    pub fn enter(&mut self, node: &str) {
        node.clone_into(&mut self.node);
    }

    /// Adds an input of the graph, which is stacked along its first axis.
    ///
    /// # Errors
    /// Fails with [`crate::ErrorKind::Model`] if the shape is too large or has no elements.
    pub fn input(&mut self, shape: &[usize], kind: Kind) -> Result<Value> {
        if cost::elements(shape)? == 0 {
            return Err(misfit(format!("an input of shape {shape:?} has no elements")));
        }
        let batch_axis = (!shape.is_empty()).then_some(0);
        Ok(Value::Dynamic(self.value(Info { shape: shape.to_vec(), batch_axis, kind })))
    }

    /// Returns the dimensions of a tensor, for one unit.
    pub fn shape(&self, value: &Value) -> Vec<usize> {
        match value {
            Value::Const(host) => host.shape.clone(),
            Value::Dynamic(id) => self.infos[*id].shape.clone(),
        }
    }

    /// Returns the number of dimensions.
    pub fn rank(&self, value: &Value) -> usize {
        self.shape(value).len()
    }

    /// Returns how the elements are to be read.
    pub fn kind(&self, value: &Value) -> Kind {
        match value {
            Value::Const(host) => host.kind,
            Value::Dynamic(id) => self.infos[*id].kind,
        }
    }

    /// Returns the same tensor with its elements read as another kind.
    pub fn with_kind(&mut self, value: Value, kind: Kind) -> Result<Value> {
        match value {
            Value::Const(host) => Ok(Value::Const(HostTensor { kind, ..host })),
            Value::Dynamic(id) if self.infos[id].kind == kind => Ok(Value::Dynamic(id)),
            Value::Dynamic(id) => {
                let info = Info { kind, ..self.infos[id].clone() };
                let same = Scaled { shape: info.shape.clone(), batch_axis: info.batch_axis };
                self.push(Op::Reshape(same), vec![Value::Dynamic(id)], info)
            }
        }
    }

    /// Returns the input of the primitive that computed this tensor, if `is` accepts that primitive and the shape of
    /// its input. Reshapes in between are skipped.
    pub fn before(&self, x: &Value, is: impl Fn(&Op, &[usize]) -> bool) -> Option<Value> {
        let Value::Dynamic(id) = x else { return None };
        let mut id = *id;
        loop {
            let step = self.steps.get(*self.producers.get(&id)?)?;
            let [Operand::Value(input)] = step.inputs.as_slice() else { return None };
            if is(&step.op, &self.infos[*input].shape) {
                return Some(Value::Dynamic(*input));
            }
            if !matches!(step.op, Op::Reshape(_)) {
                return None;
            }
            id = *input;
        }
    }

    fn same_shape(&mut self, op: Op, x: Value) -> Result<Value> {
        let info = self.info(&x);
        self.push(op, vec![x], info)
    }

    fn info(&self, value: &Value) -> Info {
        match value {
            Value::Const(host) => Info { shape: host.shape.clone(), batch_axis: None, kind: host.kind },
            Value::Dynamic(id) => self.infos[*id].clone(),
        }
    }

    fn value(&mut self, info: Info) -> ValueId {
        self.infos.push(info);
        self.infos.len() - 1
    }

    /// Adds a primitive, or computes its result at once if all its inputs are known.
    fn push(&mut self, op: Op, inputs: Vec<Value>, info: Info) -> Result<Value> {
        let count = cost::elements(&info.shape)?;
        if info.batch_axis.is_none() && inputs.iter().all(|v| matches!(v, Value::Const(_))) {
            self.simplified.constants_folded += 1;
            return self.fold(&op, &inputs, &info, count).map(Value::Const);
        }
        if count == 0 || inputs.iter().any(|v| self.shape(v).contains(&0)) {
            return Err(unsupported(format!("a tensor without elements, of shape {:?},", info.shape)));
        }
        let inputs = inputs.into_iter().map(|v| self.operand(v)).collect();
        let output = self.value(info);
        self.producers.insert(output, self.steps.len());
        self.steps.push(Step { op, inputs, output, node: self.node.clone() });
        Ok(Value::Dynamic(output))
    }

    /// Computes the result of a primitive on known inputs, on the CPU.
    fn fold(&mut self, op: &Op, inputs: &[Value], info: &Info, count: usize) -> Result<HostTensor> {
        self.claim(&info.shape)?;
        let shapes: Vec<Vec<usize>> = inputs.iter().map(|v| self.shape(v)).collect();
        self.allowance.take_work(cost::work(op, &shapes, &info.shape))?;
        if count == 0 {
            return Ok(HostTensor::new(info.kind, &info.shape, vec![]));
        }
        if shapes.iter().any(|shape| shape.contains(&0)) {
            return Err(misfit(format!(
                "a tensor of shape {:?} would be computed from one without elements",
                info.shape
            )));
        }
        let device = Device::flex();
        let arrays =
            inputs.iter().filter_map(|v| if let Value::Const(host) = v { Some(host.upload(&device)) } else { None });
        let (output, _) = op.forward(arrays.collect(), 1, &device);
        // The CPU backend answers a read at once.
        Ok(HostTensor::new(info.kind, &info.shape, pollster::block_on(output.read())?))
    }

    /// Takes the elements of a new constant from the allowance for loading, and returns their number.
    ///
    /// # Errors
    /// Fails with [`crate::ErrorKind::Model`] if the shape is too large or the allowance is used up.
    pub fn claim(&mut self, shape: &[usize]) -> Result<usize> {
        let count = cost::elements(shape)?;
        self.allowance.take_elements(count)?;
        Ok(count)
    }

    fn operand(&mut self, value: Value) -> Operand {
        match value {
            Value::Dynamic(id) => Operand::Value(id),
            Value::Const(host) => {
                let key = (Arc::as_ptr(&host.values), host.shape.clone());
                let next = self.constants.len();
                let number = *self.constant_numbers.entry(key).or_insert(next);
                if number == next {
                    self.constants.push(host);
                }
                Operand::Constant(number)
            }
        }
    }
}
