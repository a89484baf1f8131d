//! A model on its device, shared by all handles.

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
    /// What has been measured of clean pictures of the built-in world, so that a second attack need not calibrate
    /// again.
    pub calm: Rc<RefCell<Calm>>,
}

/// The calibration of an attack's detectors on clean pictures.
#[derive(Default)]
pub struct Calm {
    /// Number of clean pictures in all, and of those for the wide rule.
    pub of: (usize, usize),
    pub signals: Vec<Signals>,
}

impl Asked {
    /// Returns which pixels show a class in a picture, row by row; empty if that is not known.
    pub fn truth<'a>(&self, photo: &'a Photo, class: usize) -> &'a [bool] {
        let label = self.classifier.labels().short(class);
        let known = photo.known.as_ref();
        known.and_then(|known| known.of_class(&label, self.classifier.framing())).unwrap_or_default()
    }
}
