//! The processor build of the page, which is a third as large: it has no graphics card to open.

use burn::tensor::Device;

use super::unusable::unusable;
use crate::error::Result;

/// Refuses, since this build has nothing to open.
///
/// # Errors
/// Fails always with [`ErrorKind::Device`](crate::ErrorKind::Device).
pub async fn open() -> Result<(Device, String)> {
    Err(unusable("this build of the engine computes on the processor alone"))
}
