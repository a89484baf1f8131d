//! The output of `vanish evaluate` and `vanish report`: a table on standard output, or JSON, and files.

use std::path::PathBuf;

use vanish::study::evaluation::{Fate, Findings};
use vanish::study::results;
use vanish::study::summary::{Cell, Column, Summary};
use vanish::{Result, render};

use super::files;
use super::progress::interrupted;

/// The destination of the results.
#[derive(clap::Args)]
pub struct Output {
    /// A folder for report.html, results.json and results.csv, and the mean times in seconds.csv.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Prints one JSON object on standard output and nothing else.
    #[arg(long)]
    json: bool,
}

impl Output {
    /// Makes the folder. If it cannot be made, this is known before the work is done.
    ///
    /// # Errors
    /// Fails with [`ErrorKind::Io`] if it cannot be made.
    pub fn prepare(&self) -> Result<()> {
        self.out.as_deref().map_or(Ok(()), files::folder)
    }

    /// Prints the table, or JSON, and writes the files that were asked for.
    ///
    /// # Errors
    /// Fails with [`ErrorKind::Io`] if something cannot be written. Fails with [`ErrorKind::NotExplainable`] if every
    /// examined picture was left out, because a table without figures would look like a result.
    pub fn give(&self, found: &Findings) -> Result<()> {
        let summary = Summary::new(found);
        say_left_out(found);
        if !found.seen.is_empty() && summary.flow.falls == 0 && !interrupted() {
            return Err(files::nothing_left(&summary.flow.sentence()));
        }
        if let Some(folder) = &self.out {
            files::write(&folder.join("report.html"), render::report::html(found, &summary).as_bytes())?;
            files::write(&folder.join("results.json"), files::to_json(&results::json(found, &summary)?)?.as_bytes())?;
            files::write(&folder.join("results.csv"), &results::csv(found, &summary)?)?;
            files::write(&folder.join("seconds.csv"), times(found).as_bytes())?;
        }
        if self.json {
            let mut object = results::json(found, &summary)?;
            object["seconds"] = results::seconds(found).into_iter().collect();
            return files::print(&files::to_json(&object)?);
        }
        print(found, &summary)
    }
}

/// Prints which pictures could not be read, and how many have no class that the model knows.
fn say_left_out(found: &Findings) {
    let of = |fate: Fate| found.seen.iter().filter(move |seen| seen.fate == fate);
    of(Fate::Unreadable)
        .filter_map(|seen| seen.reason.as_ref())
        .for_each(|reason| eprintln!("vanish: left out: {reason}"));
    files::say_unlabelled(of(Fate::Unlabelled).count());
}

fn times(found: &Findings) -> String {
    let line = |(name, seconds): (String, f64)| format!("{name},{seconds:.4}\n");
    std::iter::once("method,seconds\n".to_owned()).chain(results::seconds(found).into_iter().map(line)).collect()
}

/// Prints the rows under their headings, and what a reader must know. Times go to standard error, because they are not
/// determined by the arguments.
fn print(found: &Findings, summary: &Summary) -> Result<()> {
    let mut lines = vec![head(summary)];
    lines.extend((0..summary.rows.len()).map(|row| cells(summary, row)));
    let width = |column: usize| lines.iter().map(|cells| cells[column].chars().count()).max().unwrap_or(0);
    for cells in &lines {
        let padded = cells.iter().enumerate().map(|(column, cell)| format!("{cell:>width$}", width = width(column)));
        files::print(padded.collect::<Vec<_>>().join("  ").trim_end())?;
    }
    notes(found, summary).iter().try_for_each(|note| files::print(note))?;
    let times = results::seconds(found);
    let each: Vec<String> = times.iter().map(|(name, seconds)| format!("{name} {seconds:.2}")).collect();
    if !each.is_empty() {
        eprintln!("vanish: seconds a picture: {}", each.join(", "));
    }
    Ok(())
}

fn head(summary: &Summary) -> Vec<String> {
    let fixed = ["method", "pictures"].map(str::to_owned);
    fixed.into_iter().chain(summary.columns.iter().map(|column| column.name.clone())).collect()
}

fn cells(summary: &Summary, row: usize) -> Vec<String> {
    let found = &summary.rows[row];
    let pictures =
        if found.refused == 0 { found.judged.to_string() } else { format!("{} ({})", found.judged, found.refused) };
    let figures = summary.columns.iter().map(|column| figure(column, row, found.control));
    [found.name.clone(), pictures].into_iter().chain(figures).collect()
}

/// Returns a mean with its mark: * for the best, and = for one that cannot be told apart from the best.
fn figure(column: &Column, row: usize, control: bool) -> String {
    let Cell { mean: Some(mean), difference, .. } = &column.cells[row] else { return "–  ".to_owned() };
    let mark = match difference {
        _ if column.best == Some(row) => '*',
        Some(difference) if !difference.told_apart && !control => '=',
        _ => ' ',
    };
    format!("{mean:.digits$} {mark}", digits = column.digits)
}

fn notes(found: &Findings, summary: &Summary) -> Vec<String> {
    let mut notes = vec![summary.flow.sentence()];
    notes.push(
        "* is the best method on the pictures that all have; = is not told apart from it (Holm over the exact sign \
         tests of all pairs of methods, and the interval of the paired difference). Areas in px²; refused pictures in brackets."
            .to_owned(),
    );
    notes.extend(summary.unmeasured(&found.setup.measures));
    let depends = summary.agreements.iter().filter(|agreement| agreement.depends());
    notes.extend(depends.map(|found| {
        let [a, b] = &found.between;
        format!(
            "{a} against {b}: Kendall's tau is {:.2} over {} methods: {}.",
            found.tau,
            found.methods,
            found.verdict()
        )
    }));
    notes.extend(found.shortfall());
    notes
}
