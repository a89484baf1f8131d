//! The page's door to the library: conversion only.
//!
//! Everything lives in one worker. Failures are thrown as JavaScript errors with `kind` and
//! `message`; a panic is a bug and ends the worker.

mod device;
mod engine;

pub use engine::Engine;

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::error::Error;

/// Sends panics to the console with their place.
#[wasm_bindgen(start)]
pub fn start() {
    console_error_panic_hook::set_once();
}

/// The version of this program.
#[wasm_bindgen]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}

impl From<Error> for JsValue {
    fn from(error: Error) -> Self {
        let thrown = js_sys::Error::new(&error.to_string());
        let kind = serde_json::to_value(error.kind()).ok().and_then(|k| k.as_str().map(str::to_owned));
        // Setting a property of a fresh object does not fail.
        let _ = js_sys::Reflect::set(&thrown, &"kind".into(), &kind.unwrap_or_default().into());
        thrown.into()
    }
}
