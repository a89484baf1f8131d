//! Long work that is stepped from outside.
//!
//! An explanation, a comparison and an evaluation are each a [`Job`]. The caller takes steps, may draw between them,
//! and may stop after any of them; what has been found by then can be finished like a complete result. The page's
//! worker, the command's progress bar and the tests drive every job with the same code.

pub mod as_text;

use std::pin::Pin;

use serde::Serialize;

use crate::error::Result;

/// A result for which the device may have to be awaited.
pub type Later<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + 'a>>;

/// The progress of a job after some steps.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Progress<D> {
    /// Number of steps taken.
    pub iteration: usize,
    /// Total number of steps, as far as it is known.
    pub total: usize,
    /// Whether no steps are left, or no more are worth taking.
    pub done: bool,
    /// The present work, in one word.
    pub stage: &'static str,
    /// The job's own figures.
    #[serde(flatten)]
    pub detail: D,
}

/// The progress of a job of any kind, in words.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Said {
    /// Number of steps taken.
    pub iteration: usize,
    /// Total number of steps, as far as it is known.
    pub total: usize,
    /// Whether no steps are left, or no more are worth taking.
    pub done: bool,
    /// The present work, in one word.
    pub stage: &'static str,
    /// The job's own figures, in words.
    pub words: String,
}

impl<D: std::fmt::Display> Progress<D> {
    /// Returns the progress with the job's own figures in words.
    pub fn said(&self) -> Said {
        let Self { iteration, total, done, stage, ref detail } = *self;
        Said { iteration, total, done, stage, words: detail.to_string() }
    }
}

/// The present subject of a job whose progress has no figures of its own.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Doing {
    /// The present picture or thing, and what is done to it; empty between two of them.
    pub doing: String,
}

impl std::fmt::Display for Doing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.doing)
    }
}

/// Long work that is stepped from outside.
pub trait Job {
    /// The job's own figures in its progress.
    type Detail: Serialize + std::fmt::Display;
    /// The result of the job, finished or stopped.
    type Outcome;

    /// Takes up to `count` steps, and returns the progress.
    ///
    /// # Errors
    /// Fails when the classifier rejects its input or the device is lost ([`crate::ErrorKind::Device`]). What has been
    /// found by then can still be finished.
    fn step(&mut self, count: usize) -> Later<'_, Progress<Self::Detail>>;

    /// Returns what has been found so far.
    ///
    /// # Errors
    /// Fails as [`Job::step`] does.
    fn finish(&mut self) -> Later<'_, Self::Outcome>;
}

/// Takes all steps of a job and passes each progress to `watch`. Stops early if `watch` returns `false`.
///
/// # Errors
/// Fails as [`Job::step`] does.
pub async fn run<J: Job>(
    job: &mut J,
    at_once: usize,
    mut watch: impl FnMut(&Progress<J::Detail>) -> bool,
) -> Result<J::Outcome> {
    loop {
        let progress = job.step(at_once).await?;
        if !watch(&progress) || progress.done {
            return job.finish().await;
        }
    }
}

/// Takes all steps of a job without watching it.
///
/// # Errors
/// Fails as [`Job::step`] does.
pub async fn run_to_end<J: Job>(job: &mut J) -> Result<J::Outcome> {
    run(job, usize::MAX, |_| true).await
}

/// A job that several workers can share. Each has an equal job and computes parts of it, and one of them collects all
/// results.
///
/// Which parts there are may depend on the results of others. A result that is not known yet is assumed to be the most
/// frequent one, so that nobody waits. If a part is then wanted for another reason, it is another part.
pub trait Divisible: Job {
    /// A part that can be computed without the rest.
    type Part;
    /// The result of a part, or of a portion of it.
    type Line: Clone;

    /// Returns the parts that remain, as far as they are known, in order. It is empty when everything is done.
    fn parts(&self) -> Vec<Self::Part>;

    /// Returns the share that the job computes alone, with the results to report.
    fn share(&mut self) -> &mut Share<Self::Part, Self::Line>;

    /// Begins a part. From now on the job computes only the parts that it is given, and is done when they are.
    fn begin_part(&mut self, part: Self::Part) {
        self.share().begin(part);
    }

    /// Takes the next part: the one that it was given, or the first of the whole. `None` when everything is done.
    fn take_part(&mut self) -> Option<Self::Part> {
        match self.share().take() {
            Some(mine) => mine,
            None => self.parts().into_iter().next(),
        }
    }

    /// Adds the result of a step of its own, and keeps it to be reported if others compute the rest.
    fn tell(&mut self, line: Self::Line) {
        self.share().keep(&line);
        self.add_line(line);
    }

    /// Takes the results of its own steps since the last call.
    fn take_lines(&mut self) -> Vec<Self::Line> {
        self.share().take_lines()
    }

    /// Adds a result of its own or of another worker, once.
    fn add_line(&mut self, line: Self::Line);

    /// Returns the progress of the whole.
    fn stand(&self) -> Progress<Self::Detail>;
}

/// Takes up to `count` steps, each by `advance`, until the job `is_done` with its work.
///
/// # Errors
/// Fails as [`Job::step`] does.
pub async fn take_steps<J: Divisible>(
    job: &mut J,
    count: usize,
    is_done: impl Fn(&J) -> bool,
    mut advance: impl AsyncFnMut(&mut J) -> Result<()>,
) -> Result<Progress<J::Detail>> {
    for _ in 0..count {
        if is_done(job) {
            break;
        }
        advance(job).await?;
    }
    Ok(Progress { done: is_done(job), ..job.stand() })
}

/// The part of a job that one worker computes while equal jobs compute the rest. `mine` is `None` if the job computes
/// the whole.
#[derive(Debug)]
pub struct Share<P, L> {
    /// The part that it was given, until it takes it.
    mine: Option<Option<P>>,
    /// The results of its parts since they were last taken.
    lines: Vec<L>,
}

impl<P, L> Default for Share<P, L> {
    fn default() -> Self {
        Self { mine: None, lines: vec![] }
    }
}

impl<P, L> Share<P, L> {
    /// Gives it a part. From now on it computes only such parts.
    pub fn begin(&mut self, part: P) {
        self.mine = Some(Some(part));
    }

    /// Takes the part that it was given, if it has not been taken; `None` if the job computes the whole.
    fn take(&mut self) -> Option<Option<P>> {
        self.mine.as_mut().map(Option::take)
    }

    /// Returns whether no part is left to begin. `whole` answers for a job that computes the whole.
    pub fn is_over(&self, whole: impl FnOnce() -> bool) -> bool {
        self.mine.as_ref().map_or_else(whole, Option::is_none)
    }

    /// Keeps a result until it is taken, if others compute the rest.
    fn keep(&mut self, line: &L)
    where
        L: Clone,
    {
        if self.mine.is_some() {
            self.lines.push(line.clone());
        }
    }

    fn take_lines(&mut self) -> Vec<L> {
        std::mem::take(&mut self.lines)
    }
}
