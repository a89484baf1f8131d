//! One figure of all methods and controls, and how they compare.

use std::collections::BTreeMap;

use serde::Serialize;

use super::grid::{Grid, Row};
use crate::judge::Control;
use crate::rules::statistics::{
    Bootstrap, CONFIDENCE, NoInterval, detectable_difference, holm, rank_intervals, ranks, ratio, sign_test_of,
    t_quantile,
};
use crate::study::figure::{Better, Figure, Value};

/// The level at which methods are told apart.
const LEVEL: f64 = 0.05;
/// From so many pictures on the mean is as good as normal, and a bootstrap takes longer than it tells.
const MANY: usize = 5_000;

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
    /// The figure, to compute it anew.
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
    /// The share of what the centre control leaves to be won that the method wins, on the pictures that both have.
    pub skill_over_centre: Option<f64>,
    /// The rank among the methods on the common pictures, and the ranks between which 95 % of bootstrap draws lie.
    pub rank: Option<[usize; 3]>,
    /// The comparison with the best.
    pub difference: Option<Difference>,
    /// Each picture's value, in the order of the pictures that judge.
    pub values: Vec<Option<f64>>,
}

/// How a row differs from the best on the common pictures; positive is larger.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "EvaluationDifference"))]
pub struct Difference {
    /// The mean difference.
    pub estimate: f64,
    /// Its interval of 95 %; empty below 20 pictures.
    pub interval: Option<[f64; 2]>,
    /// The sign test's p on two sides, adjusted by Holm for the number of rows.
    pub p: f64,
    /// The smallest difference that so many pictures show in four of five studies.
    pub detectable: Option<f64>,
    /// Whether the row is told apart from the best: p is at most .05, and the interval does not hold 0.
    pub told_apart: bool,
}

impl Column {
    /// Computes a figure; `None` where nobody measured it.
    pub(super) fn new(figure: Figure, rows: &[Row], grid: &Grid) -> Option<Self> {
        let values: Vec<Vec<Option<Value>>> = grid.records.iter().map(|records| figure.values(records)).collect();
        if values.iter().flatten().all(Option::is_none) {
            return None;
        }
        let methods: Vec<usize> =
            (0..rows.len()).filter(|&r| !rows[r].control && values[r].iter().any(Option::is_some)).collect();
        let common: Vec<usize> =
            (0..grid.pictures()).filter(|&at| methods.iter().all(|&row| values[row][at].is_some())).collect();
        let mut cells: Vec<Cell> = (0..rows.len()).map(|row| cell(&values[row], &classes(grid, row))).collect();
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
        column.compare_with_best(&mut cells, &values, &common);
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
        self.best = methods.iter().zip(&ranks).find(|(_, rank)| **rank == 1 && !common.is_empty()).map(|(&row, _)| row);
        let Some(spread) = rank_intervals(&all, 0) else { return };
        for ((&row, rank), [low, high]) in methods.iter().zip(ranks).zip(spread) {
            cells[row].rank = Some([low, rank, high]);
        }
    }

    fn compare_with_best(&self, cells: &mut [Cell], values: &[Vec<Option<Value>>], common: &[usize]) {
        let Some(best) = self.best else { return };
        let others: Vec<usize> = (0..cells.len()).filter(|&row| row != best && cells[row].n > 0).collect();
        let pairs = |row: usize| -> Vec<[Value; 2]> {
            common.iter().filter_map(|&at| values[row][at].zip(values[best][at])).map(|(a, b)| [a, b]).collect()
        };
        let tests: Vec<f64> = others.iter().map(|&row| sign_test_of(&gaps(&pairs(row))).p_two_sided).collect();
        for (&row, p) in others.iter().zip(holm(&tests)) {
            cells[row].difference = difference(&pairs(row), p);
        }
    }
}

/// What a row has by itself.
fn cell(values: &[Option<Value>], classes: &[Option<usize>]) -> Cell {
    let there: Vec<Value> = values.iter().flatten().copied().collect();
    let interval = interval_of(&there).ok();
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

/// The numerators, where the figure is a plain mean: all denominators are 1.
fn plain(values: impl Iterator<Item = Value>) -> Option<Vec<f64>> {
    values.map(|[over, under]| (under == 1.0).then_some(over)).collect()
}

/// The interval of a ratio of means: of the bootstrap, or by its linear part where there are many pictures.
fn interval_of(values: &[Value]) -> Result<[f64; 2], NoInterval> {
    if values.len() > MANY {
        let middle = ratio(values.iter().copied());
        return Ok(normal_interval(middle, &linear(values, middle)));
    }
    let found = match plain(values.iter().copied()) {
        Some(values) => Bootstrap::default().mean(&values)?,
        None => Bootstrap::default().interval(values.len(), |sample| ratio(sample.iter().map(|&i| values[i])))?,
    };
    Ok([found.low, found.high])
}

/// How much each picture moves a ratio of means.
fn linear(values: &[Value], middle: f64) -> Vec<f64> {
    let under = values.iter().map(|[_, under]| under).sum::<f64>() / values.len() as f64;
    values.iter().map(|[over, own]| (over - middle * own) / under).collect()
}

/// Student's interval about an estimate, from what each picture adds to it.
fn normal_interval(middle: f64, parts: &[f64]) -> [f64; 2] {
    let n = parts.len() as f64;
    let mean = parts.iter().sum::<f64>() / n;
    let variance = parts.iter().map(|part| (part - mean).powi(2)).sum::<f64>() / (n - 1.0);
    let reach = t_quantile((1.0 + CONFIDENCE) / 2.0, n - 1.0).unwrap_or(f64::INFINITY) * (variance / n).sqrt();
    [middle - reach, middle + reach]
}

/// Each picture's difference of numerators; of a ratio of means they are what the pictures have to tell.
fn gaps(pairs: &[[Value; 2]]) -> Vec<f64> {
    pairs.iter().map(|[own, best]| own[0] - best[0]).collect()
}

fn difference(pairs: &[[Value; 2]], p: f64) -> Option<Difference> {
    let of = |side: usize, sample: &[usize]| ratio(sample.iter().map(|&i| pairs[i][side]));
    let all: Vec<usize> = (0..pairs.len()).collect();
    let estimate = Some(of(0, &all) - of(1, &all)).filter(|difference| difference.is_finite())?;
    let interval = if pairs.len() > MANY {
        let side = |side: usize| -> Vec<Value> { pairs.iter().map(|pair| pair[side]).collect() };
        let moved = [0, 1].map(|k| linear(&side(k), of(k, &all)));
        let parts: Vec<f64> = moved[0].iter().zip(&moved[1]).map(|(a, b)| a - b).collect();
        Some(normal_interval(estimate, &parts))
    } else {
        let found = match [0, 1].map(|side| plain(pairs.iter().map(|pair| pair[side]))) {
            [Some(own), Some(best)] => Bootstrap::default().difference(&own, &best),
            _ => Bootstrap::default().interval(pairs.len(), |sample| of(0, sample) - of(1, sample)),
        };
        found.ok().map(|found| [found.low, found.high])
    };
    let apart = interval.is_some_and(|[low, high]| low > 0.0 || high < 0.0);
    let detectable = detectable_difference(&gaps(pairs));
    Some(Difference { estimate, interval, p, detectable, told_apart: apart && p <= LEVEL })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::record::Record;

    fn row(name: &str) -> Row {
        Row { name: name.into(), control: Control::named(name).is_some(), judged: 40, refused: 0, reason: None }
    }

    fn records(insertion: impl Fn(usize) -> f32) -> Vec<Record> {
        let one = |i: usize| Record { number: i, class: i % 2, insertion: Some(insertion(i)), ..Record::default() };
        (0..40).map(one).collect()
    }

    fn column(rows: &[(&str, Vec<Record>)]) -> Column {
        let names = rows.iter().map(|(name, _)| (*name).to_owned()).collect();
        let grid = Grid { names, records: rows.iter().map(|(_, all)| all.iter().map(Some).collect()).collect() };
        let rows: Vec<Row> = rows.iter().map(|(name, _)| row(name)).collect();
        Column::new(Figure::Insertion, &rows, &grid).expect("measured")
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
    fn twenty_hits_of_twenty_do_not_say_that_all_others_hit() {
        let hits = vec![[1.0, 1.0]; 20];
        let [low, high] = interval_of(&hits).expect("twenty pictures");
        assert!((low - 0.8389).abs() < 1e-4 && high == 1.0, "{low} {high}");
        let both: Vec<[Value; 2]> = hits.iter().map(|&hit| [hit, hit]).collect();
        let found = difference(&both, 1.0).expect("pictures");
        let [low, high] = found.interval.expect("twenty pictures");
        assert!((low + 0.1611).abs() < 1e-4 && (high - 0.1611).abs() < 1e-4, "{low} {high}");
        assert!(!found.told_apart && found.detectable.is_none(), "{found:?}");
    }

    #[test]
    fn many_pictures_have_the_interval_of_student() {
        let values: Vec<Value> = (0..MANY + 1).map(|i| [(i % 2) as f64, 1.0]).collect();
        let [low, high] = interval_of(&values).expect("many pictures");
        let reach = 1.960_4 * 0.5 / (values.len() as f64).sqrt();
        assert!((high - low - 2.0 * reach).abs() < 1e-4, "{low} {high}");
    }
}
