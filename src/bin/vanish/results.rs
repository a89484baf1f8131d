//! Results as one JSON object for programs, and as sentences for people.

use serde_json::{Value, json};
use vanish::Result;
use vanish::classifier::OnnxClassifier;

use super::files;
use super::progress::interrupted;

/// Adds to a result which program made it, and whether it was interrupted.
pub fn headed(mut found: Value) -> Value {
    found["tool"] = format!("vanish {}", env!("CARGO_PKG_VERSION")).into();
    found["interrupted"] = interrupted().into();
    found
}

/// Returns which model was asked.
pub fn model(model: &OnnxClassifier) -> Value {
    json!({ "name": model.profile().name, "sha256": model.sha256() })
}

/// Prints sentences, or with `--json` one object that holds them and the fields of `report`.
pub fn print(as_json: bool, sentences: &[String], mut report: Value) -> Result<()> {
    if !as_json {
        return sentences.iter().try_for_each(|sentence| files::print(sentence));
    }
    report["sentences"] = sentences.into();
    files::print(&headed(report).to_string())
}
