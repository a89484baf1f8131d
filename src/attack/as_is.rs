//! A classifier that gets pictures of its own size unchanged.

use std::rc::Rc;

use burn::tensor::Device;

use crate::array::Array;
use crate::classifier::{Answers, Classifier};
use crate::error::Result;
use crate::picture::{Framing, Planes, RgbImage, Scene};
use crate::question::Question;

/// A classifier without the resize and the crop of its profile, which would undo most attacks.
#[derive(Clone)]
pub struct AsIs(Rc<dyn Classifier>);

impl AsIs {
    /// Removes the resize and the crop from a classifier.
    pub fn new(classifier: Rc<dyn Classifier>) -> Self {
        Self(classifier)
    }

    /// Returns the classifier's view of a photo, as 8-bit pixels of the classifier's size. This picture is attacked.
    pub fn frame(classifier: &dyn Classifier, photo: &RgbImage) -> RgbImage {
        classifier.framing().frame(photo).to_picture()
    }

    /// Makes the question about one class of a picture `[3, S, S]` of the classifier's size. Nothing can be deleted,
    /// because the null image is the picture itself.
    pub fn question(&self, picture: &Planes, class: usize) -> Question {
        let scene = Scene { photo: picture.clone(), null: picture.clone() };
        Question::of_class(Rc::new(self.clone()), scene, class)
    }

    /// Returns the planes of a picture of the classifier's size.
    pub fn planes(&self, picture: &RgbImage) -> Planes {
        self.framing().frame(picture)
    }
}

impl Classifier for AsIs {
    fn framing(&self) -> Framing {
        Framing::whole(self.0.size())
    }

    fn classes(&self) -> usize {
        self.0.classes()
    }

    fn answers(&self) -> Answers {
        self.0.answers()
    }

    fn rectifiers(&self) -> Option<usize> {
        self.0.rectifiers()
    }

    fn sees_patches_only(&self) -> bool {
        self.0.sees_patches_only()
    }

    fn device(&self) -> &Device {
        self.0.device()
    }

    fn logits(&self, pictures: Array) -> Result<Array> {
        self.0.logits(pictures)
    }

    fn logits_and_gradient(&self, pictures: Array, objective: &dyn Fn(Array) -> Array) -> Result<(Array, Array)> {
        self.0.logits_and_gradient(pictures, objective)
    }

    fn guided_gradient(&self, pictures: Array, objective: &dyn Fn(Array) -> Array) -> Result<(Array, Array)> {
        self.0.guided_gradient(pictures, objective)
    }

    fn activation_and_gradient(
        &self,
        pictures: Array,
        layer: Option<&str>,
        objective: &dyn Fn(Array) -> Array,
    ) -> Result<(Array, Array)> {
        self.0.activation_and_gradient(pictures, layer, objective)
    }
}
