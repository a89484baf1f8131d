//! Cues without labels: what a model leans on, found in pictures of which nothing is known.
//!
//! 1. *Look*: every picture is classified, as it is and with everything deleted. It falls to one of two halves by its
//!    SHA-256 ([`crate::rules::split`]).
//! 2. *Explain* the discovery half. A picture's evidence is described by where it lies, by the model's features of the
//!    evidence alone, and by its colours.
//! 3. *Cluster*: for each answer the descriptors are grouped by k-means, k by the eigengap. Groups that are stable
//!    under resampling (mean Jaccard index of at least .75) and have at least eight pictures are candidates; where no
//!    group of an answer is, all its pictures are one.
//! 4. *Rank* the candidates by necessity plus sufficiency on the discovery half.
//! 5. *Confirm* the ten strongest on the other half. A picture there shows the cue if its own evidence falls to the
//!    candidate's group. *Necessity*: how many answers flip when that evidence is deleted, less those that flip when as
//!    much is deleted elsewhere. *Sufficiency*: how many pictures of other answers take the answer when a patch of the
//!    discovery half is pasted in, less those that do when the same place of another picture is. What is deleted
//!    becomes the mean colour, which the masks were not learned with. Exact sign tests, corrected by Holm.
//!
//! Both effects say that the model relies on the cue. Whether it *should* they cannot say: a face is relied on too. So
//! each cue comes with exemplars, and where objects are annotated with the share of its area that lies outside of them.
//! A confirmed cue that lies mostly outside is one that was wrongly learned.
//!
//! A cue that is everywhere, as snow is, has no region: blurred snow is snow. It shows by answers that stay when
//! everything is deleted. Such a class is reported ([`Everywhere`]) if, on the confirmation half, more of its answers
//! stay than other pictures take that answer under the same deletion, beyond both intervals, and if it is not
//! what most other pictures are called then.
//!
//! The idea of looking for clusters of explanations is SpRAy's: S. Lapuschkin et al., "Unmasking Clever Hans predictors
//! and assessing what machines really learn", Nature Communications 10, 2019. The interventions on unseen pictures, the
//! controls and the correction are this project's.

mod advance;
mod candidates;
mod cluster;
mod descriptor;
mod eigengap;
mod everywhere;
mod intervene;
mod k_means;
mod pictures;
mod search;
mod shared;
mod stage;
mod told;
mod trials;
mod verdict;
mod work;

pub use candidates::MOST_CONFIRMED;
pub use cluster::{FEWEST_MEMBERS, LEAST_STABILITY};
pub use everywhere::Everywhere;
pub use pictures::Pictures;
pub use search::Cues;
pub use shared::{Asked, Explained, Line, Looked, Part};
pub use stage::Standing;
pub use told::{Told, ToldCue};
pub use verdict::{Counts, Cue, CueTrial, Exemplar, Findings};
