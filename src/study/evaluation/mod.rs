//! Methods and controls judged on a set of pictures: several pictures at a time with threads, otherwise one by one.
//!
//! A picture is left out and counted if its answer is unsure, if its answer does not fall when everything is deleted,
//! or if it cannot be read. Each picture has a thread to itself. Pictures count in the order of the set, and results
//! have this order, so findings do not depend on the number of threads.

mod calls;
mod command;
mod findings;
mod known;
mod plan;
#[cfg(feature = "cli")]
mod scout;
mod serial;
mod setup;
mod shard;
#[cfg(feature = "cli")]
mod threaded;
#[cfg(feature = "cli")]
mod worker;

pub use findings::{Entry, Fate, Findings, Seen};
pub use plan::Plan;
pub use serial::{Line, Serial};
pub use setup::{ProfileUsed, Setup};
pub use shard::Shard;
#[cfg(feature = "cli")]
pub use threaded::Evaluation;
