//! Conversion of what passes to JavaScript: errors, JSON and pixels.

use serde::Serialize;
use wasm_bindgen::JsValue;

use crate::error::{Error, ErrorKind, Result};
use crate::picture::RgbImage;

impl From<Error> for JsValue {
    fn from(error: Error) -> Self {
        let thrown = js_sys::Error::new(&error.to_string());
        let kind = serde_json::to_value(error.kind()).ok().and_then(|k| k.as_str().map(str::to_owned));
        // Setting a property of a new object does not fail.
        let _ = js_sys::Reflect::set(&thrown, &"kind".into(), &kind.unwrap_or_default().into());
        thrown.into()
    }
}

/// Writes a value as JSON.
///
/// # Errors
/// Fails with [`ErrorKind::Settings`] if the value has no JSON form.
pub fn json<T: Serialize + ?Sized>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(conversion)
}

fn conversion(cause: serde_json::Error) -> Error {
    Error::new(ErrorKind::Settings, format!("a value could not be written as JSON ({cause})"))
}

/// Refuses an unknown name ([`ErrorKind::Settings`]).
pub fn unknown(what: &str, name: &str) -> Error {
    Error::new(ErrorKind::Settings, format!("there is no {what} called \"{name}\""))
}

/// Returns a picture's bytes in the canvas's form: RGBA, row by row.
pub fn rgba(picture: &RgbImage) -> Vec<u8> {
    picture.pixels().flat_map(|p| [p.0[0], p.0[1], p.0[2], 255]).collect()
}
