//! The report of an evaluation: one HTML file without script and without anything from elsewhere.

mod gallery;
mod page;
mod tables;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::chart::{self, Curve, Estimate};
use crate::rules::statistics::t_quantile;
use crate::study::evaluation::Findings;
use crate::study::summary::{Column, Summary};
use crate::study::{Record, results};

/// Curves in one chart.
const CURVES: usize = 6;

/// Writes the report.
pub fn html(found: &Findings, summary: &Summary) -> String {
    let setup = results::stated(found);
    let title = format!("Evaluation of {} on {}", setup.model, setup.set);
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                style { (PreEscaped(page::STYLE)) }
            }
            body {
                h1 { (title) }
                (page::flow(&summary.flow))
                (tables::main(summary))
                @if let Some(sentence) = summary.unmeasured(&setup.measures) { p { (sentence) } }
                (tables::differences(summary))
                (tables::agreements(summary))
                (forests(summary))
                (both_curves(found, summary))
                (gallery::pictures(found, summary))
                (page::exclusions(found, summary))
                (page::provenance(found, &setup))
            }
        }
    }
    .into_string()
}

/// One forest plot a figure.
fn forests(summary: &Summary) -> Markup {
    html! {
        h2 { "Means and intervals" }
        p { "A dot is the mean over the pictures of a row, its line the interval of 95 %. The best and what is not told apart \
             from it are blue." }
        div.charts {
            @for column in &summary.columns {
                figure { (PreEscaped(chart::forest(&column.name, &estimates(column, summary), column.digits))) }
            }
        }
    }
}

fn estimates(column: &Column, summary: &Summary) -> Vec<Estimate> {
    let rows = summary.rows.iter().zip(&column.cells).enumerate();
    rows.filter_map(|(number, (row, cell))| {
        let tied = cell.difference.is_some_and(|difference| !difference.told_apart) && !row.control;
        let strong = column.best == Some(number) || tied;
        Some(Estimate { name: row.name.clone(), value: cell.mean?, interval: cell.interval, strong })
    })
    .collect()
}

/// Insertion and deletion of the best methods and of the centre.
fn both_curves(found: &Findings, summary: &Summary) -> Markup {
    let insertion = |record: &Record| record.curves.as_ref().map(|curves| curves.insertion.clone());
    let deletion = |record: &Record| record.curves.as_ref().map(|curves| curves.deletion.clone());
    let of = |name: &str, curve: &dyn Fn(&Record) -> Option<Vec<f32>>| -> Vec<Curve> {
        let rows = leading(summary, name);
        rows.into_iter().filter_map(|row| mean_curve(found, row, curve)).collect()
    };
    let (shown, taken) = (of("insertion", &insertion), of("deletion", &deletion));
    html! {
        @if !shown.is_empty() {
            h2 { "Curves" }
            p { "Mean probability of the class over the pictures, with the interval of 95 % of each mean." }
            div.charts {
                figure { (PreEscaped(chart::curves("Insertion", "share of pixels shown", &shown))) }
                figure { (PreEscaped(chart::curves("Deletion", "share of pixels deleted", &taken))) }
            }
        }
    }
}

/// The rows that do best in a figure, and the centre.
fn leading<'a>(summary: &'a Summary, name: &str) -> Vec<&'a str> {
    let Some(column) = summary.column(name) else { return vec![] };
    let rank = |row: usize| column.cells[row].rank.map_or(row, |[_, rank, _]| rank);
    let mut rows: Vec<usize> = (0..summary.rows.len()).filter(|&row| !summary.rows[row].control).collect();
    rows.sort_by_key(|&row| rank(row));
    rows.truncate(CURVES);
    let centre = summary.rows.iter().position(|row| row.name == crate::judge::Control::Centre.name());
    rows.into_iter().chain(centre).map(|row| summary.rows[row].name.as_str()).collect()
}

/// The mean of a row's curves, with Student's interval at each point.
fn mean_curve(found: &Findings, row: &str, curve: &dyn Fn(&Record) -> Option<Vec<f32>>) -> Option<Curve> {
    let all: Vec<Vec<f32>> = found.records.iter().filter(|record| record.method == row).filter_map(curve).collect();
    let (n, points) = (all.len() as f64, all.first()?.len());
    let at = |point: usize| all.iter().filter_map(move |curve| curve.get(point)).map(|&v| f64::from(v));
    let mean = |point: usize| at(point).sum::<f64>() / n;
    let reach = t_quantile(0.975, n - 1.0).unwrap_or(f64::NAN) / n.sqrt();
    let band = |point: usize| {
        let middle = mean(point);
        let deviation = (at(point).map(|v| (v - middle).powi(2)).sum::<f64>() / (n - 1.0)).sqrt();
        [middle - reach * deviation, middle + reach * deviation]
    };
    let has_band = n >= 2.0;
    Some(Curve {
        name: row.to_owned(),
        values: (0..points).map(mean).collect(),
        band: if has_band { (0..points).map(band).collect() } else { vec![] },
    })
}
