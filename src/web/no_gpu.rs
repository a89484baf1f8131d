//! The processor build of the page, which is a third as large: it has no graphics card to open.

use burn::tensor::Device;

use super::device::no_gpu;
use crate::error::Result;

/// Refuses.
///
/// # Errors
/// Always [`ErrorKind::Device`](crate::ErrorKind::Device).
pub async fn open() -> Result<(Device, String)> {
    Err(no_gpu("this build of the engine computes on the processor alone"))
}
