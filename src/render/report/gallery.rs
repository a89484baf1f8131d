//! The pictures of the report: where each method did best, middling and worst.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use image::RgbImage;
use maud::{Markup, html};

use crate::map::Map;
use crate::number::minus;
use crate::picture::to_png;
use crate::render::{ColourMap, OPACITY, heatmap};
use crate::study::evaluation::Findings;
use crate::study::figure::Better;
use crate::study::summary::{Column, Summary};
use crate::study::{Record, thumbnail};

/// By which figure pictures are chosen: the first of these that was measured.
const BY: [&str; 4] = ["skill", "insertion", "area 95 %", "overlap"];

/// Best, median and worst picture of each method; nothing where no pictures were kept.
pub fn pictures(found: &Findings, summary: &Summary) -> Markup {
    let kept = found.records.iter().any(|record| record.map.is_some());
    let Some(column) = BY.iter().find_map(|name| summary.column(name)).filter(|_| kept) else { return html! {} };
    html! {
        h2 { "Best, median and worst pictures" }
        p { "By " (column.name) ". " (column.meaning) }
        @for (number, row) in summary.rows.iter().enumerate() {
            h3 { (row.name) }
            div.charts.pictures {
                @for (word, at, value) in chosen(column, number) {
                    (picture(found, &row.name, at, &format!("{word}: {:.digits$}", minus(value), digits = column.digits)))
                }
            }
        }
    }
}

/// Places of the best, the median and the worst picture among those that judge.
fn chosen(column: &Column, row: usize) -> Vec<(&'static str, usize, f64)> {
    let values = column.cells[row].values.iter().enumerate();
    let mut all: Vec<(usize, f64)> = values.filter_map(|(at, value)| Some((at, (*value)?))).collect();
    let sign = if column.better == Better::Higher { -1.0 } else { 1.0 };
    all.sort_by(|a, b| (sign * a.1).total_cmp(&(sign * b.1)).then(a.0.cmp(&b.0)));
    let Some(last) = all.len().checked_sub(1) else { return vec![] };
    [("best", 0), ("median", last / 2), ("worst", last)].map(|(word, i)| (word, all[i].0, all[i].1)).into()
}

fn picture(found: &Findings, method: &str, at: usize, caption: &str) -> Markup {
    let number = found.judges()[at];
    let seen = found.seen.iter().find(|seen| seen.number == number);
    let record = found.records.iter().find(|record| record.number == number && record.method == method);
    let image = seen.and_then(|seen| overlay(seen.photo.as_deref()?, record?));
    html! {
        @if let (Some(seen), Some(image)) = (seen, image) {
            figure {
                img src=(image) alt=(format!("{} with the map of {method} over it", seen.name));
                figcaption { (caption) br; (seen.name) br; (seen.label) }
            }
        }
    }
}

/// The heat map over the photo, as an address that holds the picture itself.
fn overlay(photo: &str, record: &Record) -> Option<String> {
    let photo = thumbnail::to_photo(photo)?;
    let map = spread(&thumbnail::to_map(record.map.as_deref()?)?, photo.width() as usize);
    let drawn: RgbImage = heatmap(&photo, &map, ColourMap::Viridis, OPACITY);
    Some(format!("data:image/png;base64,{}", STANDARD.encode(to_png(&drawn).ok()?)))
}

/// A small map at a larger side, over its own range, each value repeated.
fn spread(map: &Map, side: usize) -> Map {
    let (least, largest) = map.range();
    let span = (largest - least).max(f32::MIN_POSITIVE);
    let from = |i: usize| (i / side * map.side / side) * map.side + i % side * map.side / side;
    Map::from_fn(side, |i| (map.values[from(i)] - least) / span)
}
