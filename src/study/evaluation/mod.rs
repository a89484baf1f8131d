//! Methods and controls judged on a set of pictures: several at a time where there are threads, else one after the other.
//!
//! A picture whose answer is unsure, or does not fall when all is deleted, can judge nothing and is left out; so is one
//! that cannot be read. All are counted. Each picture has a thread to itself, and what is found does not depend on how
//! many there are: pictures count in the order of the set, and results are ordered by it.

mod findings;
#[cfg(feature = "cli")]
mod scout;
mod serial;
mod setup;
#[cfg(feature = "cli")]
mod threaded;
#[cfg(feature = "cli")]
mod worker;

pub use findings::{Entry, Fate, Findings, Seen};
pub use serial::Serial;
pub use setup::{Setup, Shard};
#[cfg(feature = "cli")]
pub use threaded::{Evaluation, Threads};

use super::judging::Entrant;
use super::metric::Measures;
use crate::judge::Control;
use crate::methods::Settings;

/// What an evaluation is asked to do.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The settings of each method.
    pub methods: Vec<Settings>,
    /// Judges maps that ask no model beside the methods.
    pub controls: bool,
    /// What is measured.
    pub measures: Measures,
    /// Judges the finer orders of the methods that have one, beside their maps.
    pub orders: bool,
    /// The most pictures judged.
    pub limit: usize,
    /// Explains the true class where the set names it, instead of the most probable one.
    pub true_class: bool,
    /// Which part of the set is judged.
    pub shard: Shard,
}

impl Plan {
    /// What is judged on each picture, in the order of the table.
    pub fn entrants(&self) -> Vec<Entrant> {
        let method = |settings: &Settings| Entrant::Method { settings: Box::new(settings.clone()), order: self.orders };
        let controls = Control::ALL.into_iter().filter(|_| self.controls).map(Entrant::Control);
        self.methods.iter().map(method).chain(controls).collect()
    }
}
