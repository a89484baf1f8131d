//! Concept rules: "the model says c when the picture contains k", tested on labelled pictures.
//!
//! 1. *Look*: every picture is classified once.
//! 2. *Discover* on one half of the pictures ([`crate::rules::split`]): each pair of a concept k and a class c is
//!    screened by its association within the true class y (Mantel and Haenszel's weighted difference of P(f = c) with
//!    and without k, and its z). The strongest pairs are tested.
//! 3. *Confirm* on the other half, by intervening. *Necessity*: among pictures that show k and are called c, the number
//!    of answers that flip when k is deleted, minus the number that flip when an equal area elsewhere is deleted.
//!    *Sufficiency*: among pictures of other kinds without k that are not called c, the number that become c when k is
//!    pasted in (with a soft edge of 3 px), minus the number that do when the same place of a picture without k is
//!    pasted.
//! 4. *Judge*: exact sign tests on discordant pictures, with Holm's correction over all tested rules. If necessity or
//!    sufficiency is confirmed, the model "relies on" the concept. If only the association is, the concept "goes with"
//!    the answer.
//!
//! A concept that covers most of the picture, such as a background, cannot be deleted by a blur (blurred snow is snow)
//! nor moved elsewhere. It is replaced by the background of a picture without it. The control replaces it by the
//! background of another picture with it. The object hides a part of its background, so the donor's own rows, shifted
//! sideways, fill the gaps.
//!
//! If a picture can be drawn again with and without the concept ([`Annotated::rerendered`]), the exact effects stand
//! beside the estimates of the share that flips because of the concept alone ([`crate::rules::effect`]). Definitions:
//! N. Mantel and W. Haenszel, JNCI 22, 1959; the rest is this project's.

mod confirm;
mod labelled;
mod screen;
mod search;
mod shared;
mod told;
mod trials;
mod verdict;

pub use super::effect::{Effect, Flip};
pub use super::trials::Intervention;
pub use labelled::{Annotated, Concept, Labelled};
pub use screen::Candidate;
pub use search::{ConceptRules, PICTURES, TESTED};
pub use shared::{Batch, Line, Looked, Part};
pub use told::Told;
pub use trials::Trial;
pub use verdict::{Finding, Findings, Verdict};
