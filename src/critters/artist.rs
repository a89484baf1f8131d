//! The artist: paints the parts of one animal with its coat, its light and its outline.

use super::canvas::{Canvas, Owner};
use super::colour::{Coat, Light, Rgb, bright};
use super::part::Part;
use super::shape::{Frame, Shape, outline};

/// Width of the dark line around parts, in units of the head's radius.
const OUTLINE: f32 = 0.055;

/// Paints one animal.
pub struct Artist<'a> {
    pub canvas: &'a mut Canvas,
    /// Which animal of the picture this is.
    pub animal: usize,
    /// The animal's frame: the head's centre at the origin, its radius 1.
    pub frame: Frame,
    pub coat: Coat,
    pub light: Light,
    /// 1 as drawn, −1 mirrored.
    pub facing: f32,
}

impl Artist<'_> {
    /// Returns a part with the animal's coat on it.
    pub fn skin(&mut self, part: Part, shape: &Shape) {
        let (coat, anchor, scale) = (self.coat, self.frame.point(0.0, 0.0), self.frame.scale * self.facing);
        self.contour(part, shape);
        self.lit(part, shape, move |x, y| coat.at((x - anchor.0) / scale, (y - anchor.1) / scale.abs()));
    }

    /// Returns a part of one colour, lit, with an outline.
    pub fn solid(&mut self, part: Part, shape: &Shape, colour: Rgb) {
        self.contour(part, shape);
        self.lit(part, shape, move |_, _| colour);
    }

    /// Returns a part of one colour, lit, without outline.
    pub fn soft(&mut self, part: Part, shape: &Shape, colour: Rgb) {
        self.lit(part, shape, move |_, _| colour);
    }

    /// Returns a part of exactly one colour.
    pub fn flat(&mut self, part: Part, shape: &Shape, colour: Rgb) {
        self.canvas.fill(shape, Owner::Animal(self.animal, part), |_, _| colour);
    }

    /// Returns a thin line of the outline's colour.
    pub fn mark(&mut self, part: Part, frame: &Frame, points: &[(f32, f32)], width: f32) {
        let shape = frame.line(points, width);
        self.flat(part, &shape, self.coat.outline);
    }

    /// Returns a tapering limb in the coat's colours: a thick line with an outline.
    pub fn limb(&mut self, part: Part, points: &[(f32, f32)], width: f32) {
        let shape = self.frame.line(points, width);
        self.skin(part, &shape);
    }

    fn contour(&mut self, part: Part, shape: &Shape) {
        let width = (2.0 * OUTLINE * self.frame.scale).max(1.3);
        let edge = shape.as_ref().and_then(|path| outline(path, width));
        let colour = self.coat.outline;
        self.canvas.fill(&edge, Owner::Animal(self.animal, part), |_, _| colour);
    }

    fn lit(&mut self, part: Part, shape: &Shape, colour: impl Fn(f32, f32) -> Rgb) {
        let Some(path) = shape else { return };
        let (bounds, light) = (path.bounds(), self.light);
        let (x0, y0) = (0.5 * (bounds.left() + bounds.right()), 0.5 * (bounds.top() + bounds.bottom()));
        let (half_x, half_y) = (0.5 * bounds.width() + 0.01, 0.5 * bounds.height() + 0.01);
        let ink = move |x: f32, y: f32| bright(colour(x, y), light.on((x - x0) / half_x, (y - y0) / half_y));
        self.canvas.fill(shape, Owner::Animal(self.animal, part), ink);
    }
}
