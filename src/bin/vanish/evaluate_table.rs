//! The table of `vanish evaluate`: one row a method.

use serde::Serialize;
use vanish::Result;
use vanish::judge::{deletion_game, localisation};
use vanish::study::Record;

use super::files;

/// Means over the pictures of one method; empty where nothing was measured.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    pub method: String,
    /// Pictures with a result, and without.
    pub pictures: usize,
    pub refused: usize,
    pub seconds: Option<f64>,
    /// Mean area of the boxes found, in pixels, for each threshold.
    pub deletion_game: [Option<f64>; deletion_game::THRESHOLDS.len()],
    /// Pictures on which no box reached the threshold.
    pub misses: [usize; deletion_game::THRESHOLDS.len()],
    pub insertion: Option<f64>,
    pub deletion: Option<f64>,
    /// Share of hits within 15 px, and exactly.
    pub pointing: [Option<f64>; 2],
    /// Share of the odd pictures whose object was not found, with the level that finds most of the even ones.
    pub localisation_error: Option<f64>,
    pub overlap: Option<f64>,
    /// Share of the unseen deletions in which the finding held.
    pub proof: Option<f64>,
    /// Mean rank correlation between seeds, and between nulls.
    pub stability: [Option<f64>; 2],
}

impl Row {
    /// Of the records of one method.
    pub fn new(method: String, all: &[Record]) -> Self {
        let of_method = || all.iter().filter(|r| r.method == method);
        let done: Vec<&Record> = of_method().filter(|r| r.refused.is_none()).collect();
        let area = |k: usize| mean(done.iter().filter_map(|r| r.deletion_game?[k]).map(|a| a as f64));
        let missed = |k: usize| done.iter().filter(|r| r.deletion_game.is_some_and(|areas| areas[k].is_none())).count();
        let hit = |k: usize| mean(done.iter().filter_map(|r| r.pointing).map(|hits| f64::from(u8::from(hits[k]))));
        Self {
            pictures: done.len(),
            refused: of_method().count() - done.len(),
            seconds: mean(done.iter().map(|r| r.seconds)),
            deletion_game: std::array::from_fn(area),
            misses: std::array::from_fn(missed),
            insertion: mean(done.iter().filter_map(|r| r.insertion).map(f64::from)),
            deletion: mean(done.iter().filter_map(|r| r.deletion).map(f64::from)),
            pointing: [hit(0), hit(1)],
            localisation_error: localisation_error(&done),
            overlap: mean(done.iter().filter_map(|r| r.overlap).map(f64::from)),
            proof: mean(done.iter().filter_map(|r| r.proof).map(|[held, of]| held as f64 / of as f64)),
            stability: [
                mean(done.iter().filter_map(|r| r.stability).map(|s| s.seeds)),
                mean(done.iter().filter_map(|r| r.stability).map(|s| s.nulls)),
            ],
            method,
        }
    }

    fn cells(&self) -> Vec<String> {
        let shown = |value: Option<f64>, digits: usize| value.map_or("–".to_owned(), |v| format!("{v:.digits$}"));
        let area = |k: usize| match (self.deletion_game[k], self.misses[k]) {
            (mean, 0) => shown(mean, 0),
            (mean, misses) => format!("{} ({misses})", shown(mean, 0)),
        };
        let pictures =
            if self.refused == 0 { self.pictures.to_string() } else { format!("{} ({})", self.pictures, self.refused) };
        let mut cells = vec![self.method.clone(), pictures, shown(self.seconds, 2)];
        cells.extend((0..self.misses.len()).map(area));
        cells.extend([shown(self.insertion, 3), shown(self.deletion, 3)]);
        cells.extend([shown(self.pointing[0], 3), shown(self.pointing[1], 3), shown(self.localisation_error, 3)]);
        cells.extend([
            shown(self.overlap, 3),
            shown(self.proof, 3),
            shown(self.stability[0], 3),
            shown(self.stability[1], 3),
        ]);
        cells
    }
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (count, sum) = values.fold((0usize, 0.0), |(count, sum), value| (count + 1, sum + value));
    (count > 0).then(|| sum / count as f64)
}

/// Tunes the level on the even pictures and counts the odd ones that are not found.
fn localisation_error(records: &[&Record]) -> Option<f64> {
    let overlaps: Vec<&Vec<f32>> = records.iter().filter_map(|r| r.box_overlaps.as_ref()).collect();
    let (tuning, judged): (Vec<_>, Vec<_>) = overlaps.iter().enumerate().partition(|(i, _)| i % 2 == 0);
    let found =
        |all: &[(usize, &&Vec<f32>)], level: usize| all.iter().filter(|(_, o)| o[level] >= localisation::FOUND).count();
    let levels = overlaps.first()?.len();
    let best = (0..levels).max_by_key(|&level| (found(&tuning, level), std::cmp::Reverse(level)))?;
    (!judged.is_empty()).then(|| 1.0 - found(&judged, best) as f64 / judged.len() as f64)
}

const HEAD: [&str; 16] = [
    "method",
    "pictures",
    "s",
    "80 %",
    "90 %",
    "95 %",
    "99 %",
    "insertion",
    "deletion",
    "point 15",
    "point 0",
    "loc. error",
    "overlap",
    "proof",
    "seeds",
    "nulls",
];

/// Prints the rows under their heads; columns nobody measured are left out.
pub fn print(rows: &[Row], judged: usize, left_out: usize) -> Result<()> {
    let mut lines = vec![HEAD.map(str::to_owned).to_vec()];
    lines.extend(rows.iter().map(Row::cells));
    let measured = |column: &usize| lines[1..].iter().any(|cells| cells[*column] != "–");
    let columns: Vec<usize> = (0..HEAD.len()).filter(measured).collect();
    let width = |column: usize| lines.iter().map(|cells| cells[column].chars().count()).max().unwrap_or(0);
    for cells in &lines {
        let padded = columns.iter().map(|&c| format!("{:>width$}", cells[c], width = width(c)));
        files::print(&padded.collect::<Vec<_>>().join("  "))?;
    }
    files::print(&format!(
        "{judged} pictures judged; {left_out} left out, whose answer is not above .5 or does not fall to under half when all is deleted. \
         Areas in px², misses in brackets; refused pictures likewise."
    ))
}
