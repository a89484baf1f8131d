//! `vanish critters`: draws the built-in world, trains its two models, and judges them.

use clap::{Args, Subcommand};
use serde_json::json;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use vanish::critters::learn::evaluate::{self, Answer, Deletion};
use vanish::critters::learn::net::Weights;
use vanish::critters::learn::optimiser::Optimiser;
use vanish::critters::learn::train::{Plan, Progress, Training};
use vanish::critters::learn::{checkpoint, onnx};
use vanish::critters::{BUCKET_KIND, Kind, SNOW_KIND, WATERMARK_KIND, World, contact_sheet, files};
use vanish::{Error, ErrorKind, Result};

/// The built-in world: animals whose truth is known to the pixel.
#[derive(Debug, Args)]
pub struct CrittersArgs {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Draw pictures with parts, boxes.json and labels.json.
    Render(RenderArgs),
    /// Train a built-in model and write it as ONNX with its profile.
    Train(TrainArgs),
    /// Judge the two models on held-out pictures, with and without the planted cue.
    Evaluate(EvaluateArgs),
}

#[derive(Debug, Args)]
struct RenderArgs {
    /// The first picture's seed.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// How many pictures.
    #[arg(long, default_value_t = 8)]
    count: usize,
    /// The folder to write to; it is made if it is not there.
    #[arg(long)]
    out: PathBuf,
    /// Draw from the world with the planted mistake.
    #[arg(long)]
    biased: bool,
    /// Write two sheets in place of single pictures: each kind in each of `count` scenes, and the parts.
    #[arg(long)]
    contact_sheet: bool,
}

#[derive(Debug, Args)]
struct TrainArgs {
    /// The folder for the model, its profile and the checkpoint.
    #[arg(long)]
    out: PathBuf,
    /// Train in the world with the planted mistake.
    #[arg(long)]
    biased: bool,
    /// Decides the pictures, their order and the first weights.
    #[arg(long, default_value_t = Plan::default().seed)]
    seed: u64,
    /// Steps of training.
    #[arg(long, default_value_t = Plan::default().steps)]
    steps: usize,
    /// Pictures in a step.
    #[arg(long, default_value_t = Plan::default().batch)]
    batch: usize,
    /// Pictures to draw and learn from.
    #[arg(long, default_value_t = Plan::default().pictures)]
    pictures: usize,
    /// Stop after this many minutes; the same command goes on from there.
    #[arg(long)]
    minutes: Option<f64>,
}

#[derive(Debug, Args)]
struct EvaluateArgs {
    /// The folder of critters.onnx and critters-biased.onnx.
    #[arg(long, default_value = "www/models")]
    models: PathBuf,
    /// Pictures for each figure.
    #[arg(long, default_value_t = 4000)]
    count: usize,
    /// The first picture's seed.
    #[arg(long, default_value_t = evaluate::HELD_OUT_SEEDS)]
    seed: u64,
    /// Print one JSON object and nothing else.
    #[arg(long)]
    json: bool,
}

/// Runs the subcommand.
pub fn run(args: CrittersArgs) -> Result<()> {
    match args.command {
        Command::Render(args) => render(&args),
        Command::Train(args) => train(&args),
        Command::Evaluate(args) => judge(&args),
    }
}

fn world(biased: bool) -> World {
    if biased { World::biased() } else { World::clean() }
}

fn folder(path: &Path) -> Result<()> {
    let failed = |error: std::io::Error| Error::new(ErrorKind::Io, format!("cannot make the folder {}: {error}", path.display()));
    fs::create_dir_all(path).map_err(failed)
}

fn render(args: &RenderArgs) -> Result<()> {
    let most = if args.contact_sheet { 64 } else { 100_000 };
    if !(1..=most).contains(&args.count) {
        return Err(Error::new(ErrorKind::Settings, format!("--count must be between 1 and {most}, not {}", args.count)));
    }
    if args.seed.checked_add(args.count as u64).is_none() {
        return Err(Error::new(ErrorKind::Settings, "--seed is too large for this many pictures"));
    }
    folder(&args.out)?;
    let world = world(args.biased);
    if args.contact_sheet {
        contact_sheet::write(&args.out, args.seed, args.count, &world)?;
    } else {
        files::write(&args.out, args.seed, args.count, &world)?;
    }
    eprintln!("wrote {} to {}", if args.contact_sheet { "two sheets" } else { "the pictures" }, args.out.display());
    Ok(())
}

fn train(args: &TrainArgs) -> Result<()> {
    let plan = Plan { biased: args.biased, seed: args.seed, pictures: args.pictures, steps: args.steps, batch: args.batch };
    plan.check()?;
    let minutes = args.minutes.unwrap_or(1e6);
    if !(minutes > 0.0 && minutes <= 1e6) {
        return Err(Error::new(ErrorKind::Settings, "--minutes must be a positive number"));
    }
    folder(&args.out)?;
    let name = if plan.biased { "critters-biased" } else { "critters" };
    let saved = args.out.join(format!("{name}.checkpoint"));
    let state = checkpoint::resume(&saved, &plan)?;
    // Found out before an hour is spent: the folder can be written to.
    checkpoint::write_whole(&args.out.join(format!("{name}.json")), onnx::profile(name).as_bytes())?;
    eprintln!("{} parameters; drawing {} pictures", Weights::count(), plan.pictures);
    let mut training = Training::new(plan, state)?;
    let begun = Instant::now();
    let deadline = Duration::from_secs_f64(60.0 * minutes);
    let done = learn(&mut training, &plan, &saved, begun, deadline)?;
    checkpoint::save(&saved, &plan, training.state())?;
    if !done {
        eprintln!("stopped at step {} of {}; the same command goes on", training.state().step, plan.steps);
        return Ok(());
    }
    finish(&args.out.join(format!("{name}.onnx")), name, training.state())
}

/// Steps until the plan is done (true) or the time is up (false).
fn learn(training: &mut Training, plan: &Plan, saved: &Path, begun: Instant, deadline: Duration) -> Result<bool> {
    let from = training.state().step;
    let (mut last_saved, mut loss) = (Instant::now(), None);
    while training.state().step < plan.steps {
        if begun.elapsed() >= deadline {
            return Ok(false);
        }
        let progress = training.step()?;
        let mean = loss.map_or(progress.loss, |mean: f32| 0.97 * mean + 0.03 * progress.loss);
        loss = Some(mean);
        if progress.step % 20 == 0 || progress.done {
            report(&progress, mean, progress.step - from, begun);
        }
        if last_saved.elapsed() > Duration::from_secs(30) {
            checkpoint::save(saved, plan, training.state())?;
            last_saved = Instant::now();
        }
    }
    Ok(true)
}

fn report(progress: &Progress, loss: f32, taken: usize, begun: Instant) {
    let each = begun.elapsed().as_secs_f64() / taken as f64;
    let left = each * (progress.steps - progress.step) as f64 / 60.0;
    eprintln!("step {:5} of {}  loss {loss:.4}  {each:.2} s a step  {left:.1} min left", progress.step, progress.steps);
}

/// Calibrates on pictures neither trained on nor judged by, and writes the model.
fn finish(path: &Path, name: &str, state: &Optimiser) -> Result<()> {
    let mut weights = state.average.clone();
    let world = if name == "critters" { World::clean() } else { World::with_cue() };
    let answers = evaluate::answers(&weights, evaluate::VALIDATION_SEEDS, 2000, &world, Deletion::Nothing)?;
    let temperature = evaluate::temperature(&answers);
    weights.cool(temperature);
    checkpoint::write_whole(path, &onnx::write(name, &weights)?)?;
    eprintln!(
        "accuracy {:.2} % on 2000 validation pictures; temperature {temperature:.3}; wrote {}",
        100.0 * evaluate::accuracy(&answers),
        path.display()
    );
    Ok(())
}

fn load(folder: &Path, name: &str) -> Result<Weights> {
    let path = folder.join(name).with_extension("onnx");
    let bytes = fs::read(&path).map_err(|error| Error::new(ErrorKind::Io, format!("cannot read {}: {error}", path.display())))?;
    onnx::read(&bytes).map_err(|error| error.context(path.display()))
}

/// The figures of one model in one world with one deletion.
struct Row {
    model: &'static str,
    pictures: &'static str,
    deletion: Deletion,
    answers: Vec<Answer>,
}

fn judge(args: &EvaluateArgs) -> Result<()> {
    if !(1..=100_000).contains(&args.count) {
        return Err(Error::new(ErrorKind::Settings, format!("--count must be between 1 and 100000, not {}", args.count)));
    }
    if args.seed.saturating_add(args.count as u64) > vanish::critters::TRAINING_SEEDS {
        return Err(Error::new(ErrorKind::Settings, "--seed reaches into the seeds that models are trained on (1000000000 and above)"));
    }
    let (clean, biased) = (load(&args.models, "critters")?, load(&args.models, "critters-biased")?);
    let mut rows = Vec::new();
    for (model, pictures, world, deletion) in experiments() {
        eprintln!("{model}: {pictures}, deleting {deletion:?}");
        let weights = if model == "critters" { &clean } else { &biased };
        let answers = evaluate::answers(weights, args.seed, args.count, &world, deletion)?;
        rows.push(Row { model, pictures, deletion, answers });
    }
    if args.json {
        println!("{:#}", json!({ "seed": args.seed, "count": args.count, "rows": rows.iter().map(Row::json).collect::<Vec<_>>() }));
    } else {
        rows.iter().for_each(Row::print);
    }
    Ok(())
}

fn experiments() -> Vec<(&'static str, &'static str, World, Deletion)> {
    let (clean, cue, none) = (World::clean(), World::with_cue(), World::without_cue());
    let mut all = Vec::new();
    for deletion in [Deletion::Nothing, Deletion::Evidence, Deletion::Feet, Deletion::BodyFeetTail, Deletion::Everything] {
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
    fn of(&self, kind: Kind) -> f64 {
        let own: Vec<Answer> = self.answers.iter().filter(|answer| answer.kind == kind).copied().collect();
        evaluate::accuracy(&own)
    }

    fn json(&self) -> serde_json::Value {
        json!({
            "model": self.model, "pictures": self.pictures, "deletion": self.deletion, "count": self.answers.len(),
            "accuracy": evaluate::accuracy(&self.answers), "calibration_error": evaluate::calibration_error(&self.answers),
            "mean_probability_of_truth": evaluate::mean_truth(&self.answers),
            "by_kind": Kind::ALL.map(|kind| (kind.name(), self.of(kind))).into_iter().collect::<std::collections::BTreeMap<_, _>>(),
        })
    }

    fn print(&self) {
        let percent = |share: f64| 100.0 * share;
        println!(
            "{:16} {:20} deleted {:14} accuracy {:6.2} %  calibration error {:.4}  p(truth) {:.3}  {} {:.1}  {} {:.1}  {} {:.1}",
            self.model, self.pictures, format!("{:?}", self.deletion).to_lowercase(), percent(evaluate::accuracy(&self.answers)),
            evaluate::calibration_error(&self.answers), evaluate::mean_truth(&self.answers),
            BUCKET_KIND.name(), percent(self.of(BUCKET_KIND)), SNOW_KIND.name(), percent(self.of(SNOW_KIND)),
            WATERMARK_KIND.name(), percent(self.of(WATERMARK_KIND)),
        );
    }
}
