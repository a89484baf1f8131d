//! Checkpoints: what an interrupted run needs to continue, in one file.
//!
//! A checkpoint is one line of JSON (version, plan, step), then the numbers of weights, moments and average as
//! little-endian 32-bit floats. A file is written beside its final name and then renamed, so that an existing file is
//! complete, whatever interrupts the run.

use super::net::Weights;
use super::optimiser::Optimiser;
use super::train::Plan;
use crate::{Error, ErrorKind, Result, file};
use std::fs;
use std::path::Path;

const VERSION: u32 = 1;

#[derive(serde::Serialize, serde::Deserialize)]
struct Header {
    version: u32,
    plan: Plan,
    step: usize,
}

/// Saves a run's state.
pub fn save(path: &Path, plan: &Plan, state: &Optimiser) -> Result<()> {
    let header = Header { version: VERSION, plan: *plan, step: state.step };
    let mut bytes = serde_json::to_vec(&header).map_err(|error| Error::new(ErrorKind::Io, error.to_string()))?;
    bytes.push(b'\n');
    for weights in [&state.weights, &state.first, &state.second, &state.average] {
        bytes.extend(weights.0.iter().flatten().flat_map(|value| value.to_le_bytes()));
    }
    write_whole(path, &bytes)
}

/// Returns the state of an interrupted run of this plan, or `None` if there is no file.
pub fn resume(path: &Path, plan: &Plan) -> Result<Option<Optimiser>> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Error::new(ErrorKind::Io, format!("cannot read {}: {error}", path.display()))),
    };
    let broken =
        |what: &str| Error::new(ErrorKind::Io, format!("{} {what}; delete it to train from the start", path.display()));
    let end = bytes.iter().position(|&byte| byte == b'\n').ok_or_else(|| broken("is not a checkpoint"))?;
    let header: Header =
        serde_json::from_slice(&bytes[..end]).map_err(|_| broken("is not a checkpoint of this version"))?;
    if header.version != VERSION {
        return Err(broken("is of another version"));
    }
    if header.plan != *plan {
        return Err(broken("was made with other settings (seed, steps, batch, pictures or world)"));
    }
    let mut numbers = numbers(&bytes[end + 1..]).ok_or_else(|| broken("is damaged"))?.into_iter();
    let mut next = || Weights(Weights::sizes().into_iter().map(|size| numbers.by_ref().take(size).collect()).collect());
    Ok(Some(Optimiser { weights: next(), first: next(), second: next(), average: next(), step: header.step }))
}

fn numbers(bytes: &[u8]) -> Option<Vec<f32>> {
    let whole = bytes.len() == 4 * 4 * Weights::count();
    let values: Vec<f32> = bytes.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect();
    (whole && values.iter().all(|value| value.is_finite())).then_some(values)
}

/// Writes a file so that it is either complete or unchanged.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<()> {
    file::write_whole(path, bytes)
        .map_err(|error| Error::new(ErrorKind::Io, format!("cannot write {}: {error}", path.display())))
}
