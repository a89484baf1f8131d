//! An evaluation for people: its table, and the pictures behind it.

use serde::Serialize;

use super::Summary;
use crate::study::evaluation::{Fate, Findings, Seen};

/// The table of an evaluation with the names of its pictures.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "EvaluationTold"))]
pub struct Told {
    /// The numbers of pictures at each stage, in a sentence.
    pub sentence: String,
    /// The table.
    pub summary: Summary,
    /// The pictures that count, in the order of the values in the table.
    pub pictures: Vec<ToldPicture>,
    /// The pictures that do not count, each with the reason.
    pub left_out: Vec<String>,
}

/// A picture that counts.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ToldPicture {
    /// Its number in the set.
    pub number: usize,
    /// Its name.
    pub name: String,
    /// The name of the class that is explained.
    pub label: String,
}

impl Told {
    /// Makes the table of the findings.
    pub fn new(found: &Findings) -> Self {
        let summary = Summary::new(found);
        let judges = found.seen.iter().filter(|seen| seen.fate == Fate::Judges);
        let picture =
            |seen: &Seen| ToldPicture { number: seen.number, name: seen.name.clone(), label: seen.label.clone() };
        Self {
            sentence: summary.flow.sentence(),
            summary,
            pictures: judges.map(picture).collect(),
            left_out: found.seen.iter().filter_map(reason).collect(),
        }
    }
}

fn reason(seen: &Seen) -> Option<String> {
    let name = &seen.name;
    match seen.fate {
        Fate::Judges => None,
        Fate::Unreadable | Fate::Unlabelled => {
            Some(seen.reason.clone().unwrap_or_else(|| format!("{name} cannot be read")))
        }
        Fate::Unsure => Some(format!("{name}: the answer is not above .5")),
        Fate::Stands => Some(format!("{name}: the answer stays when all is deleted")),
    }
}
