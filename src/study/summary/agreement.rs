//! Whether the ranking of methods depends on how a judge deletes.

use serde::Serialize;

use super::column::Column;
use super::grid::Row;
use crate::judge::Eraser;
use crate::rules::statistics::tau_b;
use crate::study::figure::{Better, Figure};

/// Below this τ the ranking depends on the choice.
pub const LEAST_TAU: f64 = 0.6;

/// Kendall's τ_b between the rankings of methods by two figures.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "NullAgreement"))]
pub struct Agreement {
    /// The names of both figures.
    pub between: [String; 2],
    /// From −1, reversed, to 1, alike.
    pub tau: f64,
    /// Methods that have both.
    pub methods: usize,
}

impl Agreement {
    /// Returns whether the ranking depends on the choice.
    pub fn depends(&self) -> bool {
        self.tau < LEAST_TAU
    }

    /// The verdict in words.
    pub fn verdict(&self) -> &'static str {
        if self.depends() { "depends on how you delete" } else { "much the same order" }
    }
}

/// Compares the same figure under each pair of null images, and both ends of removal under each null image.
pub(super) fn between(columns: &[Column], rows: &[Row], nulls: &[Eraser]) -> Vec<Agreement> {
    let column = |figure: Figure| columns.iter().find(|column| column.figure == figure);
    let forms = [Figure::AreaUnder, Figure::MostFirst, Figure::LeastFirst];
    let pairs = nulls.iter().enumerate().flat_map(|(i, &a)| nulls[i + 1..].iter().map(move |&b| (a, b)));
    let across = pairs.flat_map(|(a, b)| forms.map(|form| (form(a), form(b))));
    let ends = nulls.iter().map(|&null| (Figure::MostFirst(null), Figure::LeastFirst(null)));
    across.chain(ends).filter_map(|(a, b)| agreement(column(a)?, column(b)?, rows)).collect()
}

fn agreement(a: &Column, b: &Column, rows: &[Row]) -> Option<Agreement> {
    let goodness = |column: &Column, row: usize| {
        let mean = column.cells[row].common?;
        Some(if column.better == Better::Higher { mean } else { -mean })
    };
    let methods = (0..rows.len()).filter(|&row| !rows[row].control);
    let both: Vec<(f64, f64)> = methods.filter_map(|row| goodness(a, row).zip(goodness(b, row))).collect();
    let (ours, theirs): (Vec<f64>, Vec<f64>) = both.iter().copied().unzip();
    let tau = tau_b(&ours, &theirs)?;
    Some(Agreement { between: [a.name.clone(), b.name.clone()], tau, methods: both.len() })
}
