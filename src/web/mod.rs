//! The page's door to the library: handles and conversion only.
//!
//! An [`Engine`] opens [`Model`]s and [`Picture`]s; a model begins a [`Job`] on a picture; a job leaves a [`Finding`].
//! Whatever else takes long, such as the test of a rule, is a [`Task`]. What has a shape crosses as JSON, pixels and
//! maps as typed arrays. Everything lives in one worker. Failures are thrown as JavaScript errors with `kind` and
//! `message`; a panic is a bug and ends the worker.

mod asked;
mod convert;
mod device;
mod engine;
mod finding;
#[cfg(feature = "gpu")]
mod gpu;
#[cfg(not(feature = "gpu"))]
#[path = "no_gpu.rs"]
mod gpu;
mod job;
mod model;
mod picture;
mod task;
mod unusable;

pub use engine::Engine;
pub use finding::Finding;
pub use job::Job;
pub use model::Model;
pub use picture::Picture;
pub use task::Task;

use wasm_bindgen::prelude::wasm_bindgen;

unsafe extern "C" {
    /// What the linker makes of all that runs before a program's first line: here, the registries of Burn's compiler.
    fn __wasm_call_ctors();
}

/// Sends panics to the console with their place, and runs the constructors of all crates.
#[wasm_bindgen(start)]
pub fn start() {
    console_error_panic_hook::set_once();
    // A linker that finds no such call takes the module for a command and calls the constructors at each entry, also
    // where the browser hands over an object: a second for each step on the GPU, where natively a step takes 8 ms
    // (docs/results.md).
    // SAFETY: takes nothing and gives nothing; must run once and before what it constructs is used. The browser
    // calls `start` once, when the module is instantiated, and nothing else does.
    unsafe { __wasm_call_ctors() };
}

/// Returns the version of this program.
#[wasm_bindgen]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}
