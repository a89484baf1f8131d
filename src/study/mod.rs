//! Work over a set of pictures.
//!
//! 1. [`item`]: a picture with its annotations; [`set`] reads such pictures from folders, annotation files and the
//!    built-in world.
//! 2. [`case`](mod@case): one picture of a set, framed for a model and asked about.
//! 3. [`log`]: results that are kept as soon as they are known, so that an interrupted study resumes where it stopped.
//! 4. [`each`](mod@each): one job on each picture of a set, such as the test of its local rule.
//! 5. [`critter_set`]: the built-in world with everything in its pictures; [`annotated_set`]: the user's own pictures
//!    with their annotated parts and things.
//! 6. [`metric`], [`record`] and [`judging`]: the metrics of a map, and methods and controls judged on one picture.
//! 7. [`evaluation`]: the same over a set, a [`crate::job::Job`] on several threads; [`figure`] and [`summary`] make
//!    its table, [`results`] its files.
//! 8. [`attacks`]: the adversarial bench over a set.

#[cfg(feature = "cli")]
pub mod annotated_set;
#[cfg(feature = "cli")]
pub mod attacks;
pub mod case;
pub mod critter_set;
#[cfg(feature = "cli")]
pub mod each;
pub mod evaluation;
pub mod figure;
pub mod item;
pub mod judging;
pub mod log;
pub mod metric;
pub mod record;
#[cfg(feature = "cli")]
pub mod results;
pub mod set;
pub mod summary;
pub mod thumbnail;

#[cfg(feature = "cli")]
pub use annotated_set::AnnotatedSet;
pub use case::Case;
pub use critter_set::CritterSet;
#[cfg(feature = "cli")]
pub use each::{Each, Explained};
#[cfg(feature = "cli")]
pub use evaluation::Evaluation;
pub use evaluation::{Findings, Plan, Serial};
pub use figure::Figure;
pub use item::{Item, Label, Part, Place, pictures};
pub use judging::{Entrant, Judging};
pub use log::Log;
pub use metric::{Measures, Metric};
pub use record::{Record, order_name};
pub use set::Set;
pub use summary::Summary;
