//! The page's build for the processor, which is a third as large. It has no graphics card to open.

use burn::tensor::Device;

use super::unusable::unusable;
use crate::error::Result;

/// Refuses, because this build has no graphics card.
///
/// # Errors
/// Always fails with [`ErrorKind::Device`](crate::ErrorKind::Device).
pub async fn open() -> Result<(Device, String)> {
    Err(unusable("this build of the engine computes on the processor alone"))
}
