//! An evaluation of one picture after the other, for builds without threads.

use std::collections::BTreeSet;
use std::rc::Rc;

use serde::{Deserialize, Serialize};

use super::known::Known;
use super::{Entry, Fate, Findings, Plan, Seen, Setup};
use crate::classifier::OnnxClassifier;
use crate::error::Result;
use crate::job::{Divisible, Doing, Job, Later, Progress, Share};
use crate::study::case::Case;
use crate::study::item::Item;
use crate::study::judging::Judging;
use crate::study::record::Record;
use crate::study::set::Set;

/// Most pictures in a row that may be left out before the rest is given up, because a set may be endless.
const PATIENCE: usize = 200;

/// Most parts that are offered at a time, because a set may be endless.
const MOST_PARTS: usize = 64;

/// A result of a picture, or of a method on it, as in a log.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Line {
    /// The fate of a picture.
    Seen(Seen),
    /// The measurements of a method or a control on it.
    Record(Box<Record>),
}

impl From<Line> for Entry {
    fn from(line: Line) -> Self {
        match line {
            Line::Seen(seen) => Self::Seen(seen),
            Line::Record(record) => Self::Record(record),
        }
    }
}

/// A running evaluation. It leaves out the leakage test, which needs other pictures. A part is a picture, by its
/// number.
pub struct Serial {
    model: Rc<OnnxClassifier>,
    set: Set,
    plan: Plan,
    known: Known,
    /// The finished pictures.
    over: BTreeSet<usize>,
    judging: Option<(usize, Judging)>,
    entries: Vec<Entry>,
    share: Share<usize, Line>,
    doing: String,
}

impl Serial {
    /// Prepares an evaluation.
    pub fn new(model: Rc<OnnxClassifier>, set: Set, plan: Plan, setup: Setup) -> Self {
        Self {
            model,
            set,
            plan,
            known: Known::default(),
            over: BTreeSet::new(),
            judging: None,
            entries: vec![Entry::Setup(Box::new(setup))],
            share: Share::default(),
            doing: String::new(),
        }
    }

    /// The pictures with work left, in order. A picture that was not seen yet is assumed to count.
    fn wanted(&self) -> impl Iterator<Item = usize> {
        let (mut counted, mut left_out) = (0, 0);
        let counts = move |&number: &usize| {
            if counted >= self.plan.limit || left_out >= PATIENCE {
                return false;
            }
            let judges = self.known.fate(number).is_none_or(|fate| fate == Fate::Judges);
            (counted, left_out) = if judges { (counted + 1, 0) } else { (counted, left_out + 1) };
            true
        };
        (0..self.set.len()).take_while(counts).filter(|number| !self.over.contains(number))
    }

    /// Takes steps on the current picture, or begins the next.
    async fn advance(&mut self, count: usize) -> Result<()> {
        let Some((number, mut judging)) = self.judging.take() else {
            return match self.take_part() {
                Some(number) => self.look_at(number).await,
                None => Ok(()),
            };
        };
        let progress = judging.step(count).await?;
        self.doing = progress.detail.doing;
        for record in judging.take_records() {
            self.tell(Line::Record(Box::new(Record { number, ..record })));
        }
        if !progress.done {
            self.judging = Some((number, judging));
        }
        Ok(())
    }

    async fn look_at(&mut self, number: usize) -> Result<()> {
        let item = match self.set.item(number) {
            Ok(item) => item,
            Err(error) => {
                let seen = Seen::unreadable(number, self.set.name(number), error.to_string());
                self.tell(Line::Seen(seen));
                return Ok(());
            }
        };
        if self.plan.lacks_class(&item, self.model.labels()) {
            self.tell(Line::Seen(Seen::unlabelled(number, &item)));
            return Ok(());
        }
        let case = Case::new(self.model.clone(), item, self.plan.true_class).await?;
        let seen = Seen::of(number, &case, false);
        let judges = seen.fate == Fate::Judges;
        self.tell(Line::Seen(seen));
        let entrants = self.known.missing(number, &self.plan);
        if judges && !entrants.is_empty() {
            let Plan { measures, .. } = &self.plan;
            let judging = Judging::new(Rc::new(case), entrants, self.plan.families(), measures.clone());
            self.judging = Some((number, judging));
        }
        Ok(())
    }

    /// Returns the picture of a number that was seen.
    ///
    /// # Errors
    /// Fails as [`Set::item`] does.
    pub fn item(&self, number: usize) -> Result<Item> {
        self.set.item(number)
    }

    /// Whether all of its work is done.
    fn is_done(&self) -> bool {
        self.judging.is_none() && self.share.is_over(|| self.wanted().next().is_none())
    }
}

impl Job for Serial {
    type Detail = Doing;
    type Outcome = Findings;

    /// Takes up to `count` steps of the current run, or does one piece of work between runs.
    fn step(&mut self, count: usize) -> Later<'_, Progress<Doing>> {
        Box::pin(async move {
            if !self.is_done() {
                self.advance(count).await?;
            }
            Ok(Progress { done: self.is_done(), ..self.stand() })
        })
    }

    fn finish(&mut self) -> Later<'_, Findings> {
        // If only some entrants were judged on a picture, their records count.
        let end = self.wanted().next().is_none().then_some(Entry::End {});
        let found = Findings::of(self.entries.iter().cloned().chain(end));
        Box::pin(std::future::ready(found))
    }
}

impl Divisible for Serial {
    type Part = usize;
    type Line = Line;

    fn parts(&self) -> Vec<usize> {
        self.wanted().take(MOST_PARTS).collect()
    }

    fn share(&mut self) -> &mut Share<usize, Line> {
        &mut self.share
    }

    /// Begins a part, and drops the rest of the current picture.
    fn begin_part(&mut self, number: usize) {
        self.judging = None;
        self.share.begin(number);
    }

    fn add_line(&mut self, line: Line) {
        let number = match &line {
            Line::Seen(seen) => seen.number,
            Line::Record(record) => record.number,
        };
        let entry = Entry::from(line);
        if self.known.add(&entry) {
            self.entries.push(entry);
        }
        if self.known.is_over(number, &self.plan) {
            self.over.insert(number);
        }
    }

    fn stand(&self) -> Progress<Doing> {
        let (records, done) = (self.known.records(), self.wanted().next().is_none());
        let pictures = self.plan.limit.min(self.set.len() - self.known.left_out());
        Progress {
            iteration: records,
            total: if done { records } else { pictures.saturating_mul(self.plan.entrants().len()) },
            done,
            stage: "judge",
            detail: Doing { doing: self.doing.clone() },
        }
    }
}
