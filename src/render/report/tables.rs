//! The tables of the report.

use maud::{Markup, html};

use crate::number::minus;
use crate::study::pictures;
use crate::study::summary::{Cell, Column, LEAST_TAU, Summary};

/// Every figure of every row, with its interval.
pub fn main(summary: &Summary) -> Markup {
    html! {
        h2 { "Table" }
        p {
            "Bold is the best method on the pictures that all methods have; a shaded one is not told apart from it. Below a mean: its \
             interval, and the skill over the centre. Areas in px²."
        }
        div.wide {
            table {
                thead { tr {
                    th { "method" } th { "pictures" }
                    @for column in &summary.columns { th title=(column.meaning) { (column.name) } }
                } }
                tbody {
                    @for (number, row) in summary.rows.iter().enumerate() {
                        tr.control[row.control] {
                            td { (row.name) }
                            td { (row.judged) @if row.refused > 0 { " (" (row.refused) " refused)" } }
                            @for column in &summary.columns { (figure(column, number, row.control)) }
                        }
                    }
                }
            }
        }
    }
}

fn figure(column: &Column, row: usize, control: bool) -> Markup {
    let cell = &column.cells[row];
    let number = |value: f64| format!("{:.digits$}", minus(value), digits = column.digits);
    let best = column.best == Some(row);
    let tie = cell.difference.is_some_and(|difference| !difference.told_apart) && !control;
    html! {
        td.best[best].tie[tie] {
            @match cell.mean {
                Some(mean) => (number(mean)),
                None => "–",
            }
            @if let Some([low, high]) = cell.interval { small { (number(low)) " to " (number(high)) } }
            @if let Some(mean) = class_mean(column, cell) { small { "by class " (number(mean)) } }
            @if let Some(skill) = cell.skill_over_centre { small { "skill " (format!("{:.2}", minus(skill))) } }
        }
    }
}

/// The mean over classes is what published tables of pointing give.
fn class_mean(column: &Column, cell: &Cell) -> Option<f64> {
    cell.class_mean.filter(|_| column.name.starts_with("pointing"))
}

/// Differences to the best, what they could have shown, and ranks.
pub fn differences(summary: &Summary) -> Markup {
    html! {
        h2 { "Compared with the best" }
        p {
            "The same pictures choose the best and compare it, so p counts all pairs of methods by Holm's steps. A row is told apart \
             if p is at most .05 and the interval does not hold 0, in the same direction."
        }
        @for column in &summary.columns {
            @if let Some(best) = column.best {
                details {
                    summary { (column.name) ": " (summary.rows[best].name) " is best on " (pictures(column.common)) (ties(column, summary)) }
                    p { (column.meaning) }
                    div.wide { table {
                        thead { tr {
                            th { "row" } th { "difference" } th { "interval" } th { "p (Holm)" } th { "detectable" } th { "rank" } th { "" }
                        } }
                        tbody { @for (row, cell) in summary.rows.iter().zip(&column.cells) {
                            (comparison(&row.name, cell, column.digits, row.name == summary.rows[best].name))
                        } }
                    } }
                }
            }
        }
    }
}

/// Who is not told apart from the best.
fn ties(column: &Column, summary: &Summary) -> String {
    let tied = |(row, cell): &(&crate::study::summary::Row, &Cell)| {
        !row.control && cell.difference.is_some_and(|difference| !difference.told_apart)
    };
    let names: Vec<&str> =
        summary.rows.iter().zip(&column.cells).filter(tied).map(|(row, _)| row.name.as_str()).collect();
    if names.is_empty() { String::new() } else { format!("; not told apart: {}", names.join(", ")) }
}

fn comparison(name: &str, cell: &Cell, digits: usize, best: bool) -> Markup {
    let digits = digits.max(1);
    let rank = cell.rank.map_or_else(String::new, |[low, rank, high]| format!("{rank} ({low} to {high})"));
    html! {
        @if let Some(found) = cell.difference {
            tr {
                td { (name) }
                td { (format!("{:+.digits$}", minus(found.estimate))) }
                td { @match found.interval {
                    Some([low, high]) => (format!("{:+.digits$} to {:+.digits$}", minus(low), minus(high))),
                    None => "too few pictures",
                } }
                td { (format!("{:.3}", found.p)) }
                td { (found.detectable.map_or_else(String::new, |least| format!("{least:.digits$}"))) }
                td { (rank) }
                td { (if found.told_apart { "told apart" } else { "not told apart" }) }
            }
        } @else if cell.rank.is_some() {
            // A method without a figure, such as a skill where the moved region always holds, has no difference either.
            tr { td { (name) } td { (if best { "best" } else { "no figure" }) } td {} td {} td {} td { (rank) } td {} }
        }
    }
}

/// Kendall's τ between nulls, and between both ends of removal.
pub fn agreements(summary: &Summary) -> Markup {
    html! {
        @if !summary.agreements.is_empty() {
            h2 { "Does the order depend on how you delete?" }
            p { "Kendall's τ between the orders that two figures give the methods. Below " (LEAST_TAU) " the order depends on the choice." }
            table {
                thead { tr { th { "between" } th { "and" } th { "methods" } th { "τ" } th { "" } } }
                tbody { @for found in &summary.agreements {
                    tr {
                        td { (found.between[0]) } td { (found.between[1]) } td { (found.methods) }
                        td { (format!("{:.2}", minus(found.tau))) } td { (found.verdict()) }
                    }
                } }
            }
        }
    }
}
