//! Turns pictures `[N, 3, S, S]` in [0, 1] into the input of the model's file.

use super::graph::builder::Builder;
use super::graph::ir::Value;
use super::graph::op::{Binary, Reduction};
use super::host::{HostTensor, Kind};
use super::lower::along_axis;
use super::onnx::{Port, dimensions};
use super::profile::{Channels, Layout, Profile};
use crate::error::{Error, ErrorKind, Result};

/// Weights of red, green and blue in a grey picture (ITU-R BT.601), as Pillow and OpenCV use them.
const GREY: [f32; 3] = [0.299, 0.587, 0.114];

/// Refuses a profile whose size differs from the file's.
///
/// # Errors
/// Fails with [`ErrorKind::Profile`] and both figures.
pub(super) fn check_size(layout: &Layout, profile: &Profile) -> Result<()> {
    let [height, width] = profile.sides();
    for (what, declared, said) in [("height", layout.height, height), ("width", layout.width, width)] {
        if let Some(declared) = declared.filter(|&declared| declared != said) {
            let what = if layout.height == layout.width { "size" } else { what };
            return Err(Error::new(
                ErrorKind::Profile,
                format!("the profile says {said} pixels, the model's file {declared}; set the {what} to {declared}"),
            ));
        }
    }
    Ok(())
}

/// Adds the picture `[1, 3, S, S]` as the input of a graph under construction.
///
/// # Errors
/// Fails with [`ErrorKind::Model`] if it is too large.
pub(super) fn pictures(b: &mut Builder, port: &Port, profile: &Profile) -> Result<Value> {
    b.input(&[1, 3, profile.size, profile.size], Kind::Float).map_err(|e| of_input(e, port))
}

/// Repeats the picture to fill the file's batch, if the file fixes its length.
///
/// # Errors
/// Fails with [`ErrorKind::Model`] if the batch is too large.
pub(super) fn fill_batch(b: &mut Builder, picture: Value, port: &Port, times: usize) -> Result<Value> {
    if times == 1 {
        return Ok(picture);
    }
    // Claimed before anything of this length is allocated.
    let side = b.shape(&picture)[2];
    b.claim(&[times, 3, side, side]).map_err(|e| of_input(e, port))?;
    b.gather(picture, 0, &vec![0; times])
}

fn of_input(error: Error, port: &Port) -> Error {
    error.context(format!("the model's input \"{}\" {}", port.name, dimensions(&port.shape)))
}

/// Returns the pictures as the file's input takes them.
///
/// # Errors
/// Fails with [`ErrorKind::Profile`] if the numbers of means and deviations do not fit the channels.
pub(super) fn preprocess(b: &mut Builder, pictures: Value, profile: &Profile, layout: &Layout) -> Result<Value> {
    b.enter("preprocessing");
    let [height, width] = profile.sides();
    let shrunk = averaged(b, pictures, 2, height)?;
    let shrunk = averaged(b, shrunk, 3, width)?;
    let ordered = channels(b, shrunk, profile, layout)?;
    let (scale, shift) = profile.affine(layout.channels)?;
    let constant = |values: Vec<f32>| Value::Const(HostTensor::new(Kind::Float, &[values.len(), 1, 1], values));
    let scaled = b.binary(Binary::Mul, ordered, constant(scale))?;
    let normalised = b.binary(Binary::Add, scaled, constant(shift))?;
    let turned = if layout.channels_last { b.permute(normalised, &[0, 2, 3, 1])? } else { normalised };
    let shape = b.shape(&turned);
    match layout.rank {
        4 => Ok(turned),
        _ if layout.batched => b.reshape(turned, &[shape[0], height, width]),
        _ => b.reshape(turned, &shape[1..]),
    }
}

/// Averages groups of pixels along an axis, which undoes the repetition of pixels up to the square's side. If the
/// pixels of each group are equal, the result is the picture before the repetition.
fn averaged(b: &mut Builder, x: Value, axis: usize, length: usize) -> Result<Value> {
    let side = b.shape(&x)[axis];
    if side == length {
        return Ok(x);
    }
    let mut values = vec![0.0; b.claim(&[side, length])?];
    let group = |pixel: usize| pixel * length / side;
    let mut counts = vec![0usize; length];
    (0..side).for_each(|pixel| counts[group(pixel)] += 1);
    (0..side).for_each(|pixel| values[pixel * length + group(pixel)] = 1.0 / counts[group(pixel)] as f32);
    along_axis(b, x, axis, Value::Const(HostTensor::new(Kind::Float, &[side, length], values)))
}

/// Returns the model's channels from red, green and blue: in the model's order, as one grey channel, or with an opaque
/// alpha channel.
fn channels(b: &mut Builder, pictures: Value, profile: &Profile, layout: &Layout) -> Result<Value> {
    if layout.channels == 1 {
        let weights = Value::Const(HostTensor::new(Kind::Float, &[3, 1, 1], GREY.to_vec()));
        let weighted = b.binary(Binary::Mul, pictures, weights)?;
        return b.reduce(Reduction::Sum, weighted, &[1]);
    }
    let ordered = match profile.channels {
        Channels::Rgb => pictures,
        Channels::Bgr => b.gather(pictures, 1, &[2, 1, 0])?,
    };
    if layout.channels == 3 {
        return Ok(ordered);
    }
    let [height, width] = profile.sides();
    let shape = [layout.unit(), 1, height, width];
    let opaque = vec![1.0; b.claim(&shape)?];
    b.concat(vec![ordered, Value::Const(HostTensor::new(Kind::Float, &shape, opaque))], 1)
}
