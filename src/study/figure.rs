//! The figures of an evaluation: what a record gives for each column of the table.

use serde::{Deserialize, Serialize};

use super::record::{Record, UnderNull};
use crate::judge::{Eraser, deletion_game, localisation};

/// Which values are good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum Better {
    /// Large ones; 1 is perfect.
    Higher,
    /// Small ones; 0 is perfect.
    Lower,
    /// None: the figure warns, and nobody wins by it.
    Neither,
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
    /// That share less the control's.
    Lift,
    /// The share of what the control left open that the rule wins: a ratio of means.
    Skill,
    /// The share in the family in which the rule holds least.
    Worst,
    /// How much more often the mask brings the answer to other pictures.
    Leakage,
    /// Likeness to the map of the model with its last layer, its upper half or all of its layers shuffled.
    Shuffled(usize),
    /// The same of mean maps over noisy copies.
    Smooth(usize),
    /// How far the map's entropy rises when all is shuffled.
    EntropyRise,
    /// Rank correlation between seeds.
    Seeds,
    /// Rank correlation between strengths of the null.
    Strengths,
    /// The deletion game's area where 95 % are suppressed, under a null, in px².
    AreaUnder(Eraser),
    /// The area as the most relevant pixels go first, under a null.
    MostFirst(Eraser),
    /// The area as the least relevant pixels go first, under a null.
    LeastFirst(Eraser),
}

/// What is shuffled at each of the sanity check's stages.
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

    /// The figures under one null.
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
            Figure::Worst => "The share in the family of deletions in which the rule holds least.",
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

    /// The values of one method's records, in their order; `None` where nothing was measured.
    pub fn values(self, records: &[Option<&Record>]) -> Vec<Option<Value>> {
        if self == Figure::Found {
            return found(records);
        }
        records.iter().map(|record| self.value((*record)?)).collect()
    }

    fn value(self, record: &Record) -> Option<Value> {
        let plain = |value: f64| value.is_finite().then_some([value, 1.0]);
        let rule = record.rule.as_ref();
        let single = match self {
            Figure::Area(k) => record.deletion_game?[k]? as f64,
            Figure::Insertion => record.insertion?.into(),
            Figure::Deletion => record.deletion?.into(),
            Figure::Point => f64::from(u8::from(record.pointing?[0])),
            Figure::PointExact => f64::from(u8::from(record.pointing?[1])),
            Figure::Found => return None,
            Figure::Overlap => record.overlap?.into(),
            Figure::Held => rule?.held,
            Figure::Lift => rule?.lift()?,
            Figure::Skill => return Some([rule?.lift()?, 1.0 - rule?.control?]),
            Figure::Worst => rule?.worst,
            Figure::Leakage => record.leakage?.into(),
            Figure::Shuffled(stage) => (*record.sanity?.alike.get(stage)?)?,
            Figure::Smooth(stage) => (*record.smooth_sanity?.get(stage)?)?,
            Figure::EntropyRise => record.sanity?.entropy_rise?,
            Figure::Seeds => record.stability?.seeds,
            Figure::Strengths => record.stability?.nulls,
            Figure::AreaUnder(null) => under(record, null)?.deletion_game?[UNDER_NULLS]? as f64,
            Figure::MostFirst(null) => under(record, null)?.removal.most_first.into(),
            Figure::LeastFirst(null) => under(record, null)?.removal.least_first.into(),
        };
        plain(single)
    }
}

fn under(record: &Record, null: Eraser) -> Option<&UnderNull> {
    record.nulls.get(null.name())
}

/// Tunes the level on the even pictures and says of each odd one whether its object was found.
fn found(records: &[Option<&Record>]) -> Vec<Option<Value>> {
    let overlaps: Vec<Option<&Vec<f32>>> = records.iter().map(|r| r.and_then(|r| r.box_overlaps.as_ref())).collect();
    let measured: Vec<usize> = (0..overlaps.len()).filter(|&i| overlaps[i].is_some()).collect();
    let hit =
        |i: usize, level: usize| overlaps[i].is_some_and(|o| o.get(level).is_some_and(|&o| o >= localisation::FOUND));
    let tuning = || measured.iter().step_by(2);
    let levels = measured.first().and_then(|&i| overlaps[i]).map_or(0, Vec::len);
    let hits = |level: usize| tuning().filter(|&&i| hit(i, level)).count();
    let Some(best) = (0..levels).max_by_key(|&level| (hits(level), std::cmp::Reverse(level))) else {
        return vec![None; records.len()];
    };
    let mut values = vec![None; records.len()];
    measured.iter().skip(1).step_by(2).for_each(|&i| values[i] = Some([f64::from(u8::from(hit(i, best))), 1.0]));
    values
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::record::RuleFigures;

    #[test]
    fn figures_have_names_of_their_own() {
        let all = Figure::all(&Eraser::ALL);
        let names: std::collections::BTreeSet<String> = all.iter().map(|figure| figure.name()).collect();
        assert_eq!(names.len(), all.len());
    }

    #[test]
    fn skill_is_a_ratio_and_what_was_not_measured_has_no_value() {
        let rule = RuleFigures { held: 0.9, control: Some(0.6), worst: 0.5, area: 0.1 };
        let record = Record { rule: Some(rule), insertion: Some(0.25), ..Record::default() };
        let [lift, open] = Figure::Skill.value(&record).expect("a control");
        assert!((lift - 0.3).abs() < 1e-12 && (open - 0.4).abs() < 1e-12);
        assert_eq!(Figure::Insertion.value(&record), Some([0.25, 1.0]));
        assert_eq!(Figure::Deletion.value(&record), None);
        assert_eq!(Figure::MostFirst(Eraser::Mean).value(&record), None);
    }

    #[test]
    fn a_level_is_tuned_on_every_other_picture() {
        // The first level finds the even pictures, the second the odd ones.
        let of = |overlaps: [f32; 2]| Record { box_overlaps: Some(overlaps.into()), ..Record::default() };
        let records = [of([0.6, 0.2]), of([0.2, 0.9]), of([0.7, 0.2]), of([0.8, 0.1])];
        let records: Vec<Option<&Record>> = records.iter().map(Some).collect();
        assert_eq!(Figure::Found.values(&records), [None, Some([0.0, 1.0]), None, Some([1.0, 1.0])]);
        assert_eq!(Figure::Found.values(&[None, None]), [None, None]);
    }
}
