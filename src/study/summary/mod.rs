//! The table of an evaluation: from findings to conclusions.
//!
//! Each figure is a mean over pictures with its interval. Each method is compared with the best, picture by picture, on
//! the pictures that all methods have. The comparison gives the difference, its interval, the exact sign test, and the
//! detectable difference. Holm's correction counts all pairs of methods, because the same pictures choose the best. A
//! method that is not told apart from the best is a tie.

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

/// The table of an evaluation.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "EvaluationTable"))]
pub struct Summary {
    /// The numbers of pictures at each stage.
    pub flow: Flow,
    /// The methods, and the controls after them.
    pub rows: Vec<Row>,
    /// The figures that were measured.
    pub columns: Vec<Column>,
    /// Whether the ranking of methods depends on the null image.
    pub agreements: Vec<Agreement>,
}

impl Summary {
    /// Makes the table of the findings.
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
