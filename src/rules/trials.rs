//! Interventions that are done one after the other: on pictures that show something, and on pictures that do not.

use std::collections::VecDeque;

/// What is done to a picture to confirm a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Intervention {
    /// The thing is deleted where it is shown.
    Delete,
    /// The thing is pasted where it is not.
    Paste,
}

/// The pictures on which interventions are still to be made, by number.
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
