//! Shows why an image classifier said what it said: learns the smallest region whose blurring
//! makes the answer vanish.
//!
//! The pipeline, one module a stage:
//!
//! 1. [`image`]: a picture, decoded, resized and cropped as the model expects it.
//! 2. [`classifier`]: the black box: an ONNX file lowered to typed operators on Burn tensors.
//! 3. [`perturbation`]: deletion: null images, blending, jitter.
//! 4. [`mask`]: the learned region: grid → smooth mask, regularisers, the initial disc.
//! 5. [`explain`]: learns the mask: games, presets, the run that is stepped from outside.
//! 6. [`baselines`]: the other methods, for comparison.
//! 7. [`evaluate`]: the proof: does the region matter?
//! 8. [`render`]: the picture: colour maps, overlays, PNG.
//!
//! Beside it: [`critters`], the built-in world whose truth is known, [`mod@array`], the rank-free tensor everything above
//! computes with, and [`vanish_kernels`], the processor's own kernels for its convolutions.
//!
//! A mask's convention, everywhere: **1 keeps a pixel, 0 deletes it.**

// The documentation is for those who change the program: `cargo doc --document-private-items` shows all of it.
#![allow(rustdoc::private_intra_doc_links)]

pub mod array;
pub mod error;

pub mod baselines;
pub mod classifier;
pub mod evaluate;
pub mod explain;
pub mod image;
pub mod mask;
pub mod perturbation;
pub mod render;

pub mod critters;

#[cfg(target_arch = "wasm32")]
pub mod web;

pub use error::{Error, ErrorKind, Result};
