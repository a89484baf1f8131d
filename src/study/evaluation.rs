//! Methods judged on a set of pictures.
//!
//! A picture whose answer is unsure, or does not fall when all is deleted, can judge nothing and is left out; so is one
//! that cannot be read. Both are counted.

use std::collections::VecDeque;
use std::rc::Rc;

use serde::Serialize;

use super::case::Case;
use super::item::Item;
use super::log::Log;
use super::record::{Metric, Record, order_name};
use super::set::Set;
use crate::classifier::OnnxClassifier;
use crate::error::{Error, ErrorKind, Result};
use crate::explain::{Explanation, Run};
use crate::job::{Job, Later, Progress};
use crate::methods::{Method, Settings};

/// Pictures that may be left out before a set without end is given up.
const PATIENCE: usize = 1000;

/// What an evaluation is asked to do.
pub struct Plan {
    /// The settings of each method.
    pub methods: Vec<Settings>,
    /// What is measured.
    pub metrics: Vec<Metric>,
    /// Judges the finer orders of the methods that have one, beside their maps.
    pub orders: bool,
    /// The most pictures judged.
    pub limit: usize,
    /// Explains the true class where the set names it, instead of the most probable one.
    pub true_class: bool,
}

/// What an evaluation has found.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Findings {
    /// Pictures judged.
    pub judged: usize,
    /// Pictures whose answer was unsure or did not fall when all was deleted.
    pub left_out: usize,
    /// Pictures that could not be read, each with the reason.
    pub unreadable: Vec<String>,
    /// What each method did on each picture.
    pub records: Vec<Record>,
}

/// How an evaluation fares, beside the number of its pictures.
#[derive(Clone, Debug, Serialize)]
pub struct Standing {
    /// The picture and the method under way.
    pub doing: String,
    /// Pictures left out so far.
    pub left_out: usize,
}

impl std::fmt::Display for Standing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.doing)
    }
}

/// An evaluation in the making.
pub struct Evaluation {
    model: Rc<OnnxClassifier>,
    set: Set,
    plan: Plan,
    log: Log<Record>,
    /// Number of the next picture.
    next: usize,
    /// The picture under way, the methods still to be run on it, and the run of one of them.
    case: Option<Rc<Case>>,
    pending: VecDeque<Settings>,
    run: Option<(Settings, Run)>,
    found: Findings,
}

impl Evaluation {
    /// Prepares an evaluation; what the log holds is not measured again.
    pub fn new(model: Rc<OnnxClassifier>, set: Set, plan: Plan, log: Log<Record>) -> Self {
        let (case, run, pending) = (None, None, VecDeque::new());
        Self { model, set, plan, log, next: 0, case, pending, run, found: Findings::default() }
    }

    /// Takes steps of the run under way, else begins the next one, else goes to the next picture.
    async fn advance(&mut self, count: usize) -> Result<()> {
        let Some(case) = self.case.clone() else { return self.next_case().await };
        if let Some((settings, run)) = self.run.take() {
            return self.go_on(&case, settings, run, count).await;
        }
        match self.pending.pop_front() {
            Some(settings) => self.begin(&case, settings).await,
            None => self.next_case().await,
        }
    }

    async fn next_case(&mut self) -> Result<()> {
        self.case = None;
        let item = self.set.item(self.next);
        self.next += 1;
        let Some(item) = self.readable(item) else { return Ok(()) };
        let case = Case::new(self.model.clone(), item, self.plan.true_class).await?;
        if !case.is_sound() {
            self.found.left_out += 1;
            return self.lose_patience();
        }
        self.found.judged += 1;
        self.pending = self.plan.methods.iter().cloned().collect();
        self.case = Some(Rc::new(case));
        Ok(())
    }

    /// The picture, or nothing and a note where it cannot be read.
    fn readable(&mut self, item: Result<Item>) -> Option<Item> {
        item.map_err(|error| self.found.unreadable.push(error.to_string())).ok()
    }

    async fn begin(&mut self, case: &Case, settings: Settings) -> Result<()> {
        if self.recall(&case.item.name, settings.method) {
            return Ok(());
        }
        // An order that nobody judges need not be refined.
        let settings = Settings { refine: settings.refine && self.plan.orders, ..settings };
        match Run::new(self.model.clone(), case.subject.clone(), settings.clone()).await {
            Ok(run) => {
                self.run = Some((settings, run));
                Ok(())
            }
            Err(error) => self.refuse(case, &settings, error),
        }
    }

    /// Takes from the log what it holds of a method on a picture; answers whether that is all there is to know.
    fn recall(&mut self, picture: &str, method: Method) -> bool {
        let of = |name: &str| self.log.find(|r| r.picture == picture && r.method == name).cloned();
        let (Some(map), order) = (of(method.name()), of(&order_name(method))) else { return false };
        let wants_order = self.plan.orders && map.has_order;
        if wants_order && order.is_none() {
            return false;
        }
        self.found.records.extend(std::iter::once(map).chain(order.filter(|_| wants_order)));
        true
    }

    async fn go_on(&mut self, case: &Case, settings: Settings, mut run: Run, count: usize) -> Result<()> {
        match run.step(count).await {
            Ok(progress) if !progress.done => {
                self.run = Some((settings, run));
                Ok(())
            }
            Ok(_) => {
                let explanation = run.finish().await?;
                self.judge(case, &explanation).await
            }
            Err(error) => self.refuse(case, &settings, error),
        }
    }

    async fn judge(&mut self, case: &Case, explanation: &Explanation) -> Result<()> {
        let metrics = &self.plan.metrics;
        let map = Record::of_map(case, explanation, metrics).await?;
        let order = if self.plan.orders { Record::of_order(case, explanation, metrics).await? } else { None };
        std::iter::once(map).chain(order).try_for_each(|record| self.keep(record))
    }

    /// Notes what a method cannot do, which is a result; a lost device is not.
    fn refuse(&mut self, case: &Case, settings: &Settings, error: Error) -> Result<()> {
        if !matches!(error.kind(), ErrorKind::NotExplainable | ErrorKind::Unsupported) {
            return Err(error);
        }
        self.keep(Record { refused: Some(error.to_string()), ..Record::new(case, settings.method) })
    }

    fn keep(&mut self, record: Record) -> Result<()> {
        self.log.add(&record)?;
        self.found.records.push(record);
        Ok(())
    }

    /// A set without end never runs out; a model that knows nothing of it would be asked for ever.
    fn lose_patience(&self) -> Result<()> {
        if self.found.left_out < PATIENCE || self.found.judged * 100 > self.found.left_out {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::NotExplainable,
            "hardly any picture of this set has an answer above .5 that a blur takes away; choose another model or set",
        ))
    }

    fn is_done(&self) -> bool {
        let exhausted = self.found.judged >= self.plan.limit || self.next >= self.set.len();
        exhausted && self.pending.is_empty() && self.run.is_none()
    }

    fn progress(&self) -> Progress<Standing> {
        let methods = self.plan.methods.len();
        let method = self.run.as_ref().map_or("", |(settings, _)| settings.method.name());
        let picture = self.case.as_ref().map_or("", |case| case.item.name.as_str());
        Progress {
            iteration: self.found.records.len(),
            total: self.plan.limit.min(self.set.len()) * methods,
            done: self.is_done(),
            stage: "judge",
            detail: Standing { doing: format!("{picture} {method}"), left_out: self.found.left_out },
        }
    }
}

impl Job for Evaluation {
    type Detail = Standing;
    type Outcome = Findings;

    /// Takes up to `count` steps of the run under way, or does one thing between runs.
    fn step(&mut self, count: usize) -> Later<'_, Progress<Standing>> {
        Box::pin(async move {
            if !self.is_done() {
                self.advance(count).await?;
            }
            Ok(self.progress())
        })
    }

    fn finish(&mut self) -> Later<'_, Findings> {
        let found = self.found.clone();
        Box::pin(std::future::ready(Ok(found)))
    }
}
