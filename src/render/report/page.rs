//! The words of the report: the flow of the pictures, what was left out, and how it was made.

use maud::{Markup, html};

use crate::study::evaluation::{Fate, Findings, Setup};
use crate::study::pictures;
use crate::study::summary::{Flow, Summary};

/// Pictures that are named among those left out.
const NAMED: usize = 200;

/// The look of the report; it follows the reader's choice of light or dark.
pub const STYLE: &str = "\
:root { color-scheme: light dark; font: 16px/1.45 system-ui, sans-serif; }
body { max-width: 76rem; margin: 2rem auto; padding: 0 1rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .9rem; }
th, td { padding: .25rem .6rem; text-align: right; border-bottom: 1px solid #8884; white-space: nowrap; }
th:first-child, td:first-child { text-align: left; }
td small { opacity: .7; display: block; }
td.best { font-weight: 700; }
td.tie { background: #0072b222; }
tr.control { opacity: .75; font-style: italic; }
.charts { display: flex; flex-wrap: wrap; gap: 1rem; }
figure { margin: 0; }
.pictures figure { width: 7.5rem; font-size: .75rem; overflow-wrap: anywhere; }
.pictures img { width: 112px; height: 112px; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; }";

/// The counts, each among those of the one before.
pub fn flow(flow: &Flow) -> Markup {
    let steps = [
        ("looked at", flow.given),
        ("readable", flow.readable),
        ("answer above .5", flow.confident),
        ("answer falls under the blur", flow.falls),
        ("judged", flow.judged),
        ("judged by every method", flow.common),
    ];
    html! {
        h2 { "Pictures" }
        table {
            thead { tr { @for (name, _) in steps { th { (name) } } } }
            tbody { tr { @for (_, count) in steps { td { (count) } } } }
        }
    }
}

/// What was left out, and why.
pub fn exclusions(found: &Findings, summary: &Summary) -> Markup {
    let out: Vec<_> = found.seen.iter().filter(|seen| seen.fate != Fate::Judges).collect();
    let refusing: Vec<_> = summary.rows.iter().filter(|row| row.refused > 0).collect();
    html! {
        h2 { "Left out" }
        @if out.is_empty() && refusing.is_empty() { p { "Nothing was left out." } }
        @if !out.is_empty() {
            ul {
                @for seen in out.iter().take(NAMED) {
                    li {
                        (seen.name) ": "
                        @match seen.fate {
                            Fate::Unreadable | Fate::Unlabelled => (seen.reason.as_deref().unwrap_or("it cannot be read")),
                            Fate::Unsure => { (seen.label) " has a probability of " (format!("{:.2}", seen.scores[0])) " only." },
                            _ => {
                                (seen.label) " keeps " (format!("{:.2}", seen.scores[1])) " of " (format!("{:.2}", seen.scores[0]))
                                " when all is deleted."
                            },
                        }
                    }
                }
                @if out.len() > NAMED { li { "and " (out.len() - NAMED) " more, in results.json." } }
            }
        }
        @if !refusing.is_empty() {
            ul {
                @for row in refusing {
                    li { (row.name) " refused " (pictures(row.refused)) ": " (row.reason.as_deref().unwrap_or("")) }
                }
            }
        }
    }
}

/// Everything on which the results depend.
pub fn provenance(found: &Findings, setup: &Setup) -> Markup {
    html! {
        h2 { "How it was made" }
        @for sentence in found.shortfall() { p { strong { (sentence) } } }
        pre { (setup.command()) }
        table {
            tbody {
                tr { td { "Program" } td { (setup.tool) } }
                tr { td { "Model" } td { (setup.model) } }
                tr { td { "SHA-256 of the model" } td { code { (setup.sha256) } } }
                @if let Some(profile) = &setup.profile {
                    tr { td { "Profile" } td { (profile.file.as_deref().unwrap_or("of the model itself")) } }
                    tr { td { "SHA-256 of what the profile says" } td { code { (profile.sha256) } } }
                }
                tr { td { "Set" } td { (setup.set) } }
                tr { td { "SHA-256 of the set" } td { code { (found.set_sha256()) } } }
                tr { td { "Device" } td { (setup.device.join(", ")) } }
            }
        }
        details {
            summary { "Settings and seeds of the methods" }
            @for settings in &setup.settings { pre { (settings) } }
        }
        p {
            "Intervals are of 95 %, by the bias-corrected and accelerated bootstrap over pictures (2,000 draws, seed 0; from 5,000 \
             pictures on Student's), and none is given below 20 pictures. Methods are compared with the best, picture by picture: \
             exact sign test on two sides, adjusted by Holm's steps for all pairs of methods, since the same pictures choose the \
             best; a control's for the rows that are compared with the best. Controls are maps that ask no model; skill over the centre is \
             the share of what the centre leaves to be won. Times are in seconds.csv."
        }
    }
}
