//! Cues without labels: what a model relies on, found in unlabelled pictures.
//!
//! 1. *Look*: every picture is classified, unchanged and with everything deleted. Its SHA-256 puts it into one of two
//!    halves ([`crate::rules::split`]).
//! 2. *Explain* the discovery half. The evidence of a picture is described by its place, by the model's features of the
//!    evidence alone, and by its colours.
//! 3. *Cluster*: for each answer the descriptors are grouped by k-means, k by the eigengap. Groups that are stable
//!    under resampling (mean Jaccard index of at least .75) and have at least eight pictures are candidates. If an
//!    answer has no such group, all its pictures are one candidate.
//! 4. *Rank* the candidates by necessity plus sufficiency on the discovery half.
//! 5. *Confirm* the ten strongest on the other half. A picture there shows the cue if its own evidence falls into the
//!    candidate's group. *Necessity*: the number of answers that flip when that evidence is deleted, minus the number
//!    that flip when an equal area elsewhere is deleted. *Sufficiency*: the number of pictures with other answers that
//!    take the answer when the cue of such a picture is pasted in, minus the number that do when the same place of
//!    another picture is. Deleted pixels become the mean colour, which the masks were not learned with. The tests are
//!    exact sign tests, corrected by Holm.
//!
//! Both effects show that the model relies on the cue. They cannot show whether it *should*: the model relies on a
//! face, too. So each cue comes with exemplars and, if objects are annotated, with the share of its area outside them.
//! A confirmed cue that lies mostly outside was wrongly learned.
//!
//! A cue that is everywhere, such as snow, has no region: blurred snow is snow. It shows in answers that stay when
//! everything is deleted. Such a class is reported ([`Everywhere`]) on two conditions, both on the confirmation half.
//! Under that deletion, the class keeps a larger share of its own pictures than it takes of other pictures, and the
//! intervals of the two shares do not overlap. And it does not take half or more of the other pictures.
//!
//! The idea of clustering explanations is from SpRAy: S. Lapuschkin et al., "Unmasking Clever Hans predictors and
//! assessing what machines really learn", Nature Communications 10, 2019. The interventions on unseen pictures, the
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
