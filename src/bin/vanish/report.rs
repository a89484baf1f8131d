//! `vanish report`: puts the logs of evaluations together.

use std::path::PathBuf;

use vanish::Result;
use vanish::study::evaluation::{Entry, Findings};
use vanish::study::log;

use super::evaluate_table::Output;

/// What `vanish report` takes.
#[derive(clap::Args)]
pub struct Args {
    /// Logs that `vanish evaluate --resume LOG` wrote, of one model, one profile, one set and one choice of settings: the
    /// parts of a set, or methods that were judged apart.
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
