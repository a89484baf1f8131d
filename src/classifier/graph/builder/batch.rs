//! Follows the batch axis, in which further pictures are stacked, from one primitive to the next.

use super::super::ir::Value;
use super::Builder;

impl Builder {
    pub(super) fn lost_batch(&mut self, lost: bool) {
        self.batchable &= !lost;
    }

    /// Notes that an operation mixes the elements along an axis. Pictures must not be stacked along that axis.
    pub(super) fn along(&mut self, axis: usize, x: &Value) {
        let lost = self.info(x).batch_axis == Some(axis);
        self.lost_batch(lost);
    }

    /// Returns the place of a tensor's batch axis after leading axes have been added up to `rank`.
    pub(super) fn batch_axis_in(&self, value: &Value, rank: usize) -> Option<usize> {
        let info = self.info(value);
        info.batch_axis.map(|axis| axis + rank.saturating_sub(info.shape.len()))
    }

    pub(super) fn spatial_batch_axis(&mut self, x: &Value) -> Option<usize> {
        let axis = self.info(x).batch_axis;
        self.lost_batch(axis.is_some_and(|a| a != 0));
        axis
    }

    /// Returns the batch axis of an element-wise result. Each operand comes with its batch axis as counted in the
    /// result's rank.
    pub(super) fn merge_axes(&mut self, shape: &[usize], operands: [(&Value, Option<usize>); 2]) -> Option<usize> {
        let axis = operands.iter().find_map(|(_, axis)| *axis)?;
        for (value, own) in operands {
            let size = self.shape(value);
            let size = (axis + size.len()).checked_sub(shape.len()).map_or(1, |a| size[a]);
            // A tensor that depends on the picture must not be repeated along the batch axis. Any other tensor must be
            // repeated there, once for each picture.
            self.lost_batch(match own {
                Some(own) => own != axis || size != shape[axis],
                None => size != 1,
            });
        }
        Some(axis)
    }
}
