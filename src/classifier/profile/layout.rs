//! How a file's input lays out a picture. This is read from what the file declares, and where it declares nothing, from
//! its first convolution.

use std::collections::HashMap;

use crate::classifier::host::Kind;
use crate::classifier::onnx::{Model, Node, Port, dimensions};
use crate::classifier::refusal::not_a_classifier;
use crate::error::Result;

/// Where the axes of a picture lie in a file's input.
#[derive(Clone, Debug, PartialEq)]
pub struct Layout {
    /// Number of axes: 4, or 3 if the batch or the channels have none. 0 if the file declares no shape.
    pub rank: usize,
    /// Whether there is an axis for the batch.
    pub batched: bool,
    /// Number of pictures in the file's batch, if the file says so.
    pub batch: Option<usize>,
    /// Number of channels: 1 (grey), 3 (colour) or 4 (colour and alpha).
    pub channels: usize,
    /// Whether the channels come after height and width.
    pub channels_last: bool,
    /// Number of rows, if the file says so.
    pub height: Option<usize>,
    /// Number of columns, if the file says so.
    pub width: Option<usize>,
    /// Whether its elements are whole numbers. They are taken to be bytes from 0 to 255.
    pub bytes: bool,
}

impl Layout {
    /// Returns the input that is a picture, and its layout.
    ///
    /// # Errors
    /// Fails with [`ErrorKind::Model`](crate::ErrorKind::Model), naming the inputs, if none of them is a picture.
    pub fn find(file: &Model) -> Result<(&Port, Self)> {
        let found = |port: &'_ Port| Self::of(file, port);
        file.inputs.iter().find_map(|port| Some((port, found(port)?))).ok_or_else(|| {
            let inputs: Vec<String> =
                file.inputs.iter().map(|p| format!("\"{}\" {}", p.name, dimensions(&p.shape))).collect();
            not_a_classifier(&format!(
                "none of its inputs is a picture [N, C, H, W] or [N, H, W, C] of 1, 3 or 4 channels: it takes {}",
                inputs.join(", ")
            ))
        })
    }

    fn of(file: &Model, port: &Port) -> Option<Self> {
        // Wider integers hold bytes too, because a picture in whole numbers is always bytes. A type with values below 0
        // is not taken for bytes, because its shift is unknown.
        let bytes = port.kind == Kind::Int && port.limits.is_none_or(|(least, _)| least == 0.0);
        let shape = match port.shape.len() {
            0 => vec![None; 4],
            _ => port.shape.clone(),
        };
        let layout = |batched: bool, [channels, height, width]: [Option<usize>; 3], channels_last| Self {
            rank: shape.len(),
            batched,
            batch: shape.first().copied().flatten().filter(|_| batched),
            channels: channels.unwrap_or(3),
            channels_last,
            height,
            width,
            bytes,
        };
        match shape[..] {
            [_, a, b, c] => {
                let (count, last) = channels_of(file, port, [a, b, c])?;
                let [height, width] = if last { [a, b] } else { [b, c] };
                Some(layout(true, [Some(count), height, width], last))
            }
            [a, b, c] if is_count(a) => Some(layout(false, [a, b, c], false)),
            [a, b, c] if is_count(c) => Some(layout(false, [c, a, b], true)),
            [_, Some(b), Some(c)] if b >= MIN_SIDE && c >= MIN_SIDE => {
                Some(layout(true, [Some(1), Some(b), Some(c)], false))
            }
            _ => None,
        }
    }

    /// Returns the number of pictures in the file's batch: one, if the file leaves it open.
    pub fn unit(&self) -> usize {
        self.batch.unwrap_or(1)
    }
}

/// Least side of a picture that has no axis for its channels. A smaller input is not taken for a picture.
const MIN_SIDE: usize = 8;

fn is_count(size: Option<usize>) -> bool {
    matches!(size, Some(1 | 3 | 4))
}

/// Returns the number of channels, and whether they come last.
fn channels_of(file: &Model, port: &Port, [first, _, last]: [Option<usize>; 3]) -> Option<(usize, bool)> {
    if first == Some(3) || last == Some(3) {
        return Some((3, first != Some(3)));
    }
    let fits = |(count, is_last): &(usize, bool)| {
        let declared = if *is_last { last } else { first };
        is_count(Some(*count)) && declared.is_none_or(|size| size == *count)
    };
    if let Some(found) = first_convolution(file, &port.name).filter(fits) {
        return Some(found);
    }
    match (first, last) {
        (Some(count), _) if is_count(first) => Some((count, false)),
        (_, Some(count)) if is_count(last) => Some((count, true)),
        // Every size is open, and nothing in the graph says more. Most exporters write channels first.
        (None, None) if !port.shape.is_empty() => Some((3, false)),
        _ => None,
    }
}

/// Operators that leave the channels where they are.
const PASSING: [&str; 17] = [
    "Cast",
    "Identity",
    "Add",
    "Sub",
    "Mul",
    "Div",
    "Pad",
    "Clip",
    "Round",
    "Resize",
    "Unsqueeze",
    "BatchNormalization",
    "InstanceNormalization",
    "QuantizeLinear",
    "DequantizeLinear",
    "DynamicQuantizeLinear",
    "Dropout",
];

/// Returns the channels that the first convolution after an input reads, and whether a transposition has brought them
/// forward.
fn first_convolution(file: &Model, input: &str) -> Option<(usize, bool)> {
    let mut seen: HashMap<&str, bool> = HashMap::from([(input, false)]);
    for node in &file.nodes {
        let Some(&last) = node.inputs.iter().find_map(|name| seen.get(name.as_str())) else { continue };
        if node.op.ends_with("Conv") || node.op == "ConvInteger" {
            return Some((weights_in(file, node)?, last));
        }
        let moved = node.op == "Transpose" && node.ints("perm").is_some_and(|perm| perm.ends_with(&[3, 1, 2]));
        if moved || PASSING.contains(&node.op.as_str()) {
            seen.extend(node.outputs.iter().map(|name| (name.as_str(), last || moved)));
        }
    }
    None
}

/// Returns the input channels of a convolution's weights. The weights may lie behind operators that dequantise or
/// standardise them.
fn weights_in(file: &Model, conv: &Node) -> Option<usize> {
    let position = if conv.op == "QLinearConv" { 3 } else { 1 };
    let mut name = conv.inputs.get(position)?.as_str();
    for _ in 0..8 {
        if let Some(weights) = file.constant(name).filter(|weights| weights.shape.len() == 4) {
            return weights.shape[1].checked_mul(usize::try_from(conv.int("group", 1)).ok()?);
        }
        name = file.writer(name)?.inputs.first()?;
    }
    None
}
