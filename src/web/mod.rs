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

unsafe extern "C" {
    /// What the linker makes of all that runs before a program's first line: here, the registries of Burn's compiler.
    fn __wasm_call_ctors();
}

/// Sends panics to the console with their place, and runs the constructors of all crates.
#[wasm_bindgen(start)]
pub fn start() {
    console_error_panic_hook::set_once();
    // A linker that finds no such call takes the module for a command and calls the constructors at each entry, also where
    // the browser hands over an object: a second for each step on the GPU, where natively a step takes 8 ms (docs/results.md).
    // SAFETY: takes nothing and gives nothing; must run once and before what it constructs is used. The browser
    // calls `start` once, when the module is instantiated, and nothing else does.
    unsafe { __wasm_call_ctors() };
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
