//! Measures how the cost of a step grows with its work, and whether memory stays constant over thousands of steps and
//! many runs.
//!
//! ```sh
//! python benches/free_size.py squeezenet1.1.onnx free.onnx
//! cargo bench --bench growth -- --model free.onnx --image photo.jpg [--device gpu]
//! ```
//!
//! It plays the deletion game with the paper's weights, and prints medians. Memory is that of the process (Linux only).

mod common;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::rc::Rc;
use std::time::Instant;

use burn::tensor::Device;
use common::{median, open_model, read, subject};
use vanish::Result;
use vanish::classifier::{OnnxClassifier, Profile};
use vanish::explain::Run;
use vanish::job::Job;
use vanish::methods::{Settings, extremal, meaningful};
use vanish::picture::decode;
use vanish::question::Subject;

const SIDES: [usize; 4] = [128, 224, 299, 384];
const BATCHES: [usize; 3] = [1, 4, 16];
const GRIDS: [usize; 3] = [14, 28, 56];
const STEPS: usize = 2000;
const RUNS: usize = 50;
/// Number of steps of each of those runs.
const STEPS_OF_A_RUN: usize = 20;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let (model, image, device) = match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["--model", model, "--image", image] => (PathBuf::from(model), PathBuf::from(image), "cpu"),
        ["--model", model, "--image", image, "--device", device] => (model.into(), image.into(), device),
        _ => (PathBuf::new(), PathBuf::new(), ""),
    };
    if !model.is_file() || !image.is_file() {
        eprintln!(
            "*** BENCH SKIPPED: it takes --model FILE.onnx --image PHOTO [--device cpu|gpu]. Nothing was measured. ***"
        );
        return ExitCode::SUCCESS;
    }
    match pollster::block_on(measure(&model, &image, device)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("growth: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn measure(path: &Path, photo: &Path, device: &str) -> Result<()> {
    let (device, name) = common::device(device)?;
    eprintln!("{name}");
    let picture = decode(&read(photo)?)?.pixels;
    println!("| input | batch | grid | step, ms | ms a picture |\n|---:|---:|---:|---:|---:|");
    for side in SIDES {
        let model = Rc::new(open(path, side, &device)?);
        let subject = subject(&model, picture.clone()).await?;
        for batch in BATCHES {
            row(&model, &subject, side, batch, 28).await?;
        }
        if side == 224 {
            for grid in GRIDS.into_iter().filter(|&grid| grid != 28) {
                row(&model, &subject, side, 1, grid).await?;
            }
            areas(&model, &subject).await?;
            memory(&model, &subject).await?;
        }
    }
    Ok(())
}

async fn row(model: &Rc<OnnxClassifier>, subject: &Subject, side: usize, batch: usize, grid: usize) -> Result<()> {
    let mut run = start(model, subject, Settings { views: batch, cell_px: 224 / grid, ..settings() }).await?;
    let mut times = vec![];
    for step in 0..30 {
        let started = Instant::now();
        run.step(1).await?;
        if step >= 5 {
            times.push(started.elapsed().as_secs_f64() * 1e3);
        }
    }
    let median = median(&times);
    let cells = run.grid().len().isqrt();
    println!("| {side}² | {batch} | {cells}² | {median:.1} | {:.1} |", median / batch as f64);
    Ok(())
}

/// Measures the cost of *extremal* for one area and for five, over all of its steps.
async fn areas(model: &Rc<OnnxClassifier>, subject: &Subject) -> Result<()> {
    let mut seconds = vec![];
    let preset = extremal::METHOD.preset();
    for areas in [vec![0.1], preset.areas.clone()] {
        let mut run = start(model, subject, Settings { areas, ..preset.clone() }).await?;
        run.step(1).await?;
        let started = Instant::now();
        while !run.step(usize::MAX).await?.done {}
        seconds.push(started.elapsed().as_secs_f64());
    }
    eprintln!("extremal, one area and five: {seconds:.1?} s, {:.2} times", seconds[1] / seconds[0]);
    Ok(())
}

async fn memory(model: &Rc<OnnxClassifier>, subject: &Subject) -> Result<()> {
    let mut run = start(model, subject, settings()).await?;
    run.step(200).await?;
    let mut held = vec![mebibytes()];
    for _ in 0..4 {
        run.step(STEPS / 4).await?;
        held.push(mebibytes());
    }
    eprintln!("MiB held after 200 steps and after each {} of {STEPS} more: {held:.1?}", STEPS / 4);
    drop(run);
    let mut held = vec![];
    for number in 0..=RUNS {
        let mut run = start(model, subject, Settings { iterations: STEPS_OF_A_RUN, ..settings() }).await?;
        while !run.step(usize::MAX).await?.done {}
        run.finish().await?;
        if number % 10 == 0 {
            held.push(mebibytes());
        }
    }
    eprintln!("MiB held after run 1 and each tenth of {RUNS} more: {held:.1?}");
    Ok(())
}

fn settings() -> Settings {
    Settings { iterations: 100_000, ..meaningful::METHOD.preset() }
}

async fn start(model: &Rc<OnnxClassifier>, subject: &Subject, settings: Settings) -> Result<Run> {
    Run::new(model.clone(), subject.clone(), settings).await
}

/// Returns the memory of the process in MiB, or 0 if the system does not say.
fn mebibytes() -> f64 {
    let pages = std::fs::read_to_string("/proc/self/statm")
        .ok()
        .and_then(|text| text.split(' ').nth(1).and_then(|pages| pages.parse::<f64>().ok()));
    pages.unwrap_or(0.0) * 4096.0 / (1 << 20) as f64
}

/// Opens the model for pictures of `side` pixels.
fn open(path: &Path, side: usize, device: &Device) -> Result<OnnxClassifier> {
    open_model(path, device, |profile| Profile { size: side, resize: side * 8 / 7, ..profile })
}
