//! What the benches share: devices, models, files and medians.

// Each bench uses only a part of this module.
#![allow(dead_code)]

use std::path::{Path, PathBuf};

use burn::tensor::Device;
use vanish::classifier::{OnnxClassifier, Profile};
use vanish::picture::RgbImage;
use vanish::question::Subject;
use vanish::{Error, ErrorKind, Result};

/// Returns the device of a name, `cpu` or `gpu`, and its own name. The graphics card needs `--features gpu`.
pub fn device(name: &str) -> Result<(Device, String)> {
    match name {
        "cpu" => {
            vanish_kernels::compute_here();
            Ok((Device::flex(), "CPU".into()))
        }
        #[cfg(feature = "gpu")]
        "gpu" => {
            let opened = Device::wgpu_options().tasks_max(64).init_with_setup();
            let (device, setup) = opened.map_err(|e| Error::new(ErrorKind::Device, e.to_string()))?;
            let adapter = setup.adapter.get_info();
            Ok((device, format!("{} by {:?}", adapter.name, adapter.backend)))
        }
        _ => Err(Error::new(
            ErrorKind::Device,
            format!("{name:?} is not a device of this build (cpu; gpu with --features gpu)"),
        )),
    }
}

/// Opens a model with the profile beside it, which `adapt` may change. The profile's labels are dropped.
pub fn open_model(path: &Path, device: &Device, adapt: impl FnOnce(Profile) -> Profile) -> Result<OnnxClassifier> {
    let profile = match std::fs::read_to_string(path.with_extension("json")) {
        Ok(text) => Some(adapt(Profile { labels: None, ..Profile::from_json(&text)? })),
        Err(_) => None,
    };
    OnnxClassifier::from_bytes("model", &read(path)?, profile, None, device)
}

/// Returns a picture's subject: the model's first answer to it.
pub async fn subject(model: &OnnxClassifier, picture: RgbImage) -> Result<Subject> {
    let logits = model.logits_of(&picture).await?;
    let best = model.top(&logits, 1);
    let first = best.first().ok_or_else(|| Error::new(ErrorKind::Model, "the model has no classes"))?;
    Ok(Subject { picture, target: first.index, label: first.label.clone() })
}

/// Returns the seconds that this process's threads have computed so far. They hardly depend on what else the machine
/// does. `None` except on Linux.
pub fn processor_seconds() -> Option<f64> {
    let of_thread = |folder: PathBuf| -> Option<f64> {
        let text = std::fs::read_to_string(folder.join("schedstat")).ok()?;
        text.split(' ').next()?.parse::<f64>().ok()
    };
    let threads = std::fs::read_dir("/proc/self/task").ok()?.flatten();
    Some(threads.filter_map(|thread| of_thread(thread.path())).sum::<f64>() / 1e9)
}

/// Reads a file.
pub fn read(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).map_err(|e| Error::new(ErrorKind::Io, format!("{} cannot be read ({e})", path.display())))
}

/// Returns the median, which for an even number is the mean of the two in the middle.
pub fn median(times: &[f64]) -> f64 {
    let mut sorted = times.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    if sorted.len() % 2 == 1 { sorted[middle] } else { (sorted[middle - 1] + sorted[middle]) / 2.0 }
}
