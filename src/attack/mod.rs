//! The adversarial bench: it attacks a picture, detects the attack, and recovers the answer. It studies attacks.
//!
//! 1. [`settings`]: the attacks, with their sizes, steps and restarts.
//! 2. [`perturb`]: an attack as a [`crate::job::Job`], in a [`ball`](self) around the picture, along the gradient of a
//!    loss, and [`through`](self) edits that it must survive.
//! 3. [`views`]: light edits of the whole picture; [`mod@ensemble`]: many stronger random edits; [`reading`]: the
//!    model's answers to a picture and its edits.
//! 4. [`detect`]: scores that should be higher for attacked pictures; [`detector`]: their thresholds, from clean
//!    pictures.
//! 5. [`recover`]: ways to recover the clean picture's answer, and their controls.
//! 6. [`trial`]: all of this on one picture, as a [`crate::job::Job`]; [`duel`]: the same on a picture and its attacked
//!    version; [`shared`]: the parts of a duel that several workers can share.
//!
//! Every picture is attacked at the model's size, in [0, 1] and before the profile. The result is rounded to 8 bits,
//! encoded, decoded and judged again. It is shown to the model unchanged ([`AsIs`]), because a resize would undo most
//! attacks.

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
