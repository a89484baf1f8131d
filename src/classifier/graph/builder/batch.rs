//! The axis in which further pictures are stacked, followed from primitive to primitive.

use super::super::ir::Value;
use super::Builder;

impl Builder {
    pub(super) fn lost_batch(&mut self, lost: bool) {
        self.batchable &= !lost;
    }

    /// An operation that mixes the elements along an axis: pictures must not be stacked there.
    pub(super) fn along(&mut self, axis: usize, x: &Value) {
        let lost = self.info(x).batch_axis == Some(axis);
        self.lost_batch(lost);
    }

    /// Where a tensor's batch axis lies once leading axes are added up to `rank`.
    pub(super) fn batch_axis_in(&self, value: &Value, rank: usize) -> Option<usize> {
        let info = self.info(value);
        info.batch_axis.map(|axis| axis + rank.saturating_sub(info.shape.len()))
    }

    pub(super) fn spatial_batch_axis(&mut self, x: &Value) -> Option<usize> {
        let axis = self.info(x).batch_axis;
        self.lost_batch(axis.is_some_and(|a| a != 0));
        axis
    }

    /// The batch axis of an element-wise result; each operand comes with its batch axis in the result's rank.
    pub(super) fn merge_axes(&mut self, shape: &[usize], operands: [(&Value, Option<usize>); 2]) -> Option<usize> {
        let axis = operands.iter().find_map(|(_, axis)| *axis)?;
        for (value, own) in operands {
            let size = self.shape(value);
            let size = (axis + size.len()).checked_sub(shape.len()).map_or(1, |a| size[a]);
            // What depends on the picture must not be repeated there; what does not must be, for each picture.
            self.lost_batch(match own {
                Some(own) => own != axis || size != shape[axis],
                None => size != 1,
            });
        }
        Some(axis)
    }
}
