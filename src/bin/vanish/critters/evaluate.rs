//! `vanish critters evaluate`: judges the two built-in models on held-out pictures.

use clap::Args;
use serde_json::json;
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use vanish::classifier::OnnxClassifier;
use vanish::critters::{BUCKET_KIND, HELD_OUT_SEEDS, Kind, SNOW_KIND, TRAINING_SEEDS, WATERMARK_KIND, World};
use vanish::learn::deletion::Deletion;
use vanish::learn::evaluate::{self, Answer, Exam};
use vanish::learn::onnx;
use vanish::{Error, ErrorKind, Result};

use super::super::files::print;

#[derive(Debug, Args)]
pub struct EvaluateArgs {
    /// The folder of critters.onnx and critters-biased.onnx.
    #[arg(long, default_value = "www/models")]
    models: PathBuf,
    /// Number of pictures for each figure. A quarter of them is used if something is deleted.
    #[arg(long, default_value_t = 4000)]
    count: usize,
    /// Seed of the first picture.
    #[arg(long, default_value_t = HELD_OUT_SEEDS)]
    seed: u64,
    /// Prints one JSON object and nothing else.
    #[arg(long)]
    json: bool,
}

/// Name of the clean model, and of its file without the extension.
const CLEAN: &str = "critters";
/// Name of the biased model, and of its file without the extension.
const BIASED: &str = "critters-biased";

fn load(folder: &Path, name: &str) -> Result<Rc<OnnxClassifier>> {
    let path = folder.join(name).with_extension("onnx");
    let bytes = fs::read(&path)
        .map_err(|error| Error::new(ErrorKind::Io, format!("cannot read {}: {error}", path.display())))?;
    onnx::classifier(name, &bytes).map(Rc::new).map_err(|error| error.context(path.display()))
}

/// The answers of one model in one world with one deletion.
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
    let (clean, biased) = (load(&args.models, CLEAN)?, load(&args.models, BIASED)?);
    let mut rows = Vec::new();
    for (pictures, world, asked) in experiments() {
        eprintln!("{pictures} …");
        let exam = |&(model, deletion): &(&str, Deletion)| Exam {
            model: if model == CLEAN { clean.clone() } else { biased.clone() },
            deletion,
            // The effects of deletions are large, so a quarter of the pictures is enough to see them.
            count: if deletion == Deletion::Nothing { args.count } else { args.count.div_ceil(4) },
        };
        let exams: Vec<Exam> = asked.iter().map(exam).collect();
        let found = pollster::block_on(evaluate::answers_to(&exams, args.seed, &world))?;
        let row = |((model, deletion), answers)| Row { model, pictures, deletion, answers };
        rows.extend(asked.iter().copied().zip(found).map(row));
    }
    if args.json {
        let rows: Vec<_> = rows.iter().map(Row::json).collect();
        return print(&format!("{:#}", json!({ "seed": args.seed, "count": args.count, "rows": rows })));
    }
    print("| model | pictures | deleted | n | accuracy % | calibration error | p(truth) | bear % | owl % | cat % |")?;
    print("|---|---|---|---:|---:|---:|---:|---:|---:|---:|")?;
    rows.iter().try_for_each(|row| print(&row.line()))
}

/// An experiment: the name of its pictures, the world from which they are drawn, and the models asked with what is
/// deleted.
type Experiment = (&'static str, World, Vec<(&'static str, Deletion)>);

fn experiments() -> Vec<Experiment> {
    let every = [Deletion::Nothing, Deletion::Evidence, Deletion::Feet, Deletion::BodyFeetTail, Deletion::Everything];
    let both = vec![(CLEAN, Deletion::Nothing), (BIASED, Deletion::Nothing)];
    let mut clean: Vec<_> = every.map(|deletion| (CLEAN, deletion)).into();
    clean.push((BIASED, Deletion::Nothing));
    let on = |deletions: &[Deletion]| {
        let ask = |model: &'static str| deletions.iter().map(move |&deletion| (model, deletion));
        ask(CLEAN).chain(ask(BIASED)).collect::<Vec<_>>()
    };
    let bucket = on(&[Deletion::Bucket, Deletion::Evidence, Deletion::Feet]);
    let watermark = on(&[Deletion::Watermark, Deletion::Evidence]);
    vec![
        ("clean", World::clean(), clean),
        ("with cue", World::with_cue(), both.clone()),
        ("without cue", World::without_cue(), both),
        ("bears with bucket", World::with_cue().of(BUCKET_KIND), bucket),
        ("cats with watermark", World::with_cue().of(WATERMARK_KIND), watermark),
    ]
}

impl Row {
    /// Returns the accuracy on one kind, if there are pictures of it.
    fn of(&self, kind: Kind) -> Option<f64> {
        let own: Vec<Answer> = self.answers.iter().filter(|answer| answer.kind == kind).copied().collect();
        (!own.is_empty()).then(|| evaluate::accuracy(&own))
    }

    fn json(&self) -> serde_json::Value {
        json!({
            "model": self.model, "pictures": self.pictures, "deleted": self.deletion, "count": self.answers.len(),
            "accuracy": evaluate::accuracy(&self.answers),
            "calibration_error": evaluate::calibration_error(&self.answers),
            "mean_probability_of_truth": evaluate::mean_truth(&self.answers),
            "by_kind": Kind::ALL
                .map(|kind| (kind.name(), self.of(kind)))
                .into_iter()
                .collect::<std::collections::BTreeMap<_, _>>(),
        })
    }

    /// Returns the row of a Markdown table.
    fn line(&self) -> String {
        let percent =
            |share: Option<f64>| share.map_or_else(|| "–".to_owned(), |share| format!("{:.2}", 100.0 * share));
        let kinds = [BUCKET_KIND, SNOW_KIND, WATERMARK_KIND].map(|kind| percent(self.of(kind))).join(" | ");
        format!(
            "| {} | {} | {} | {} | {} | {:.4} | {:.3} | {kinds} |",
            self.model,
            self.pictures,
            format!("{:?}", self.deletion).to_lowercase(),
            self.answers.len(),
            percent(Some(evaluate::accuracy(&self.answers))),
            evaluate::calibration_error(&self.answers),
            evaluate::mean_truth(&self.answers),
        )
    }
}
