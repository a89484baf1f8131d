//! One job on each picture of a set, and an explanation that goes before a job.

use std::rc::Rc;

use super::case::Case;
use super::set::Set;
use crate::classifier::OnnxClassifier;
use crate::error::{Error, ErrorKind, Result};
use crate::explain::{Explanation, Run};
use crate::job::{Doing, Job, Later, Progress};

/// Most pictures that may be left out before an endless set is given up.
const PATIENCE: usize = 1000;

/// The outcomes of a set: one for each picture that could be tested.
#[derive(Clone, Debug)]
pub struct Outcomes<O> {
    /// The names of the pictures with their outcomes.
    pub all: Vec<(String, O)>,
    /// Pictures whose answer was unsure or did not fall when everything was deleted.
    pub left_out: usize,
    /// Pictures that could not be read or explained, each with the reason.
    pub refused: Vec<String>,
}

/// Begins the job of a picture.
pub type Begin<J> = Box<dyn Fn(Rc<Case>) -> Later<'static, J>>;

/// Runs the same job on each picture of a set, one after the other.
pub struct Each<J: Job> {
    model: Rc<OnnxClassifier>,
    set: Set,
    limit: usize,
    begin: Begin<J>,
    next: usize,
    job: Option<(String, J)>,
    found: Outcomes<J::Outcome>,
}

impl<J: Job> Each<J> {
    /// Prepares the job on at most `limit` pictures of a set.
    pub fn new(model: Rc<OnnxClassifier>, set: Set, limit: usize, begin: Begin<J>) -> Self {
        let found = Outcomes { all: vec![], left_out: 0, refused: vec![] };
        Self { model, set, limit, begin, next: 0, job: None, found }
    }

    async fn advance(&mut self, count: usize) -> Result<()> {
        let Some((name, mut job)) = self.job.take() else { return self.begin_next().await };
        match job.step(count).await {
            Ok(progress) if !progress.done => self.job = Some((name, job)),
            Ok(_) => self.found.all.push((name, job.finish().await?)),
            Err(error) => self.refuse(&name, error)?,
        }
        Ok(())
    }

    async fn begin_next(&mut self) -> Result<()> {
        let number = self.next;
        self.next += 1;
        let item = match self.set.item(number) {
            Ok(item) => item,
            Err(error) => return self.refuse(&format!("picture {number}"), error),
        };
        let name = item.name.clone();
        let case = Case::new(self.model.clone(), item, false).await?;
        if !case.is_sound() {
            self.found.left_out += 1;
            return self.lose_patience();
        }
        match (self.begin)(Rc::new(case)).await {
            Ok(job) => self.job = Some((name, job)),
            Err(error) => self.refuse(&name, error)?,
        }
        Ok(())
    }

    /// Records why a picture cannot be tested; a lost device ends the study.
    fn refuse(&mut self, name: &str, error: Error) -> Result<()> {
        if error.kind() == ErrorKind::Device {
            return Err(error);
        }
        self.found.refused.push(format!("{name}: {error}"));
        Ok(())
    }

    /// Gives up after too many pictures in vain, because an endless set never runs out.
    fn lose_patience(&self) -> Result<()> {
        if self.found.left_out < PATIENCE || self.found.all.len() * 100 > self.found.left_out {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::NotExplainable,
            "hardly any picture of this set has an answer above .5 that a blur takes away; choose another model or set",
        ))
    }

    fn is_done(&self) -> bool {
        let enough = self.found.all.len() >= self.limit || self.next >= self.set.len();
        enough && self.job.is_none()
    }
}

impl<J: Job> Job for Each<J>
where
    J::Outcome: Clone,
{
    type Detail = Doing;
    type Outcome = Outcomes<J::Outcome>;

    fn step(&mut self, count: usize) -> Later<'_, Progress<Doing>> {
        Box::pin(async move {
            if !self.is_done() {
                self.advance(count).await?;
            }
            let doing = self.job.as_ref().map_or_else(String::new, |(name, _)| name.clone());
            Ok(Progress {
                iteration: self.found.all.len(),
                total: self.limit.min(self.set.len()),
                done: self.is_done(),
                stage: "rules",
                detail: Doing { doing },
            })
        })
    }

    fn finish(&mut self) -> Later<'_, Outcomes<J::Outcome>> {
        let found = self.found.clone();
        Box::pin(std::future::ready(Ok(found)))
    }
}

/// An explanation, then a job about it.
pub struct Explained<J> {
    run: Run,
    then: Box<dyn Fn(Explanation) -> J>,
    job: Option<J>,
}

impl<J: Job> Explained<J> {
    /// Prepares a run, and the job that begins with its explanation.
    pub fn new(run: Run, then: impl Fn(Explanation) -> J + 'static) -> Self {
        Self { run, then: Box::new(then), job: None }
    }

    async fn explain(&mut self) -> Result<()> {
        let explanation = self.run.finish().await?;
        self.job = Some((self.then)(explanation));
        Ok(())
    }

    /// Returns the job, once the explanation is finished.
    pub fn job(&self) -> Option<&J> {
        self.job.as_ref()
    }
}

impl<J: Job> Job for Explained<J> {
    type Detail = Doing;
    type Outcome = J::Outcome;

    fn step(&mut self, count: usize) -> Later<'_, Progress<Doing>> {
        Box::pin(async move {
            if let Some(job) = &mut self.job {
                let at = job.step(count).await?;
                let detail = Doing { doing: at.detail.to_string() };
                return Ok(Progress {
                    iteration: at.iteration,
                    total: at.total,
                    done: at.done,
                    stage: at.stage,
                    detail,
                });
            }
            let at = self.run.step(count).await?;
            if at.done {
                self.explain().await?;
            }
            let detail = Doing { doing: at.detail.to_string() };
            Ok(Progress { iteration: at.iteration, total: at.total, done: false, stage: at.stage, detail })
        })
    }

    /// The outcome of the job. If the run was stopped, it is the outcome of a job on the explanation so far, without a
    /// step.
    fn finish(&mut self) -> Later<'_, J::Outcome> {
        Box::pin(async move {
            if self.job.is_none() {
                self.explain().await?;
            }
            match &mut self.job {
                Some(job) => job.finish().await,
                None => unreachable!("the explanation began the job"),
            }
        })
    }
}
