//! The metrics that were asked for and could not be measured, in words.

use super::Summary;
use crate::study::metric::{Measures, Metric};

impl Summary {
    /// Names the requested metrics that have no column, and what they need; `None` if there are none, or no picture was
    /// judged.
    pub fn unmeasured(&self, measures: &Measures) -> Option<String> {
        let measured = |metric: Metric| self.columns.iter().any(|column| column.figure.metric() == Some(metric));
        let missing = measures.metrics.iter().filter(|metric| !measured(**metric));
        let named: Vec<String> = missing.map(|&metric| format!("{} ({})", metric.name(), needs(metric))).collect();
        let wanting = !self.rows.is_empty() && !named.is_empty();
        wanting.then(|| format!("Not measured, as no picture has what it takes: {}.", named.join(", ")))
    }
}

/// Says what a picture must have so that a metric can be measured.
fn needs(metric: Metric) -> &'static str {
    match metric {
        Metric::Pointing => "boxes of the class that is explained",
        Metric::Localisation => "such boxes in two pictures at least",
        Metric::Overlap => "pixels that are known to tell the class, as the built-in world has them",
        Metric::Leakage => "other pictures beside it",
        Metric::Sanity | Metric::SmoothSanity => "an answer of the shuffled model that can be explained",
        _ => "a method that gives a map",
    }
}
