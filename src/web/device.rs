//! Chooses the device: opens WebGPU, tests it against the CPU, and says why a device was chosen.

use burn::tensor::Device;

use super::gpu;
use super::unusable::unusable;
use crate::error::Result;
use crate::explain::DeviceUsed;

/// Opens the requested device. `auto` falls back to the CPU and says why. If the page knows already that there is no
/// graphics card to try, `no_adapter` says why.
///
/// # Errors
/// Fails with [`ErrorKind::Device`](crate::ErrorKind::Device) if the GPU was asked for by name and cannot be used.
pub async fn open(preference: &str, no_adapter: Option<String>) -> Result<(Device, DeviceUsed)> {
    if preference == "cpu" {
        return Ok((Device::flex(), cpu("chosen by ?device=cpu".into())));
    }
    let opened = match no_adapter {
        Some(why) => Err(unusable(why)),
        None => gpu::open().await,
    };
    match opened {
        Ok((device, name)) => {
            let reason = "WebGPU is there and agrees with the CPU in a self-test".to_owned();
            Ok((device, DeviceUsed { kind: "gpu".into(), name, reason }))
        }
        Err(why) if preference == "gpu" => Err(why),
        Err(why) => Ok((Device::flex(), cpu(why.to_string()))),
    }
}

fn cpu(reason: String) -> DeviceUsed {
    DeviceUsed { kind: "cpu".into(), name: "CPU with SIMD, one thread".into(), reason }
}
