//! The canvas: paints pixels and keeps the truth about them with the same strokes.
//!
//! Every opaque shape is painted with its coverage. The same coverage is moved from the part that was visible there to
//! the part now painted. So the parts' masks are exclusive, and leave out what is hidden.

use super::colour::Rgb;
use super::part::Part;
use super::shape::Shape;
use tiny_skia::{FillRule, Mask, Path, Transform};

/// Width and height of a picture, in pixels.
pub const SIZE: usize = 128;

/// The owner of a shape, whose layer keeps the truth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// Nothing: it only hides what is behind it.
    Nobody,
    /// A part of an animal of the picture.
    Animal(usize, Part),
    Bucket,
    Watermark,
}

impl Owner {
    /// Returns the index of this owner's layer.
    pub fn layer(self) -> Option<usize> {
        match self {
            Self::Nobody => None,
            Self::Bucket => Some(0),
            Self::Watermark => Some(1),
            Self::Animal(animal, part) => Some(2 + animal * Part::COUNT + part as usize),
        }
    }
}

/// The coverage of one owner's shapes, row by row, in [0, 1].
pub type Layer = Vec<f32>;

/// A picture being painted.
pub struct Canvas {
    pixels: Vec<Rgb>,
    layers: Vec<Layer>,
    /// Whether each layer has begun.
    begun: Vec<bool>,
    coverage: Mask,
}

/// A rectangle of pixels, half open.
struct Window {
    left: usize,
    top: usize,
    right: usize,
    bottom: usize,
}

impl Canvas {
    /// Returns a black picture that will hold this many animals; `None` only if memory is short.
    pub fn new(animals: usize) -> Option<Self> {
        Some(Self {
            pixels: vec![[0.0; 3]; SIZE * SIZE],
            layers: vec![vec![0.0; SIZE * SIZE]; 2 + animals * Part::COUNT],
            begun: vec![false; 2 + animals * Part::COUNT],
            coverage: Mask::new(SIZE as u32, SIZE as u32)?,
        })
    }

    /// Colours every pixel; the function is given the pixel's centre.
    pub fn flood(&mut self, colour: impl Fn(f32, f32) -> Rgb) {
        for (index, pixel) in self.pixels.iter_mut().enumerate() {
            *pixel = colour((index % SIZE) as f32 + 0.5, (index / SIZE) as f32 + 0.5);
        }
    }

    /// Paints a shape that hides what is behind it.
    pub fn fill(&mut self, shape: &Shape, owner: Owner, colour: impl Fn(f32, f32) -> Rgb) {
        let Some(path) = shape else { return };
        let Some(window) = self.cover(path) else { return };
        self.blend(&window, 1.0, colour);
        self.transfer(&window, owner);
    }

    /// Paints a translucent colour over a shape (shadow, shine, tint). The visible part stays the same.
    pub fn wash(&mut self, shape: &Shape, strength: f32, colour: Rgb) {
        let Some(path) = shape else { return };
        if let Some(window) = self.cover(path) {
            self.blend(&window, strength, |_, _| colour);
        }
    }

    /// Returns the pixels, and the layers of all owners.
    pub fn finish(self, tint: Rgb) -> (Vec<u8>, Vec<Layer>) {
        let byte = |pixel: &Rgb, c: usize| ((pixel[c] * tint[c]).clamp(0.0, 1.0) * 255.0 + 0.5) as u8;
        let bytes = self.pixels.iter().flat_map(|p| [byte(p, 0), byte(p, 1), byte(p, 2)]).collect();
        (bytes, self.layers)
    }

    /// Computes a path's coverage of the pixels, and returns the window where it is not zero.
    fn cover(&mut self, path: &Path) -> Option<Window> {
        let bounds = path.bounds();
        let clip = |v: f32| v.clamp(0.0, SIZE as f32) as usize;
        let window = Window {
            left: clip(bounds.left().floor()),
            top: clip(bounds.top().floor()),
            right: clip(bounds.right().ceil() + 1.0),
            bottom: clip(bounds.bottom().ceil() + 1.0),
        };
        if window.left >= window.right || window.top >= window.bottom {
            return None;
        }
        self.coverage.clear();
        self.coverage.fill_path(path, FillRule::Winding, true, Transform::identity());
        Some(window)
    }

    fn blend(&mut self, window: &Window, strength: f32, colour: impl Fn(f32, f32) -> Rgb) {
        let coverage = self.coverage.data();
        for index in window.indices() {
            if coverage[index] == 0 {
                continue;
            }
            let share = f32::from(coverage[index]) / 255.0 * strength;
            let ink = colour((index % SIZE) as f32 + 0.5, (index / SIZE) as f32 + 0.5);
            for (value, ink) in self.pixels[index].iter_mut().zip(ink) {
                *value += (ink - *value) * share;
            }
        }
    }

    fn transfer(&mut self, window: &Window, owner: Owner) {
        let coverage = self.coverage.data();
        for (layer, _) in self.layers.iter_mut().zip(&self.begun).filter(|(_, begun)| **begun) {
            for index in window.indices() {
                layer[index] *= 1.0 - f32::from(coverage[index]) / 255.0;
            }
        }
        if let Some(layer) = owner.layer() {
            self.begun[layer] = true;
            for index in window.indices() {
                self.layers[layer][index] += f32::from(coverage[index]) / 255.0;
            }
        }
    }
}

impl Window {
    fn indices(&self) -> impl Iterator<Item = usize> + use<> {
        let (left, right) = (self.left, self.right);
        (self.top..self.bottom).flat_map(move |row| row * SIZE + left..row * SIZE + right)
    }
}
