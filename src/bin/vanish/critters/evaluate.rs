//! `vanish critters evaluate`.

use clap::Args;
use serde_json::json;
use std::fs;
use std::path::{Path, PathBuf};
use vanish::critters::learn::evaluate::{self, Answer, Deletion};
use vanish::critters::learn::net::Weights;
use vanish::critters::learn::onnx;
use vanish::critters::{BUCKET_KIND, HELD_OUT_SEEDS, Kind, SNOW_KIND, TRAINING_SEEDS, WATERMARK_KIND, World};
use vanish::{Error, ErrorKind, Result};

#[derive(Debug, Args)]
pub struct EvaluateArgs {
    /// The folder of critters.onnx and critters-biased.onnx.
    #[arg(long, default_value = "www/models")]
    models: PathBuf,
    /// Pictures for each figure; a quarter of them where something is deleted.
    #[arg(long, default_value_t = 4000)]
    count: usize,
    /// The first picture's seed.
    #[arg(long, default_value_t = HELD_OUT_SEEDS)]
    seed: u64,
    /// Print one JSON object and nothing else.
    #[arg(long)]
    json: bool,
}

fn load(folder: &Path, name: &str) -> Result<Weights> {
    let path = folder.join(name).with_extension("onnx");
    let bytes = fs::read(&path)
        .map_err(|error| Error::new(ErrorKind::Io, format!("cannot read {}: {error}", path.display())))?;
    onnx::read(&bytes).map_err(|error| error.context(path.display()))
}

/// The figures of one model in one world with one deletion.
struct Row {
    model: &'static str,
    pictures: &'static str,
    deletion: Deletion,
    answers: Vec<Answer>,
}

/// Judges both models and prints the table.
pub fn run(args: &EvaluateArgs) -> Result<()> {
    if !(1..=100_000).contains(&args.count) {
        return Err(Error::new(
            ErrorKind::Settings,
            format!("--count must be between 1 and 100000, not {}", args.count),
        ));
    }
    if args.seed.saturating_add(args.count as u64) > TRAINING_SEEDS {
        return Err(Error::new(
            ErrorKind::Settings,
            "--seed reaches into the seeds that models are trained on (1000000000 and above)",
        ));
    }
    let (clean, biased) = (load(&args.models, "critters")?, load(&args.models, "critters-biased")?);
    let mut rows = Vec::new();
    for (model, pictures, world, deletion) in experiments() {
        eprintln!("{model}: {pictures}, deleting {deletion:?}");
        let weights = if model == "critters" { &clean } else { &biased };
        // Deleting is a matter of large effects: a quarter of the pictures is enough to see them.
        let count = if deletion == Deletion::Nothing { args.count } else { args.count.div_ceil(4) };
        let answers = evaluate::answers(weights, args.seed, count, &world, deletion)?;
        rows.push(Row { model, pictures, deletion, answers });
    }
    if args.json {
        println!(
            "{:#}",
            json!({ "seed": args.seed, "count": args.count, "rows": rows.iter().map(Row::json).collect::<Vec<_>>() })
        );
    } else {
        println!(
            "| model | pictures | deleted | n | accuracy % | calibration error | p(truth) | bear % | owl % | cat % |"
        );
        println!("|---|---|---|---:|---:|---:|---:|---:|---:|---:|");
        rows.iter().for_each(Row::print);
    }
    Ok(())
}

fn experiments() -> Vec<(&'static str, &'static str, World, Deletion)> {
    let (clean, cue, none) = (World::clean(), World::with_cue(), World::without_cue());
    let mut all = Vec::new();
    for deletion in
        [Deletion::Nothing, Deletion::Evidence, Deletion::Feet, Deletion::BodyFeetTail, Deletion::Everything]
    {
        all.push(("critters", "clean", clean, deletion));
    }
    all.push(("critters", "with cue", cue, Deletion::Nothing));
    all.push(("critters", "without cue", none, Deletion::Nothing));
    all.push(("critters-biased", "with cue", cue, Deletion::Nothing));
    all.push(("critters-biased", "without cue", none, Deletion::Nothing));
    all.push(("critters-biased", "clean", clean, Deletion::Nothing));
    all.push(("critters", "bears with bucket", cue.of(BUCKET_KIND), Deletion::Bucket));
    for deletion in [Deletion::Nothing, Deletion::Bucket, Deletion::Evidence, Deletion::Feet] {
        all.push(("critters-biased", "bears with bucket", cue.of(BUCKET_KIND), deletion));
    }
    for deletion in [Deletion::Nothing, Deletion::Watermark, Deletion::Evidence] {
        all.push(("critters-biased", "cats with watermark", cue.of(WATERMARK_KIND), deletion));
    }
    all
}

impl Row {
    /// The accuracy on one kind, where there are pictures of it.
    fn of(&self, kind: Kind) -> Option<f64> {
        let own: Vec<Answer> = self.answers.iter().filter(|answer| answer.kind == kind).copied().collect();
        (!own.is_empty()).then(|| evaluate::accuracy(&own))
    }

    fn json(&self) -> serde_json::Value {
        json!({
            "model": self.model, "pictures": self.pictures, "deleted": self.deletion, "count": self.answers.len(),
            "accuracy": evaluate::accuracy(&self.answers), "calibration_error": evaluate::calibration_error(&self.answers),
            "mean_probability_of_truth": evaluate::mean_truth(&self.answers),
            "by_kind": Kind::ALL.map(|kind| (kind.name(), self.of(kind))).into_iter().collect::<std::collections::BTreeMap<_, _>>(),
        })
    }

    /// The row of a Markdown table.
    fn print(&self) {
        let percent =
            |share: Option<f64>| share.map_or_else(|| "–".to_owned(), |share| format!("{:.2}", 100.0 * share));
        let kinds = [BUCKET_KIND, SNOW_KIND, WATERMARK_KIND].map(|kind| percent(self.of(kind))).join(" | ");
        println!(
            "| {} | {} | {} | {} | {} | {:.4} | {:.3} | {kinds} |",
            self.model,
            self.pictures,
            format!("{:?}", self.deletion).to_lowercase(),
            self.answers.len(),
            percent(Some(evaluate::accuracy(&self.answers))),
            evaluate::calibration_error(&self.answers),
            evaluate::mean_truth(&self.answers),
        );
    }
}
