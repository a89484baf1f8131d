//! What the methods that learn a mask share: the problem, its energy, the optimiser, the views, the starts.

mod adam;
mod energy;
mod integrate;
mod jitter;
mod nulls;
mod objective;
mod problem;
mod search;
pub(super) mod start;

pub use adam::Adam;
pub use energy::EnergyJudge;
pub(crate) use energy::expected_energy;
pub(crate) use integrate::integrated_gradient;
pub(crate) use jitter::Jitter;
pub(crate) use objective::objective;
pub use objective::{Evaluated, Objective};
pub(crate) use problem::{Problem, VANISHED};
pub(crate) use search::{Answer, Beginning, Best, Regions, Search, Seen, Trace, ready};
