//! Methods and controls judged on one picture.

use std::collections::VecDeque;
use std::rc::Rc;

use super::case::Case;
use super::metric::Measures;
use super::record::Record;
use crate::error::{Error, ErrorKind, Result};
use crate::explain::{Explanation, Run};
use crate::job::{Doing, Job, Later, Progress};
use crate::judge::Control;
use crate::methods::{DEFAULT, Game, Settings};
use crate::rules::generalise::Family;

/// A method or control that is judged on a picture.
#[derive(Clone, Debug)]
pub enum Entrant {
    /// A method.
    Method {
        /// The settings.
        settings: Box<Settings>,
        /// Whether its finer order is judged beside its map.
        order: bool,
    },
    /// A control map, which ignores the model.
    Control(Control),
}

impl Entrant {
    /// The name of its record.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Method { settings, .. } => settings.method.name(),
            Self::Control(control) => control.name(),
        }
    }
}

/// Judges entrants on one picture, one after the other; a step is one of a method's run, or one judgement.
pub struct Judging {
    case: Rc<Case>,
    measures: Measures,
    families: Vec<Family>,
    pending: VecDeque<Entrant>,
    run: Option<(Settings, bool, Run)>,
    done: Vec<Record>,
    total: usize,
}

impl Judging {
    /// Prepares the entrants on a picture. The `rule` metric tests all of them on these families of deletions.
    pub fn new(case: Rc<Case>, entrants: Vec<Entrant>, families: Vec<Family>, measures: Measures) -> Self {
        let total = entrants.len();
        Self { case, measures, families, pending: entrants.into(), run: None, done: vec![], total }
    }

    /// Takes the finished records, so that they can be kept before the rest is done.
    pub fn take_records(&mut self) -> Vec<Record> {
        std::mem::take(&mut self.done)
    }

    async fn advance(&mut self, count: usize) -> Result<()> {
        if let Some((settings, order, run)) = self.run.take() {
            return self.go_on(settings, order, run, count).await;
        }
        match self.pending.pop_front() {
            Some(Entrant::Method { settings, order }) => self.begin(*settings, order).await,
            Some(Entrant::Control(control)) => {
                let like = Settings { game: Game::Delete, ..DEFAULT.preset() };
                let families = self.families.clone();
                self.done.push(Record::of_control(&self.case, control, &like, families, &self.measures).await?);
                Ok(())
            }
            None => Ok(()),
        }
    }

    async fn begin(&mut self, settings: Settings, order: bool) -> Result<()> {
        // An order that is not judged need not be refined.
        let settings = Settings { refine: settings.refine && order, ..settings };
        match Run::new(self.case.model.clone(), self.case.subject.clone(), settings.clone()).await {
            Ok(run) => {
                self.run = Some((settings, order, run));
                Ok(())
            }
            Err(error) => self.refuse(&settings, error),
        }
    }

    async fn go_on(&mut self, settings: Settings, order: bool, mut run: Run, count: usize) -> Result<()> {
        match run.step(count).await {
            Ok(progress) if !progress.done => {
                self.run = Some((settings, order, run));
                Ok(())
            }
            Ok(_) => {
                let explanation = run.finish().await?;
                self.judge(&explanation, order).await
            }
            Err(error) => self.refuse(&settings, error),
        }
    }

    async fn judge(&mut self, explanation: &Explanation, order: bool) -> Result<()> {
        self.done.push(Record::of_map(&self.case, explanation, self.families.clone(), &self.measures).await?);
        if order {
            self.done.extend(Record::of_order(&self.case, explanation, &self.measures).await?);
        }
        Ok(())
    }

    /// Records a method's refusal, which is a result; a lost device is an error.
    fn refuse(&mut self, settings: &Settings, error: Error) -> Result<()> {
        if !matches!(error.kind(), ErrorKind::NotExplainable | ErrorKind::Unsupported) {
            return Err(error);
        }
        let record = Record::new(&self.case, settings.method.name());
        self.done.push(Record { refused: Some(error.to_string()), ..record });
        Ok(())
    }

    fn progress(&self) -> Progress<Doing> {
        let left = self.pending.len() + usize::from(self.run.is_some());
        let method = self.run.as_ref().map_or("", |(settings, ..)| settings.method.name());
        Progress {
            iteration: self.total - left,
            total: self.total,
            done: left == 0,
            stage: "judge",
            detail: Doing { doing: format!("{} {method}", self.case.item.name) },
        }
    }
}

impl Job for Judging {
    type Detail = Doing;
    type Outcome = Vec<Record>;

    /// Takes up to `count` steps of the current run, or does one piece of work between runs.
    fn step(&mut self, count: usize) -> Later<'_, Progress<Doing>> {
        Box::pin(async move {
            self.advance(count).await?;
            Ok(self.progress())
        })
    }

    /// The records that were not taken before.
    fn finish(&mut self) -> Later<'_, Vec<Record>> {
        let records = self.take_records();
        Box::pin(std::future::ready(Ok(records)))
    }
}
