//! Convolutions.

use burn::tensor::ops::{ConvOptions, ConvTransposeOptions};

use super::call::Call;
use super::operator::Operator;
use super::repeat::pad_constant;
use crate::classifier::graph::builder::Builder;
use crate::classifier::graph::ir::Value;
use crate::classifier::graph::op::Binary;
use crate::classifier::host::HostTensor;
use crate::classifier::onnx::Node;
use crate::classifier::refusal::{misfit, unsupported};
use crate::error::Result;

pub(super) const OPERATORS: &[Operator] =
    &[Operator::one("Conv", conv), Operator::one("ConvTranspose", conv_transpose)];

fn conv(call: &Call, b: &mut Builder) -> Result<Value> {
    let x = call.input(0)?;
    let weight = call.constant(1, "weights")?;
    let bias = call.optional_constant(2, "a bias")?;
    conv_with(call.node, b, x, weight, bias)
}

/// Adds a convolution with the node's geometry. A 1-d convolution runs as a 2-d one of height 1.
pub(super) fn conv_with(
    node: &Node,
    b: &mut Builder,
    x: Value,
    weight: HostTensor,
    bias: Option<HostTensor>,
) -> Result<Value> {
    let spatial = b.shape(&x);
    let geometry = Geometry::of(node, spatial.get(2..).unwrap_or(&[]), weight.shape.get(2..).unwrap_or(&[]))?;
    let groups = groups(node)?;
    let options =
        |g: &Geometry| ConvOptions::new_with_padding(pair(&g.stride), pair(&g.pads), pair(&g.dilation), groups);
    match spatial.len() {
        4 => b.conv(x, weight, bias, options(&geometry)),
        3 => {
            let flat = insert_height(b, x)?;
            let mut shape = weight.shape.clone();
            shape.insert(2, 1);
            let weight = HostTensor { shape, ..weight };
            let y = b.conv(flat, weight, bias, options(&geometry.with_height()))?;
            remove_height(b, y)
        }
        rank => Err(unsupported(format!("a convolution over {} axes", rank.saturating_sub(2)))),
    }
}

fn groups(node: &Node) -> Result<usize> {
    usize::try_from(node.int("group", 1)).ok().filter(|&g| g > 0).ok_or_else(|| misfit("a convolution has no groups"))
}

/// Adds the whole transposed convolution, then crops it by the node's pads and extends it by its output padding.
fn conv_transpose(call: &Call, b: &mut Builder) -> Result<Value> {
    let (x, weight) = (call.input(0)?, call.constant(1, "weights")?);
    let (input, kernel) = (b.shape(&x), weight.shape.get(2..).unwrap_or(&[]).to_vec());
    let spatial = input.get(2..).unwrap_or(&[]);
    let g = Geometry::of(call.node, spatial, &kernel)?;
    let frame: Vec<(i64, i64)> = transposed_frame(call.node, &g, spatial)?;
    let groups = groups(call.node)?;
    let options = |g: &Geometry| ConvTransposeOptions::new(pair(&g.stride), [0, 0], [0, 0], pair(&g.dilation), groups);
    let whole = match input.len() {
        4 => b.conv_transpose(x, weight, None, options(&g))?,
        3 => {
            let flat = insert_height(b, x)?;
            let mut shape = weight.shape.clone();
            shape.insert(2, 1);
            let y = b.conv_transpose(flat, HostTensor { shape, ..weight }, None, options(&g.with_height()))?;
            remove_height(b, y)?
        }
        rank => return Err(unsupported(format!("a transposed convolution over {} axes", rank.saturating_sub(2)))),
    };
    let y = pad_constant(b, whole, &[&[(0, 0), (0, 0)], frame.as_slice()].concat(), 0.0)?;
    match call.optional_constant(2, "a bias")? {
        Some(bias) => {
            let shape = [vec![bias.values.len()], vec![1; spatial.len()]].concat();
            b.binary(Binary::Add, y, Value::Const(HostTensor { shape, ..bias }))
        }
        None => Ok(y),
    }
}

/// Returns what is added before and after each axis of the whole output. Negative values crop.
fn transposed_frame(node: &Node, g: &Geometry, input: &[usize]) -> Result<Vec<(i64, i64)>> {
    let axes = input.len();
    let extra = node.ints("output_padding").filter(|l| l.len() == axes).map_or_else(|| vec![0; axes], <[i64]>::to_vec);
    let auto_pad = node.text("auto_pad", "NOTSET");
    let wanted: Option<Vec<i64>> = match node.ints("output_shape").filter(|l| l.len() >= axes) {
        Some(list) => Some(list[list.len() - axes..].to_vec()),
        None if auto_pad.starts_with("SAME") => Some((0..axes).map(|a| (input[a] * g.stride[a]) as i64).collect()),
        None => None,
    };
    if extra.iter().chain(wanted.iter().flatten()).any(|v| !(0..1 << 20).contains(v)) {
        return Err(misfit("a transposed convolution's output_padding or output_shape is out of range"));
    }
    let frame = |a: usize| {
        let Some(wanted) = &wanted else { return (-(g.pads[a].0 as i64), extra[a] - g.pads[a].1 as i64) };
        let whole = g.stride[a] * (input[a].max(1) - 1) + g.dilation[a] * (g.kernel[a] - 1) + 1;
        let cut = whole as i64 + extra[a] - wanted[a];
        let (less, more) = (cut.div_euclid(2), cut - cut.div_euclid(2));
        if auto_pad == "SAME_UPPER" { (-less, extra[a] - more) } else { (-more, extra[a] - less) }
    };
    Ok((0..axes).map(frame).collect())
}

/// Reshapes `[N, C, L]` to `[N, C, 1, L]`.
pub(super) fn insert_height(b: &mut Builder, x: Value) -> Result<Value> {
    let shape = b.shape(&x);
    b.reshape(x, &[shape[0], shape[1], 1, shape[2]])
}

/// Reshapes `[N, C, 1, L]` to `[N, C, L]`.
pub(super) fn remove_height(b: &mut Builder, x: Value) -> Result<Value> {
    let shape = b.shape(&x);
    b.reshape(x, &[shape[0], shape[1], shape[3]])
}

/// Longest side of a window. A global pooling that is written as a plain one has a window of its input's size.
const MAX_KERNEL: usize = 1 << 14;
/// Largest stride, dilation or padding. It exceeds the side of any picture, and sums of it do not overflow.
const MAX_STRIDE: usize = 1 << 12;

/// The position of windows: strides, dilations and pads for each spatial axis.
#[derive(Clone, Debug)]
pub(super) struct Geometry {
    pub kernel: Vec<usize>,
    pub stride: Vec<usize>,
    pub dilation: Vec<usize>,
    /// Padding (before, after) on each axis.
    pub pads: Vec<(usize, usize)>,
}

impl Geometry {
    /// Reads the attributes `strides`, `dilations`, `pads` and `auto_pad`.
    pub fn of(node: &Node, input: &[usize], kernel: &[usize]) -> Result<Self> {
        let axes = input.len();
        if kernel.len() != axes || kernel.iter().any(|k| !(1..=MAX_KERNEL).contains(k)) {
            return Err(misfit(format!("a window {kernel:?} does not fit {axes} spatial axes")));
        }
        let stride = positive(node, "strides", axes)?;
        let dilation = positive(node, "dilations", axes)?;
        let reach: Vec<usize> = kernel.iter().zip(&dilation).map(|(k, d)| d * (k - 1) + 1).collect();
        let pads = match node.text("auto_pad", "NOTSET").as_str() {
            "NOTSET" | "" => explicit_pads(node, axes)?,
            "VALID" => vec![(0, 0); axes],
            same @ ("SAME_UPPER" | "SAME_LOWER") => {
                (0..axes).map(|a| same_pads(input[a], reach[a], stride[a], same == "SAME_UPPER")).collect()
            }
            other => return Err(unsupported(format!("auto_pad {other}"))),
        };
        Ok(Self { kernel: kernel.to_vec(), stride, dilation, pads })
    }

    /// Returns the same geometry over `[1, L]`.
    pub fn with_height(&self) -> Self {
        let before = |first: usize, rest: &[usize]| [&[first], rest].concat();
        Self {
            kernel: before(1, &self.kernel),
            stride: before(1, &self.stride),
            dilation: before(1, &self.dilation),
            pads: [&[(0, 0)], self.pads.as_slice()].concat(),
        }
    }
}

/// Returns the two elements of a list that has at least two.
pub(super) fn pair<T: Copy>(list: &[T]) -> [T; 2] {
    [list[0], list[1]]
}

fn positive(node: &Node, name: &str, axes: usize) -> Result<Vec<usize>> {
    let Some(list) = node.ints(name).filter(|list| !list.is_empty()) else { return Ok(vec![1; axes]) };
    let values: Vec<usize> =
        list.iter().filter_map(|&v| usize::try_from(v).ok().filter(|v| (1..=MAX_STRIDE).contains(v))).collect();
    if values.len() != axes || list.len() != axes {
        return Err(misfit(format!("{name} {list:?} do not fit {axes} spatial axes")));
    }
    Ok(values)
}

fn explicit_pads(node: &Node, axes: usize) -> Result<Vec<(usize, usize)>> {
    let Some(list) = node.ints("pads").filter(|list| !list.is_empty()) else { return Ok(vec![(0, 0); axes]) };
    let values: Vec<usize> =
        list.iter().filter_map(|&v| usize::try_from(v).ok().filter(|&v| v <= MAX_STRIDE)).collect();
    if values.len() != 2 * axes || list.len() != 2 * axes {
        return Err(misfit(format!("pads {list:?} do not fit {axes} spatial axes")));
    }
    Ok((0..axes).map(|a| (values[a], values[axes + a])).collect())
}

fn same_pads(input: usize, reach: usize, stride: usize, upper: bool) -> (usize, usize) {
    let total = ((input.div_ceil(stride) - 1) * stride + reach).saturating_sub(input);
    let (less, more) = (total / 2, total - total / 2);
    if upper { (less, more) } else { (more, less) }
}
