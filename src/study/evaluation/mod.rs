//! Methods and controls judged on a set of pictures: several at a time where there are threads, else one after the
//! other.
//!
//! A picture whose answer is unsure, or does not fall when all is deleted, can judge nothing and is left out; so is one
//! that cannot be read. All are counted. Each picture has a thread to itself, and what is found does not depend on how
//! many there are: pictures count in the order of the set, and results are ordered by it.

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
