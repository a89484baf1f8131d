//! Finds classes by the names that the user gives.

use vanish::Result;
use vanish::classifier::OnnxClassifier;
use vanish::picture::RgbImage;

/// Finds a class by its index or its label. `index:3` and `label:3` say which of the two is given.
///
/// # Errors
/// Fails with [`ErrorKind::Settings`](vanish::ErrorKind::Settings) if the model has no such class.
pub fn class(model: &OnnxClassifier, name: &str) -> Result<usize> {
    model.labels().resolve(name)
}

/// Finds the class that `--target` names: `top`, an index or a label.
///
/// # Errors
/// Fails as [`class`] does, and with [`ErrorKind::Model`](vanish::ErrorKind::Model) if a score is not finite.
pub fn target(model: &OnnxClassifier, picture: &RgbImage, name: &str) -> Result<usize> {
    if name != "top" {
        return class(model, name);
    }
    let logits = pollster::block_on(model.logits_of(picture))?;
    Ok(model.top(&logits, 1).first().map_or(0, |p| p.index))
}
