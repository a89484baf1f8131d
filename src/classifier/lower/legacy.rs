//! Alignment of inputs that operator sets before 7 gave by attributes and newer ones give by the shapes.

use super::call::axis;
use crate::classifier::graph::builder::Builder;
use crate::classifier::graph::ir::Value;
use crate::classifier::onnx::Node;
use crate::classifier::refusal::misfit;
use crate::error::Result;

/// The first operator set that aligns shapes at their ends, as NumPy does.
const ALIGNED_AT_ENDS: i64 = 7;

/// Aligns the second input as the node says. `broadcast` with an `axis` aligns it at that axis (a bias with the
/// channels), and the slope of a `PRelu` lies along the channels. Without an `axis`, the ends are aligned, as in newer
/// operator sets.
///
/// # Errors
/// Fails if the second input has more axes than remain.
pub(super) fn align(node: &Node, inputs: &mut [Option<Value>], b: &mut Builder) -> Result<()> {
    let at = match node.op.as_str() {
        _ if node.opset >= ALIGNED_AT_ENDS => return Ok(()),
        "PRelu" if matches!(inputs, [_, Some(slope)] if b.rank(slope) == 1) => 1,
        _ if node.int("broadcast", 0) != 0 && node.has("axis") => node.int("axis", 0),
        _ => return Ok(()),
    };
    let [Some(first), Some(second)] = inputs else { return Ok(()) };
    let (rank, mut shape) = (b.rank(first), b.shape(second));
    if shape.iter().all(|&size| size == 1) {
        return Ok(());
    }
    let behind = rank.checked_sub(axis(at, rank)? + shape.len());
    let behind = behind.ok_or_else(|| misfit(format!("{shape:?} does not fit behind axis {at} of {rank} axes")))?;
    shape.extend(std::iter::repeat_n(1, behind));
    inputs[1] = Some(b.reshape(second.clone(), &shape)?);
    Ok(())
}
