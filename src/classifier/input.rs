//! From pictures `[N, 3, S, S]` in [0, 1] to what the file's input takes.

use super::graph::builder::Builder;
use super::graph::ir::Value;
use super::graph::op::Binary;
use super::host::{HostTensor, Kind};
use super::onnx::{Model, Port, dimensions};
use super::profile::{Channels, Profile};
use super::refusal::{not_a_classifier, unsupported};
use crate::error::{Error, ErrorKind, Result};

pub(super) fn check_size(port: &Port, nhwc: bool, profile: &Profile) -> Result<()> {
    let sides = if nhwc { [port.shape[1], port.shape[2]] } else { [port.shape[2], port.shape[3]] };
    if let [Some(rows), Some(columns)] = sides
        && rows != columns
    {
        return Err(unsupported(format!("a model that takes pictures of {rows} × {columns} pixels, not square,")));
    }
    match sides.iter().flatten().find(|&&side| side != profile.size) {
        None => Ok(()),
        Some(side) => Err(Error::new(
            ErrorKind::Profile,
            format!("the profile says {} pixels, the model's file {side}; set the size to {side}", profile.size),
        )),
    }
}

pub(super) fn picture_port(file: &Model) -> Result<&Port> {
    let is_picture = |p: &&Port| p.shape.len() == 4 && (p.shape[1] == Some(3) || p.shape[3] == Some(3));
    file.inputs.iter().find(is_picture).ok_or_else(|| {
        let inputs: Vec<String> =
            file.inputs.iter().map(|p| format!("\"{}\" {}", p.name, dimensions(&p.shape))).collect();
        not_a_classifier(&format!(
            "none of its inputs is a colour picture [N, 3, H, W] or [N, H, W, 3]: it takes {}",
            inputs.join(", ")
        ))
    })
}

pub(super) fn preprocess(b: &mut Builder, pictures: Value, profile: &Profile, nhwc: bool) -> Result<Value> {
    b.enter("preprocessing");
    let ordered = match profile.channels {
        Channels::Rgb => pictures,
        Channels::Bgr => b.gather(pictures, 1, &[2, 1, 0])?,
    };
    let (scale, shift) = profile.affine();
    let constant = |values: [f32; 3]| Value::Const(HostTensor::new(Kind::Float, &[3, 1, 1], values.to_vec()));
    let scaled = b.binary(Binary::Mul, ordered, constant(scale))?;
    let normalised = b.binary(Binary::Add, scaled, constant(shift))?;
    if nhwc { b.permute(normalised, &[0, 2, 3, 1]) } else { Ok(normalised) }
}
