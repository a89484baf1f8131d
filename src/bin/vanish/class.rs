//! Classes by the names that a person gives them.

use vanish::Result;
use vanish::classifier::OnnxClassifier;
use vanish::picture::RgbImage;

/// Finds a class by its index or its label; `index:3` and `label:3` say which is given.
///
/// # Errors
/// [`ErrorKind::Settings`](vanish::ErrorKind::Settings) if the model has no such class.
pub fn class(model: &OnnxClassifier, name: &str) -> Result<usize> {
    model.labels().resolve(name)
}

/// Finds the class that `--target` names: `top`, its index or its label.
///
/// # Errors
/// Fails as [`class`] does; [`ErrorKind::Model`](vanish::ErrorKind::Model) if a score is not finite.
pub fn target(model: &OnnxClassifier, picture: &RgbImage, name: &str) -> Result<usize> {
    if name != "top" {
        return class(model, name);
    }
    let logits = pollster::block_on(model.logits_of(picture))?;
    Ok(model.top(&logits, 1).first().map_or(0, |p| p.index))
}
