//! The typed graph: what it is made of ([`ir`], [`op`]), how it is put together ([`builder`]), what it may
//! cost ([`cost`]) and how it runs ([`Graph`]; on a graphics card by a `plan`).

pub mod builder;
pub(super) mod cost;
pub mod ir;
#[cfg(feature = "gpu")]
mod launch;
pub mod op;
#[cfg(feature = "gpu")]
mod plan;
mod run;
#[cfg(feature = "gpu")]
pub mod sample;

pub use run::{Graph, Rectifier, Tape};
