//! The adversarial bench over a set of pictures.
//!
//! 1. [`record`]: what one attack did to one picture, or what there is to see of it clean.
//! 2. [`kept`]: a log of such records that says what they are of, so that an interrupted bench goes on.
//! 3. [`bench`](mod@bench): pictures attacked one after the other, a [`crate::job::Job`].
//! 4. [`protocol`]: who is compared with whom: folds by photograph, thresholds from other folds, one attack left out.
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
