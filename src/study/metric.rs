//! The metrics of an evaluation.

use serde::{Deserialize, Serialize};

use crate::judge::Eraser;

/// A metric of a map.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Metric {
    /// Smallest box that suppresses 80, 90, 95 and 99 % of the score, in pixels.
    DeletionGame,
    /// Area under the curve of the score as pixels are inserted.
    Insertion,
    /// Area under the curve of the score as pixels are deleted.
    Deletion,
    /// Whether the maximum lies on the object.
    Pointing,
    /// Whether a box drawn from the map finds the object.
    Localisation,
    /// Overlap with the true evidence (built-in world only).
    Overlap,
    /// The map as a rule on unseen deletions: held, lift, skill, the worst family.
    #[serde(alias = "proof")]
    Rule,
    /// Whether the shape of the mask alone brings the answer to other pictures.
    Leakage,
    /// Whether the map changes when the model's weights are shuffled; takes three more runs.
    Sanity,
    /// The same for mean maps over fifty noisy copies; takes two hundred more runs.
    SmoothSanity,
    /// Rank correlation between seeds and between null images; takes six more runs.
    Stability,
}

impl Metric {
    /// All metrics except those that take runs of their own.
    pub const USUAL: [Metric; 8] = [
        Metric::DeletionGame,
        Metric::Insertion,
        Metric::Deletion,
        Metric::Pointing,
        Metric::Localisation,
        Metric::Overlap,
        Metric::Rule,
        Metric::Leakage,
    ];
}

impl Metric {
    /// Returns its name in the command.
    pub fn name(self) -> &'static str {
        match self {
            Metric::DeletionGame => "deletion-game",
            Metric::Insertion => "insertion",
            Metric::Deletion => "deletion",
            Metric::Pointing => "pointing",
            Metric::Localisation => "localisation",
            Metric::Overlap => "overlap",
            Metric::Rule => "rule",
            Metric::Leakage => "leakage",
            Metric::Sanity => "sanity",
            Metric::SmoothSanity => "smooth-sanity",
            Metric::Stability => "stability",
        }
    }
}

/// The measurements of each map.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measures {
    /// The metrics.
    pub metrics: Vec<Metric>,
    /// Further null images; with each the deletion game and both removals are measured.
    pub nulls: Vec<Eraser>,
    /// Whether a thumbnail of each map is kept for the report.
    pub pictures: bool,
}

impl Measures {
    /// Says whether a metric is among them.
    pub fn has(&self, metric: Metric) -> bool {
        self.metrics.contains(&metric)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_metric_is_how_the_command_reads_it() {
        for metric in Metric::USUAL.into_iter().chain([Metric::Sanity, Metric::SmoothSanity, Metric::Stability]) {
            let read = serde_json::from_value::<Metric>(metric.name().into()).ok();
            assert_eq!(read, Some(metric));
        }
    }
}
