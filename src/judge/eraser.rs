//! The null images of judges, called erasers: what replaces deleted pixels.
//!
//! A judge favours a method that learned with the same null image. So the same figures are measured under several, and
//! the table says if the ranking of methods depends on the choice.

use std::rc::Rc;

use serde::{Deserialize, Serialize};

use crate::classifier::Classifier;
use crate::map::Map;
use crate::picture::{BlurScale, Framing, Null, NullImage, RgbImage, Scene, impute};
use crate::question::{Edit, Question};

/// σ of the blur at the model's size, for a side of [`SIDE`] pixels.
const SIGMA_PX: f32 = 10.0;
const SIDE: f32 = 224.0;

/// A judge's way of replacing deleted pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Eraser {
    /// The photo under the paper's blur, σ = 10 px at the photo's own size.
    BlurPhoto,
    /// The photo under σ = 10 px at the model's size (of a side of 224).
    BlurModel,
    /// The photo's mean colour.
    Mean,
    /// Noise about the mean colour.
    Noise,
    /// Noisy linear imputation from the pixels around (\[ROAD\]).
    Road,
    /// The pixels of another picture.
    Other,
}

impl Eraser {
    /// Every one of them.
    pub const ALL: [Eraser; 6] =
        [Eraser::BlurPhoto, Eraser::BlurModel, Eraser::Mean, Eraser::Noise, Eraser::Road, Eraser::Other];

    /// Its name in options, tables and logs.
    pub fn name(self) -> &'static str {
        match self {
            Eraser::BlurPhoto => "blur-photo",
            Eraser::BlurModel => "blur-model",
            Eraser::Mean => "mean",
            Eraser::Noise => "noise",
            Eraser::Road => "road",
            Eraser::Other => "other",
        }
    }

    /// The picture at the model's size beside its null image. For [`Eraser::Road`], whose pixels depend on the region,
    /// the null image is the imputation of everything.
    fn scene(self, picture: &RgbImage, framing: Framing, other: Option<&RgbImage>, seed: u64) -> Scene {
        let described = |kind, sigma_px, sigma_at| NullImage { kind, sigma_px, sigma_at, seed };
        let paper = NullImage::default();
        let of = |null| Scene::new(picture, framing, &null);
        match self {
            Eraser::BlurPhoto => of(paper),
            Eraser::BlurModel => of(described(Null::Blur, SIGMA_PX * framing.side as f32 / SIDE, BlurScale::Model)),
            Eraser::Mean => of(described(Null::Mean, paper.sigma_px, paper.sigma_at)),
            Eraser::Noise => of(described(Null::Noise, paper.sigma_px, paper.sigma_at)),
            Eraser::Road => {
                let photo = framing.frame(picture);
                Scene { null: impute(&photo, &Map::constant(photo.side, 1.0), seed), photo }
            }
            Eraser::Other => {
                let photo = framing.frame(picture);
                let null = other.map_or_else(|| photo.clone(), |other| framing.frame(other));
                Scene { photo, null }
            }
        }
    }
}

/// A question about a picture in which one eraser deletes.
pub struct Erased {
    /// The question. The scene's null image is the picture with everything deleted.
    pub question: Question,
    eraser: Eraser,
    seed: u64,
}

impl Erased {
    /// Asks for one class of a picture. `other` lends its pixels to [`Eraser::Other`], and the seed is for the noise.
    pub fn new(
        classifier: Rc<dyn Classifier>,
        picture: &RgbImage,
        class: usize,
        eraser: Eraser,
        other: Option<&RgbImage>,
        seed: u64,
    ) -> Self {
        let scene = eraser.scene(picture, classifier.framing(), other, seed);
        Self { question: Question::of_class(classifier, scene, class), eraser, seed }
    }

    /// Deletes where the region `[S, S]` is 1, and keeps where it is 0.
    pub fn delete(&self, region: &Map) -> Edit {
        if self.eraser != Eraser::Road {
            return Edit::delete(region);
        }
        let patch = impute(&self.question.centred_scene().photo, region, self.seed);
        Edit::Paste { patch: Rc::new(patch), region: region.clone() }
    }

    /// Whether the replaced pixels depend on the region, so that each deletion has to be computed.
    pub fn is_costly(&self) -> bool {
        self.eraser == Eraser::Road
    }
}
