//! Explanations as rules, tested on data that they were not learned on.
//!
//! - [`generalise`]: "deleting this region takes the answer away", on deletions of other kinds, against the same region
//!   moved elsewhere.
//! - [`invariance`]: "the answer stays when the picture is turned, lit or stored differently".
//! - [`concept`]: "the model says c when the picture contains k", on labelled pictures.
//! - [`cues`]: what the model relies on, found without labels.
//! - [`parts`]: which annotated part of an object carries the answer.
//! - [`statistics`]: the intervals and tests of all of these.

mod ask;
pub mod concept;
pub mod cues;
pub mod effect;
pub mod generalise;
pub mod invariance;
mod loans;
pub mod parts;
mod region;
pub mod split;
pub mod statistics;
mod trials;
