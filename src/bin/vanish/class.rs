//! Classes by the names that a person gives them.

use vanish::classifier::{self, OnnxClassifier};
use vanish::picture::RgbImage;
use vanish::{Error, ErrorKind, Result};

/// A class by its index or its label.
pub fn class(model: &OnnxClassifier, name: &str) -> Result<usize> {
    name.parse::<usize>().ok().or_else(|| model.labels().find(name)).ok_or_else(|| {
        Error::new(
            ErrorKind::Settings,
            format!("no class is called \"{name}\"; `vanish classify` shows the likely ones"),
        )
    })
}

/// The class that `--target` names: `top`, its index or its label.
pub fn target(model: &OnnxClassifier, picture: &RgbImage, name: &str) -> Result<usize> {
    if name != "top" {
        return class(model, name);
    }
    let logits = pollster::block_on(model.logits_of(picture))?;
    Ok(classifier::top(&logits, model.labels(), 1).first().map_or(0, |p| p.index))
}
