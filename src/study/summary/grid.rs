//! The rows of the table, and the records behind them.

use serde::Serialize;

use crate::judge::Control;
use crate::study::evaluation::Findings;
use crate::study::record::Record;

/// A row of the table.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "EvaluationRow"))]
pub struct Row {
    /// The name of the method, of its order, or of the control.
    pub name: String,
    /// Whether it is a control map, which ignores the model.
    pub control: bool,
    /// Pictures with a result.
    pub judged: usize,
    /// Pictures that the method refused.
    pub refused: usize,
    /// The reason for the first refusal.
    pub reason: Option<String>,
}

impl Row {
    pub(super) fn new(name: &str, records: &[Option<&Record>]) -> Self {
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
    /// For each name, the record of each picture that counts.
    pub records: Vec<Vec<Option<&'a Record>>>,
}

impl<'a> Grid<'a> {
    pub(super) fn new(found: &'a Findings) -> Self {
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

    /// The number of pictures that count.
    pub fn pictures(&self) -> usize {
        self.records.first().map_or(0, Vec::len)
    }
}
