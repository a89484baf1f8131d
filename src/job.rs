//! Work that takes long, stepped from outside.
//!
//! An explanation, a comparison, an evaluation: each is a [`Job`]. The caller takes steps, draws what there is to see
//! between them, and may stop at any of them; what was found until then is finished like the rest. The page's worker,
//! the command's progress bar and the tests drive every job by the same code.

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
    type Line;

    /// Returns the parts that are to be done, as far as it is known, in their order; none when all is.
    fn parts(&self) -> Vec<Self::Part>;

    /// Begins a part: from now on the job does what it is given alone, and is done when that is.
    fn begin_part(&mut self, part: Self::Part);

    /// Takes the lines that came of its own steps since they were taken last.
    fn take_lines(&mut self) -> Vec<Self::Line>;

    /// Adds what came of another's steps.
    fn add_line(&mut self, line: Self::Line);

    /// Says where the whole stands.
    fn stand(&self) -> Progress<Self::Detail>;
}
