//! The current part of a search: some looks, an explanation, or some interventions.

use std::collections::VecDeque;
use std::ops::Range;

use super::shared::{Asked, Part};
use crate::explain::Run;

/// Pictures of a part.
pub(super) const LOOKED_AT: usize = 8;
/// Interventions of a part.
pub(super) const TOGETHER: usize = 4;

/// The rest of a part.
pub(super) enum Work {
    Look(Range<usize>),
    Explain(Box<Explaining>),
    Try(VecDeque<Asked>),
}

/// A picture that is being explained.
pub(super) struct Explaining {
    pub(super) number: usize,
    pub(super) answer: usize,
    /// `None` before it is begun.
    pub(super) run: Option<Run>,
}

impl Work {
    /// Begins a part of a search in `size` pictures.
    pub(super) fn of(part: Part, size: usize) -> Self {
        match part {
            Part::Look(start) => Self::Look(looked_at(start, size)),
            Part::Explain(number, answer) => Self::Explain(Box::new(Explaining { number, answer, run: None })),
            Part::Try(asked) => Self::Try(asked.into()),
        }
    }

    /// Returns the rest, or `None` if nothing is left.
    pub(super) fn rest(self) -> Option<Self> {
        let done = match &self {
            Self::Look(numbers) => numbers.is_empty(),
            Self::Explain(_) => false,
            Self::Try(asked) => asked.is_empty(),
        };
        (!done).then_some(self)
    }
}

/// The pictures of a part that begins with this one.
pub(super) fn looked_at(start: usize, size: usize) -> Range<usize> {
    start..(start + LOOKED_AT).min(size)
}
