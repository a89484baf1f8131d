//! Shows why an image classifier said what it said, by learning the smallest region whose blurring makes the answer
//! vanish.
//!
//! The pipeline has one module for each stage. Each module uses those above it and none below:
//!
//! 1. [`picture`]: a picture, decoded and framed as the model expects it, its null image, and the scene of both.
//! 2. [`classifier`]: the black box, an ONNX file lowered to typed operators on Burn tensors.
//! 3. [`question`]: the only way in which a model is asked about an edited picture.
//! 4. [`mask`]: the learned region, with the grid, the smooth mask, the regularisers and the initial disc.
//! 5. [`methods`]: the registry of methods, each in its own file.
//! 6. [`explain`]: a run that is stepped from outside, its explanation, and the report.
//! 7. [`judge`] and [`rules`]: tests of whether the region matters, and whether it holds where it was not learned.
//! 8. [`attack`]: the adversarial bench, with attacks and what detects and recovers attacked pictures.
//! 9. [`study`]: work over a set of pictures.
//! 10. [`render`]: colour maps, overlays and PNG.
//!
//! Three parts stand beside the pipeline: [`critters`], the built-in world whose true evidence is known; [`mod@array`],
//! the rank-free tensor of all modules above; and [`vanish_kernels`], the processor's kernels for convolutions.
//!
//! The convention of a mask is the same everywhere: **1 keeps a pixel, 0 deletes it.**

// The documentation is for people who change the program. `cargo doc --document-private-items` shows all of it.
#![allow(rustdoc::private_intra_doc_links)]

pub mod array;
pub mod error;
#[cfg(not(target_arch = "wasm32"))]
pub mod file;
pub mod job;
pub mod map;
pub mod number;
pub mod pixel_box;

pub mod picture;

pub mod critters;

pub mod classifier;

pub mod question;

#[cfg(all(feature = "train", not(target_arch = "wasm32")))]
pub mod learn;

pub mod mask;

pub mod methods;

pub mod explain;

pub mod judge;
pub mod rules;

pub mod attack;

pub mod study;

pub mod render;

#[cfg(target_arch = "wasm32")]
pub mod web;

// Unit tests of private items share the hand-computed classifiers with the integration tests.
#[cfg(test)]
extern crate self as vanish;
#[cfg(test)]
#[path = "../tests/common/mod.rs"]
mod common;
#[cfg(test)]
mod payloads;

pub use error::{Error, ErrorKind, Result};
