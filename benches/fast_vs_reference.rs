//! Times how long *fast* takes to reach a reference's answer, on the CPU, for one picture. Prints one JSON object.
//!
//! ```sh
//! cargo bench --bench fast_vs_reference -- --model squeezenet1.1.onnx --image photo.jpg --reference grid.json
//! ```
//!
//! `grid.json` holds `{"target": 207, "seconds": 9.1, "grid": [784 values]}`: the best mask of 300 iterations of the
//! PyTorch reference, as `fast_vs_reference.py` writes it. Without it, the reference is this program's own preset
//! *meaningful*. Both masks are judged in the same way, by the expectation of the paper's energy over all 16 offsets of
//! the jitter. An energy within 1 % counts as no worse. *fast* runs once with the paper's weights, and the judge's time
//! is not counted. It is judged every four steps; `--every 1000` judges only its answer. With `--curve`, a run made
//! elsewhere is judged instead of one made here: `[{"iteration": 4, "seconds": 0.5, "grid": [784 values]}, …]`.

mod common;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::rc::Rc;
use std::time::Instant;

use common::{open_model, read};
use vanish::classifier::OnnxClassifier;
use vanish::explain::Run;
use vanish::job::Job;
use vanish::methods::optimise::EnergyJudge;
use vanish::methods::{Settings, Start, fast, meaningful};
use vanish::picture::BlurScale;
use vanish::picture::decode;
use vanish::question::Subject;
use vanish::{Error, ErrorKind, Result};

/// An energy within this factor of the reference's counts as no worse.
const NO_WORSE: f32 = 1.01;

/// Number of steps between two looks at the mask, if no other is given.
const EVERY: usize = 4;

/// Largest number of steps of *fast*: those for which a quarter of the reference's time suffices after the start
/// (docs/lab.md).
const STEPS: usize = 100;

/// The starts of *fast*.
const STARTS: [Start; 1] = [Start::Direction];

#[derive(Default)]
struct Options {
    model: PathBuf,
    image: PathBuf,
    reference: Option<PathBuf>,
    threads: Option<usize>,
    iterations: Option<usize>,
    learning_rate: Option<f32>,
    views: Option<usize>,
    path: Option<Vec<f32>>,
    starts: Option<Vec<Start>>,
    curve: Option<PathBuf>,
    every: Option<usize>,
    seed: u64,
}

impl Options {
    fn parse(words: impl Iterator<Item = String>) -> std::result::Result<Self, String> {
        let mut options = Self::default();
        // Cargo adds its own --bench.
        let mut words = words.filter(|word| word != "--bench");
        while let Some(word) = words.next() {
            let value = words.next().ok_or(format!("{word} needs a value"))?;
            let wrong = || format!("{word} takes a number, not {value:?}");
            let number = || value.parse::<usize>().map_err(|_| wrong());
            let numbers = || -> std::result::Result<Vec<f32>, String> {
                value.split_terminator(',').map(|part| part.parse().map_err(|_| wrong())).collect()
            };
            match word.as_str() {
                "--model" => options.model = value.into(),
                "--image" => options.image = value.into(),
                "--reference" => options.reference = Some(value.into()),
                "--threads" => options.threads = Some(number()?),
                "--iterations" => options.iterations = Some(number()?),
                "--views" => options.views = Some(number()?),
                "--path" => options.path = Some(numbers()?),
                "--starts" => {
                    options.starts = Some(value.split(',').map(str::parse).collect::<std::result::Result<_, _>>()?)
                }
                "--every" => options.every = Some(number()?),
                "--curve" => options.curve = Some(value.into()),
                "--learning-rate" => options.learning_rate = Some(value.parse().map_err(|_| wrong())?),
                "--seed" => options.seed = number()? as u64,
                _ => return Err(format!("{word} is not an option of this bench")),
            }
        }
        Ok(options)
    }
}

/// A mask that is to be reached.
#[derive(serde::Deserialize)]
struct Reference {
    target: usize,
    seconds: f64,
    grid: Vec<f32>,
}

fn main() -> ExitCode {
    let options = match Options::parse(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(message) => {
            eprintln!("fast_vs_reference: {message}");
            return ExitCode::from(2);
        }
    };
    if !options.model.is_file() || !options.image.is_file() {
        eprintln!(
            "*** BENCH SKIPPED: --model and --image have to name an ONNX file and a photo. Nothing was measured. ***"
        );
        return ExitCode::SUCCESS;
    }
    if let Some(threads) = options.threads {
        // SAFETY: nothing else runs yet, so nothing reads the environment meanwhile.
        unsafe { std::env::set_var("RAYON_NUM_THREADS", threads.to_string()) };
    }
    match pollster::block_on(measure(&options)) {
        Ok(result) => {
            println!("{result}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("fast_vs_reference: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The state of a run after some steps and seconds, with its grid.
#[derive(serde::Deserialize)]
struct Point {
    iteration: usize,
    seconds: f64,
    grid: Vec<f32>,
}

async fn measure(options: &Options) -> Result<serde_json::Value> {
    let model = Rc::new(open_model(&options.model, &common::device("cpu")?.0, |profile| profile)?);
    let picture = decode(&read(&options.image)?)?.pixels;
    let subject = |target: usize| Subject { picture: picture.clone(), target, label: model.labels().short(target) };
    let reference = match &options.reference {
        Some(path) => parse(path)?,
        None => own(&model, subject(top(&model, &picture).await?), options.seed).await?,
    };
    let subject = subject(reference.target);
    let settings = fast(options);
    let judge = EnergyJudge::new(model.clone(), subject.clone(), paper(options.seed)).await?;
    let wanted = judge.expected(&reference.grid).await?;
    let before = common::processor_seconds();
    let points: Vec<Point> = match &options.curve {
        Some(path) => parse(path)?,
        None => run_of(model.clone(), subject, settings.clone(), options.every.unwrap_or(EVERY)).await?,
    };
    let processor = common::processor_seconds().zip(before).map(|(after, before)| after - before);
    let last = points.last().ok_or_else(|| Error::new(ErrorKind::Io, "the curve has no points"))?;
    let (energy, mut reached, mut curve) = (judge.expected(&last.grid).await?, None, vec![]);
    for point in &points {
        let energy = judge.expected(&point.grid).await?;
        curve.push((point.iteration, point.seconds, energy));
        if energy <= NO_WORSE * wanted {
            reached = Some(point);
            break;
        }
    }
    Ok(serde_json::json!({
        "target": reference.target, "reference_seconds": reference.seconds, "reference_energy": wanted,
        "fast_energy": energy, "worse": energy > NO_WORSE * wanted, "fast_steps": last.iteration, "fast_seconds": last.seconds,
        "fast_processor_seconds": processor,
        "reached_steps": reached.map(|point| point.iteration), "reached_seconds": reached.map(|point| point.seconds),
        "ratio": reached.map(|point| point.seconds / reference.seconds), "curve": curve, "settings": settings,
    }))
}

/// Runs *fast* on the CPU and notes its state every few steps. The last grid is the run's answer.
async fn run_of(model: Rc<OnnxClassifier>, subject: Subject, settings: Settings, every: usize) -> Result<Vec<Point>> {
    let started = Instant::now();
    let mut run = Run::new(model, subject, settings).await?;
    let mut points = vec![];
    loop {
        let progress = run.step(every).await?;
        let seconds = started.elapsed().as_secs_f64();
        points.push(Point { iteration: progress.iteration, seconds, grid: run.grid().to_vec() });
        if progress.done {
            points.push(Point { iteration: progress.iteration, seconds, grid: run.finish().await?.grid.values });
            return Ok(points);
        }
    }
}

/// Returns the paper's preset, with the null's σ at the photo's own size, as in the PyTorch reference.
fn paper(seed: u64) -> Settings {
    Settings { sigma_at: BlurScale::Photo, seed, ..meaningful::METHOD.preset() }
}

/// Returns the settings of *fast* with the paper's weights.
fn fast(options: &Options) -> Settings {
    let (preset, paper) = (fast::METHOD.preset(), paper(options.seed));
    Settings {
        game: paper.game,
        l1: paper.l1,
        // The last descent is at the paper's price. It begins where one at a higher price ended (docs/lab.md).
        path: options.path.clone().unwrap_or_else(|| vec![3.0, 1.0]),
        starts: options.starts.clone().unwrap_or(STARTS.into()),
        l2: paper.l2,
        beta: paper.beta,
        sigma_at: paper.sigma_at,
        seed: options.seed,
        iterations: options.iterations.unwrap_or(STEPS),
        learning_rate: options.learning_rate.unwrap_or(preset.learning_rate),
        views: options.views.unwrap_or(preset.views),
        relief: 0.0,
        random_null: false,
        refine: false,
        ..preset
    }
}

/// Makes the reference from this program's own 300 iterations.
async fn own(model: &Rc<OnnxClassifier>, subject: Subject, seed: u64) -> Result<Reference> {
    let target = subject.target;
    let started = Instant::now();
    let mut run = Run::new(model.clone(), subject, paper(seed)).await?;
    while !run.step(usize::MAX).await?.done {}
    let grid = run.finish().await?.grid.values;
    Ok(Reference { target, seconds: started.elapsed().as_secs_f64(), grid })
}

fn parse<T: serde::de::DeserializeOwned>(path: &Path) -> Result<T> {
    let wrong = |e| Error::new(ErrorKind::Io, format!("{} is not what it should be ({e})", path.display()));
    serde_json::from_slice(&read(path)?).map_err(wrong)
}

async fn top(model: &OnnxClassifier, picture: &vanish::picture::RgbImage) -> Result<usize> {
    let logits = model.logits_of(picture).await?;
    Ok(model.top(&logits, 1).first().map_or(0, |best| best.index))
}
