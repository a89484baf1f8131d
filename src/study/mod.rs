//! Work over a set of pictures.
//!
//! 1. [`item`]: a picture with what is known about it; [`set`] reads such pictures from folders, annotation files and
//!    the built-in world.
//! 2. [`case`](mod@case): one picture of a set, framed for a model and asked about.
//! 3. [`log`]: results that are kept as soon as they are there, so that an interrupted study goes on where it stopped.
//! 4. [`each`](mod@each): one job on each picture of a set, such as the test of its local rule.
//! 5. [`critter_set`]: the built-in world with everything that its pictures contain; [`annotated_set`]: people's own
//!    pictures with the parts and things that are named in them.
//! 6. [`evaluation`]: methods judged on a set, a [`crate::job::Job`].
//! 7. [`attacks`]: the adversarial bench over a set.

#[cfg(feature = "cli")]
pub mod annotated_set;
#[cfg(feature = "cli")]
pub mod attacks;
pub mod case;
pub mod critter_set;
#[cfg(feature = "cli")]
pub mod each;
#[cfg(feature = "cli")]
pub mod evaluation;
pub mod item;
pub mod log;
pub mod record;
#[cfg(feature = "cli")]
pub mod set;

#[cfg(feature = "cli")]
pub use annotated_set::AnnotatedSet;
pub use case::Case;
pub use critter_set::CritterSet;
#[cfg(feature = "cli")]
pub use each::{Each, Explained};
#[cfg(feature = "cli")]
pub use evaluation::{Evaluation, Plan};
pub use item::{Item, Label, Part, Place};
pub use log::Log;
pub use record::{Metric, Record, order_name};
#[cfg(feature = "cli")]
pub use set::Set;
