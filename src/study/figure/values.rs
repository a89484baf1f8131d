//! The values of a figure in the records.

use super::{Figure, UNDER_NULLS, Value};
use crate::judge::{Eraser, localisation};
use crate::rules::generalise::Family;
use crate::study::record::{Record, UnderNull};

impl Figure {
    /// The values of each row's records, in their order; `None` where nothing was measured.
    pub fn values(self, rows: &[Vec<Option<&Record>>]) -> Vec<Vec<Option<Value>>> {
        match self {
            Figure::Found => found(rows),
            Figure::Worst => rows.iter().map(|records| worst(records)).collect(),
            _ => {
                let value = |record: &Option<&Record>| single(self, (*record)?);
                rows.iter().map(|records| records.iter().map(value).collect()).collect()
            }
        }
    }
}

/// The value of one record, for figures that need no other record.
fn single(figure: Figure, record: &Record) -> Option<Value> {
    let plain = |value: f64| value.is_finite().then_some([value, 1.0]);
    let rule = record.rule.as_ref();
    let single = match figure {
        Figure::Area(k) => record.deletion_game?[k]? as f64,
        Figure::Insertion => record.insertion?.into(),
        Figure::Deletion => record.deletion?.into(),
        Figure::Point => f64::from(u8::from(record.pointing?[0])),
        Figure::PointExact => f64::from(u8::from(record.pointing?[1])),
        Figure::Found | Figure::Worst => return None,
        Figure::Overlap => record.overlap?.into(),
        Figure::Held => rule?.held,
        Figure::Lift => rule?.lift()?,
        Figure::Skill => return Some([rule?.lift()?, 1.0 - rule?.control?]),
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

fn under(record: &Record, null: Eraser) -> Option<&UnderNull> {
    record.nulls.get(null.name())
}

fn overlaps<'a>(row: &[Option<&'a Record>], at: usize) -> Option<&'a Vec<f32>> {
    row[at]?.box_overlaps.as_ref()
}

/// Tunes each row's level on every other picture with boxes, and returns for the rest whether the object was found. The
/// judged pictures are the same for every row, so a picture that one method refused shifts no other.
fn found(rows: &[Vec<Option<&Record>>]) -> Vec<Vec<Option<Value>>> {
    let pictures = rows.iter().map(Vec::len).max().unwrap_or(0);
    let boxed: Vec<usize> = (0..pictures).filter(|&at| rows.iter().any(|row| overlaps(row, at).is_some())).collect();
    let of_row = |row: &Vec<Option<&Record>>| -> Vec<Option<Value>> {
        let hits = |at: usize| -> Option<Vec<bool>> {
            Some(overlaps(row, at)?.iter().map(|&overlap| overlap >= localisation::FOUND).collect())
        };
        let tuning: Vec<Vec<bool>> = boxed.iter().step_by(2).filter_map(|&at| hits(at)).collect();
        let levels = tuning.first().map_or(0, Vec::len);
        let count = |level: usize| tuning.iter().filter(|hits| hits.get(level) == Some(&true)).count();
        let best = (0..levels).max_by_key(|&level| (count(level), std::cmp::Reverse(level)));
        let mut values = vec![None; row.len()];
        for &at in boxed.iter().skip(1).step_by(2) {
            let hit = best.and_then(|level| hits(at)?.get(level).copied());
            values[at] = hit.map(|hit| [f64::from(u8::from(hit)), 1.0]);
        }
        values
    };
    rows.iter().map(of_row).collect()
}

/// The shares in the family in which the rule holds least over all pictures. The least of each picture's own families
/// would be lower, because it follows the noise of a few deletions.
fn worst(records: &[Option<&Record>]) -> Vec<Option<Value>> {
    let share = |record: Option<&Record>, family: Family| -> Option<f64> {
        let families = &record?.rule.as_ref()?.families;
        families.iter().find(|(own, _)| *own == family).map(|(_, share)| *share)
    };
    let mean = |family: Family| -> Option<f64> {
        let shares: Vec<f64> = records.iter().filter_map(|record| share(*record, family)).collect();
        (!shares.is_empty()).then(|| shares.iter().sum::<f64>() / shares.len() as f64)
    };
    let means = Family::ALL.into_iter().filter_map(|family| Some((family, mean(family)?)));
    let Some((family, _)) = means.min_by(|a, b| a.1.total_cmp(&b.1)) else { return vec![None; records.len()] };
    records.iter().map(|record| Some([share(*record, family)?, 1.0])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::record::RuleFigures;

    #[test]
    fn skill_is_a_ratio_and_what_was_not_measured_has_no_value() {
        let rule = RuleFigures { held: 0.9, control: Some(0.6), families: vec![], area: 0.1 };
        let record = Record { rule: Some(rule), insertion: Some(0.25), ..Record::default() };
        let [lift, open] = single(Figure::Skill, &record).expect("a control");
        assert!((lift - 0.3).abs() < 1e-12 && (open - 0.4).abs() < 1e-12);
        assert_eq!(single(Figure::Insertion, &record), Some([0.25, 1.0]));
        assert_eq!(single(Figure::Deletion, &record), None);
        assert_eq!(single(Figure::MostFirst(Eraser::Mean), &record), None);
    }

    fn boxed(overlaps: [f32; 2]) -> Record {
        Record { box_overlaps: Some(overlaps.into()), ..Record::default() }
    }

    #[test]
    fn a_level_is_tuned_on_every_other_picture() {
        // The first level finds the even pictures, the second the odd ones.
        let records = [boxed([0.6, 0.2]), boxed([0.2, 0.9]), boxed([0.7, 0.2]), boxed([0.8, 0.1])];
        let records: Vec<Option<&Record>> = records.iter().map(Some).collect();
        let found = Figure::Found.values(&[records]);
        assert_eq!(found, [[None, Some([0.0, 1.0]), None, Some([1.0, 1.0])]]);
        assert_eq!(Figure::Found.values(&[vec![None, None]]), [[None, None]]);
    }

    #[test]
    fn a_refused_picture_does_not_change_which_pictures_judge() {
        let hit = boxed([0.9, 0.9]);
        let (whole, mut refusing) = (vec![Some(&hit); 6], vec![Some(&hit); 6]);
        refusing[0] = None;
        let found = Figure::Found.values(&[whole, refusing]);
        let judging = |row: usize| -> Vec<usize> { (0..6).filter(|&at| found[row][at].is_some()).collect() };
        assert_eq!([judging(0), judging(1)], [[1, 3, 5], [1, 3, 5]]);
    }

    #[test]
    fn the_worst_family_is_the_one_of_the_smallest_mean_over_pictures() {
        // In each picture another family is the worst; over all of them the mean colour is.
        let record = |[mean, noise]: [f64; 2]| {
            let families = vec![(Family::Mean, mean), (Family::Noise, noise)];
            Record { rule: Some(RuleFigures { families, ..RuleFigures::default() }), ..Record::default() }
        };
        let records = [record([0.8, 1.0]), record([1.0, 0.9]), record([0.7, 1.0])];
        let records: Vec<Option<&Record>> = records.iter().map(Some).chain([None]).collect();
        let found = Figure::Worst.values(&[records]);
        assert_eq!(found, [[Some([0.8, 1.0]), Some([1.0, 1.0]), Some([0.7, 1.0]), None]]);
    }
}
