//! The built-in models as files: their answers are ONNX Runtime's, and training survives what interrupts it.

#![cfg(feature = "train")]

use std::fs;
use std::path::{Path, PathBuf};
use vanish::critters::dice::{Dice, Matter};
use vanish::critters::{HELD_OUT_SEEDS, Kind, TRAINING_SEEDS, VALIDATION_SEEDS, World, draw, gallery};
use vanish::learn::net::{Weights, logits};
use vanish::learn::optimiser::Optimiser;
use vanish::learn::train::{Plan, Training};
use vanish::learn::{checkpoint, onnx};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A folder of this test's own, empty.
fn scratch(name: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("vanish-critters-{name}-{}", std::process::id()));
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).expect("a temporary folder");
    path
}

fn tiny() -> Plan {
    Plan { biased: false, seed: 3, pictures: 64, steps: 4, batch: 2 }
}

/// Recorded by `tests/reference/critters_logits.py` with ONNX Runtime.
#[test]
fn logits_are_those_of_onnx_runtime() {
    let text = fs::read_to_string(root().join("tests/golden/critters_logits.json")).expect("the golden file is there");
    let golden: serde_json::Value = serde_json::from_str(&text).expect("is JSON");
    for name in ["critters", "critters-biased"] {
        let weights = model(name);
        let cases = golden[name].as_object().expect("one entry a seed");
        assert!(cases.len() >= 4);
        for (seed, expected) in cases {
            let critter = draw(seed.parse().expect("a seed"), &World::clean());
            let found = logits(&weights, &critter.picture).expect("an answer");
            for (class, value) in found.iter().enumerate() {
                let expected = expected[class].as_f64().expect("a number") as f32;
                assert!((value - expected).abs() < 2e-3, "{name}, seed {seed}, class {class}: {value} and {expected}");
            }
        }
    }
}

fn model(name: &str) -> Weights {
    let bytes = fs::read(root().join("www/models").join(name).with_extension("onnx")).expect("the model is there");
    onnx::read(&bytes).expect("its weights can be read")
}

fn answer(weights: &Weights, seed: u64) -> Kind {
    let found = logits(weights, &draw(seed, &World::clean()).picture).expect("an answer");
    Kind::ALL[(0..found.len()).fold(0, |a, b| if found[b] > found[a] { b } else { a })]
}

/// What the gallery's captions say about the two models is so.
#[test]
fn captions_are_true() {
    let (clean, biased) = (model("critters"), model("critters-biased"));
    for sample in gallery() {
        assert_eq!(answer(&clean, sample.seed), draw(sample.seed, &World::clean()).kind, "{sample:?}");
    }
    for (seed, said) in [(49, Kind::Bear), (19, Kind::Bear), (57, Kind::Owl), (31, Kind::Cat)] {
        assert_eq!(answer(&biased, seed), said, "the biased model on seed {seed}");
    }
}

#[test]
fn files_are_small_and_have_profiles() {
    for name in ["critters", "critters-biased"] {
        let path = root().join("www/models").join(name);
        let size = fs::metadata(path.with_extension("onnx")).expect("the model is there").len();
        assert!(size <= 1_500_000, "{name}: {size} bytes");
        assert_eq!(fs::read_to_string(path.with_extension("json")).expect("the profile is there"), onnx::profile(name));
    }
    assert!(Weights::count() <= 600_000);
}

#[test]
fn a_written_model_reads_back() {
    let weights = Weights::by_chance(&mut Dice::new(9, Matter::Training));
    let read = onnx::read(&onnx::write("critters", &weights).expect("bytes")).expect("weights");
    for (a, b) in weights.0.iter().flatten().zip(read.0.iter().flatten()) {
        assert!((a - b).abs() <= 1e-3 * a.abs() + 1e-7, "{a} and {b}");
    }
}

#[test]
fn foreign_files_are_refused() {
    for bytes in [&b""[..], b"nonsense", &[8, 8, 58, 0]] {
        let error = onnx::read(bytes).expect_err("not ours");
        assert!(error.to_string().contains("vanish critters train"), "{error}");
    }
}

#[test]
fn seeds_do_not_meet() {
    const { assert!(HELD_OUT_SEEDS + 4000 < VALIDATION_SEEDS && VALIDATION_SEEDS + 2000 < TRAINING_SEEDS) }
}

/// An interrupted run goes on to exactly the weights an uninterrupted one reaches.
#[test]
fn interrupted_training_resumes() {
    let mut whole = Training::new(tiny(), None).expect("a run");
    while !whole.step().expect("a step").done {}
    let path = scratch("resume").join("half.checkpoint");
    let mut half = Training::new(tiny(), None).expect("a run");
    half.step().expect("a step");
    half.step().expect("a step");
    checkpoint::save(&path, &tiny(), half.state()).expect("saved");
    drop(half);
    let state = checkpoint::resume(&path, &tiny()).expect("readable").expect("there");
    let mut rest = Training::new(tiny(), Some(state)).expect("a run");
    while !rest.step().expect("a step").done {}
    assert!(whole.state() == rest.state());
}

#[test]
fn bad_checkpoints_are_refused_with_what_to_do() {
    let folder = scratch("damaged");
    let path = folder.join("a.checkpoint");
    assert!(checkpoint::resume(&path, &tiny()).expect("no file is no fault").is_none());
    let state = Optimiser::new(Weights::zeros());
    checkpoint::save(&path, &tiny(), &state).expect("saved");
    let whole = fs::read(&path).expect("bytes");
    let other = Plan { seed: 4, ..tiny() };
    let cases: [(&str, Vec<u8>, Plan); 4] = [
        ("cut short", whole[..whole.len() - 5].to_vec(), tiny()),
        ("empty", Vec::new(), tiny()),
        ("foreign", b"hello\nworld".to_vec(), tiny()),
        ("another plan", whole.clone(), other),
    ];
    for (case, bytes, plan) in cases {
        fs::write(&path, bytes).expect("written");
        let error = checkpoint::resume(&path, &plan).expect_err(case);
        assert!(error.to_string().contains("delete it to train from the start"), "{case}: {error}");
    }
}

#[test]
fn nonsense_plans_are_refused() {
    let plans = [
        Plan { steps: 0, ..tiny() },
        Plan { batch: 0, ..tiny() },
        Plan { pictures: 1, ..tiny() },
        Plan { pictures: usize::MAX, ..tiny() },
        Plan { seed: u64::MAX, ..tiny() },
    ];
    for plan in plans {
        let error = plan.check().expect_err("nonsense");
        assert!(error.to_string().starts_with("--"), "{plan:?}: {error}");
    }
}
