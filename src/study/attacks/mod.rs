//! The adversarial bench over a set of pictures.
//!
//! 1. [`record`]: the effects of one attack on one picture, or the answers to the clean picture.
//! 2. [`kept`]: a log of such records with their setup, so that an interrupted bench can resume.
//! 3. [`bench`](mod@bench): pictures attacked one after the other, a [`crate::job::Job`].
//! 4. [`protocol`]: the comparisons: folds by photograph, thresholds from other folds, one attack left out.
//! 5. [`summary`]: rates with their intervals, a row for each attack.

#[cfg(feature = "cli")]
pub mod bench;
#[cfg(feature = "cli")]
pub mod kept;
pub mod protocol;
pub mod record;
pub mod summary;

#[cfg(feature = "cli")]
pub use bench::{Bench, Findings, Plan, Sink};
#[cfg(feature = "cli")]
pub use kept::{Kept, Setup, Stated};
pub use record::{Change, MaskRecord, Pictured, Record};
pub use summary::{Detected, Row, Share, rows, worst};
