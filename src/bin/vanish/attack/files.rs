//! Writes attacked pictures as files. Resizing would remove part of an attack, so the files keep the model's size.

use std::path::Path;

use vanish::Result;
use vanish::classifier::profile::LabelSource;
use vanish::classifier::{OnnxClassifier, Profile};
use vanish::picture::{RgbImage, to_png};

use super::super::files;

/// Writes a picture as PNG, because JPEG would undo part of an attack.
pub fn write(folder: &Path, name: &str, picture: &RgbImage) -> Result<()> {
    files::write(&folder.join(name), &to_png(picture)?)
}

/// Writes the model's profile with `resize` = `size`, so that pictures of the model's size are shown unchanged, and
/// with the names of the classes.
pub fn write_profile(folder: &Path, name: &str, model: &OnnxClassifier) -> Result<()> {
    let labels = model.labelled().then(|| LabelSource::List(model.labels().all().to_vec()));
    let profile = Profile { resize: model.profile().size, labels, ..model.profile().clone() };
    files::write(&folder.join(name), files::to_json(&profile)?.as_bytes())
}
