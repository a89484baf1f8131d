//! What the page may see of a job, whatever its kind, and what the tasks share.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::{Error, ErrorKind, Result};
use crate::job::{Divisible, Job, Later, Said};
use crate::map::Map;
use crate::picture::RgbImage;
use crate::web::convert::{json, unknown};

/// A job with what the page may see of it.
pub(in crate::web) trait Driven {
    /// Takes some steps; answers where the job stands, as JSON.
    fn step(&mut self, count: usize) -> Later<'_, String>;

    /// Says what was found until now, as JSON.
    fn found(&mut self) -> Later<'_, String>;

    /// Answers a question about what was found, JSON both.
    fn ask<'a>(&'a mut self, question: &'a str) -> Later<'a, String> {
        Box::pin(std::future::ready(Err(unknown("question", question))))
    }

    /// Adds lines that other workers' tasks have told; answers where the whole stands and which parts are wanted, JSON
    /// both.
    fn share(&mut self, _lines: &str) -> Result<String> {
        Err(undivided())
    }

    /// Begins a part, JSON; the next steps do it alone.
    fn begin_part(&mut self, _part: &str) -> Result<()> {
        Err(undivided())
    }

    /// Takes the lines that came of a part since they were taken last, as JSON.
    fn take_lines(&mut self) -> Result<String> {
        Err(undivided())
    }

    /// Draws a picture behind a figure.
    fn picture(&self, id: &str) -> Result<RgbImage>;

    /// Returns a map behind a figure, row by row.
    fn map(&self, id: &str) -> Result<Map> {
        Err(unknown("map", id))
    }
}

/// Steps a job and writes down where it stands.
pub(super) fn step<J: Job>(job: &mut J, count: usize) -> Later<'_, String> {
    let steps = job.step(count);
    Box::pin(async move { json(&steps.await?.said()) })
}

/// Where a job stands that several workers share.
#[derive(Serialize)]
struct Shared<P> {
    progress: Said,
    parts: Vec<P>,
}

/// Adds lines to a job, and says where it stands.
pub(super) fn share<J: Divisible<Part: Serialize, Line: DeserializeOwned>>(job: &mut J, lines: &str) -> Result<String> {
    let lines: Vec<J::Line> = read(lines)?;
    lines.into_iter().for_each(|line| job.add_line(line));
    json(&Shared { progress: job.stand().said(), parts: job.parts() })
}

fn undivided() -> Error {
    Error::new(ErrorKind::Settings, "this task has no parts")
}

/// Reads the numbers in a name such as `trial:3:1`, after the word that it begins with.
pub(super) fn numbers<const N: usize>(id: &str, word: &str) -> Result<[usize; N]> {
    let wrong = || Error::new(ErrorKind::Settings, format!("there is no picture called \"{id}\""));
    let rest = id.strip_prefix(word).and_then(|rest| rest.strip_prefix(':')).ok_or_else(wrong)?;
    let read: Vec<usize> = rest.split(':').map_while(|part| part.parse().ok()).collect();
    read.try_into().map_err(|_| wrong())
}

/// Reads what a task is asked for.
pub(super) fn asked_for<T: DeserializeOwned>(settings: &str) -> Result<T> {
    read_as("the settings", settings)
}

/// Reads a part or lines of one.
pub(super) fn read<T: DeserializeOwned>(text: &str) -> Result<T> {
    read_as("a part of a task", text)
}

fn read_as<T: DeserializeOwned>(what: &str, text: &str) -> Result<T> {
    serde_json::from_str(text)
        .map_err(|cause| Error::new(ErrorKind::Settings, format!("{what} cannot be read: {cause}")))
}
