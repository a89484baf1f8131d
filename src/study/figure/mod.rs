//! The figures of an evaluation: the columns of the table, and their values in a record.

mod values;

use serde::{Deserialize, Serialize};

use super::metric::Metric;
use crate::judge::{Eraser, deletion_game};

/// Which values are good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum Better {
    /// Large ones; 1 is perfect.
    Higher,
    /// Small ones; 0 is perfect.
    Lower,
    /// Neither: the figure is a warning, and no method wins by it.
    Neither,
}

/// Which values a figure can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// From 0 to 1.
    Share,
    /// From −1 to 1.
    Signed,
    /// From 0 on.
    Open,
}

/// A column of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Figure {
    /// The deletion game's area at one of its thresholds, in px².
    Area(usize),
    /// The area under the insertion curve.
    Insertion,
    /// The area under the deletion curve.
    Deletion,
    /// Hits within 15/224 of the side.
    Point,
    /// Hits on the object itself.
    PointExact,
    /// Objects found by a box that is drawn from the map.
    Found,
    /// Overlap with the true evidence.
    Overlap,
    /// The share of unseen deletions in which the rule holds.
    Held,
    /// That share minus the control's.
    Lift,
    /// The share of what the control left open that the rule wins: a ratio of means.
    Skill,
    /// The share of trials held in the family in which the rule holds least over all pictures.
    Worst,
    /// How much more often the mask brings the answer to other pictures.
    Leakage,
    /// Correlation with the map of the model with its last layer, its upper half or all of its layers shuffled.
    Shuffled(usize),
    /// The same for mean maps over noisy copies.
    Smooth(usize),
    /// The rise of the map's entropy when all layers are shuffled.
    EntropyRise,
    /// Rank correlation between seeds.
    Seeds,
    /// Rank correlation between strengths of the null image.
    Strengths,
    /// The deletion game's area at 95 %, with a null image, in px².
    AreaUnder(Eraser),
    /// The area with the most relevant pixels deleted first, with a null image.
    MostFirst(Eraser),
    /// The area with the least relevant pixels deleted first, with a null image.
    LeastFirst(Eraser),
}

/// The names of the sanity check's stages.
const SHUFFLED: [&str; 3] = ["top layer shuffled", "half shuffled", "all shuffled"];
/// The threshold of [`Figure::AreaUnder`], counted among the deletion game's.
const UNDER_NULLS: usize = 2;
/// A value as numerator and denominator: a figure is a ratio of their means over pictures, and most denominators are 1.
pub type Value = [f64; 2];

impl Figure {
    /// Every figure, in the order of the table.
    pub fn all(nulls: &[Eraser]) -> Vec<Self> {
        let areas = (0..deletion_game::THRESHOLDS.len()).map(Figure::Area);
        let plain = [
            Figure::Insertion,
            Figure::Deletion,
            Figure::Point,
            Figure::PointExact,
            Figure::Found,
            Figure::Overlap,
            Figure::Held,
            Figure::Lift,
            Figure::Skill,
            Figure::Worst,
            Figure::Leakage,
            Figure::Shuffled(0),
            Figure::Shuffled(1),
            Figure::Shuffled(2),
            Figure::Smooth(0),
            Figure::Smooth(1),
            Figure::Smooth(2),
            Figure::EntropyRise,
            Figure::Seeds,
            Figure::Strengths,
        ];
        let under = nulls.iter().flat_map(|&null| Self::under(null));
        areas.chain(plain).chain(under).collect()
    }

    /// The figures with one null image.
    pub fn under(null: Eraser) -> [Self; 3] {
        [Figure::AreaUnder(null), Figure::MostFirst(null), Figure::LeastFirst(null)]
    }

    /// Its name: a column's head, and a key in files.
    pub fn name(self) -> String {
        let percent = |k: usize| (100.0 * (1.0 - deletion_game::THRESHOLDS[k])).round();
        match self {
            Figure::Area(k) => format!("area {:.0} %", percent(k)),
            Figure::Insertion => "insertion".into(),
            Figure::Deletion => "deletion".into(),
            Figure::Point => "pointing".into(),
            Figure::PointExact => "pointing exactly".into(),
            Figure::Found => "box found".into(),
            Figure::Overlap => "overlap".into(),
            Figure::Held => "held".into(),
            Figure::Lift => "lift".into(),
            Figure::Skill => "skill".into(),
            Figure::Worst => "worst family".into(),
            Figure::Leakage => "leakage".into(),
            Figure::Shuffled(stage) => SHUFFLED[stage.min(2)].into(),
            Figure::Smooth(stage) => format!("{}, smooth", SHUFFLED[stage.min(2)]),
            Figure::EntropyRise => "entropy rise".into(),
            Figure::Seeds => "seeds".into(),
            Figure::Strengths => "strengths".into(),
            Figure::AreaUnder(null) => format!("area {:.0} %, {}", percent(UNDER_NULLS), null.name()),
            Figure::MostFirst(null) => format!("most first, {}", null.name()),
            Figure::LeastFirst(null) => format!("least first, {}", null.name()),
        }
    }

    /// What it says, in a sentence.
    pub fn meaning(self) -> &'static str {
        match self {
            Figure::Area(_) | Figure::AreaUnder(_) => {
                "Smallest box around the evidence whose deletion suppresses so much of the score, in px²."
            }
            Figure::Insertion => "Area under the probability as pixels are shown, most evidence first.",
            Figure::Deletion => "Area under the probability as pixels are deleted, most evidence first.",
            Figure::Point => "The maximum lies within 15/224 of the side from the object.",
            Figure::PointExact => "The maximum lies on the object.",
            Figure::Found => {
                "A box drawn from the map overlaps the object's by half; the level is tuned on other pictures."
            }
            Figure::Overlap => "Intersection over union with the true evidence, at the best level.",
            Figure::Held => "Share of unseen deletions in which deleting the region takes the answer away.",
            Figure::Lift => "That share, less that of the same region moved elsewhere.",
            Figure::Skill => "The share of what the moved region left open that the rule wins.",
            Figure::Worst => "The share in the family of deletions in which the rule holds least over all pictures.",
            Figure::Leakage => "How much more often the mask brings the answer to other pictures; 0 is no leak.",
            Figure::Shuffled(_) => "Rank correlation with the map of the model whose weights are shuffled so far.",
            Figure::Smooth(_) => "The same correlation between mean maps over fifty noisy copies of the picture.",
            Figure::EntropyRise => "How far the map's entropy rises when all weights are shuffled.",
            Figure::Seeds => "Rank correlation between maps under several seeds.",
            Figure::Strengths => "Rank correlation between maps under several strengths of the null.",
            Figure::MostFirst(_) => "Area under the probability as the most relevant pixels go first.",
            Figure::LeastFirst(_) => "Area under the probability as the least relevant pixels go first.",
        }
    }

    /// Which values are good.
    pub fn better(self) -> Better {
        match self {
            Figure::Leakage => Better::Neither,
            Figure::Area(_) | Figure::AreaUnder(_) | Figure::Deletion => Better::Lower,
            Figure::MostFirst(_) | Figure::Shuffled(_) | Figure::Smooth(_) => Better::Lower,
            _ => Better::Higher,
        }
    }

    /// Digits after the point.
    pub fn digits(self) -> usize {
        if matches!(self, Figure::Area(_) | Figure::AreaUnder(_)) { 0 } else { 3 }
    }

    /// Which values it can have.
    pub fn scale(self) -> Scale {
        match self {
            Figure::Area(_) | Figure::AreaUnder(_) => Scale::Open,
            Figure::Lift | Figure::Skill | Figure::Leakage | Figure::EntropyRise => Scale::Signed,
            Figure::Shuffled(_) | Figure::Smooth(_) | Figure::Seeds | Figure::Strengths => Scale::Signed,
            _ => Scale::Share,
        }
    }

    /// The metric that measures it; `None` for figures of a null image, which are measured whenever that is named.
    pub fn metric(self) -> Option<Metric> {
        Some(match self {
            Figure::Area(_) => Metric::DeletionGame,
            Figure::Insertion => Metric::Insertion,
            Figure::Deletion => Metric::Deletion,
            Figure::Point | Figure::PointExact => Metric::Pointing,
            Figure::Found => Metric::Localisation,
            Figure::Overlap => Metric::Overlap,
            Figure::Held | Figure::Lift | Figure::Skill | Figure::Worst => Metric::Rule,
            Figure::Leakage => Metric::Leakage,
            Figure::Shuffled(_) | Figure::EntropyRise => Metric::Sanity,
            Figure::Smooth(_) => Metric::SmoothSanity,
            Figure::Seeds | Figure::Strengths => Metric::Stability,
            Figure::AreaUnder(_) | Figure::MostFirst(_) | Figure::LeastFirst(_) => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_have_names_of_their_own() {
        let all = Figure::all(&Eraser::ALL);
        let names: std::collections::BTreeSet<String> = all.iter().map(|figure| figure.name()).collect();
        assert_eq!(names.len(), all.len());
    }
}
