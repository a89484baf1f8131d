//! A model on its device, as every handle shares it.

use std::cell::RefCell;
use std::rc::Rc;

use super::picture::Photo;
use crate::attack::detector::Signals;
use crate::classifier::{Classifier, OnnxClassifier};
use crate::explain::DeviceUsed;

/// A model on its device.
#[derive(Clone)]
pub struct Asked {
    pub classifier: Rc<OnnxClassifier>,
    pub device: Rc<DeviceUsed>,
    /// What is known of clean pictures of the built-in world, so that a second attack waits for no calibration.
    pub calm: Rc<RefCell<Calm>>,
}

/// What an attack has measured of clean pictures.
#[derive(Default)]
pub struct Calm {
    /// How many there were to be, and how many of them for the wide rule.
    pub of: (usize, usize),
    pub signals: Vec<Signals>,
}

impl Asked {
    /// Says which pixels tell a class of a picture, row by row; empty where that is not known.
    pub fn truth<'a>(&self, photo: &'a Photo, class: usize) -> &'a [bool] {
        let label = self.classifier.labels().short(class);
        let known = photo.known.as_ref();
        known.and_then(|known| known.of_class(&label, self.classifier.framing())).unwrap_or_default()
    }
}
