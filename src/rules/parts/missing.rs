//! Why a part was measured in no picture.

use super::PartRules;
use crate::rules::concept::Annotated;

/// Why a part was measured in no picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// No picture that was measured shows it.
    NotShown,
    /// Where one does, it covers no pixel of what the model sees: its box is empty, or lies outside.
    NoPixel,
    /// It has no place to be moved to.
    TooLarge,
}

impl<A: Annotated> PartRules<A> {
    /// Returns why the part at this place of the list was measured in no picture; `None` if it was in one, or no picture
    /// was measured at all.
    pub fn missing(&self, at: usize) -> Option<Missing> {
        let measured: Vec<usize> = self.known.iter().filter(|(_, known)| known.is_some()).map(|(at, _)| *at).collect();
        if measured.is_empty() || self.measured().any(|measured| measured.importance[at].is_some()) {
            return None;
        }
        let part = self.parts[at];
        if measured.iter().any(|&number| self.region(number, part).is_some()) {
            return Some(Missing::TooLarge);
        }
        let is_shown = measured.iter().any(|&number| self.set.region(number, part).is_some());
        Some(if is_shown { Missing::NoPixel } else { Missing::NotShown })
    }
}
