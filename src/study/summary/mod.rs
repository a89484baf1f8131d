//! The table of an evaluation: from what was found to what can be said.
//!
//! Each figure is a mean over pictures with its interval. Methods are compared on the pictures that all of them judged,
//! picture by picture, with the best: the difference, its interval, the exact sign test adjusted by Holm's steps for the
//! number of methods, and the difference that so many pictures can show. What is not told apart from the best is a tie.

mod agreement;
mod column;
mod flow;
mod told;

use serde::Serialize;

pub use agreement::{Agreement, LEAST_TAU};
pub use column::{Cell, Column, Difference};
pub use flow::Flow;
pub use told::{Told, ToldPicture};

use super::evaluation::Findings;
use super::figure::Figure;
use super::record::Record;
use crate::judge::Control;

/// A row of the table.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "EvaluationRow"))]
pub struct Row {
    /// The name of the method, of its order, or of the control.
    pub name: String,
    /// Whether it is a map that asks no model.
    pub control: bool,
    /// Pictures with a result.
    pub judged: usize,
    /// Pictures that the method refused.
    pub refused: usize,
    /// Why it refused the first of them.
    pub reason: Option<String>,
}

/// What an evaluation says.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "EvaluationTable"))]
pub struct Summary {
    /// How far the pictures came.
    pub flow: Flow,
    /// The methods, and the controls after them.
    pub rows: Vec<Row>,
    /// The figures that were measured.
    pub columns: Vec<Column>,
    /// Whether the methods' order depends on what deleted pixels become.
    pub agreements: Vec<Agreement>,
}

impl Summary {
    /// Makes the table of what was found.
    pub fn new(found: &Findings) -> Self {
        let grid = Grid::new(found);
        let rows: Vec<Row> = grid.names.iter().zip(&grid.records).map(|(name, all)| Row::new(name, all)).collect();
        let figures = Figure::all(&found.setup.measures.nulls);
        let columns: Vec<Column> = figures.into_iter().filter_map(|figure| Column::new(figure, &rows, &grid)).collect();
        let agreements = agreement::between(&columns, &rows, &found.setup.measures.nulls);
        Self { flow: Flow::new(found, &rows, &grid), rows, columns, agreements }
    }

    /// The column of a name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }
}

impl Row {
    fn new(name: &str, records: &[Option<&Record>]) -> Self {
        let refused = || records.iter().flatten().filter_map(|record| record.refused.as_ref());
        Self {
            name: name.to_owned(),
            control: Control::named(name).is_some(),
            judged: records.iter().flatten().count() - refused().count(),
            refused: refused().count(),
            reason: refused().next().cloned(),
        }
    }
}

/// The records by row and picture.
pub(super) struct Grid<'a> {
    pub names: Vec<String>,
    /// For each name, the record of each picture that judges.
    pub records: Vec<Vec<Option<&'a Record>>>,
}

impl<'a> Grid<'a> {
    fn new(found: &'a Findings) -> Self {
        let numbers = found.judges();
        let of = |name: &String| {
            let mut row = vec![None; numbers.len()];
            for record in found.records.iter().filter(|record| record.method == *name) {
                if let Ok(at) = numbers.binary_search(&record.number) {
                    row[at] = Some(record);
                }
            }
            row
        };
        let (names, records) = found
            .names()
            .into_iter()
            .map(|name| (of(&name), name))
            .filter(|(row, _)| row.iter().any(Option::is_some))
            .map(|(row, name)| (name, row))
            .unzip();
        Self { names, records }
    }

    /// How many pictures judge.
    pub fn pictures(&self) -> usize {
        self.records.first().map_or(0, Vec::len)
    }
}
