//! Scalable vector graphics, as far as charts need them: lines, areas, marks and words, in pixels from the top left.
//!
//! What is written takes its colours from the page around it: `currentColor` unless a colour is given.

use std::fmt::Write;

/// A drawing in the making.
pub struct Svg {
    width: f64,
    height: f64,
    label: String,
    body: String,
}

/// On which side of its place a text lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// To the right of it.
    Start,
    /// On both sides.
    Middle,
    /// To the left of it.
    End,
}

impl Svg {
    /// Begins a drawing of a size, with what it shows in words for those who cannot see it.
    pub fn new(width: f64, height: f64, label: &str) -> Self {
        Self { width, height, label: escape(label), body: String::new() }
    }

    /// Draws a straight line of a width.
    pub fn line(&mut self, (x1, y1): (f64, f64), (x2, y2): (f64, f64), colour: &str, width: f64) {
        self.add(format_args!(
            r#"<line x1="{x1:.1}" y1="{y1:.1}" x2="{x2:.1}" y2="{y2:.1}" stroke="{colour}" stroke-width="{width}"/>"#
        ));
    }

    /// Draws a line through points.
    pub fn curve(&mut self, points: &[(f64, f64)], colour: &str, width: f64) {
        let points = listed(points);
        self.add(format_args!(r#"<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="{width}"/>"#));
    }

    /// Fills the area within points.
    pub fn area(&mut self, points: &[(f64, f64)], colour: &str, opacity: f64) {
        let points = listed(points);
        self.add(format_args!(r#"<polygon points="{points}" fill="{colour}" fill-opacity="{opacity}"/>"#));
    }

    /// Draws a dot.
    pub fn dot(&mut self, (x, y): (f64, f64), radius: f64, colour: &str) {
        self.add(format_args!(r#"<circle cx="{x:.1}" cy="{y:.1}" r="{radius}" fill="{colour}"/>"#));
    }

    /// Writes words.
    pub fn text(&mut self, (x, y): (f64, f64), anchor: Anchor, words: &str) {
        let (anchor, words) = (anchor.name(), escape(words));
        self.add(format_args!(
            r#"<text x="{x:.1}" y="{y:.1}" text-anchor="{anchor}" fill="currentColor">{words}</text>"#
        ));
    }

    fn add(&mut self, element: std::fmt::Arguments) {
        // A string takes whatever is written to it.
        let _ = self.body.write_fmt(element);
    }

    /// Returns the drawing as one element.
    pub fn finish(self) -> String {
        let Self { width, height, label, body } = self;
        format!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" aria-label="{label}" font-family="sans-serif" font-size="12">{body}</svg>"#
        )
    }
}

impl Anchor {
    fn name(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Middle => "middle",
            Self::End => "end",
        }
    }
}

fn listed(points: &[(f64, f64)]) -> String {
    points.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect::<Vec<_>>().join(" ")
}

/// Writes text so that it stays text wherever it stands in XML.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            letter => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stay_words() {
        let mut svg = Svg::new(10.0, 10.0, "a < b");
        svg.text((1.0, 2.0), Anchor::End, "<script>\"&'");
        let text = svg.finish();
        assert!(text.contains(">&lt;script&gt;&quot;&amp;&#39;</text>") && text.contains("aria-label=\"a &lt; b\""));
    }

    #[test]
    fn points_are_rounded_to_a_tenth() {
        let mut svg = Svg::new(10.0, 10.0, "");
        svg.curve(&[(0.0, 1.0 / 3.0), (2.0, 3.0)], "red", 1.5);
        assert!(svg.finish().contains(r#"points="0.0,0.3 2.0,3.0" fill="none" stroke="red" stroke-width="1.5""#));
    }
}
