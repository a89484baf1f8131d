//! Pooling.

use burn::tensor::ops::ConvOptions;

use super::call::Call;
use super::conv::{Geometry, insert_height, pair, remove_height};
use super::operator::Operator;
use super::reduce::root;
use crate::array::{Unary, Window};
use crate::classifier::graph::builder::Builder;
use crate::classifier::graph::ir::Value;
use crate::classifier::graph::op::{Binary, Reduction};
use crate::classifier::host::{HostTensor, Kind};
use crate::classifier::refusal::{misfit, unsupported};
use crate::error::Result;

pub(super) const OPERATORS: &[Operator] = &[
    Operator::one("MaxPool", |call, b| over_windows(call, b, call.input(0)?, max_pool)),
    Operator::one("AveragePool", |call, b| averaged(call, b, call.input(0)?)),
    Operator::one("LpPool", |call, b| over_windows(call, b, call.input(0)?, lp_pool)),
    Operator::one("GlobalAveragePool", |call, b| global(call, b, Reduction::Mean)),
    Operator::one("GlobalMaxPool", |call, b| global(call, b, Reduction::Max)),
];

fn global(call: &Call, b: &mut Builder, reduction: Reduction) -> Result<Value> {
    let x = call.input(0)?;
    let axes: Vec<usize> = (2..b.rank(&x)).collect();
    b.reduce(reduction, x, &axes)
}

type Pool = fn(&Call, &mut Builder, Value, &Geometry) -> Result<Value>;

/// Reads the geometry, and runs 1-d pooling as 2-d pooling of height 1.
fn over_windows(call: &Call, b: &mut Builder, x: Value, pool: Pool) -> Result<Value> {
    if call.node.outputs.get(1).is_some_and(|name| !name.is_empty()) {
        return Err(unsupported("pooling that also returns its indices"));
    }
    let shape = b.shape(&x);
    let kernel: Vec<usize> =
        call.node.ints("kernel_shape").unwrap_or(&[]).iter().filter_map(|&k| usize::try_from(k).ok()).collect();
    let geometry = Geometry::of(call.node, shape.get(2..).unwrap_or(&[]), &kernel)?;
    match shape.len() {
        4 => pool(call, b, x, &geometry),
        3 => {
            let x = insert_height(b, x)?;
            let y = pool(call, b, x, &geometry.with_height())?;
            remove_height(b, y)
        }
        rank => Err(unsupported(format!("pooling over {} axes", rank.saturating_sub(2)))),
    }
}

/// Returns the padding after each axis that admits a last window which lies partly outside (`ceil_mode`). Such a window
/// must still begin inside the picture or its leading padding.
fn overhang(call: &Call, b: &Builder, x: &Value, g: &Geometry) -> [usize; 2] {
    let shape = b.shape(x);
    std::array::from_fn(|a| {
        let reach = g.dilation[a] * (g.kernel[a] - 1) + 1;
        let padded = shape[2 + a] + g.pads[a].0 + g.pads[a].1;
        if call.node.int("ceil_mode", 0) == 0 || padded < reach {
            return 0;
        }
        let mut windows = (padded - reach).div_ceil(g.stride[a]) + 1;
        if (windows - 1) * g.stride[a] >= shape[2 + a] + g.pads[a].0 {
            windows -= 1;
        }
        ((windows - 1) * g.stride[a] + reach).saturating_sub(padded)
    })
}

fn spatial_pads(g: &Geometry, overhang: [usize; 2]) -> [(usize, usize); 4] {
    let axis = |a: usize| (g.pads[a].0, g.pads[a].1 + overhang[a]);
    [(0, 0), (0, 0), axis(0), axis(1)]
}

fn window(g: &Geometry, pads: [usize; 2]) -> Window {
    Window {
        kernel: pair(&g.kernel),
        stride: pair(&g.stride),
        dilation: pair(&g.dilation),
        pad_begin: pads,
        pad_end: pads,
    }
}

fn max_pool(call: &Call, b: &mut Builder, x: Value, g: &Geometry) -> Result<Value> {
    let over = overhang(call, b, &x, g);
    let symmetric = over == [0, 0] && g.pads.iter().zip(&g.kernel).all(|(p, k)| p.0 == p.1 && p.0 <= k / 2);
    if symmetric {
        return b.max_pool(x, window(g, [g.pads[0].0, g.pads[1].0]));
    }
    // Padding lies below every activation. It is finite, because arithmetic with infinities is not guaranteed on
    // WebGPU.
    let padded = b.pad(x, &spatial_pads(g, over), f32::MIN)?;
    b.max_pool(padded, window(g, [0, 0]))
}

/// Returns the mean of each window of x.
pub(super) fn averaged(call: &Call, b: &mut Builder, x: Value) -> Result<Value> {
    over_windows(call, b, x, average_pool)
}

fn average_pool(call: &Call, b: &mut Builder, x: Value, g: &Geometry) -> Result<Value> {
    let over = overhang(call, b, &x, g);
    let shape = b.shape(&x);
    let mean = window_mean(b, x, g, over)?;
    let with_pads = call.node.int("count_include_pad", 0) != 0;
    let corrected = b.shape(&mean);
    b.claim(&corrected[2..])?;
    b.allowance.take_work((corrected[2] * g.kernel[0] + corrected[3] * g.kernel[1]) as u64)?;
    let correction = count_correction(g, &shape[2..], over, with_pads)?;
    match correction {
        None => Ok(mean),
        Some(host) => b.binary(Binary::Mul, mean, Value::Const(host)),
    }
}

/// Returns the mean of each window. Padding counts as zeros.
fn window_mean(b: &mut Builder, x: Value, g: &Geometry, over: [usize; 2]) -> Result<Value> {
    let padded = b.pad(x, &spatial_pads(g, over), 0.0)?;
    if g.dilation.iter().all(|&d| d == 1) {
        return b.avg_pool(padded, window(g, [0, 0]));
    }
    // Burn has no dilated mean, so each channel is convolved with equal weights.
    let (channels, [rows, columns]) = (b.shape(&padded)[1], pair(&g.kernel));
    b.claim(&[channels, rows, columns])?;
    let weight = HostTensor::new(
        Kind::Float,
        &[channels, 1, rows, columns],
        vec![1.0 / (rows * columns) as f32; channels * rows * columns],
    );
    let options = ConvOptions::new(pair(&g.stride), [0, 0], pair(&g.dilation), channels);
    b.conv(padded, weight, None, options)
}

/// Returns y = (Σ |x|^p)^(1/p) over each window.
fn lp_pool(call: &Call, b: &mut Builder, x: Value, g: &Geometry) -> Result<Value> {
    let p = call.node.int("p", 2).max(1) as f32;
    let over = overhang(call, b, &x, g);
    let size = b.unary(Unary::Abs, x)?;
    let power = if p == 2.0 { b.binary(Binary::Mul, size.clone(), size)? } else { b.pow_scalar(size, p)? };
    let mean = window_mean(b, power, g, over)?;
    let sum = b.affine(mean, (g.kernel[0] * g.kernel[1]) as f32, 0.0)?;
    if p == 2.0 {
        return root(b, sum);
    }
    // As in `root`, the slope at 0 is set to 0 rather than infinity.
    let above_zero = b.clamp(sum, f32::MIN_POSITIVE, f32::MAX)?;
    b.pow_scalar(above_zero, 1.0 / p)
}

/// Returns, for each window, the number of its elements divided by the number of those that count, `[1, 1, H, W]`.
/// `None` if all count.
fn count_correction(g: &Geometry, input: &[usize], over: [usize; 2], with_pads: bool) -> Result<Option<HostTensor>> {
    let per_axis = |a: usize| -> Vec<f32> {
        let (before, after) = g.pads[a];
        let padded = before + input[a] + after + over[a];
        let counted = if with_pads { 0..before + input[a] + after } else { before..before + input[a] };
        let windows = (padded - g.dilation[a] * (g.kernel[a] - 1) - 1) / g.stride[a] + 1;
        let places = |w: usize| (0..g.kernel[a]).map(move |k| w * g.stride[a] + k * g.dilation[a]);
        (0..windows).map(|w| places(w).filter(|i| counted.contains(i)).count() as f32).collect()
    };
    let (rows, columns) = (per_axis(0), per_axis(1));
    let all = (g.kernel[0] * g.kernel[1]) as f32;
    let ratio: Vec<f32> = rows.iter().flat_map(|r| columns.iter().map(move |c| all / (r * c))).collect();
    if ratio.iter().any(|r| !r.is_finite()) {
        return Err(misfit("an AveragePool has a window that lies wholly in the padding"));
    }
    let shape = [1, 1, rows.len(), columns.len()];
    Ok(ratio.iter().any(|&r| r != 1.0).then(|| HostTensor::new(Kind::Float, &shape, ratio)))
}
