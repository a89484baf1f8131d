//! A request for an explanation: the settings, and the class that is explained, in one object.

use std::rc::Rc;

use serde_json::Value;

use super::Run;
use crate::classifier::OnnxClassifier;
use crate::error::{Error, ErrorKind, Result};
use crate::methods::Settings;
use crate::picture::RgbImage;
use crate::question::Subject;

/// The settings of an explanation and the class that is explained.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// The settings.
    pub settings: Settings,
    /// Index of the class in the model's output; `None` stands for the most probable class.
    pub target: Option<usize>,
}

impl Request {
    /// Reads a request from JSON: settings as [`Settings::from_json`] reads them, and `target`, which is `{"index": K}`
    /// or `"top"`. Without `target`, the most probable class is explained.
    ///
    /// # Errors
    /// Fails with [`ErrorKind::Settings`] naming what is unknown, out of range, or not taken by the method.
    pub fn from_json(text: &str) -> Result<Self> {
        let wrong = |cause| Error::new(ErrorKind::Settings, format!("the settings cannot be read: {cause}"));
        let mut given: serde_json::Map<String, Value> = serde_json::from_str(text).map_err(wrong)?;
        let target = given.remove("target").map_or(Ok(None), target_of)?;
        Ok(Self { settings: Settings::from_object(given)?, target })
    }

    /// Prepares the run that answers the request.
    ///
    /// # Errors
    /// Fails as [`Run::new`] does.
    pub async fn begin(self, model: Rc<OnnxClassifier>, picture: &RgbImage) -> Result<Run> {
        let target = match self.target {
            Some(index) => index,
            None => most_probable(&model, picture).await?,
        };
        let (with, against) = (&self.settings.with, &self.settings.against);
        let subject = Subject::new(picture.clone(), target, model.labels(), with, against);
        Run::new(model, subject, self.settings).await
    }
}

fn target_of(given: Value) -> Result<Option<usize>> {
    let index = given.get("index").and_then(Value::as_u64).and_then(|index| usize::try_from(index).ok());
    if index.is_some() || given == "top" {
        return Ok(index);
    }
    let sentence =
        format!("the target is {given}, and must be \"top\" or the position of a class, such as {{\"index\": 3}}");
    Err(Error::new(ErrorKind::Settings, sentence))
}

async fn most_probable(model: &OnnxClassifier, picture: &RgbImage) -> Result<usize> {
    let logits = model.logits_of(picture).await?;
    Ok(model.top(&logits, 1).first().map_or(0, |best| best.index))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_target_stands_beside_the_settings() {
        for (text, target) in [
            (r#"{"method": "gradient", "target": {"index": 3}}"#, Some(3)),
            (r#"{"method": "gradient", "target": "top"}"#, None),
            (r#"{"method": "gradient"}"#, None),
        ] {
            let request = Request::from_json(text).expect(text);
            assert_eq!((request.target, request.settings.method.name()), (target, "gradient"), "{text}");
        }
    }

    #[test]
    fn what_is_no_target_or_no_setting_is_named() {
        for (text, named) in [
            (r#"{"target": 3}"#, "the target is 3"),
            (r#"{"target": {"index": -1}}"#, "position of a class"),
            (r#"{"target": "best"}"#, "best"),
            (r#"{"method": "gradient", "l1": 1}"#, "l1"),
            ("[]", "cannot be read"),
        ] {
            let refused = Request::from_json(text).expect_err(text);
            assert_eq!(refused.kind(), ErrorKind::Settings, "{text}");
            assert!(refused.to_string().contains(named), "{text}: {refused}");
        }
    }
}
