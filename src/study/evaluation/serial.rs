//! An evaluation of one picture after the other, for where there are no threads.

use std::rc::Rc;

use super::{Entry, Fate, Findings, Plan, Seen, Setup};
use crate::classifier::OnnxClassifier;
use crate::error::Result;
use crate::job::{Doing, Job, Later, Progress};
use crate::study::case::Case;
use crate::study::item::Item;
use crate::study::judging::Judging;
use crate::study::record::Record;
use crate::study::set::Set;

/// Pictures in a row that may be left out before the rest is given up: a set may have no end.
const PATIENCE: usize = 200;

/// An evaluation in the making. The leakage test, for which other pictures are looked at, is not made.
pub struct Serial {
    model: Rc<OnnxClassifier>,
    set: Set,
    plan: Plan,
    /// Number of the next picture.
    next: usize,
    judged: usize,
    /// Pictures left out since the last that judges.
    left_out: usize,
    judging: Option<(usize, Judging)>,
    lines: Vec<Entry>,
    records: usize,
    doing: String,
}

impl Serial {
    /// Prepares an evaluation.
    pub fn new(model: Rc<OnnxClassifier>, set: Set, plan: Plan, setup: Setup) -> Self {
        let (lines, doing) = (vec![Entry::Setup(Box::new(setup))], String::new());
        Self { model, set, plan, next: 0, judged: 0, left_out: 0, judging: None, lines, records: 0, doing }
    }

    /// Takes steps on the picture under way, else looks at the next.
    async fn advance(&mut self, count: usize) -> Result<()> {
        let Some((number, mut judging)) = self.judging.take() else { return self.look().await };
        let progress = judging.step(count).await?;
        self.doing = progress.detail.doing;
        for record in judging.take_records() {
            self.records += 1;
            self.lines.push(Entry::Record(Box::new(Record { number, ..record })));
        }
        if !progress.done {
            self.judging = Some((number, judging));
        }
        Ok(())
    }

    async fn look(&mut self) -> Result<()> {
        let number = self.next;
        self.next += 1;
        self.left_out += 1;
        let item = match self.set.item(number) {
            Ok(item) => item,
            Err(error) => {
                let seen = Seen::unreadable(number, self.set.name(number), error.to_string());
                self.lines.push(Entry::Seen(seen));
                return Ok(());
            }
        };
        let case = Case::new(self.model.clone(), item, self.plan.true_class).await?;
        let seen = Seen::of(number, &case, false);
        if seen.fate == Fate::Judges {
            (self.judged, self.left_out) = (self.judged + 1, 0);
            let judging = Judging::new(Rc::new(case), self.plan.entrants(), self.plan.measures.clone());
            self.judging = Some((number, judging));
        }
        self.lines.push(Entry::Seen(seen));
        Ok(())
    }

    /// The picture of a number that was looked at.
    ///
    /// # Errors
    /// As [`Set::item`].
    pub fn item(&self, number: usize) -> Result<Item> {
        self.set.item(number)
    }

    fn is_done(&self) -> bool {
        let over = self.judged >= self.plan.limit || self.next >= self.set.len() || self.left_out >= PATIENCE;
        over && self.judging.is_none()
    }

    fn progress(&self) -> Progress<Doing> {
        let left = self.set.len() - self.next;
        let pictures = self.plan.limit.min(left.saturating_add(self.judged));
        let done = self.is_done();
        Progress {
            iteration: self.records,
            total: if done { self.records } else { pictures * self.plan.entrants().len() },
            done,
            stage: "judge",
            detail: Doing { doing: self.doing.clone() },
        }
    }
}

impl Job for Serial {
    type Detail = Doing;
    type Outcome = Findings;

    /// Takes up to `count` steps of the run under way, or does one thing between runs.
    fn step(&mut self, count: usize) -> Later<'_, Progress<Doing>> {
        Box::pin(async move {
            if !self.is_done() {
                self.advance(count).await?;
            }
            Ok(self.progress())
        })
    }

    fn finish(&mut self) -> Later<'_, Findings> {
        // Of a picture that only some entrants were judged on, their records count.
        let found = Findings::of(self.lines.iter().cloned());
        Box::pin(std::future::ready(found))
    }
}
