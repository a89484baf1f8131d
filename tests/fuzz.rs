//! Damaged models must be refused or answered, never crash, hang or eat the memory.
//!
//! Cases are numbered; each number gives the same file on every machine. They run in a child process with an allocator
//! that counts, so that an abort, a stack overflow, a hang or a greedy allocation is a finding and not the end of the
//! test.
//!
//! ```text
//! VANISH_FUZZ_MINUTES=30 cargo test --release --test fuzz -- --ignored --nocapture minutes     as long as that
//! VANISH_FUZZ_CASE=123 cargo test --release --test fuzz -- --ignored --nocapture one           one case, in this process
//! ```

#[path = "common/cases.rs"]
mod cases;
mod common;
#[path = "common/counting.rs"]
mod counting;
#[path = "common/mutate.rs"]
mod mutate;
#[path = "common/tiny.rs"]
mod tiny;

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use burn::tensor::Device;
use counting::Counting;
use mutate::{Seed, mutant, small_seeds};
use vanish::array::Array;
use vanish::classifier::graph::{Graph, Rectifier};
use vanish::classifier::lower::{Binding, lower};
use vanish::classifier::onnx::Model;
use vanish::classifier::{Classifier, OnnxClassifier};

#[global_allocator]
static MEMORY: Counting = Counting::new();

/// A case that takes longer hangs.
const LONGEST: Duration = Duration::from_secs(60);
/// What a case may allocate, besides [`TIMES_THE_FILE`] its size.
const MOST_BYTES: usize = 1 << 30;
const TIMES_THE_FILE: usize = 24;
/// The dearest forward pass that is run after loading, in multiplications, and its activations, in elements.
const DEAREST: u64 = 1 << 27;
const LARGEST: usize = 1 << 24;
/// Cases of `a_few_damaged_files_do_no_harm`.
const FEW: u64 = 1500;

/// What panics said in this process.
static PANICS: Mutex<Vec<String>> = Mutex::new(vec![]);

#[test]
fn a_few_damaged_files_do_no_harm() {
    let findings = hunt("small", 0, FEW, Duration::from_secs(600));
    assert!(findings.is_empty(), "{}", findings.join("\n"));
}

#[test]
#[ignore = "as long as VANISH_FUZZ_MINUTES says"]
fn minutes() {
    let minutes: f64 = std::env::var("VANISH_FUZZ_MINUTES").ok().and_then(|m| m.parse().ok()).unwrap_or(1.0);
    let first = std::env::var("VANISH_FUZZ_FROM").ok().and_then(|n| n.parse().ok()).unwrap_or(1_000_000);
    let findings = hunt("all", first, u64::MAX, Duration::from_secs_f64(minutes * 60.0));
    assert!(findings.is_empty(), "{} findings:\n{}", findings.len(), findings.join("\n"));
}

#[test]
#[ignore = "runs the case VANISH_FUZZ_CASE here"]
fn one() {
    let number = std::env::var("VANISH_FUZZ_CASE").ok().and_then(|n| n.parse().ok()).unwrap_or(0);
    let (name, bytes) = mutant(&seeds("all"), number);
    println!("case {number}, of {name}, {} bytes", bytes.len());
    println!("{}", run(&bytes));
}

/// The child of [`hunt`]: says each case's number before it and what it found after it.
#[test]
#[ignore = "started by the others"]
fn child() {
    let Ok(task) = std::env::var("VANISH_FUZZ_CHILD") else { return };
    let mut words = task.split(' ');
    let set = words.next().unwrap_or("small").to_owned();
    let mut number = || words.next().and_then(|n| n.parse::<u64>().ok()).unwrap_or(0);
    let (first, end, seconds) = (number(), number(), number());
    let seeds = seeds(&set);
    let began = Instant::now();
    std::panic::set_hook(Box::new(|info| {
        PANICS.lock().expect("no other panic").push(info.to_string().replace('\n', " "))
    }));
    let say = |line: String| {
        let mut out = std::io::stderr().lock();
        let _ = writeln!(out, "{line}");
    };
    let mut reached = first;
    while reached < end && began.elapsed().as_secs() < seconds {
        let (name, bytes) = mutant(&seeds, reached);
        say(format!("CASE {reached}"));
        MEMORY.start();
        MEMORY.set_limit(6 << 30);
        let outcome = catch_unwind(AssertUnwindSafe(|| run(&bytes))).unwrap_or_else(|_| "a panic".into());
        let peak = MEMORY.peak();
        for panic in PANICS.lock().expect("no other panic").drain(..) {
            say(format!("FOUND {reached} (of {name}): {panic}"));
        }
        if peak > MOST_BYTES + TIMES_THE_FILE * bytes.len() {
            say(format!(
                "FOUND {reached} (of {name}): {} MiB for a file of {} bytes; {outcome}",
                peak >> 20,
                bytes.len()
            ));
        }
        let _ = outcome;
        reached += 1;
    }
    say(format!("DONE {reached}"));
}

/// Runs cases in children until the number or the time is reached; what was found, each kind once.
fn hunt(set: &str, first: u64, end: u64, time: Duration) -> Vec<String> {
    let began = Instant::now();
    let mut findings: Vec<String> = vec![];
    let (mut next, mut children, mut loaded) = (first, 0, 0u64);
    while next < end && began.elapsed() < time {
        let left = time.saturating_sub(began.elapsed()).as_secs().max(1);
        let (reached, found) = watch(set, next, end, left);
        children += 1;
        loaded += reached - next;
        next = reached;
        for line in found {
            // One finding a place: what differs is the case.
            let kind = line.split_once("): ").map_or(line.as_str(), |(_, what)| what).to_owned();
            if !findings.iter().any(|known| known.ends_with(&kind)) {
                keep(set, &line);
                findings.push(line);
            }
        }
    }
    println!(
        "{loaded} cases, {children} processes, {:.1} minutes, {} findings",
        began.elapsed().as_secs_f64() / 60.0,
        findings.len()
    );
    findings
}

/// Writes the file of a finding where it can be looked at.
fn keep(set: &str, line: &str) {
    let Some(number) = line.split(' ').nth(1).and_then(|n| n.parse::<u64>().ok()) else { return };
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("finding-{number}.onnx"));
    let _ = fs::write(&path, mutant(&seeds(set), number).1);
    println!("  kept as {}", path.display());
}

/// One child: the number it got to, and what it found; a death or a hang is a finding of the case it was at.
fn watch(set: &str, first: u64, end: u64, seconds: u64) -> (u64, Vec<String>) {
    let mut child = Command::new(std::env::current_exe().expect("a test has a path"))
        .args(["--exact", "child", "--ignored", "--nocapture", "--test-threads=1"])
        .env("VANISH_FUZZ_CHILD", format!("{set} {first} {end} {seconds}"))
        .env("RAYON_NUM_THREADS", "1")
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the test can start itself");
    let (sender, lines) = channel();
    let output = BufReader::new(child.stderr.take().expect("it is piped"));
    std::thread::spawn(move || output.lines().map_while(Result::ok).for_each(|line| drop(sender.send(line))));
    let (mut at, mut found, mut last_words) = (first, vec![], String::new());
    let death = loop {
        match lines.recv_timeout(LONGEST) {
            Ok(line) => match line.split_once(' ') {
                Some(("CASE", number)) => at = number.parse().unwrap_or(at),
                Some(("FOUND", _)) => {
                    println!("{line}");
                    found.push(line);
                }
                Some(("DONE", number)) => break Err(number.parse().unwrap_or(at)),
                _ => last_words = line,
            },
            Err(RecvTimeoutError::Timeout) => break Ok(format!("no answer within {} s", LONGEST.as_secs())),
            Err(RecvTimeoutError::Disconnected) => break Ok(format!("the process died: {last_words}")),
        }
    };
    let _ = child.kill();
    let _ = child.wait();
    match death {
        Err(reached) => (reached, found),
        Ok(how) => {
            found.push(format!("FOUND {at} (of {}): {how}", mutant(&seeds(set), at).0));
            (at + 1, found)
        }
    }
}

/// The files to damage: those built in code, and with "all" the built-in models and the real ones too.
fn seeds(set: &str) -> Vec<Seed> {
    let mut seeds = small_seeds();
    if set != "all" {
        return seeds;
    }
    let built_in = Path::new(env!("CARGO_MANIFEST_DIR")).join("www/models");
    let folders = [Some(built_in), common::testdata().map(|folder| folder.join("models"))];
    for folder in folders.into_iter().flatten() {
        let mut paths: Vec<_> =
            fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
        paths.retain(|path| path.extension().is_some_and(|e| e == "onnx"));
        paths.sort();
        for path in paths {
            let bytes = fs::read(&path).expect("listed a moment ago");
            // Large files take long to load: they are chosen less often.
            let weight = (60_000_000 / (bytes.len() as u32 + 500_000)).max(4);
            seeds.push(Seed {
                name: path.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
                bytes,
                weight,
            });
        }
    }
    seeds
}

/// Loads a file as a classifier, or else as any graph, and runs it forward and backward if that is cheap; what became
/// of it.
fn run(bytes: &[u8]) -> String {
    match OnnxClassifier::from_bytes("fuzz", bytes, None, None, &Device::flex()) {
        Ok(model) if is_dear(model.graph()) => "loaded, too dear to run".into(),
        Ok(model) => explain(&model),
        Err(error) => match as_graph(bytes) {
            Ok(()) => "run as a graph".into(),
            Err(again) => format!("refused: {error}; {again}"),
        },
    }
}

fn is_dear(graph: &Graph) -> bool {
    let inputs = graph.input_shapes().iter().map(|shape| shape.iter().product::<usize>()).sum::<usize>();
    graph.cost().work > DEAREST || graph.cost().activations + inputs > LARGEST
}

fn explain(model: &OnnxClassifier) -> String {
    let side = model.size();
    let picture = Array::full(&[model.graph().input_shapes()[0][0], 3, side, side], 0.4, model.device());
    match model.logits_and_gradient(picture, &|logits| logits) {
        Ok((_, gradient)) => {
            let _ = pollster::block_on(gradient.read());
            let _ = model.info();
            "answered".into()
        }
        Err(error) => format!("refused: {error}"),
    }
}

fn as_graph(bytes: &[u8]) -> vanish::Result<()> {
    let model = Model::from_bytes(bytes)?;
    let bind = |port: &vanish::classifier::onnx::Port| {
        Ok(Binding::Shape(port.shape.iter().map(|size| size.unwrap_or(1)).collect()))
    };
    let graph: Graph = lower(&model, bind, &Device::flex())?;
    if is_dear(&graph) {
        return Ok(());
    }
    let inputs = graph.input_shapes().iter().map(|shape| Array::full(shape, 0.4, &Device::flex())).collect();
    let (outputs, tape) = graph.run_taped(inputs, None)?;
    let shapes: Vec<Vec<usize>> = outputs.iter().map(Array::shape).collect();
    for output in outputs {
        pollster::block_on(output.read())?;
    }
    if let Some(shape) = shapes.first() {
        for gradient in
            graph.gradient(tape, Array::full(shape, 1.0, &Device::flex()), Rectifier::True).into_iter().flatten()
        {
            pollster::block_on(gradient.read())?;
        }
    }
    Ok(())
}
