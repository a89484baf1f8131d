//! The sentence on a local rule.

use super::outcome::{FamilyOutcome, Generalisation};
use crate::rules::statistics::Interval;

impl Generalisation {
    /// Returns a sentence with the rule, how well it and its control hold, and where it holds least.
    pub fn sentence(&self) -> String {
        let Some(worst) = self.worst() else {
            return format!(
                "Nothing can be said: under every change {} was gone, or deleting everything left it.",
                self.label
            );
        };
        let (what, deletions, levels) = (self.regions(), self.deletions.len(), self.levels());
        let rule = if self.preserves {
            format!("Keeping {what} keeps {}", self.label)
        } else {
            format!("Deleting {what} takes {} away", self.label)
        };
        let held = 100.0 * self.held();
        let tried = if levels == 1 { "1 level".to_owned() } else { format!("{levels} levels each") };
        let interval = self.held_interval().map_or_else(String::new, |i| format!(" (95 % interval {})", span(i)));
        format!(
            "{rule} in {held:.0} % of {deletions} unseen deletions at {tried}{interval}. {} {}",
            self.controls(),
            self.least(&worst)
        )
    }

    /// Describes the controls, and the regions that could not be moved.
    fn controls(&self) -> String {
        let Some(control) = self.control() else {
            return "No region is small enough to be moved elsewhere as a control, so that another might do as well."
                .to_owned();
        };
        let moved = format!("Moved elsewhere, the same regions do so in {:.0} %.", 100.0 * control);
        let left_out = match self.unmoved.as_slice() {
            [] => return moved,
            [one] => format!("A region of {} % is too large to be moved and was left out.", percent(*one)),
            [first, .., last] => format!(
                "Regions of {} to {} % are too large to be moved and were left out.",
                percent(first.min(*last)),
                percent(first.max(*last))
            ),
        };
        format!("{moved} {left_out}")
    }

    /// Names the family in which the rule holds least, with an interval that allows for the choice.
    fn least(&self, worst: &FamilyOutcome) -> String {
        let families = self.families().len();
        if families == 1 {
            return format!("All pixels were deleted by {}.", worst.family.title());
        }
        let corrected = |i: Interval| format!("; {}, corrected for {families} families", span(i));
        format!(
            "It holds least where pixels are deleted by {}: {:.0} % (n {}{}).",
            worst.family.title(),
            100.0 * worst.held,
            worst.deletions,
            worst.interval.map_or_else(String::new, corrected)
        )
    }

    /// Names the regions of the trials. They are cut at levels of the evidence's range, so that every method's map has
    /// regions. They differ from the one region of the explanation's own sentence.
    fn regions(&self) -> String {
        let (least, largest) = (percent(self.areas.0), percent(self.areas.1));
        if least == largest {
            return format!("{largest} % of the picture");
        }
        format!("{least} to {largest} % of the picture (the evidence, cut at levels of its range)")
    }
}

/// The ends of an interval of shares.
fn span(interval: Interval) -> String {
    format!("{:.0} to {:.0} %", 100.0 * interval.low, 100.0 * interval.high)
}

fn percent(share: f32) -> String {
    format!("{:.1}", 100.0 * share)
}
