//! The results of an evaluation as files: all findings except thumbnails and times.
//!
//! Times vary from run to run. Without them the same question gives the same bytes, on one machine or on many.

use serde_json::{Value, json};

use super::evaluation::{Findings, Seen, Setup, Shard};
use super::record::Record;
use super::summary::Summary;
use crate::error::{Error, ErrorKind, Result};

/// Returns the results as one JSON object.
///
/// # Errors
/// Fails with [`ErrorKind::Io`] if they cannot be written as JSON.
pub fn json(found: &Findings, summary: &Summary) -> Result<Value> {
    let setup = stated(found);
    let seen: Vec<Seen> = found.seen.iter().map(|seen| Seen { photo: None, ..seen.clone() }).collect();
    let records: Vec<Record> =
        found.records.iter().map(|record| Record { seconds: 0.0, map: None, ..record.clone() }).collect();
    let object = json!({
        "tool": setup.tool, "command": setup.command(), "setup": setup, "missing_parts": found.missing(),
        "unfinished_parts": found.unfinished,
        "set_sha256": found.set_sha256(), "flow": summary.flow, "rows": summary.rows, "columns": summary.columns,
        "agreements": summary.agreements, "seen": seen, "records": records,
    });
    // Numbers are written with the digits of their type: 32-bit values are not widened.
    let text = serde_json::to_string(&object).map_err(|e| Error::new(ErrorKind::Io, e.to_string()))?;
    serde_json::from_str(&text).map_err(|e| Error::new(ErrorKind::Io, e.to_string()))
}

/// The setup, without the division into parts if all parts are present.
pub fn stated(found: &Findings) -> Setup {
    let shard = if found.missing().is_empty() { Shard::WHOLE } else { found.setup.shard };
    Setup { shard, ..found.setup.clone() }
}

/// Returns the results as a table: a line for each picture and row, a column for each figure.
///
/// # Errors
/// Fails with [`ErrorKind::Io`] if they cannot be written as CSV.
pub fn csv(found: &Findings, summary: &Summary) -> Result<Vec<u8>> {
    let failed = |e: String| Error::new(ErrorKind::Io, format!("the results cannot be written as CSV ({e})"));
    let mut writer = csv::Writer::from_writer(vec![]);
    let head = ["picture", "number", "method", "class", "refused"].map(str::to_owned);
    let names = summary.columns.iter().map(|column| column.name.clone());
    writer.write_record(head.into_iter().chain(names)).map_err(|e| failed(e.to_string()))?;
    let numbers = found.judges();
    for record in &found.records {
        let row = summary.rows.iter().position(|row| row.name == record.method);
        let Some((row, at)) = row.zip(numbers.binary_search(&record.number).ok()) else { continue };
        let refused = text(record.refused.as_deref().unwrap_or_default());
        let own = [
            text(&record.picture),
            record.number.to_string(),
            record.method.clone(),
            record.class.to_string(),
            refused,
        ];
        let values = summary
            .columns
            .iter()
            .map(|column| column.cells[row].values[at].map_or_else(String::new, |value| format!("{value}")));
        writer.write_record(own.into_iter().chain(values)).map_err(|e| failed(e.to_string()))?;
    }
    writer.into_inner().map_err(|e| failed(e.to_string()))
}

/// Returns a text as a cell. A spreadsheet would evaluate a text that begins like a formula, and the names of pictures
/// are untrusted. A leading apostrophe makes such a cell text.
fn text(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell.to_owned() }
}

/// Returns the mean time of each row's map in seconds; for an order, the time includes the order. Controls take none.
pub fn seconds(found: &Findings) -> Vec<(String, f64)> {
    let mean = |name: String| {
        let all: Vec<f64> =
            found.records.iter().filter(|r| r.method == name && r.refused.is_none()).map(|r| r.seconds).collect();
        let mean = all.iter().sum::<f64>() / all.len() as f64;
        (mean > 0.0).then_some((name, mean))
    };
    found.names().into_iter().filter_map(mean).collect()
}
