//! Work that takes long, stepped from outside.
//!
//! An explanation, a comparison, an evaluation: each is a [`Job`]. The caller takes steps, draws what there is to see
//! between them, and may stop at any of them; what was found until then is finished like the rest. The page's worker,
//! the command's progress bar and the tests drive every job by the same code.

pub mod as_text;

use std::pin::Pin;

use serde::Serialize;

use crate::error::Result;

/// Something that may have to wait for the device.
pub type Later<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + 'a>>;

/// Where a job stands after some steps.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Progress<D> {
    /// Steps taken.
    pub iteration: usize,
    /// Steps in all, as far as that is known.
    pub total: usize,
    /// Whether there are none left, or no more are worth taking.
    pub done: bool,
    /// What is being done, in one word.
    pub stage: &'static str,
    /// What else there is to say.
    #[serde(flatten)]
    pub detail: D,
}

/// Where a job of any kind stands, in words.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Said {
    /// Steps taken.
    pub iteration: usize,
    /// Steps in all, as far as that is known.
    pub total: usize,
    /// Whether there are none left.
    pub done: bool,
    /// What is being done, in one word.
    pub stage: &'static str,
    /// What else there is to say.
    pub words: String,
}

impl<D: std::fmt::Display> Progress<D> {
    /// Puts into words what else there is to say.
    pub fn said(&self) -> Said {
        let Self { iteration, total, done, stage, ref detail } = *self;
        Said { iteration, total, done, stage, words: detail.to_string() }
    }
}

/// What a job is about at the moment, where its progress says no more.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Doing {
    /// The picture or the thing under way, and what is done to it; nothing between two of them.
    pub doing: String,
}

impl std::fmt::Display for Doing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.doing)
    }
}

/// Work that is stepped from outside.
pub trait Job {
    /// What its progress says beside the number of steps.
    type Detail: Serialize + std::fmt::Display;
    /// What it leaves, finished or stopped.
    type Outcome;

    /// Takes up to `count` steps and says where the job stands.
    ///
    /// # Errors
    /// Fails when the classifier rejects its input or the device is lost ([`crate::ErrorKind::Device`]); what was found
    /// until then can still be finished.
    fn step(&mut self, count: usize) -> Later<'_, Progress<Self::Detail>>;

    /// Returns what was found until now.
    ///
    /// # Errors
    /// Fails as [`Job::step`] does.
    fn finish(&mut self) -> Later<'_, Self::Outcome>;
}

/// Takes all steps of a job, telling each progress to `watch`; stops early where that answers `false`.
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

/// Takes all steps of a job without looking.
///
/// # Errors
/// Fails as [`Job::step`] does.
pub async fn run_to_end<J: Job>(job: &mut J) -> Result<J::Outcome> {
    run(job, usize::MAX, |_| true).await
}

/// A job that several can share: each has one like it and does parts of it, and one of them hears what came of all.
///
/// Which parts there are may depend on what came of others. What is not known yet is taken to come out as it mostly
/// does, so that nobody waits; a part that is wanted for another reason then is another part.
pub trait Divisible: Job {
    /// Something that can be done without the rest.
    type Part;
    /// What came of a part, or of some of it.
    type Line: Clone;

    /// Returns the parts that are to be done, as far as it is known, in their order; none when all is.
    fn parts(&self) -> Vec<Self::Part>;

    /// Returns what it does alone, and has to tell.
    fn share(&mut self) -> &mut Share<Self::Part, Self::Line>;

    /// Begins a part: from now on the job does what it is given alone, and is done when that is.
    fn begin_part(&mut self, part: Self::Part) {
        self.share().begin(part);
    }

    /// Takes the part that is to be begun: the one that it was given, or the first of the whole; none when all is done.
    fn take_part(&mut self) -> Option<Self::Part> {
        match self.share().take() {
            Some(mine) => mine,
            None => self.parts().into_iter().next(),
        }
    }

    /// Hears what came of a step of its own, and keeps it to be told where others do the rest.
    fn tell(&mut self, line: Self::Line) {
        self.share().keep(&line);
        self.add_line(line);
    }

    /// Takes the lines that came of its own steps since they were taken last.
    fn take_lines(&mut self) -> Vec<Self::Line> {
        self.share().take_lines()
    }

    /// Adds what came of its own or another's steps, once.
    fn add_line(&mut self, line: Self::Line);

    /// Says where the whole stands.
    fn stand(&self) -> Progress<Self::Detail>;
}

/// Takes up to `count` steps, each by `advance`, until the job `is_done` with what it is to do.
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

/// What a job does alone while others like it do the rest; nothing where it does the whole by itself.
#[derive(Debug)]
pub struct Share<P, L> {
    /// The part that it was given, until it takes it.
    mine: Option<Option<P>>,
    /// What came of its parts since it was asked.
    lines: Vec<L>,
}

impl<P, L> Default for Share<P, L> {
    fn default() -> Self {
        Self { mine: None, lines: vec![] }
    }
}

impl<P, L> Share<P, L> {
    /// Gives it a part: from now on it does such parts alone.
    pub fn begin(&mut self, part: P) {
        self.mine = Some(Some(part));
    }

    /// Takes the part that it was given, if it has not been taken; `None` where the job does the whole.
    fn take(&mut self) -> Option<Option<P>> {
        self.mine.as_mut().map(Option::take)
    }

    /// Returns whether no part is left to be begun, where `whole` answers that of the whole.
    pub fn is_over(&self, whole: impl FnOnce() -> bool) -> bool {
        self.mine.as_ref().map_or_else(whole, Option::is_none)
    }

    /// Keeps a line until it is taken, where others do the rest.
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
