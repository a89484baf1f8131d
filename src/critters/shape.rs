//! Outlines: paths in an animal's own units, placed in the picture by a [`Frame`].

use tiny_skia::{LineCap, LineJoin, Path, PathBuilder, Rect, Stroke, Transform};

/// An outline in pixels; `None` where nothing is left to draw.
pub type Shape = Option<Path>;

/// A place, a scale and a turn: from the units things are drawn in to pixels.
#[derive(Debug, Clone, Copy)]
pub struct Frame {
    transform: Transform,
    /// Pixels per unit.
    pub scale: f32,
}

impl Frame {
    /// Returns the origin at (`x`, `y`) pixels, `scale` pixels per unit; `facing` −1 mirrors it.
    pub fn new(x: f32, y: f32, scale: f32, facing: f32) -> Self {
        Self { transform: Transform::from_row(scale * facing, 0.0, 0.0, scale, x, y), scale }
    }

    /// Returns the frame in which one unit is one pixel.
    pub fn pixels() -> Self {
        Self::new(0.0, 0.0, 1.0, 1.0)
    }

    /// Returns the frame whose origin is at (`x`, `y`) of this one, turned by `angle` radians.
    pub fn turned(&self, x: f32, y: f32, angle: f32) -> Self {
        let (sin, cos) = sin_cos(angle);
        let inner = Transform::from_row(cos, sin, -sin, cos, x, y);
        Self { transform: self.transform.pre_concat(inner), scale: self.scale }
    }

    /// Returns the frame whose origin is at (`x`, `y`) of this one, its axes scaled.
    pub fn scaled(&self, x: f32, y: f32, sx: f32, sy: f32) -> Self {
        let inner = Transform::from_row(sx, 0.0, 0.0, sy, x, y);
        Self { transform: self.transform.pre_concat(inner), scale: self.scale * 0.5 * (sx.abs() + sy.abs()) }
    }

    /// Says where a point of this frame is in the picture, in pixels.
    pub fn point(&self, x: f32, y: f32) -> (f32, f32) {
        let t = &self.transform;
        (t.sx * x + t.kx * y + t.tx, t.ky * x + t.sy * y + t.ty)
    }

    /// Returns an ellipse about a centre.
    pub fn ellipse(&self, x: f32, y: f32, rx: f32, ry: f32) -> Shape {
        let oval = Rect::from_ltrb(x - rx, y - ry, x + rx, y + ry)?;
        PathBuilder::from_oval(oval)?.transform(self.transform)
    }

    /// Returns an ellipse about a centre, turned by `angle` radians.
    pub fn oval(&self, x: f32, y: f32, rx: f32, ry: f32, angle: f32) -> Shape {
        self.turned(x, y, angle).ellipse(0.0, 0.0, rx, ry)
    }

    /// Returns a closed polygon with sharp corners.
    pub fn polygon(&self, points: &[(f32, f32)]) -> Shape {
        let mut path = PathBuilder::new();
        for (index, &(x, y)) in points.iter().enumerate() {
            if index == 0 { path.move_to(x, y) } else { path.line_to(x, y) }
        }
        path.close();
        path.finish()?.transform(self.transform)
    }

    /// Returns a closed smooth curve: a quadratic B-spline whose control points these are.
    pub fn blob(&self, points: &[(f32, f32)]) -> Shape {
        let &last = points.last()?;
        let start = middle(last, *points.first()?);
        let mut path = PathBuilder::new();
        path.move_to(start.0, start.1);
        for (index, &point) in points.iter().enumerate() {
            let end = middle(point, points[(index + 1) % points.len()]);
            path.quad_to(point.0, point.1, end.0, end.1);
        }
        path.close();
        path.finish()?.transform(self.transform)
    }

    /// Returns a smooth line through control points with round ends, `width` units wide.
    pub fn line(&self, points: &[(f32, f32)], width: f32) -> Shape {
        let path = open_curve(points)?.transform(self.transform)?;
        outline(&path, width * self.scale)
    }
}

/// Returns the band of `width_px` pixels along a path.
pub fn outline(path: &Path, width_px: f32) -> Shape {
    let stroke = Stroke { width: width_px, line_cap: LineCap::Round, line_join: LineJoin::Round, ..Stroke::default() };
    path.stroke(&stroke, 1.0)
}

fn open_curve(points: &[(f32, f32)]) -> Shape {
    let (&first, rest) = points.split_first()?;
    let mut path = PathBuilder::new();
    path.move_to(first.0, first.1);
    for pair in rest.windows(2) {
        let end = middle(pair[0], pair[1]);
        path.quad_to(pair[0].0, pair[0].1, end.0, end.1);
    }
    let &last = rest.last()?;
    path.line_to(last.0, last.1);
    path.finish()
}

fn middle(a: (f32, f32), b: (f32, f32)) -> (f32, f32) {
    (0.5 * (a.0 + b.0), 0.5 * (a.1 + b.1))
}

/// Returns sine and cosine, made from multiplications and additions alone: the platforms' own differ in the
/// last bit, and a picture must not.
pub fn sin_cos(angle: f32) -> (f32, f32) {
    let turns = f64::from(angle) / std::f64::consts::TAU;
    let x = (turns - turns.round()) * std::f64::consts::TAU;
    (taylor(x, x, 1.0) as f32, taylor(x, 1.0, 0.0) as f32)
}

/// Σ (−1)^k x^(2k+p) / (2k+p)!, whose first term is `term` and p is `power`.
fn taylor(x: f64, mut term: f64, mut power: f64) -> f64 {
    let mut sum = term;
    for _ in 0..12 {
        term *= -x * x / ((power + 1.0) * (power + 2.0));
        power += 2.0;
        sum += term;
    }
    sum
}
