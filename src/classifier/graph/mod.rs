//! The typed graph: what it is made of ([`ir`], [`op`]), how it is put together ([`builder`]), what it may
//! cost ([`cost`]) and how it runs ([`Graph`]).

pub mod builder;
pub(super) mod cost;
pub mod ir;
pub mod op;
mod run;

pub use run::{Graph, Rectifier, Tape};
