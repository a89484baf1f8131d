//! Work over a set of pictures.
//!
//! 1. [`set`]: the pictures, with what is known about each.
//! 2. [`case`](mod@case): one picture of a set, framed for a model and asked about.
//! 3. [`log`]: results that are kept as soon as they are there, so that an interrupted study goes on where it stopped.
//! 4. [`evaluation`]: methods judged on a set, a [`crate::job::Job`].

pub mod case;
pub mod evaluation;
pub mod log;
pub mod record;
pub mod set;

pub use case::Case;
pub use evaluation::{Evaluation, Plan};
pub use log::Log;
pub use record::{Metric, Record, order_name};
