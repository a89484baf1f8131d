//! `vanish critters train`: trains a built-in model.

use crate::files::folder;
use clap::Args;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::{Duration, Instant};
use vanish::critters::{VALIDATION_SEEDS, World};
use vanish::learn::evaluate;
use vanish::learn::net::Weights;
use vanish::learn::optimiser::Optimiser;
use vanish::learn::train::{Plan, Progress, Training};
use vanish::learn::{checkpoint, onnx};
use vanish::{Error, ErrorKind, Result};

#[derive(Debug, Args)]
pub struct TrainArgs {
    /// The folder for the model, its profile and the checkpoint.
    #[arg(long)]
    out: PathBuf,
    /// Trains in the world with the planted mistake.
    #[arg(long)]
    biased: bool,
    /// Seed of the pictures, their order and the initial weights.
    #[arg(long, default_value_t = Plan::recorded(false).seed)]
    seed: u64,
    /// Number of training steps [default: 1700, with --biased 1200].
    #[arg(long)]
    steps: Option<usize>,
    /// Number of pictures in a step.
    #[arg(long, default_value_t = Plan::recorded(false).batch)]
    batch: usize,
    /// Number of pictures that are drawn and trained on.
    #[arg(long, default_value_t = Plan::recorded(false).pictures)]
    pictures: usize,
    /// Stops after this many minutes. The same command continues from there.
    #[arg(long)]
    minutes: Option<f64>,
    /// Seconds between saves of the training's state; 0 saves after every step.
    #[arg(long, default_value_t = 30)]
    save_every: u64,
}

impl TrainArgs {
    fn plan(&self) -> Plan {
        let recorded = Plan::recorded(self.biased);
        let steps = self.steps.unwrap_or(recorded.steps);
        Plan { seed: self.seed, steps, batch: self.batch, pictures: self.pictures, ..recorded }
    }
}

/// Trains until the plan is done or the time is up, and writes the model.
pub fn run(args: &TrainArgs) -> Result<()> {
    let plan = args.plan();
    plan.check()?;
    let minutes = args.minutes.unwrap_or(1e6);
    if !(minutes > 0.0 && minutes <= 1e6) {
        return Err(Error::new(ErrorKind::Settings, "--minutes must be a positive number"));
    }
    folder(&args.out)?;
    let name = if plan.biased { "critters-biased" } else { "critters" };
    let saved = args.out.join(format!("{name}.checkpoint"));
    let state = checkpoint::resume(&saved, &plan)?;
    // This finds out whether the folder can be written to before an hour is spent.
    checkpoint::write_whole(&args.out.join(format!("{name}.json")), onnx::profile(name).as_bytes())?;
    eprintln!("{} parameters; drawing {} pictures", Weights::count(), plan.pictures);
    let mut training = Training::new(plan, state)?;
    let saving = Saving { path: &saved, every: Duration::from_secs(args.save_every) };
    let done = learn(&mut training, &plan, &saving, Duration::from_secs_f64(60.0 * minutes))?;
    checkpoint::save(&saved, &plan, training.state())?;
    if !done {
        eprintln!("stopped at step {} of {}; the same command goes on", training.state().step, plan.steps);
        return Ok(());
    }
    finish(&args.out.join(format!("{name}.onnx")), name, training.state())
}

/// Where a training is saved, and how often.
struct Saving<'a> {
    path: &'a Path,
    every: Duration,
}

/// Takes steps until the plan is done (returns true) or the time is up (returns false).
fn learn(training: &mut Training, plan: &Plan, saving: &Saving, deadline: Duration) -> Result<bool> {
    let (begun, from) = (Instant::now(), training.state().step);
    let (mut last_saved, mut loss) = (begun, None);
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
        if last_saved.elapsed() >= saving.every {
            checkpoint::save(saving.path, plan, training.state())?;
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

/// Calibrates on pictures that are used neither for training nor for judging, and writes the model.
fn finish(path: &Path, name: &str, state: &Optimiser) -> Result<()> {
    let mut weights = state.average.clone();
    let world = if name == "critters" { World::clean() } else { World::with_cue() };
    let model = Rc::new(onnx::classifier(name, &onnx::write(name, &weights)?)?);
    let answers = pollster::block_on(evaluate::answers(model, VALIDATION_SEEDS, 2000, &world))?;
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
