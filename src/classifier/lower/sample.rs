//! Operators that sample values at positions between pixels, or put blocks back where they were cut out.

use burn::tensor::ops::ConvTransposeOptions;

use super::call::Call;
use super::linear::matmul;
use super::operator::Operator;
use super::repeat::pad_constant;
use crate::classifier::graph::builder::Builder;
use crate::classifier::graph::ir::Value;
use crate::classifier::graph::op::Binary;
use crate::classifier::host::{HostTensor, Kind};
use crate::classifier::refusal::{misfit, unsupported};
use crate::error::Result;

pub(super) const OPERATORS: &[Operator] = &[
    Operator::one("GridSample", grid_sample).noting("of pictures, at positions known at load"),
    Operator::one("AffineGrid", affine_grid),
    Operator::one("Col2Im", col2im).noting("of pictures"),
];

/// Which pixels around a position count.
#[derive(Clone, Copy, PartialEq)]
enum Mode {
    Nearest,
    Linear,
    Cubic,
}

/// What a position beyond the picture sees.
#[derive(Clone, Copy)]
enum Beyond {
    Zeros,
    Border,
    Reflection,
}

struct Sampler {
    mode: Mode,
    beyond: Beyond,
    align_corners: bool,
}

impl Sampler {
    fn of(call: &Call) -> Result<Self> {
        let mode = match call.node.text("mode", "linear").as_str() {
            "nearest" => Mode::Nearest,
            "linear" | "bilinear" => Mode::Linear,
            "cubic" | "bicubic" => Mode::Cubic,
            other => return Err(unsupported(format!("a GridSample by {other}"))),
        };
        let beyond = match call.node.text("padding_mode", "zeros").as_str() {
            "zeros" => Beyond::Zeros,
            "border" => Beyond::Border,
            "reflection" => Beyond::Reflection,
            other => return Err(unsupported(format!("a GridSample padded by {other}"))),
        };
        Ok(Self { mode, beyond, align_corners: call.node.int("align_corners", 0) != 0 })
    }

    /// Returns the pixels on one axis that make up the value at a position in [−1, 1], with their weights. A pixel
    /// beyond the picture is `None`.
    fn taps(&self, position: f32, size: usize) -> Vec<(Option<usize>, f32)> {
        let (x, length) = (f64::from(position), size as f64);
        let at = if self.align_corners { (x + 1.0) / 2.0 * (length - 1.0) } else { ((x + 1.0) * length - 1.0) / 2.0 };
        // With cubic interpolation, each neighbour is brought back into the picture by itself; otherwise the position
        // is.
        let at = if self.mode == Mode::Cubic { at } else { self.brought_back(at, length) };
        let first = at.floor();
        let t = (at - first) as f32;
        let weights: Vec<(f64, f32)> = match self.mode {
            Mode::Nearest => vec![(at.round_ties_even(), 1.0)],
            Mode::Linear => vec![(first, 1.0 - t), (first + 1.0, t)],
            Mode::Cubic => (-1..=2).map(|i| (first + f64::from(i), cubic(t - i as f32))).collect(),
        };
        weights.into_iter().map(|(pixel, weight)| (self.pixel(pixel, length), weight)).collect()
    }

    fn pixel(&self, at: f64, length: f64) -> Option<usize> {
        let at = if self.mode == Mode::Cubic { self.brought_back(at, length) } else { at };
        (at >= 0.0 && at < length).then_some(at as usize)
    }

    fn brought_back(&self, at: f64, length: f64) -> f64 {
        match self.beyond {
            Beyond::Zeros => at,
            Beyond::Border => at.clamp(0.0, length - 1.0),
            Beyond::Reflection if self.align_corners => reflected(at, 0.0, length - 1.0),
            Beyond::Reflection => reflected(at, -0.5, length - 0.5).clamp(0.0, length - 1.0),
        }
    }
}

/// Reflects a position between the two ends until it lies between them.
fn reflected(at: f64, low: f64, high: f64) -> f64 {
    let span = high - low;
    if span <= 0.0 {
        return low;
    }
    let inside = (at - low).rem_euclid(2.0 * span);
    low + inside.min(2.0 * span - inside)
}

fn cubic(distance: f32) -> f32 {
    let (t, a) = (distance.abs(), -0.75);
    if t <= 1.0 {
        ((a + 2.0) * t - (a + 3.0)) * t * t + 1.0
    } else if t < 2.0 {
        (((t - 5.0) * t + 8.0) * t - 4.0) * a
    } else {
        0.0
    }
}

/// Samples a picture by a weighted sum of gathers, one for each pixel that makes up a position.
fn grid_sample(call: &Call, b: &mut Builder) -> Result<Value> {
    let (x, sampler) = (call.input(0)?, Sampler::of(call)?);
    let grid = call.constant(1, "a grid")?;
    let (shape, grid_shape) = (b.shape(&x), grid.shape.clone());
    let ([batch, channels, height, width], [grids, rows, columns, 2]) = (&shape[..], &grid_shape[..]) else {
        return Err(unsupported(format!("a GridSample of {shape:?} at {grid_shape:?}")));
    };
    if grids != batch || *batch == 0 {
        return Err(misfit(format!("a GridSample of {batch} pictures has {grids} grids")));
    }
    let each = rows * columns;
    b.claim(&[*batch, each, 16])?;
    let flat = b.reshape(x, &[*batch, *channels, height * width])?;
    let grids: Vec<&[f32]> = grid.values.chunks(2 * each.max(1)).collect();
    let sampled = if grids.windows(2).all(|pair| pair[0] == pair[1]) {
        sampled(b, flat, &taps(&sampler, grids[0], [*height, *width]))?
    } else {
        let of_picture = |b: &mut Builder, (i, grid): (usize, &&[f32])| {
            let one = b.slice(flat.clone(), &[(i, i + 1, 1), (0, *channels, 1), (0, height * width, 1)])?;
            sampled(b, one, &taps(&sampler, grid, [*height, *width]))
        };
        let parts = grids.iter().enumerate().map(|part| of_picture(b, part)).collect::<Result<Vec<_>>>()?;
        b.concat(parts, 0)?
    };
    b.reshape(sampled, &[*batch, *channels, *rows, *columns])
}

/// Returns, for each tap, the pixel and the weight at every position. Where there is no pixel, both are 0.
fn taps(sampler: &Sampler, grid: &[f32], [height, width]: [usize; 2]) -> Vec<(Vec<usize>, Vec<f32>)> {
    let mut taps: Vec<(Vec<usize>, Vec<f32>)> = vec![];
    for place in grid.chunks(2) {
        let (columns, rows) = (sampler.taps(place[0], width), sampler.taps(place[1], height));
        let both = rows.iter().flat_map(|r| columns.iter().map(move |c| (r, c)));
        for (i, ((row, row_weight), (column, column_weight))) in both.enumerate() {
            if taps.len() == i {
                taps.push((vec![], vec![]));
            }
            let pixel = row.zip(*column).map(|(row, column)| row * width + column);
            taps[i].0.push(pixel.unwrap_or(0));
            taps[i].1.push(pixel.map_or(0.0, |_| row_weight * column_weight));
        }
    }
    taps
}

fn sampled(b: &mut Builder, flat: Value, taps: &[(Vec<usize>, Vec<f32>)]) -> Result<Value> {
    let mut sum = None;
    for (indices, weights) in taps {
        let taken = b.gather(flat.clone(), 2, indices)?;
        let weights = Value::Const(HostTensor::new(Kind::Float, &[1, 1, weights.len()], weights.clone()));
        let part = b.binary(Binary::Mul, taken, weights)?;
        sum = Some(match sum {
            Some(sum) => b.binary(Binary::Add, sum, part)?,
            None => part,
        });
    }
    sum.ok_or_else(|| misfit("a GridSample at no position"))
}

/// Returns the positions of the pixels of a picture or a volume, transformed by θ `[N, d, d + 1]`.
fn affine_grid(call: &Call, b: &mut Builder) -> Result<Value> {
    let theta = call.input(0)?;
    let sizes = call.constant(1, "a size")?.to_ints();
    let sides: Vec<usize> = sizes.iter().skip(2).filter_map(|&s| usize::try_from(s).ok()).collect();
    let (axes, count) = (sides.len(), sides.iter().fold(1usize, |n, &side| n.saturating_mul(side)));
    let shape = b.shape(&theta);
    if !(2..=3).contains(&axes) || sizes.len() != axes + 2 || shape.len() != 3 || shape[1..] != [axes, axes + 1] {
        return Err(misfit(format!("an AffineGrid of {shape:?} does not fit the size {sizes:?}")));
    }
    b.claim(&[count, axes + 1])?;
    let corners = call.node.int("align_corners", 0) != 0;
    let base = Value::Const(HostTensor::new(Kind::Float, &[count, axes + 1], base_grid(&sides, corners)));
    let turned = b.permute(theta, &[0, 2, 1])?;
    let grid = matmul(b, base, turned)?;
    b.reshape(grid, &[&[shape[0]], &sides[..], &[axes]].concat())
}

/// Returns the coordinates of each place in [−1, 1], the last axis first, followed by a 1.
fn base_grid(sides: &[usize], corners: bool) -> Vec<f32> {
    let coordinate = |at: usize, side: usize| match (corners, side) {
        (true, 1) => 0.0,
        (true, _) => 2.0 * at as f32 / (side - 1) as f32 - 1.0,
        (false, _) => (2.0 * at as f32 + 1.0) / side as f32 - 1.0,
    };
    let count: usize = sides.iter().product();
    let mut grid = Vec::with_capacity(count * (sides.len() + 1));
    for place in 0..count {
        let mut rest = place;
        for &side in sides.iter().rev() {
            grid.push(coordinate(rest % side, side));
            rest /= side;
        }
        grid.push(1.0);
    }
    grid
}

/// Sums overlapping blocks into a picture, by a transposed convolution that moves each value to its place in its block.
fn col2im(call: &Call, b: &mut Builder) -> Result<Value> {
    let x = call.input(0)?;
    let shape = b.shape(&x);
    let pair = |list: Vec<i64>| -> Option<[usize; 2]> {
        let sizes: Vec<usize> =
            list.iter().filter_map(|&v| usize::try_from(v).ok().filter(|&v| v <= 1 << 14)).collect();
        sizes.try_into().ok().filter(|_| list.len() == 2)
    };
    let attribute =
        |name: &str| pair(call.node.ints(name).filter(|l| !l.is_empty()).map_or_else(|| vec![1, 1], <[i64]>::to_vec));
    let given = (
        pair(call.constant(1, "a size")?.to_ints()),
        pair(call.constant(2, "a block")?.to_ints()),
        attribute("strides"),
        attribute("dilations"),
    );
    let (Some(image), Some(block), Some(stride), Some(dilation)) = given else {
        return Err(unsupported("a Col2Im over other than two axes"));
    };
    let pads = call.node.ints("pads").filter(|list| list.len() == 4).map_or_else(|| vec![0; 4], <[i64]>::to_vec);
    let in_bounds = |v: &i64| (0..1 << 14).contains(v);
    let cell = block[0] * block[1];
    let sound = shape.len() == 3 && cell > 0 && shape[1].is_multiple_of(cell) && pads.iter().all(in_bounds);
    if !sound || stride.contains(&0) || dilation.contains(&0) {
        return Err(misfit(format!("a Col2Im of blocks {block:?} does not fit {shape:?}")));
    }
    let blocks = [0, 1].map(|a| {
        let padded = image[a] + (pads[a] + pads[2 + a]) as usize;
        padded.checked_sub(dilation[a] * (block[a] - 1) + 1).map_or(0, |room| room / stride[a] + 1)
    });
    let grid = b.reshape(x, &[shape[0], shape[1], blocks[0], blocks[1]])?;
    let weight = places(b, shape[1], block)?;
    let options = ConvTransposeOptions::new(stride, [0, 0], [0, 0], dilation, shape[1] / cell);
    let whole = b.conv_transpose(grid, weight, None, options)?;
    let sizes = b.shape(&whole);
    let frame = |a: usize| (-pads[a], image[a] as i64 + pads[a] - sizes[2 + a] as i64);
    pad_constant(b, whole, &[(0, 0), (0, 0), frame(0), frame(1)], 0.0)
}

/// Returns weights `[channels, 1, rows, columns]`, in which channel i has a 1 at place i mod (rows · columns).
fn places(b: &mut Builder, channels: usize, [rows, columns]: [usize; 2]) -> Result<HostTensor> {
    let cell = rows * columns;
    let mut values = vec![0.0; b.claim(&[channels, 1, rows, columns])?];
    (0..channels).for_each(|channel| values[channel * cell + channel % cell] = 1.0);
    Ok(HostTensor::new(Kind::Float, &[channels, 1, rows, columns], values))
}
