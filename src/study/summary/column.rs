//! One figure of all methods and controls, with their comparison.

use std::collections::BTreeMap;

use serde::Serialize;

use super::difference::{Difference, adjusted, difference, gaps};
use super::grid::{Grid, Row};
use super::interval::interval_of;
use crate::judge::Control;
use crate::rules::statistics::{rank_intervals, ranks, ratio, sign_test_of};
use crate::study::figure::{Better, Figure, Scale, Value};

/// A figure of all rows.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "EvaluationColumn"))]
pub struct Column {
    /// Its name.
    pub name: String,
    /// What it says.
    pub meaning: &'static str,
    /// Which values are good.
    pub better: Better,
    /// Digits after the point.
    pub digits: usize,
    /// Pictures that every method with this figure has a value of.
    pub common: usize,
    /// The row of the method that is best on those; controls do not count, and some figures have no best.
    pub best: Option<usize>,
    /// One for each row.
    pub cells: Vec<Cell>,
    /// The figure, for computing it again.
    #[serde(skip)]
    pub figure: Figure,
}

/// A figure of one row.
#[derive(Clone, Debug, Default, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "EvaluationCell"))]
pub struct Cell {
    /// Pictures with a value.
    pub n: usize,
    /// The mean over those.
    pub mean: Option<f64>,
    /// Its interval of 95 %.
    pub interval: Option<[f64; 2]>,
    /// The mean over classes of each class's mean.
    pub class_mean: Option<f64>,
    /// The mean over the pictures that every method has.
    pub common: Option<f64>,
    /// The share of the possible gain over the centre control that the method achieves, on the pictures that both have.
    pub skill_over_centre: Option<f64>,
    /// The rank among the methods on the common pictures, and the ranks between which 95 % of bootstrap draws lie.
    pub rank: Option<[usize; 3]>,
    /// The comparison with the best.
    pub difference: Option<Difference>,
    /// Each picture's value, in the order of the pictures that count.
    pub values: Vec<Option<f64>>,
}

impl Column {
    /// Computes a figure; `None` if it was not measured.
    pub(super) fn new(figure: Figure, rows: &[Row], grid: &Grid) -> Option<Self> {
        let values = figure.values(&grid.records);
        if values.iter().flatten().all(Option::is_none) {
            return None;
        }
        let methods: Vec<usize> =
            (0..rows.len()).filter(|&r| !rows[r].control && values[r].iter().any(Option::is_some)).collect();
        let common: Vec<usize> =
            (0..grid.pictures()).filter(|&at| methods.iter().all(|&row| values[row][at].is_some())).collect();
        let mut cells: Vec<Cell> =
            (0..rows.len()).map(|row| cell(&values[row], figure.scale(), &classes(grid, row))).collect();
        let mut column = Self {
            name: figure.name(),
            meaning: figure.meaning(),
            better: figure.better(),
            digits: figure.digits(),
            common: common.len(),
            best: None,
            cells: vec![],
            figure,
        };
        for (cell, values) in cells.iter_mut().zip(&values) {
            cell.common = mean_at(values, &common);
        }
        column.compare_with_centre(&mut cells, &values, rows);
        column.rank(&mut cells, &values, &methods, &common);
        column.compare_with_best(&mut cells, &values, &methods, &common);
        Some(Self { cells, ..column })
    }

    fn compare_with_centre(&self, cells: &mut [Cell], values: &[Vec<Option<Value>>], rows: &[Row]) {
        let Some(centre) = rows.iter().position(|row| row.name == Control::Centre.name()) else { return };
        for (row, cell) in cells.iter_mut().enumerate() {
            let both: Vec<usize> = (0..values[row].len())
                .filter(|&at| values[row][at].is_some() && values[centre][at].is_some())
                .collect();
            let means = mean_at(&values[row], &both).zip(mean_at(&values[centre], &both));
            cell.skill_over_centre = means.and_then(|(own, centre)| self.skill(own, centre));
        }
    }

    /// The share of the way from a reference to the perfect value.
    fn skill(&self, own: f64, reference: f64) -> Option<f64> {
        let (won, open) = match self.better {
            Better::Higher => (own - reference, 1.0 - reference),
            Better::Lower => (reference - own, reference),
            Better::Neither => return None,
        };
        (open > 0.0).then_some(won / open)
    }

    fn rank(&mut self, cells: &mut [Cell], values: &[Vec<Option<Value>>], methods: &[usize], common: &[usize]) {
        let sign = match self.better {
            Better::Higher => 1.0,
            Better::Lower => -1.0,
            Better::Neither => return,
        };
        let signed = |row: usize| -> Vec<Value> {
            common.iter().filter_map(|&at| values[row][at]).map(|[over, under]| [sign * over, under]).collect()
        };
        let all: Vec<Vec<Value>> = methods.iter().map(|&row| signed(row)).collect();
        let figures: Vec<f64> = all.iter().map(|row| ratio(row.iter().copied())).collect();
        let ranks = ranks(&figures);
        // If no method has a figure, for example because every moved region always holds, all share the first rank and
        // none is best.
        let first = ranks.iter().zip(&figures).position(|(&rank, figure)| rank == 1 && figure.is_finite());
        self.best = first.map(|place| methods[place]);
        let Some(spread) = rank_intervals(&all, 0) else { return };
        for ((&row, rank), [low, high]) in methods.iter().zip(ranks).zip(spread) {
            cells[row].rank = Some([low, rank, high]);
        }
    }

    fn compare_with_best(
        &self,
        cells: &mut [Cell],
        values: &[Vec<Option<Value>>],
        methods: &[usize],
        common: &[usize],
    ) {
        let Some(best) = self.best else { return };
        let pairs = |row: usize, other: usize| -> Vec<[Value; 2]> {
            common.iter().filter_map(|&at| values[row][at].zip(values[other][at])).map(|(a, b)| [a, b]).collect()
        };
        let controls: Vec<usize> = (0..cells.len()).filter(|row| !methods.contains(row) && cells[*row].n > 0).collect();
        let test = |row: usize, other: usize| sign_test_of(&gaps(&pairs(row, other))).p_two_sided;
        for (row, p) in adjusted(best, methods, &controls, test) {
            cells[row].difference = difference(&pairs(row, best), p);
        }
    }
}

/// The values of a row that need no comparison.
fn cell(values: &[Option<Value>], scale: Scale, classes: &[Option<usize>]) -> Cell {
    let there: Vec<Value> = values.iter().flatten().copied().collect();
    let interval = interval_of(&there, scale).ok();
    let single = |[over, under]: Value| if under == 1.0 { over } else { over / under };
    Cell {
        n: there.len(),
        mean: (!there.is_empty()).then(|| ratio(there.iter().copied())).filter(|mean| mean.is_finite()),
        interval,
        class_mean: class_mean(values, classes),
        values: values.iter().map(|value| value.map(single).filter(|v| v.is_finite())).collect(),
        ..Cell::default()
    }
}

fn classes(grid: &Grid, row: usize) -> Vec<Option<usize>> {
    grid.records[row].iter().map(|record| record.map(|record| record.class)).collect()
}

fn class_mean(values: &[Option<Value>], classes: &[Option<usize>]) -> Option<f64> {
    let mut by_class: BTreeMap<usize, Vec<Value>> = BTreeMap::new();
    for (value, class) in values.iter().zip(classes) {
        if let (Some(value), Some(class)) = (value, class) {
            by_class.entry(*class).or_default().push(*value);
        }
    }
    let means: Vec<f64> =
        by_class.values().map(|values| ratio(values.iter().copied())).filter(|mean| mean.is_finite()).collect();
    (!means.is_empty()).then(|| means.iter().sum::<f64>() / means.len() as f64)
}

fn mean_at(values: &[Option<Value>], at: &[usize]) -> Option<f64> {
    let there = at.iter().filter_map(|&at| values[at]);
    Some(ratio(there)).filter(|mean| mean.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::record::{Record, RuleFigures};

    fn row(name: &str) -> Row {
        Row { name: name.into(), control: Control::named(name).is_some(), judged: 40, refused: 0, reason: None }
    }

    fn records(insertion: impl Fn(usize) -> f32) -> Vec<Record> {
        let one = |i: usize| Record { number: i, class: i % 2, insertion: Some(insertion(i)), ..Record::default() };
        (0..40).map(one).collect()
    }

    fn column(rows: &[(&str, Vec<Record>)]) -> Column {
        of(Figure::Insertion, rows)
    }

    fn of(figure: Figure, rows: &[(&str, Vec<Record>)]) -> Column {
        let names = rows.iter().map(|(name, _)| (*name).to_owned()).collect();
        let grid = Grid { names, records: rows.iter().map(|(_, all)| all.iter().map(Some).collect()).collect() };
        let rows: Vec<Row> = rows.iter().map(|(name, _)| row(name)).collect();
        Column::new(figure, &rows, &grid).expect("measured")
    }

    #[test]
    fn what_is_worse_on_every_picture_is_told_apart_and_what_is_alike_is_a_tie() {
        let base = |i: usize| 0.5 + 0.01 * (i % 10) as f32;
        let found = column(&[
            ("fast", records(base)),
            ("rise", records(|i| base(i) - 0.002 * (i % 3) as f32 + 0.0015)),
            ("gradient", records(|i| base(i) - 0.2)),
            ("centre", records(|i| base(i) - 0.3)),
        ]);
        assert_eq!((found.best, found.common), (Some(0), 40));
        let apart: Vec<Option<bool>> = found.cells.iter().map(|cell| Some(cell.difference?.told_apart)).collect();
        assert_eq!(apart, [None, Some(false), Some(true), Some(true)]);
        let gradient = found.cells[2].difference.expect("compared");
        assert!((gradient.estimate + 0.2).abs() < 1e-6 && gradient.p < 1e-9, "{gradient:?}");
        assert_eq!(found.cells[2].rank, Some([3, 3, 3]));
        assert_eq!(found.cells[3].rank, None);
        // From .245 to .545 of the .755 that the centre leaves.
        let skill = found.cells[0].skill_over_centre.expect("a centre");
        assert!((skill - 0.3 / 0.755).abs() < 1e-5, "{skill}");
    }

    #[test]
    fn classes_count_alike_in_the_mean_over_classes() {
        let mut all = records(|i| if i % 2 == 0 { 1.0 } else { 0.0 });
        all.iter_mut().skip(30).for_each(|record| record.insertion = None);
        all.iter_mut().filter(|record| record.class == 1).skip(5).for_each(|record| record.insertion = None);
        let found = column(&[("fast", all)]);
        // 15 pictures of one class, 5 of the other.
        assert_eq!((found.cells[0].mean, found.cells[0].class_mean), (Some(0.75), Some(0.5)));
    }

    #[test]
    fn a_method_without_a_figure_is_not_the_best() {
        // The moved region of the first always holds, so that its skill is 0/0.
        let ruled = |held: f64, control: f64| -> Vec<Record> {
            let rule = RuleFigures { held, control: Some(control), ..RuleFigures::default() };
            (0..40).map(|number| Record { number, rule: Some(rule.clone()), ..Record::default() }).collect()
        };
        let found =
            of(Figure::Skill, &[("fast", ruled(1.0, 1.0)), ("rise", ruled(0.5, 0.3)), ("gradcam", ruled(0.9, 0.3))]);
        assert_eq!(found.best, Some(2));
        assert!(found.cells[1].difference.is_some_and(|found| found.told_apart), "{:?}", found.cells[1]);
        assert_eq!((found.cells[0].mean, found.cells[0].difference), (None, None));
        assert_eq!(of(Figure::Skill, &[("fast", ruled(1.0, 1.0))]).best, None);
    }
}
