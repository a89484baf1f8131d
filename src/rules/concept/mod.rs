//! Concept rules: "the model says c when the picture contains k", tested on labelled pictures.
//!
//! 1. *Look*: every picture is classified once.
//! 2. *Discover* on one half of the pictures ([`crate::rules::split`]): each concept k and class c are screened by
//!    their association within the true class y (Mantel and Haenszel's weighted difference of P(f = c) with and without
//!    k, and its z). The strongest go on.
//! 3. *Confirm* on the other half, by intervening. *Necessity*: among pictures that show k and are called c, how many
//!    answers flip when k is deleted, less those that flip when as much is deleted elsewhere. *Sufficiency*: among
//!    pictures of other kinds without k that are not called c, how many become c when k is pasted in (with a soft edge
//!    of 3 px), less those that do when the same place of a picture without k is pasted.
//! 4. *Judge*: exact sign tests on discordant pictures, corrected by Holm for all rules that were tested. A rule whose
//!    necessity or sufficiency is confirmed says "relies on", one whose association alone is "goes with".
//!
//! What covers most of the picture, as a background does, cannot be deleted by a blur (blurred snow is snow) nor moved
//! elsewhere. It is deleted by the backgrounds of pictures without it, and its control are those of other pictures with
//! it. Each picture's own object hides a part of its background, so up to four pictures lend theirs.
//!
//! Where a picture can be made again with and without the concept ([`Annotated::rerendered`]), the exact effects stand
//! beside the estimates of the share that flips by the concept alone ([`crate::rules::effect`]). Definitions: N. Mantel
//! and W. Haenszel, JNCI 22, 1959; the rest is this project's.

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
