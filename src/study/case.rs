//! One picture of a set, framed for a model and asked about.

use std::rc::Rc;

use crate::classifier::{Classifier, OnnxClassifier};
use crate::error::Result;
use crate::judge::common_scene;
use crate::judge::leakage::Host;
use crate::pixel_box::PixelBox;
use crate::question::{Ends, Question, Subject};

use super::item::Item;

/// The least probability of the answer in a picture that is judged; under the full blur it must fall to under half.
pub const LEAST_SCORE: f32 = 0.5;

/// One picture, ready to be explained and judged.
pub struct Case {
    /// The model.
    pub model: Rc<OnnxClassifier>,
    /// The picture with what is known about it.
    pub item: Item,
    /// The picture and the class that is explained.
    pub subject: Subject,
    /// The judges' question about the whole picture, with the null image that judges every method.
    pub question: Question,
    /// The scores of the original and of the deleted picture.
    pub ends: Ends,
    /// Position of the true class in the model's output; `None` if it is not known, or not one of the model's classes.
    pub truth: Option<usize>,
    /// Boxes of the true object, in the model's input.
    pub boxes: Vec<PixelBox>,
    /// Other pictures to which its masks are applied, for the leakage test; empty unless given.
    pub hosts: Vec<Host>,
    /// The model with more and more of its weights shuffled, for the sanity check; empty unless given.
    pub shuffled: Vec<Rc<OnnxClassifier>>,
}

impl Case {
    /// Prepares a picture. The class is the true one if `true_class` is set and it is known, and otherwise the most
    /// probable one.
    ///
    /// # Errors
    /// Fails when the classifier rejects its input or the device is lost ([`crate::ErrorKind::Device`]).
    pub async fn new(model: Rc<OnnxClassifier>, item: Item, true_class: bool) -> Result<Self> {
        let framing = model.framing();
        let truth = item.class(model.labels());
        let target = match truth.filter(|_| true_class) {
            Some(label) => label,
            None => most_probable(&model, &item).await?,
        };
        let placement = framing.placement(item.pixels.width(), item.pixels.height());
        let boxes = item.boxes.iter().filter_map(|&b| placement.place(b)).collect();
        let subject = Subject::new(item.pixels.clone(), target, model.labels(), &[], &[]);
        let scene = common_scene(&item.pixels, framing);
        let question = Question::of_class(model.clone(), scene, target);
        let ends = question.ends().await?;
        Ok(Self { model, item, subject, question, ends, truth, boxes, hosts: vec![], shuffled: vec![] })
    }

    /// Returns whether the picture can judge anything.
    pub fn is_sound(&self) -> bool {
        self.ends.are_sound(LEAST_SCORE)
    }

    /// Returns whether the boxes show the explained class. They belong to the true class, and other answers have no
    /// annotated object.
    pub fn is_annotated(&self) -> bool {
        !self.boxes.is_empty() && (self.item.label.is_none() || self.truth == Some(self.subject.target))
    }
}

async fn most_probable(model: &OnnxClassifier, item: &Item) -> Result<usize> {
    let logits = model.logits_of(&item.pixels).await?;
    Ok(model.top(&logits, 1).first().map_or(0, |best| best.index))
}
