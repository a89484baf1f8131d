//! The statistics of rules: against independent programs, and by simulation.
//!
//! The golden numbers and the command that made them: `tests/reference/golden_statistics.py`.

mod coverage;
mod golden;
