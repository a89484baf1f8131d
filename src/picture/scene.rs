//! A picture and its null image on a device, and how a mask blends them.
//!
//! Φ(x, m) = M·x + (1 − M)·x̃, with x the picture, x̃ its null image and M the mask at the picture's
//! size: 1 keeps a pixel, 0 deletes it (\[MP\] Fong & Vedaldi 2017, section 4).

use burn::tensor::Device;

use super::Scene;
use crate::array::Array;
#[cfg(feature = "gpu")]
use crate::array::gpu::Window;

/// The picture and its null image on a device, a few pixels larger than the model's input on each
/// axis, so that crops of it are jittered views.
#[derive(Clone)]
pub struct Jitterable {
    /// The null image x̃, `[1, 3, S + j, S + j]`.
    null: Array,
    /// x − x̃: what the mask multiplies.
    difference: Array,
    /// The model's side S.
    side: usize,
}

/// One jittered view, or several as one batch.
pub struct View {
    null: Array,
    difference: Array,
    /// The view's window in both arrays; `None` if the arrays are already cut to the view.
    #[cfg(feature = "gpu")]
    window: Option<Window>,
}

impl Jitterable {
    /// Uploads a scene for a model of side `side`.
    pub fn new(scene: &Scene, side: usize, device: &Device) -> Self {
        let upload = |values: &[f32]| Array::new(values.to_vec(), &[1, 3, scene.photo.side, scene.photo.side], device);
        let (photo, null) = (upload(&scene.photo.values), upload(&scene.null.values));
        Self { difference: photo.sub(null.clone()), null, side }
    }

    /// Returns the view whose corner lies at (`dy`, `dx`).
    pub fn view(&self, (dy, dx): (usize, usize)) -> View {
        #[cfg(feature = "gpu")]
        if self.null.is_on_card() {
            let window = Some(Window { corner: (dy, dx), side: self.side });
            return View { null: self.null.clone(), difference: self.difference.clone(), window };
        }
        self.cut((dy, dx))
    }

    /// The view's own pixels.
    fn cut(&self, (dy, dx): (usize, usize)) -> View {
        let ranges = [(0, 1, 1), (0, 3, 1), (dy, dy + self.side, 1), (dx, dx + self.side, 1)];
        View::of(self.null.clone().slice(&ranges), self.difference.clone().slice(&ranges))
    }

    /// Returns the views at these corners as one batch `[V, 3, S, S]`.
    pub fn views(&self, corners: &[(usize, usize)]) -> View {
        if let [corner] = corners {
            return self.view(*corner);
        }
        let (nulls, differences) = corners.iter().map(|&c| self.cut(c)).map(|v| (v.null, v.difference)).unzip();
        View::of(Array::concat(nulls, 0), Array::concat(differences, 0))
    }
}

impl View {
    fn of(null: Array, difference: Array) -> Self {
        Self {
            null,
            difference,
            #[cfg(feature = "gpu")]
            window: None,
        }
    }

    /// The view's pixels of the null image or of the difference.
    fn pixels(&self, of: &Array) -> Array {
        #[cfg(feature = "gpu")]
        if let Some(Window { corner: (dy, dx), side }) = self.window {
            return of.clone().slice(&[(0, 1, 1), (0, 3, 1), (dy, dy + side, 1), (dx, dx + side, 1)]);
        }
        of.clone()
    }

    /// Returns the number of views, which is the number of pictures that one mask gives.
    pub fn count(&self) -> usize {
        self.null.shape()[0]
    }

    /// Returns the picture itself, `[V, 3, S, S]`.
    pub fn photo(&self) -> Array {
        self.difference().add(self.pixels(&self.null))
    }

    /// Returns x − x̃, `[V, 3, S, S]`.
    pub fn difference(&self) -> Array {
        self.pixels(&self.difference)
    }

    /// Computes Φ(x, m) for masks `[N, 1, S, S]`: pictures `[N, 3, S, S]`. One of N and V is 1, or they are equal.
    pub fn blend(&self, masks: Array) -> Array {
        #[cfg(feature = "gpu")]
        if let Some(window) = self.window {
            return self.difference.blended(&self.null, &masks, window);
        }
        self.difference.clone().mul(masks).add(self.null.clone())
    }

    /// Returns the gradient with respect to the masks, given that with respect to the blended pictures.
    pub fn mask_gradient(&self, pictures: Array) -> Array {
        #[cfg(feature = "gpu")]
        if let Some(window) = self.window {
            return self.difference.blended_gradient(pictures, window);
        }
        pictures.mul(self.difference.clone()).sum_axis(1)
    }
}
