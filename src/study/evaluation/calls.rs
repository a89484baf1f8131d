//! Whether the calls of an evaluation came to their end: one that is killed leaves a log that reads like a whole one.

use std::collections::BTreeSet;

use super::setup::Setup;

/// The calls that one or more logs tell of, in order, each with whether it came to its end.
#[derive(Default)]
pub(super) struct Calls(Vec<(Setup, bool)>);

impl Calls {
    /// Notes that a call begins.
    pub fn begin(&mut self, setup: Setup) {
        self.0.push((setup, false));
    }

    /// Notes that the call that began last came to its end.
    pub fn end(&mut self) {
        if let Some((_, ended)) = self.0.last_mut() {
            *ended = true;
        }
    }

    /// The parts with a call that did not come to its end, where no other call did all of it later or elsewhere.
    pub fn unfinished(&self) -> Vec<usize> {
        let ended = |open: &Setup| self.0.iter().any(|(setup, ended)| *ended && setup.covers(open));
        let open = self.0.iter().map(|(setup, _)| setup).filter(|setup| !ended(setup));
        open.map(|setup| setup.shard.part).collect::<BTreeSet<usize>>().into_iter().collect()
    }
}
