//! The numbers of pictures at each stage of an evaluation.

use serde::Serialize;

use super::grid::{Grid, Row};
use crate::study::evaluation::{Fate, Findings};
use crate::study::item::pictures;

/// Counts of pictures; each count is among the pictures of the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "EvaluationFlow"))]
pub struct Flow {
    /// Pictures that were seen.
    pub given: usize,
    /// Those that can be read.
    pub readable: usize,
    /// Those whose answer is above .5.
    pub confident: usize,
    /// Those whose answer falls below half when everything is deleted.
    pub falls: usize,
    /// Those on which some method has a result.
    pub judged: usize,
    /// Those on which every method has one.
    pub common: usize,
}

impl Flow {
    pub(super) fn new(found: &Findings, rows: &[Row], grid: &Grid) -> Self {
        let count = |fates: &[Fate]| found.seen.iter().filter(|seen| fates.contains(&seen.fate)).count();
        let methods: Vec<usize> = (0..rows.len()).filter(|&row| !rows[row].control).collect();
        let has = |row: usize, at: usize| grid.records[row][at].is_some_and(|record| record.refused.is_none());
        let pictures = 0..grid.pictures();
        Self {
            given: found.seen.len(),
            readable: count(&[Fate::Unlabelled, Fate::Unsure, Fate::Stands, Fate::Judges]),
            confident: count(&[Fate::Stands, Fate::Judges]),
            falls: count(&[Fate::Judges]),
            judged: pictures.clone().filter(|&at| methods.iter().any(|&row| has(row, at))).count(),
            common: pictures.filter(|&at| !methods.is_empty() && methods.iter().all(|&row| has(row, at))).count(),
        }
    }

    /// The counts in a sentence.
    pub fn sentence(&self) -> String {
        format!(
            "{} looked at, {} readable, {} with an answer above .5, {} whose answer falls to under half when all \
             is deleted, {} judged, {} by every method.",
            pictures(self.given),
            self.readable,
            self.confident,
            self.falls,
            self.judged,
            self.common
        )
    }
}
