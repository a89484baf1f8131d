//! Shows why an image classifier said what it said: learns the smallest region whose blurring
//! makes the answer vanish.
//!
//! The pipeline, one module a stage; each uses those above it and none below:
//!
//! 1. [`picture`]: a picture, decoded and framed as the model expects it; its null image; a scene of both.
//! 2. [`classifier`]: the black box: an ONNX file lowered to typed operators on Burn tensors.
//! 3. [`question`]: the one way to ask a model about an edited picture.
//! 4. [`mask`]: the learned region: grid → smooth mask, regularisers, the initial disc.
//! 5. [`methods`]: the registry of methods, each in its own file.
//! 6. [`explain`]: a run that is stepped from outside, the explanation that it leaves, its report.
//! 7. [`judge`] and [`rules`]: does the region matter, and does it hold where it was not learned?
//! 8. [`attack`]: the adversarial bench: attacks, and what detects and recovers attacked pictures.
//! 9. [`study`]: work over a set of pictures.
//! 10. [`render`]: colour maps, overlays, PNG.
//!
//! Beside it: [`critters`], the built-in world whose truth is known, [`mod@array`], the rank-free tensor everything
//! above computes with, and [`vanish_kernels`], the processor's own kernels for its convolutions.
//!
//! A mask's convention, everywhere: **1 keeps a pixel, 0 deletes it.**

// The documentation is for those who change the program: `cargo doc --document-private-items` shows all of it.
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

// Unit tests of what is private share the classifiers computed by hand with the integration tests.
#[cfg(test)]
extern crate self as vanish;
#[cfg(test)]
#[path = "../tests/common/mod.rs"]
mod common;
#[cfg(test)]
mod payloads;

pub use error::{Error, ErrorKind, Result};
