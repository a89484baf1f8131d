//! Charts as SVG: means with their intervals, and curves with their bands.

use super::svg::{Anchor, Svg};
use crate::number::minus;

/// Colours that those who see few colours can tell apart: M. Okabe and K. Ito, "Color Universal Design", 2008.
pub const COLOURS: [&str; 7] = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#888888"];

/// A row of a forest plot.
#[derive(Clone, Debug, PartialEq)]
pub struct Estimate {
    /// Its name.
    pub name: String,
    /// The estimate.
    pub value: f64,
    /// The ends of its interval, if there is one.
    pub interval: Option<[f64; 2]>,
    /// Whether it stands out, as the best or not told apart from it.
    pub strong: bool,
}

/// A curve with a band about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    /// Its name.
    pub name: String,
    /// Values at equal distances over [0, 1].
    pub values: Vec<f64>,
    /// The lower and the upper end of the band at each of them; empty where there is none.
    pub band: Vec<[f64; 2]>,
}

const WIDTH: f64 = 560.0;
const NAMES: f64 = 150.0;
const RIGHT: f64 = 90.0;
const ROW: f64 = 20.0;
const TOP: f64 = 26.0;

/// Draws a row for each estimate: a dot at its value and a line over its interval, the values beside.
pub fn forest(title: &str, rows: &[Estimate], digits: usize) -> String {
    let ends = rows.iter().flat_map(|row| row.interval.into_iter().flatten().chain([row.value]));
    let (low, high) = ends.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), v| (a.min(v), b.max(v)));
    let span = if high > low { high - low } else { 1.0 };
    let x = |value: f64| NAMES + (WIDTH - NAMES - RIGHT) * (value - low) / span;
    let mut svg = Svg::new(WIDTH, TOP + ROW * rows.len() as f64 + 8.0, title);
    svg.text((0.0, 14.0), Anchor::Start, title);
    for (number, row) in rows.iter().enumerate() {
        let y = TOP + ROW * (number as f64 + 0.5);
        let colour = if row.strong { COLOURS[0] } else { COLOURS[6] };
        svg.text((NAMES - 10.0, y + 4.0), Anchor::End, &row.name);
        if let Some([low, high]) = row.interval {
            svg.line((x(low), y), (x(high), y), colour, 2.0);
        }
        svg.dot((x(row.value), y), 4.0, colour);
        svg.text((WIDTH - RIGHT + 14.0, y + 4.0), Anchor::Start, &format!("{:.digits$}", minus(row.value)));
    }
    svg.finish()
}

const SIDE: f64 = 300.0;
const LEFT: f64 = 40.0;
const LEGEND: f64 = 150.0;

/// Draws curves over [0, 1], their values in [0, 1], with names beside.
pub fn curves(title: &str, across: &str, curves: &[Curve]) -> String {
    let (width, height) = (LEFT + SIDE + LEGEND, TOP + SIDE + 40.0);
    let mut svg = Svg::new(width, height, title);
    svg.text((0.0, 14.0), Anchor::Start, title);
    let place = |at: f64, value: f64| (LEFT + SIDE * at, TOP + SIDE * (1.0 - value.clamp(0.0, 1.0)));
    for tick in [0.0, 0.5, 1.0] {
        svg.line(place(0.0, tick), place(1.0, tick), "#8884", 1.0);
        svg.text((LEFT - 6.0, place(0.0, tick).1 + 4.0), Anchor::End, &format!("{tick}"));
        svg.text((place(tick, 0.0).0, TOP + SIDE + 16.0), Anchor::Middle, &format!("{tick}"));
    }
    svg.text((LEFT + SIDE / 2.0, TOP + SIDE + 34.0), Anchor::Middle, across);
    for (curve, colour) in curves.iter().zip(COLOURS.iter().cycle()) {
        let at = |i: usize| i as f64 / (curve.values.len().max(2) - 1) as f64;
        let edge = |end: usize| curve.band.iter().enumerate().map(move |(i, band)| place(at(i), band[end]));
        let band: Vec<(f64, f64)> = edge(0).chain(edge(1).collect::<Vec<_>>().into_iter().rev()).collect();
        if !band.is_empty() {
            svg.area(&band, colour, 0.15);
        }
        let line: Vec<(f64, f64)> = curve.values.iter().enumerate().map(|(i, &value)| place(at(i), value)).collect();
        svg.curve(&line, colour, 2.0);
    }
    for (number, (curve, colour)) in curves.iter().zip(COLOURS.iter().cycle()).enumerate() {
        let y = TOP + ROW * (number as f64 + 0.5);
        svg.line((LEFT + SIDE + 12.0, y), (LEFT + SIDE + 30.0, y), colour, 3.0);
        svg.text((LEFT + SIDE + 36.0, y + 4.0), Anchor::Start, &curve.name);
    }
    svg.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn estimate(value: f64, interval: Option<[f64; 2]>) -> Estimate {
        Estimate { name: "fast".into(), value, interval, strong: true }
    }

    #[test]
    fn the_least_end_lies_left_and_the_largest_right() {
        let drawn = forest("insertion", &[estimate(0.5, Some([0.0, 1.0])), estimate(0.25, None)], 3);
        let right = WIDTH - RIGHT;
        assert!(drawn.contains(&format!(r#"x1="{NAMES:.1}" y1="36.0" x2="{right:.1}""#)), "{drawn}");
        assert!(drawn.contains(&format!(r#"cx="{:.1}""#, NAMES + (right - NAMES) / 4.0)) && drawn.contains(">0.250<"));
    }

    #[test]
    fn one_value_alone_is_drawn() {
        assert!(!forest("one", &[estimate(0.5, None)], 3).contains("NaN"));
        let flat = Curve { name: "flat".into(), values: vec![0.5], band: vec![] };
        assert!(!curves("one", "share", &[flat]).contains("NaN"));
    }

    #[test]
    fn a_curve_runs_from_corner_to_corner_within_its_band() {
        let rising = Curve { name: "rise".into(), values: vec![0.0, 1.0], band: vec![[0.0, 0.2], [0.8, 1.0]] };
        let drawn = curves("insertion", "share shown", &[rising]);
        assert!(drawn.contains(r#"<polyline points="40.0,326.0 340.0,26.0""#), "{drawn}");
        assert!(drawn.contains(r#"<polygon points="40.0,326.0 340.0,86.0 340.0,26.0 40.0,266.0""#), "{drawn}");
    }
}
