//! Whether the calls of an evaluation ended: the log of a killed call otherwise looks like a complete one.

use std::collections::BTreeSet;

use super::setup::Setup;

/// The calls in one or more logs, in order, each with whether it ended.
#[derive(Default)]
pub(super) struct Calls(Vec<(Setup, bool)>);

impl Calls {
    /// Records that a call begins.
    pub fn begin(&mut self, setup: Setup) {
        self.0.push((setup, false));
    }

    /// Records that the last call ended.
    pub fn end(&mut self) {
        if let Some((_, ended)) = self.0.last_mut() {
            *ended = true;
        }
    }

    /// The parts with an unfinished call that no other call completed.
    pub fn unfinished(&self) -> Vec<usize> {
        let ended = |open: &Setup| self.0.iter().any(|(setup, ended)| *ended && setup.covers(open));
        let open = self.0.iter().map(|(setup, _)| setup).filter(|setup| !ended(setup));
        open.map(|setup| setup.shard.part).collect::<BTreeSet<usize>>().into_iter().collect()
    }
}
