//! Explanations as rules, tested on what they were not learned on.

pub mod proof;
pub mod statistics;
