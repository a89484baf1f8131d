//! `vanish report`: combines the logs of evaluations.

use std::path::PathBuf;

use vanish::Result;
use vanish::study::evaluation::{Entry, Findings};
use vanish::study::log;

use super::evaluate_table::Output;

/// The arguments of `vanish report`.
#[derive(clap::Args)]
pub struct Args {
    /// Logs written by `vanish evaluate --resume LOG`, all with the same model, profile, set and choice of settings.
    /// They hold the parts of a set, or methods that were judged separately.
    #[arg(required = true)]
    logs: Vec<PathBuf>,
    #[command(flatten)]
    output: Output,
}

pub fn run(args: &Args) -> Result<()> {
    let mut entries: Vec<Entry> = vec![];
    for path in &args.logs {
        entries.extend(log::read(path)?);
    }
    let found = Findings::of(entries)?;
    args.output.prepare()?;
    args.output.give(&found)
}
