//! Times single steps of the method. Prints one JSON object.
//!
//! ```sh
//! cargo bench --bench step -- --model squeezenet1.1.onnx --image photo.jpg --threads 2 --steps 30
//! cargo bench --features gpu --bench step -- --model squeezenet1.1.onnx --image photo.jpg --device gpu
//! ```
//!
//! One step is the forward pass, the backward pass to the mask, the update and the clamp, with the objective read back.
//! `peers/torch_step.py` does the same. `run.mjs` runs both in turn.

mod common;

use std::path::PathBuf;
use std::process::ExitCode;
use std::rc::Rc;
use std::time::Instant;

use common::{median, open_model, read, subject};
use vanish::Result;
use vanish::explain::Run;
use vanish::job::Job;
use vanish::methods::{Settings, meaningful};
use vanish::picture::decode;

struct Options {
    model: PathBuf,
    image: PathBuf,
    device: String,
    threads: usize,
    steps: usize,
    warm_up: usize,
}

impl Options {
    fn parse(words: impl Iterator<Item = String>) -> std::result::Result<Self, String> {
        let (model, image, device) = (PathBuf::new(), PathBuf::new(), "cpu".to_owned());
        let mut options = Self { model, image, device, threads: 2, steps: 30, warm_up: 10 };
        // Cargo adds its own --bench.
        let mut words = words.filter(|word| word != "--bench");
        while let Some(word) = words.next() {
            let value = words.next().ok_or(format!("{word} needs a value"))?;
            let number = || value.parse::<usize>().map_err(|_| format!("{word} takes a number, not {value:?}"));
            match word.as_str() {
                "--model" => options.model = value.into(),
                "--image" => options.image = value.into(),
                "--device" => options.device = value,
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
    let (device, name) = common::device(&options.device)?;
    let model = Rc::new(open_model(&options.model, &device, |profile| profile)?);
    let subject = subject(&model, decode(&read(&options.image)?)?.pixels).await?;
    let target = subject.target;
    let settings = Settings { iterations: options.warm_up + options.steps, ..meaningful::METHOD.preset() };
    let mut run = Run::new(model.clone(), subject, settings).await?;
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
        "name": format!("vanish, {name}"),
        "version": env!("CARGO_PKG_VERSION"),
        "threads": options.threads,
        "target": target,
        "median_ms": median(&times),
        "ms": times,
        "objectives": run.energies(),
    }))
}
