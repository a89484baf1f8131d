//! The adversarial bench: attack a picture, see what becomes of it, detect, recover. It studies attacks.
//!
//! 1. [`settings`]: the attacks there are, with their sizes, steps and restarts.
//! 2. [`perturb`]: an attack as a [`crate::job::Job`], in a [`ball`](self) around the picture, along the gradient of a
//!    loss, and [`through`](self) edits that it has to hold under.
//! 3. [`views`]: light edits of the whole picture; [`mod@ensemble`]: many random ones that are stronger; [`reading`]: what
//!    the model says of a picture and of those.
//! 4. [`detect`]: scores that should be higher for attacked pictures; [`detector`]: their thresholds, off clean ones.
//! 5. [`recover`]: answers that should be the clean picture's again, and their controls.
//! 6. [`trial`]: all of it on one picture, a [`crate::job::Job`]; [`duel`]: the same on a picture and its attacked
//!    self, and [`shared`]: what several can do of that.
//!
//! Every picture is attacked at the model's size, in [0, 1] and before the profile, rounded to 8 bits, encoded, decoded
//! and judged anew. It is shown to the model as it is ([`AsIs`]): a resize would undo most attacks.

mod as_is;
mod as_text;
mod attacked;
mod ball;
pub mod detect;
pub mod detector;
pub mod duel;
pub mod ensemble;
mod loss;
pub mod perturb;
pub mod reading;
pub mod recover;
pub mod settings;
pub mod shared;
mod through;
pub mod told;
pub mod trial;
pub mod views;

pub use as_is::AsIs;
pub use attacked::Attacked;
pub use detector::Detector;
pub use ensemble::ensemble;
pub use loss::Loss;
pub use perturb::Perturb;
pub use reading::{Answer, Looked, Reading};
pub use settings::{Attack, Kind};
pub use trial::{Found, Trial};
pub use views::Look;
