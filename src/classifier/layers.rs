//! The layers that Grad-CAM can look at: the maps of convolutions, and the token grids of transformers.

use super::graph::Graph;
use super::graph::ir::{Operand, Step, ValueId};
use super::graph::op::{Binary, Op};
use crate::array::{Array, Unary};
use crate::error::{Error, ErrorKind, Result};

/// How a layer's output is read as a map of channels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Grid {
    /// `[N, C, h, w]`, which is a map already.
    Map,
    /// `[N, h, w, C]`.
    ChannelsLast,
    /// `[N, T, C]`: the last h · w of the T tokens, row by row. The tokens before them (class, registers) have no place
    /// in the picture.
    Tokens([usize; 2]),
}

impl Grid {
    /// Returns the output as `[N, C, h, w]`.
    pub fn map(self, output: Array) -> Array {
        let shape = output.shape();
        match self {
            Self::Map => output,
            Self::ChannelsLast => output.permute(&[0, 3, 1, 2]),
            Self::Tokens([height, width]) => {
                let (count, channels) = (shape[1], shape[2]);
                let placed = output.slice(&[(0, shape[0], 1), (count - height * width, count, 1), (0, channels, 1)]);
                placed.reshape(&[shape[0], height, width, channels]).permute(&[0, 3, 1, 2])
            }
        }
    }
}

/// A layer's output.
pub(super) struct Layer {
    pub value: ValueId,
    pub grid: Grid,
}

/// Returns the layer of this name. Without a name it is the last convolution, or if that only cuts the picture into
/// patches, the normalisation before the last attention.
///
/// # Errors
/// Fails with [`ErrorKind::Settings`], naming some layers, if there is none of that name. Fails with
/// [`ErrorKind::Unsupported`] if no name is given and there is no convolution and no attention.
pub(super) fn find(graph: &Graph, name: Option<&str>) -> Result<Layer> {
    let Some(name) = name else { return by_itself(graph).ok_or_else(none) };
    let named = graph.steps().iter().filter(|step| step.node == name).filter_map(|step| layer(graph, step)).next_back();
    named.ok_or_else(|| {
        let all = names(graph);
        let last = all[all.len().saturating_sub(5)..].join(", ");
        Error::new(ErrorKind::Settings, format!("no layer with a map is called \"{name}\"; the last ones are {last}"))
    })
}

fn none() -> Error {
    Error::new(
        ErrorKind::Unsupported,
        "the model has no convolution with a map; name a layer, or choose a method that needs none",
    )
}

/// Returns the names of the layers whose output is a map, in order.
pub(super) fn names(graph: &Graph) -> Vec<&str> {
    let mut names: Vec<&str> =
        graph.steps().iter().filter(|step| layer(graph, step).is_some()).map(|step| step.node.as_str()).collect();
    names.dedup();
    names
}

/// Returns whether the layer that is taken without a name is a convolution that only cuts the picture into patches.
pub(super) fn sees_patches_only(graph: &Graph) -> bool {
    before_attention(graph).is_none() && last_convolution(graph).is_some_and(|step| cuts_patches(graph, step))
}

fn by_itself(graph: &Graph) -> Option<Layer> {
    let convolution = last_convolution(graph);
    let tokens = || before_attention(graph).and_then(|step| layer(graph, step));
    match convolution {
        Some(step) if !cuts_patches(graph, step) => layer(graph, step),
        _ => tokens().or_else(|| layer(graph, convolution?)),
    }
}

fn layer(graph: &Graph, step: &Step) -> Option<Layer> {
    Some(Layer { value: step.output, grid: grid(graph, step.output)? })
}

fn last_convolution(graph: &Graph) -> Option<&Step> {
    let is_map = |step: &&Step| matches!(graph.shape(step.output), [_, _, h, w] if h * w > 1);
    graph.steps().iter().filter(|step| matches!(step.op, Op::Conv(_))).rfind(is_map)
}

/// Returns whether a convolution cuts the picture into patches: it reads at most four channels, and each of its strides
/// shortens its axis by exactly that factor. It is asked of the last convolution only.
fn cuts_patches(graph: &Graph, step: &Step) -> bool {
    let Op::Conv(options) = &step.op else { return false };
    let [Operand::Value(input), ..] = step.inputs.as_slice() else { return false };
    let (from, to) = (graph.shape(*input), graph.shape(step.output));
    let strides = options.stride;
    strides.iter().all(|&stride| stride > 1) && (0..2).all(|a| to[2 + a] == from[2 + a] / strides[a]) && from[1] <= 4
}

/// Returns how a tensor is read as a grid, if it can be.
fn grid(graph: &Graph, value: ValueId) -> Option<Grid> {
    let patches = last_convolution(graph).map(|step| graph.shape(step.output)).map(|shape| [shape[2], shape[3]]);
    match *graph.shape(value) {
        [_, h, w, c] if patches.is_some_and(|grid| side_by_side(grid, [h, w])) && c > w && h * w > 1 => {
            Some(Grid::ChannelsLast)
        }
        [_, _, h, w] if h * w > 1 => Some(Grid::Map),
        [1, tokens, channels] if channels > 1 => token_grid(patches, tokens).map(Grid::Tokens),
        _ => None,
    }
}

/// Returns whether a grid is that of the patches, or that of patches merged two by two up to four times.
fn side_by_side(patches: [usize; 2], grid: [usize; 2]) -> bool {
    (0..5).any(|times| patches.map(|length| length >> times) == grid)
}

/// Returns the rows and columns of a sequence's tokens: those of the patches, those of merged patches, or a square. Up
/// to eight tokens before them have no place in the picture.
fn token_grid(patches: Option<[usize; 2]>, tokens: usize) -> Option<[usize; 2]> {
    let merged = (0..5).filter_map(|times| Some(patches?.map(|length| length >> times)));
    let square = (0..=8).filter_map(|extra| {
        let side = tokens.checked_sub(extra)?.isqrt();
        (side * side + extra == tokens).then_some([side; 2])
    });
    let fits = |[rows, columns]: &[usize; 2]| (2..=tokens).contains(&(rows * columns)) && tokens - rows * columns <= 8;
    merged.chain(square).find(fits)
}

/// Returns the normalisation before the last attention, from whose output queries, keys and values are computed.
fn before_attention(graph: &Graph) -> Option<&Step> {
    let steps = graph.steps();
    let attention = steps.iter().rposition(|step| is_attention(graph, step))?;
    let root = steps[..attention].iter().rposition(|step| is_deviation(graph, step))?;
    let mut last = None;
    let mut value = steps[root].output;
    // After the deviation come its inverse, the product with the centred values, the scale and the shift.
    for step in &steps[root + 1..attention] {
        let reads = step.inputs.contains(&Operand::Value(value));
        let scales = match &step.op {
            Op::Unary(Unary::Reciprocal) => last.is_none(),
            Op::Binary(Binary::Div) => last.is_none(),
            Op::Binary(Binary::Mul | Binary::Add) => {
                last.is_none() || step.inputs.iter().any(|operand| matches!(operand, Operand::Constant(_)))
            }
            _ => false,
        };
        if !(reads && scales) {
            if reads {
                break;
            }
            continue;
        }
        value = step.output;
        if !matches!(step.op, Op::Unary(_)) {
            last = Some(step);
        }
    }
    last.filter(|step| grid(graph, step.output).is_some())
}

/// Returns whether a step is a softmax over pairs of tokens.
fn is_attention(graph: &Graph, step: &Step) -> bool {
    let shape = graph.shape(step.output);
    matches!(step.op, Op::Softmax(axis) if axis + 1 == shape.len()) && shape.len() >= 3 && shape[shape.len() - 2] > 1
}

/// Returns whether a step is the root of a variance over the last axis.
fn is_deviation(graph: &Graph, step: &Step) -> bool {
    let root = matches!(step.op, Op::Unary(Unary::Sqrt));
    root && graph.shape(step.output).last() == Some(&1) && graph.shape(step.output).len() >= 3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_lie_on_the_grid_of_the_patches() {
        for (patches, tokens, grid) in [
            (Some([14, 14]), 197, Some([14, 14])),
            (Some([14, 14]), 196, Some([14, 14])),
            (Some([16, 8]), 132, Some([16, 8])),
            (Some([56, 56]), 49, Some([7, 7])),
            (None, 201, Some([14, 14])),
            (None, 3, None),
        ] {
            assert_eq!(token_grid(patches, tokens), grid, "{patches:?} {tokens}");
        }
    }

    #[test]
    fn the_class_token_is_left_out_and_the_others_lie_row_by_row() {
        let device = burn::tensor::Device::flex();
        // One class token, then 1 × 2 places of 2 channels.
        let tokens = Array::new(vec![9.0, 9.0, 1.0, 10.0, 2.0, 20.0], &[1, 3, 2], &device);
        let map = Grid::Tokens([1, 2]).map(tokens);
        assert_eq!(map.shape(), [1, 2, 1, 2]);
        assert_eq!(pollster::block_on(map.read()).expect("the CPU reads"), [1.0, 2.0, 10.0, 20.0]);
    }
}
