//! The choice of the next picture: classifies the pictures of a set in turn and decides which of them count.
//!
//! Whether a picture still counts depends on the number of pictures before it that do. So one thread at a time does
//! this. It takes three passes through the model, while judging takes hundreds.

use std::rc::Rc;
use std::sync::Arc;

use super::Plan;
use super::findings::{Entry, Fate, Seen};
use super::known::Known;
use crate::classifier::OnnxClassifier;
use crate::error::{Error, ErrorKind, Result};
use crate::study::case::Case;
use crate::study::judging::Entrant;
use crate::study::log::Log;
use crate::study::set::Set;

/// Most pictures that may be left out before an endless set is given up.
const PATIENCE: usize = 1000;

/// A picture to judge, with the entrants that are still missing on it.
pub(super) struct Task {
    pub number: usize,
    pub case: Case,
    pub entrants: Vec<Entrant>,
}

/// Goes through a set.
pub(super) struct Scout {
    set: Arc<Set>,
    plan: Arc<Plan>,
    known: Known,
    next: usize,
    judged: usize,
    left_out: usize,
    /// How many of those have no class that the model knows.
    unlabelled: usize,
}

impl Scout {
    pub fn new(set: Arc<Set>, plan: Arc<Plan>, log: &Log<Entry>) -> Self {
        Self { set, plan, known: Known::of(log.records()), next: 0, judged: 0, left_out: 0, unlabelled: 0 }
    }

    /// Returns the next picture with work left; `None` when there is none. `tell` receives each picture that is seen
    /// for the first time.
    pub fn next(&mut self, model: &Rc<OnnxClassifier>, tell: &dyn Fn(Seen)) -> Result<Option<Task>> {
        while self.judged < self.plan.limit && self.next < self.set.len() {
            let number = self.next;
            self.next += 1;
            if !self.plan.shard.holds(number) {
                continue;
            }
            if let Some(task) = self.look_at(number, model, tell)? {
                return Ok(Some(task));
            }
            self.lose_patience()?;
        }
        Ok(None)
    }

    fn look_at(&mut self, number: usize, model: &Rc<OnnxClassifier>, tell: &dyn Fn(Seen)) -> Result<Option<Task>> {
        let entrants = self.known.missing(number, &self.plan);
        let read = self.set.item(number);
        self.known.check(number, &self.set.name(number), read.as_ref().ok())?;
        if let Some(fate) = self.known.fate(number)
            && (fate != Fate::Judges || entrants.is_empty())
        {
            self.count(fate);
            return Ok(None);
        }
        let item = match read {
            Ok(item) => item,
            Err(error) => {
                self.count(Fate::Unreadable);
                tell(Seen::unreadable(number, self.set.name(number), error.to_string()));
                return Ok(None);
            }
        };
        if self.plan.lacks_class(&item, model.labels()) {
            self.count(Fate::Unlabelled);
            tell(Seen::unlabelled(number, &item));
            return Ok(None);
        }
        let case = pollster::block_on(Case::new(model.clone(), item, self.plan.true_class))?;
        let seen = Seen::of(number, &case, self.plan.measures.pictures);
        let judges = seen.fate == Fate::Judges;
        self.count(seen.fate);
        if self.known.fate(number).is_none() {
            tell(seen);
        }
        Ok(judges.then_some(Task { number, case, entrants }))
    }

    fn count(&mut self, fate: Fate) {
        match fate {
            Fate::Judges => self.judged += 1,
            Fate::Unsure | Fate::Stands => self.left_out += 1,
            Fate::Unlabelled => (self.left_out, self.unlabelled) = (self.left_out + 1, self.unlabelled + 1),
            Fate::Unreadable => {}
        }
    }

    /// Gives up after too many pictures in vain, because an endless set never runs out.
    fn lose_patience(&self) -> Result<()> {
        if self.left_out < PATIENCE || self.judged * 100 > self.left_out {
            return Ok(());
        }
        let sentence = if self.unlabelled > self.left_out / 2 {
            "hardly any picture of this set has a class that the model knows; give labels as the model names them"
        } else {
            "hardly any picture of this set has an answer above .5 that a blur takes away; choose another model or set"
        };
        Err(Error::new(ErrorKind::NotExplainable, sentence))
    }
}
