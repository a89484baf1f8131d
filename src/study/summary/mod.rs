//! The table of an evaluation: from what was found to what can be said.
//!
//! Each figure is a mean over pictures with its interval. Methods are compared on the pictures that all of them judged,
//! picture by picture, with the best: the difference, its interval, the exact sign test adjusted by Holm's steps for all
//! pairs of methods, since the same pictures choose the best, and the difference that so many pictures can show. What is
//! not told apart from the best is a tie.

mod agreement;
mod column;
mod difference;
mod flow;
mod grid;
mod interval;
mod told;
mod unmeasured;

use serde::Serialize;

pub use agreement::{Agreement, LEAST_TAU};
pub use column::{Cell, Column};
pub use difference::Difference;
pub use flow::Flow;
pub use grid::Row;
pub use told::{Told, ToldPicture};

use super::evaluation::Findings;
use super::figure::Figure;
use grid::Grid;

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
