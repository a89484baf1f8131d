//! Times single steps of the method on the CPU. Prints one JSON object.
//!
//! ```sh
//! cargo bench --bench step -- --model squeezenet1.1.onnx --image photo.jpg --threads 2 --steps 30
//! ```
//!
//! One step is forward, backward to the mask, update and clamp, with the objective read back: the same as
//! `peers/torch_step.py`. `run.mjs` runs both in turn.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::rc::Rc;
use std::time::Instant;

use burn::tensor::Device;
use vanish::classifier::{self, OnnxClassifier, Profile};
use vanish::explain::{Method, Run, Settings, Subject};
use vanish::image::decode;
use vanish::{Error, ErrorKind, Result};

struct Options {
    model: PathBuf,
    image: PathBuf,
    threads: usize,
    steps: usize,
    warm_up: usize,
}

impl Options {
    fn parse(words: impl Iterator<Item = String>) -> std::result::Result<Self, String> {
        let mut options = Self { model: PathBuf::new(), image: PathBuf::new(), threads: 2, steps: 30, warm_up: 10 };
        // Cargo adds its own --bench.
        let mut words = words.filter(|word| word != "--bench");
        while let Some(word) = words.next() {
            let value = words.next().ok_or(format!("{word} needs a value"))?;
            let number = || value.parse::<usize>().map_err(|_| format!("{word} takes a number, not {value:?}"));
            match word.as_str() {
                "--model" => options.model = value.into(),
                "--image" => options.image = value.into(),
                "--threads" => options.threads = number()?,
                "--steps" => options.steps = number()?.max(1),
                "--warm-up" => options.warm_up = number()?,
                _ => return Err(format!("{word} is not an option of this bench")),
            }
        }
        Ok(options)
    }
}

fn main() -> ExitCode {
    let options = match Options::parse(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(message) => {
            eprintln!("step: {message}");
            return ExitCode::from(2);
        }
    };
    if !options.model.is_file() || !options.image.is_file() {
        eprintln!(
            "*** BENCH SKIPPED: --model and --image have to name an ONNX file and a photo. Nothing was measured. ***"
        );
        return ExitCode::SUCCESS;
    }
    // SAFETY: nothing else runs yet, so nothing reads the environment meanwhile.
    unsafe { std::env::set_var("RAYON_NUM_THREADS", options.threads.to_string()) };
    match pollster::block_on(measure(&options)) {
        Ok(result) => {
            println!("{result}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("step: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn measure(options: &Options) -> Result<serde_json::Value> {
    let model = Rc::new(open_model(&options.model)?);
    let subject = subject(&model, &read(&options.image)?).await?;
    let target = subject.target;
    let settings = Settings { iterations: options.warm_up + options.steps, ..Settings::preset(Method::Meaningful) };
    let mut run = Run::new(model.clone(), subject, model.profile().resize, settings).await?;
    for _ in 0..options.warm_up {
        run.step(1).await?;
    }
    let mut times = Vec::with_capacity(options.steps);
    for _ in 0..options.steps {
        let start = Instant::now();
        run.step(1).await?;
        times.push(start.elapsed().as_secs_f64() * 1000.0);
    }
    Ok(serde_json::json!({
        "name": "vanish, CPU",
        "version": env!("CARGO_PKG_VERSION"),
        "threads": options.threads,
        "target": target,
        "median_ms": median(&times),
        "ms": times,
        "objectives": run.energies(),
    }))
}

/// The model with the profile beside it, without its labels.
fn open_model(path: &Path) -> Result<OnnxClassifier> {
    let profile = match std::fs::read_to_string(path.with_extension("json")) {
        Ok(text) => Some(Profile { labels: None, ..Profile::from_json(&text)? }),
        Err(_) => None,
    };
    OnnxClassifier::from_bytes("model", &read(path)?, profile, None, &Device::flex())
}

/// The photo and the model's first answer to it.
async fn subject(model: &OnnxClassifier, photo: &[u8]) -> Result<Subject> {
    let picture = decode(photo)?;
    let logits = model.logits_of(&picture).await?;
    let best = classifier::top(&logits, model.labels(), 1);
    let first = best.first().ok_or_else(|| Error::new(ErrorKind::Model, "the model has no classes"))?;
    Ok(Subject { picture, target: first.index, label: first.label.clone() })
}

fn read(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).map_err(|e| Error::new(ErrorKind::Io, format!("{} cannot be read ({e})", path.display())))
}

fn median(times: &[f64]) -> f64 {
    let mut sorted = times.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    if sorted.len() % 2 == 1 { sorted[middle] } else { (sorted[middle - 1] + sorted[middle]) / 2.0 }
}
