//! Interventions made one after the other: on pictures that show a concept, and on pictures that do not.

use std::collections::VecDeque;

/// An intervention on a picture, made to confirm a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Intervention {
    /// The concept is deleted from a picture that shows it.
    Delete,
    /// The concept is pasted into a picture without it.
    Paste,
}

/// The pictures that still wait for an intervention, by number.
#[derive(Clone, Debug, Default)]
pub(super) struct Queue {
    to_delete: VecDeque<usize>,
    to_receive: VecDeque<usize>,
    total: usize,
}

impl Queue {
    /// Plans to delete from some pictures and then to paste into others.
    pub(super) fn new(to_delete: Vec<usize>, to_receive: Vec<usize>) -> Self {
        let total = to_delete.len() + to_receive.len();
        Self { to_delete: to_delete.into(), to_receive: to_receive.into(), total }
    }

    /// Takes the next picture, and what is done to it.
    pub(super) fn take(&mut self) -> Option<(Intervention, usize)> {
        let deletion = self.to_delete.pop_front().map(|number| (Intervention::Delete, number));
        deletion.or_else(|| self.to_receive.pop_front().map(|number| (Intervention::Paste, number)))
    }

    pub(super) fn is_done(&self) -> bool {
        self.to_delete.is_empty() && self.to_receive.is_empty()
    }

    pub(super) fn total(&self) -> usize {
        self.total
    }

    pub(super) fn taken(&self) -> usize {
        self.total - self.to_delete.len() - self.to_receive.len()
    }
}
