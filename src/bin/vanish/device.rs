//! The device that `--device` names.

use burn::tensor::Device;
use clap::ValueEnum;
use vanish::Result;

/// The device to compute on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Choice {
    /// The processor, with threads and SIMD.
    #[default]
    Cpu,
    /// The graphics card, through WebGPU.
    Gpu,
}

impl Choice {
    /// Opens the device, and returns it with its name for the report.
    ///
    /// # Errors
    /// Fails with [`ErrorKind::Device`](vanish::ErrorKind::Device) if there is no graphics card, or if this program was
    /// built without support for one.
    pub fn open(self) -> Result<(Device, String)> {
        match self {
            Choice::Cpu => {
                vanish_kernels::compute_here();
                Ok((Device::flex(), "flex".to_owned()))
            }
            Choice::Gpu => gpu(),
        }
    }

    /// Returns the device's name in the report.
    pub fn kind(self) -> &'static str {
        match self {
            Choice::Cpu => "cpu",
            Choice::Gpu => "gpu",
        }
    }
}

#[cfg(feature = "gpu")]
fn gpu() -> Result<(Device, String)> {
    use vanish::{Error, ErrorKind};
    let none = |cause: String| {
        Error::new(
            ErrorKind::Device,
            format!("no graphics card can be used ({cause}); leave --device away to compute on the CPU"),
        )
    };
    let (device, setup) = Device::wgpu_options().tasks_max(64).init_with_setup().map_err(|e| none(e.to_string()))?;
    Ok((device, setup.adapter.get_info().name))
}

#[cfg(not(feature = "gpu"))]
fn gpu() -> Result<(Device, String)> {
    use vanish::{Error, ErrorKind};
    Err(Error::new(
        ErrorKind::Device,
        "this program was built without the GPU; build it with --features gpu, or leave --device away",
    ))
}
