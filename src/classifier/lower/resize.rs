//! Resizing, by one small interpolation matrix for each axis, which is differentiable on every device.

use super::call::{Call, axis, bounded};
use super::operator::Operator;
use super::repeat::along_axis;
use crate::classifier::graph::builder::Builder;
use crate::classifier::graph::ir::Value;
use crate::classifier::host::{HostTensor, Kind};
use crate::classifier::refusal::{misfit, unsupported};
use crate::error::Result;

pub(super) const OPERATORS: &[Operator] = &[
    Operator::one("Resize", |call, b| resized(call, b, &Rule::of_resize(call)?)).noting("not tf_crop_and_resize"),
    Operator::one("Upsample", |call, b| resized(call, b, &Rule::of_upsample(call)?)),
];

fn resized(call: &Call, b: &mut Builder, rule: &Rule) -> Result<Value> {
    let mut x = call.input(0)?;
    for along in extents(call, b, &x)? {
        x = resize_axis(b, x, &along, rule)?;
    }
    Ok(x)
}

/// How output positions map to input positions, and how values there are found.
struct Rule {
    mode: String,
    coordinates: String,
    nearest: String,
    cubic: f64,
    exclude_outside: bool,
    antialias: bool,
}

impl Rule {
    fn of_resize(call: &Call) -> Result<Self> {
        let node = call.node;
        // Operator sets before 11 offer no choice of coordinates.
        let (coordinates, nearest) =
            if call.opset < 11 { ("asymmetric", "floor") } else { ("half_pixel", "round_prefer_floor") };
        let rule = Self {
            mode: node.text("mode", "nearest"),
            coordinates: node.text("coordinate_transformation_mode", coordinates),
            nearest: node.text("nearest_mode", nearest),
            cubic: node.float("cubic_coeff_a", -0.75).into(),
            exclude_outside: node.int("exclude_outside", 0) != 0,
            antialias: node.int("antialias", 0) != 0,
        };
        if !["nearest", "linear", "bilinear", "cubic"].contains(&rule.mode.as_str()) {
            return Err(unsupported(format!("{} by {}", node.op, rule.mode)));
        }
        Ok(rule)
    }

    fn of_upsample(call: &Call) -> Result<Self> {
        Ok(Self { coordinates: "asymmetric".into(), nearest: "floor".into(), ..Self::of_resize(call)? })
    }

    /// Returns the position of an output pixel in the input, in pixels.
    fn position(&self, at: usize, along: &Extent) -> Result<f64> {
        let (x, scale) = (at as f64, along.scale);
        // If scales are given, this is the output's width before it is rounded down, as in the ONNX reference.
        let (from, width, to) = (along.from as f64, along.from as f64 * along.scale, along.to as f64);
        Ok(match self.coordinates.as_str() {
            "half_pixel" => (x + 0.5) / scale - 0.5,
            "pytorch_half_pixel" if along.to == 1 => 0.0,
            "pytorch_half_pixel" => (x + 0.5) / scale - 0.5,
            "asymmetric" => x / scale,
            "align_corners" if along.to == 1 => 0.0,
            "align_corners" => x * (from - 1.0) / (width - 1.0),
            "half_pixel_symmetric" => {
                let adjustment = to / width;
                from / 2.0 * (1.0 - adjustment) + (x + 0.5) / scale - 0.5
            }
            other => return Err(unsupported(format!("a Resize with the coordinates {other}"))),
        })
    }

    fn round(&self, position: f64) -> Result<f64> {
        Ok(match self.nearest.as_str() {
            "round_prefer_floor" => (position - 0.5).ceil(),
            "round_prefer_ceil" => (position + 0.5).floor(),
            "floor" => position.floor(),
            "ceil" => position.ceil(),
            other => return Err(unsupported(format!("a Resize that rounds by {other}"))),
        })
    }

    /// Returns the value of the interpolation kernel at a distance.
    fn kernel(&self, distance: f64) -> f64 {
        let (t, a) = (distance.abs(), self.cubic);
        match self.mode.as_str() {
            "cubic" if t <= 1.0 => ((a + 2.0) * t - (a + 3.0)) * t * t + 1.0,
            "cubic" if t < 2.0 => (((t - 5.0) * t + 8.0) * t - 4.0) * a,
            "cubic" => 0.0,
            _ => (1.0 - t).max(0.0),
        }
    }

    fn reach(&self) -> f64 {
        if self.mode == "cubic" { 2.0 } else { 1.0 }
    }
}

/// An axis that changes.
struct Extent {
    axis: usize,
    from: usize,
    to: usize,
    scale: f64,
}

/// Returns the axes that change, from `scales` or `sizes`, wherever this operator set keeps them.
fn extents(call: &Call, b: &Builder, x: &Value) -> Result<Vec<Extent>> {
    let shape = b.shape(x);
    let axes: Vec<usize> = match call.node.ints("axes") {
        Some(list) => list.iter().map(|&a| axis(a, shape.len())).collect::<Result<_>>()?,
        None => (0..shape.len()).collect(),
    };
    let position = if call.opset < 11 || call.node.op == "Upsample" { 1 } else { 2 };
    let scales = match call.node.floats("scales") {
        Some(list) => Some(list.to_vec()),
        None => call.optional_constant(position, "scales")?.map(|host| host.values.to_vec()),
    };
    let pairs = match (scales.filter(|s| !s.is_empty()), call.optional_constant(3, "sizes")?) {
        (Some(scales), _) => {
            scales.iter().zip(&axes).map(|(&s, &a)| ((shape[a] as f64 * f64::from(s)).floor(), s.into())).collect()
        }
        (None, Some(sizes)) => by_sizes(call, &sizes.to_ints(), &axes, &shape)?,
        (None, None) => return Err(misfit(format!("a {} without scales and sizes", call.node.op))),
    };
    if pairs.len() != axes.len() || pairs.iter().any(|(to, scale)| !(*to >= 1.0 && *scale > 0.0)) {
        return Err(misfit(format!("the scales or sizes of a {} do not fit {shape:?}", call.node.op)));
    }
    let mut result = shape.clone();
    axes.iter().zip(&pairs).for_each(|(&a, (to, _))| result[a] = *to as usize);
    bounded(&result)?;
    let extent =
        |(&axis, (to, scale)): (&usize, (f64, f64))| Extent { axis, from: shape[axis], to: to as usize, scale };
    Ok(axes.iter().zip(pairs).map(extent).filter(|e| e.from != e.to || e.scale != 1.0).collect())
}

/// Returns (size, scale) for each axis, by `keep_aspect_ratio_policy`.
fn by_sizes(call: &Call, sizes: &[i64], axes: &[usize], shape: &[usize]) -> Result<Vec<(f64, f64)>> {
    let scales: Vec<f64> = sizes.iter().zip(axes).map(|(&s, &a)| s as f64 / shape[a].max(1) as f64).collect();
    let common = match call.node.text("keep_aspect_ratio_policy", "stretch").as_str() {
        "stretch" => return Ok(sizes.iter().map(|&s| s as f64).zip(scales).collect()),
        "not_larger" => scales.iter().copied().fold(f64::INFINITY, f64::min),
        "not_smaller" => scales.iter().copied().fold(0.0, f64::max),
        other => return Err(unsupported(format!("a Resize with the policy {other}"))),
    };
    Ok(axes.iter().map(|&a| ((shape[a] as f64 * common).round(), common)).collect())
}

fn resize_axis(b: &mut Builder, x: Value, along: &Extent, rule: &Rule) -> Result<Value> {
    if rule.mode == "nearest" {
        let last = along.from.saturating_sub(1) as f64;
        let index = |at| Ok(rule.round(rule.position(at, along)?)?.clamp(0.0, last) as usize);
        let indices = (0..along.to).map(index).collect::<Result<Vec<_>>>()?;
        return b.gather(x, along.axis, &indices);
    }
    b.claim(&[along.from, along.to])?;
    let matrix = interpolation(along, rule)?;
    along_axis(b, x, along.axis, matrix)
}

/// Returns a matrix `[from, to]` whose column j holds the weights of output pixel j.
fn interpolation(along: &Extent, rule: &Rule) -> Result<Value> {
    let (from, to) = (along.from, along.to);
    let stretch = if rule.antialias { along.scale.min(1.0) } else { 1.0 };
    let reach = rule.reach() / stretch;
    let mut values = vec![0.0; from * to];
    for j in 0..to {
        let position = rule.position(j, along)?;
        let nearby = ((position - reach).floor() as i64 + 1)..=((position + reach).floor() as i64);
        let weights: Vec<(i64, f64)> = nearby
            .map(|i| (i, rule.kernel((i as f64 - position) * stretch)))
            .filter(|(i, _)| !rule.exclude_outside || (0..from as i64).contains(i))
            .collect();
        let normalised = rule.antialias || rule.exclude_outside;
        let sum = if normalised { weights.iter().map(|(_, w)| w).sum() } else { 1.0 };
        for (i, weight) in weights {
            let row = i.clamp(0, from as i64 - 1) as usize;
            values[row * to + j] += (weight / sum) as f32;
        }
    }
    Ok(Value::Const(HostTensor::new(Kind::Float, &[from, to], values)))
}
