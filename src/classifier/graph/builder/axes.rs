//! Softmax, reductions and maxima along an axis.

use super::super::ir::Value;
use super::super::op::{Op, Reduction};
use super::Builder;
use crate::classifier::host::Kind;
use crate::error::Result;

impl Builder {
    /// Softmax over an axis.
    pub fn softmax(&mut self, x: Value, axis: usize) -> Result<Value> {
        self.along(axis, &x);
        self.same_shape(Op::Softmax(axis), x)
    }

    /// Log-softmax over an axis.
    pub fn log_softmax(&mut self, x: Value, axis: usize) -> Result<Value> {
        self.along(axis, &x);
        self.same_shape(Op::LogSoftmax(axis), x)
    }

    /// Reduction over axes; they stay, with size 1.
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

    /// Index of the maximum over an axis, which stays with size 1.
    pub fn argmax(&mut self, x: Value, axis: usize) -> Result<Value> {
        self.along(axis, &x);
        let mut info = self.info(&x);
        info.shape[axis] = 1;
        info.kind = Kind::Int;
        self.push(Op::ArgMax(axis), vec![x], info)
    }
}
