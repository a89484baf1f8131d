//! What the page may see of a job of any kind, and what the tasks share.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind, Result};
use crate::job::{Divisible, Job, Later, Said};
use crate::map::Map;
use crate::picture::RgbImage;
use crate::web::convert::{json, unknown};

/// A job, and what the page may see of it.
pub(in crate::web) trait Driven {
    /// Takes up to `count` steps, and returns the progress as JSON.
    fn step(&mut self, count: usize) -> Later<'_, String>;

    /// Returns what has been found so far, as JSON.
    fn found(&mut self) -> Later<'_, String>;

    /// Answers a question about what has been found. Question and answer are JSON.
    fn ask<'a>(&'a mut self, question: &'a str) -> Later<'a, String> {
        Box::pin(std::future::ready(Err(unknown("question", question))))
    }

    /// Draws a picture that belongs to a figure.
    fn picture(&self, id: &str) -> Result<RgbImage>;

    /// Returns a map that belongs to a figure, row by row.
    fn map(&self, id: &str) -> Result<Map> {
        Err(unknown("map", id))
    }
}

/// Steps a job, and returns its progress as JSON.
pub(super) fn step<J: Job>(job: &mut J, count: usize) -> Later<'_, String> {
    let steps = job.step(count);
    Box::pin(async move { json(&steps.await?.said()) })
}

/// What a job that several workers share can be asked.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Asked<P, L> {
    /// To compute this part in its next steps.
    Part(P),
    /// For the lines that its parts have yielded.
    Lines,
    /// To add the lines of other workers' parts.
    Add(Vec<L>),
}

/// The state of a shared job.
#[derive(Serialize)]
struct Shared<P> {
    progress: Said,
    parts: Vec<P>,
}

/// Answers a question to a job that several workers share. Question and answer are JSON.
pub(super) fn share<'a, J>(job: &mut J, question: &str) -> Later<'a, String>
where
    J: Divisible<Part: Serialize + DeserializeOwned, Line: Serialize + DeserializeOwned>,
{
    Box::pin(std::future::ready(shared(job, question)))
}

fn shared<J>(job: &mut J, question: &str) -> Result<String>
where
    J: Divisible<Part: Serialize + DeserializeOwned, Line: Serialize + DeserializeOwned>,
{
    match asked_for(question)? {
        Asked::Part(part) => job.begin_part(part),
        Asked::Lines => return json(&job.take_lines()),
        Asked::Add(lines) => lines.into_iter().for_each(|line| job.add_line(line)),
    }
    json(&Shared { progress: job.stand().said(), parts: job.parts() })
}

/// Reads the numbers in a name such as `trial:3:1`, after its first word.
pub(super) fn numbers<const N: usize>(id: &str, word: &str) -> Result<[usize; N]> {
    let wrong = || Error::new(ErrorKind::Settings, format!("there is no picture called \"{id}\""));
    let rest = id.strip_prefix(word).and_then(|rest| rest.strip_prefix(':')).ok_or_else(wrong)?;
    let read: Vec<usize> = rest.split(':').map_while(|part| part.parse().ok()).collect();
    read.try_into().map_err(|_| wrong())
}

/// Reads the settings of a task.
pub(super) fn asked_for<T: DeserializeOwned>(settings: &str) -> Result<T> {
    serde_json::from_str(settings)
        .map_err(|cause| Error::new(ErrorKind::Settings, format!("the settings cannot be read: {cause}")))
}
