//! The tables of `vanish attack` for a set, with one row for each attack.

use vanish::Result;
use vanish::study::attacks::{Detected, Row, Share, worst};

use super::super::files;

/// Prints what the attacks did, and if it is to be shown, what detects them and what recovers the answer.
pub fn print(rows: &[Row], (detects, recovers): (bool, bool)) -> Result<()> {
    of_attacks(rows)?;
    if detects {
        files::print("")?;
        of_detectors(rows)?;
    }
    if recovers {
        files::print("")?;
        of_recoveries(rows)?;
    }
    files::print(
        "\nShares with their 95 % intervals over photographs. Detection and recovery are of pictures whose answer \
         changed; kept is the share of clean pictures that keep their answer, net is recovered less broken.",
    )
}

fn of_attacks(rows: &[Row]) -> Result<()> {
    let head = ["model", "attack", "n", "success", "if right", "noise", "zero gradients"];
    aligned(
        &head,
        rows.iter().map(|row| {
            vec![
                row.model.clone(),
                row.attack.clone(),
                row.success.n.to_string(),
                row.success.to_string(),
                shown(row.success_if_right),
                row.noise.to_string(),
                format!("{:.2}", row.zero_gradients),
            ]
        }),
    )
}

fn of_detectors(rows: &[Row]) -> Result<()> {
    let head = ["model", "attack", "detector", "AUROC", "flagged", "false positives", "evaded", "n"];
    let line = |row: &Row, detected: &Detected| {
        vec![
            row.model.clone(),
            row.attack.clone(),
            detected.detector.name().to_owned(),
            shown(detected.auroc),
            shown(detected.flagged),
            shown(detected.false_positives),
            shown(detected.evaded),
            detected.evaded.map_or(row.success.n, |share| share.n).to_string(),
        ]
    };
    let confidence = |row: &Row| {
        let none = String::new;
        let name = "highest probability".to_owned();
        let n = row.success.n.to_string();
        vec![row.model.clone(), row.attack.clone(), name, shown(row.confidence), none(), none(), none(), n]
    };
    let of_row = |row: &Row| {
        let detectors = row.detectors.iter().map(|detected| line(row, detected));
        detectors.chain([confidence(row)]).collect::<Vec<_>>()
    };
    aligned(&head, rows.iter().flat_map(of_row))?;
    for (row, detected) in worst(rows) {
        files::print(&format!(
            "The {} at worst ({}, {}): {} of the pictures have another answer and are not flagged.",
            detected.detector.name(),
            row.model,
            row.attack,
            shown(detected.evaded)
        ))?;
    }
    if rows.iter().flat_map(|row| &row.detectors).any(|detected| detected.evaded.is_none()) {
        files::print(
            "A detector's threshold takes 19 clean pictures of the other folds, and some have fewer: 25 pictures of one \
             model are enough.",
        )?;
    }
    let masks = rows.iter().flat_map(|row| row.masks.iter().map(move |mask| (row, mask)));
    let mut lines = masks
        .map(|(row, mask)| {
            vec![
                row.model.clone(),
                row.attack.clone(),
                mask.recipe.name().to_owned(),
                shown(mask.auroc),
                shown(mask.accuracy),
                shown(mask.area_auroc),
                format!("{:.3}", mask.deleted[0]),
                format!("{:.3}", mask.deleted[1]),
            ]
        })
        .peekable();
    if lines.peek().is_none() {
        return Ok(());
    }
    files::print("")?;
    let head = ["model", "attack", "mask", "AUROC", "accuracy", "area AUROC", "deleted, clean", "deleted, attacked"];
    aligned(&head, lines)
}

fn of_recoveries(rows: &[Row]) -> Result<()> {
    let head = ["model", "attack", "way", "n", "recovered", "kept", "net"];
    aligned(
        &head,
        rows.iter().flat_map(|row| {
            row.recoveries.iter().map(|way| {
                vec![
                    row.model.clone(),
                    row.attack.clone(),
                    way.way.clone(),
                    way.recovered.n.to_string(),
                    way.recovered.to_string(),
                    way.kept.to_string(),
                    format!("{:+.2}", way.net),
                ]
            })
        }),
    )
}

fn shown(share: Option<Share>) -> String {
    share.map_or_else(|| "–".to_owned(), |share| share.to_string())
}

/// Prints lines in columns under their headings.
fn aligned(head: &[&str], lines: impl Iterator<Item = Vec<String>>) -> Result<()> {
    let mut all = vec![head.iter().map(|&cell| cell.to_owned()).collect::<Vec<_>>()];
    all.extend(lines);
    let width = |column: usize| all.iter().map(|cells| cells[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    for cells in &all {
        let padded = cells.iter().zip(&widths).map(|(cell, &width)| format!("{cell:<width$}"));
        files::print(padded.collect::<Vec<_>>().join("  ").trim_end())?;
    }
    Ok(())
}
