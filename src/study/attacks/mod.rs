//! The adversarial bench over a set of pictures.
//!
//! 1. [`record`]: what one attack did to one picture, or what there is to see of it clean.
//! 2. [`bench`](mod@bench): pictures attacked one after the other, a [`crate::job::Job`].
//! 3. [`protocol`]: who is compared with whom: folds by photograph, thresholds from other folds, one attack left out.
//! 4. [`summary`]: rates with their intervals, a row for each attack.

#[cfg(feature = "cli")]
pub mod bench;
pub mod protocol;
pub mod record;
pub mod summary;

#[cfg(feature = "cli")]
pub use bench::{Bench, Findings, Plan, Sink};
pub use record::{Change, MaskRecord, Record};
pub use summary::{Detected, Row, Share, rows, worst};
