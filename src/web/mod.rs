//! The page's interface to the library: handles and conversion only.
//!
//! An [`Engine`] opens [`Model`]s and [`Picture`]s. A model begins a [`Job`] on a picture, and a job ends in a
//! [`Finding`]. Other long work, such as the test of a rule, is a [`Task`]. Structured values pass as JSON, and pixels
//! and maps as typed arrays. Everything lives in one worker. Failures are thrown as JavaScript errors with `kind` and
//! `message`. A panic is a bug and ends the worker.

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
    /// Made by the linker from everything that runs before a program's first line; here, the registries of Burn's
    /// compiler.
    fn __wasm_call_ctors();
}

/// Sends panics to the console with their location, and runs the constructors of all crates.
#[wasm_bindgen(start)]
pub fn start() {
    console_error_panic_hook::set_once();
    // If a linker finds no such call, it takes the module for a command and runs the constructors at every entry, even
    // when the browser passes an object in. That cost a second for each step on the GPU, where natively a step takes 8
    // ms (docs/results.md).
    // SAFETY: the function takes and returns nothing. It must run once, before anything that it constructs is used. The
    // browser calls `start` once, when the module is instantiated, and nothing else does.
    unsafe { __wasm_call_ctors() };
}

/// Returns the version of this program.
#[wasm_bindgen]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}
