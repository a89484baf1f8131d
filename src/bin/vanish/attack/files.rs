//! Attacked pictures as files, which a resize must not clean.

use std::path::Path;

use vanish::Result;
use vanish::classifier::profile::LabelSource;
use vanish::classifier::{OnnxClassifier, Profile};
use vanish::picture::{RgbImage, to_png};

use super::super::files;

/// Writes a picture as PNG; JPEG would undo part of an attack.
pub fn write(folder: &Path, name: &str, picture: &RgbImage) -> Result<()> {
    files::write(&folder.join(name), &to_png(picture)?)
}

/// Writes the model's profile so that it shows pictures of the model's size as they are (`resize` = `size`), with the
/// names of the classes in it.
pub fn write_profile(folder: &Path, name: &str, model: &OnnxClassifier) -> Result<()> {
    let labels = model.labelled().then(|| LabelSource::List(model.labels().all().to_vec()));
    let profile = Profile { resize: model.profile().size, labels, ..model.profile().clone() };
    files::write(&folder.join(name), files::to_json(&profile)?.as_bytes())
}

/// Turns a name into one that may stand in a file's.
pub fn plain(name: &str) -> String {
    name.chars().map(|c| if c.is_alphanumeric() || c == '.' || c == '-' { c } else { '_' }).collect()
}
