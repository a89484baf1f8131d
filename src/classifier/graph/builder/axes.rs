//! Softmax, reductions and the index of the maximum, each along an axis.

use super::super::ir::Value;
use super::super::op::{Op, Reduction};
use super::Builder;
use crate::classifier::host::Kind;
use crate::error::Result;

impl Builder {
    /// Adds the softmax over an axis.
    pub fn softmax(&mut self, x: Value, axis: usize) -> Result<Value> {
        self.along(axis, &x);
        self.same_shape(Op::Softmax(axis), x)
    }

    /// Adds the logarithm of the softmax over an axis.
    pub fn log_softmax(&mut self, x: Value, axis: usize) -> Result<Value> {
        self.along(axis, &x);
        self.same_shape(Op::LogSoftmax(axis), x)
    }

    /// Adds a reduction over some axes. The reduced axes stay, with size 1.
    pub fn reduce(&mut self, reduction: Reduction, x: Value, axes: &[usize]) -> Result<Value> {
        let mut axes = axes.to_vec();
        axes.sort_unstable();
        let mut result = x;
        for run in axes.chunk_by(|a, b| a + 1 == *b) {
            let (first, last) = (run[0], run[run.len() - 1]);
            run.iter().for_each(|&axis| self.along(axis, &result));
            let mut info = self.info(&result);
            info.shape[first..=last].fill(1);
            result = self.push(Op::Reduce { reduction, first, last }, vec![result], info)?;
        }
        Ok(result)
    }

    /// Adds the index of the maximum over an axis. The axis stays, with size 1.
    pub fn argmax(&mut self, x: Value, axis: usize) -> Result<Value> {
        self.along(axis, &x);
        let mut info = self.info(&x);
        info.shape[axis] = 1;
        info.kind = Kind::Int;
        self.push(Op::ArgMax(axis), vec![x], info)
    }
}
