//! `vanish critters` as a person runs it: what it writes, and what it says to bad input.

#![cfg(all(feature = "cli", feature = "train"))]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

fn vanish(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_vanish")).arg("critters").args(arguments).output().expect("the command starts")
}

fn scratch(name: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("vanish-command-{name}-{}", std::process::id()));
    let _ = fs::remove_dir_all(&path);
    path
}

fn text(path: &Path) -> String {
    path.to_str().expect("the path is text").to_owned()
}

#[test]
fn render_writes_pictures_parts_and_tables() {
    let out = scratch("render");
    let output = vanish(&["render", "--seed", "7", "--count", "3", "--out", &text(&out)]);
    assert!(output.status.success(), "{output:?}");
    let read = |name: &str| fs::read_to_string(out.join(name)).expect("the table is there");
    let boxes: serde_json::Value = serde_json::from_str(&read("boxes.json")).expect("is JSON");
    let labels: serde_json::Value = serde_json::from_str(&read("labels.json")).expect("is JSON");
    assert_eq!((boxes.as_array().map(Vec::len), labels.as_array().map(Vec::len)), (Some(3), Some(3)));
    assert_eq!(boxes[0]["file"], "critter-7.png");
    assert_eq!(boxes[0]["boxes"][0].as_array().map(Vec::len), Some(4));
    assert!(labels[0]["animals"][0]["keypoints"].is_array());
    for name in ["critter-7.png", "parts/critter-8.head.png", "parts/critter-9.evidence.png"] {
        assert!(out.join(name).is_file(), "{name}");
    }
}

#[test]
fn contact_sheets_are_written() {
    let out = scratch("sheet");
    let output = vanish(&["render", "--count", "2", "--contact-sheet", "--out", &text(&out)]);
    assert!(output.status.success(), "{output:?}");
    for name in ["kinds.png", "scenes.png", "parts.png"] {
        assert!(out.join(name).is_file(), "{name}");
    }
}

#[test]
fn bad_input_is_answered_with_one_sentence() {
    let blocked = scratch("blocked");
    fs::create_dir_all(&blocked).expect("a folder");
    let file = blocked.join("file");
    fs::write(&file, "not a folder").expect("a file");
    let under = text(&file.join("below"));
    let out = text(&blocked);
    // Folders stand where the pictures' and the model's files should be.
    let taken = blocked.join("taken");
    for name in ["critter-0.png", "critters.json"] {
        fs::create_dir_all(taken.join(name)).expect("a folder");
    }
    let taken = text(&taken);
    let cases: [(&[&str], i32, &str); 20] = [
        (&["render", "--count", "0", "--out", &out], 1, "--count must be between 1 and"),
        (&["render", "--count", "99999999", "--out", &out], 1, "--count must be between 1 and"),
        (&["render", "--count=-3", "--out", &out], 2, "--count"),
        (&["render", "--seed", "rabbit", "--out", &out], 2, "--seed"),
        (&["render", "--seed", "18446744073709551615", "--count", "8", "--out", &out], 1, "--seed is too large"),
        (&["render", "--seed=-1", "--out", &out], 2, "--seed"),
        (&["render", "--seed", "18446744073709551616", "--out", &out], 2, "--seed"),
        (&["render", "--count", "2.5", "--out", &out], 2, "--count"),
        (&["render", "--contact-sheet", "--count", "65", "--out", &out], 1, "--count must be between 1 and 64"),
        (&["render", "--out", &under], 1, "cannot make the folder"),
        (&["render", "--count", "1", "--out", &taken], 1, "cannot write"),
        (&["train", "--steps", "0", "--out", &out], 1, "--steps must be"),
        (&["train", "--batch", "0", "--out", &out], 1, "--batch must be"),
        (&["train", "--pictures", "1", "--out", &out], 1, "--pictures must be"),
        (&["train", "--seed", "18446744073709551615", "--out", &out], 1, "--seed must be"),
        (&["train", "--minutes=-1", "--out", &out], 1, "--minutes must be"),
        (&["train", "--minutes", "NaN", "--out", &out], 1, "--minutes must be"),
        (&["train", "--out", &under], 1, "cannot make the folder"),
        (&["train", "--out", &taken], 1, "cannot write"),
        (&["evaluate", "--models", &under], 1, "cannot read"),
    ];
    for (arguments, code, sentence) in cases {
        let output = vanish(arguments);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {said}");
        assert!(said.contains(sentence), "{arguments:?}: {said}");
        assert!(code == 2 || said.trim_end().lines().count() == 1, "{arguments:?}: {said}");
    }
}

/// Training killed in the middle of its work goes on from its checkpoint to the very file that an
/// uninterrupted run writes.
#[test]
fn killed_training_resumes_to_the_same_model() {
    let (whole, killed) = (scratch("whole"), scratch("killed"));
    let train = |out: &Path| {
        let arguments = ["critters", "train", "--pictures", "64", "--steps", "40", "--batch", "2", "--save-every", "0"];
        let mut command = Command::new(env!("CARGO_BIN_EXE_vanish"));
        command.args(arguments).arg("--out").arg(out).stdout(Stdio::null()).stderr(Stdio::null());
        command
    };
    let model = |out: &Path| fs::read(out.join("critters.onnx")).expect("the model is written");
    assert!(train(&whole).status().expect("the command starts").success());

    let checkpoint = killed.join("critters.checkpoint");
    let mut stopped_at = Vec::new();
    for _ in 0..2 {
        let before = fs::read(&checkpoint).ok();
        let mut running = train(&killed).spawn().expect("the command starts");
        let begun = Instant::now();
        while fs::read(&checkpoint).ok() == before {
            assert!(begun.elapsed() < Duration::from_secs(120), "no checkpoint in two minutes");
            sleep(Duration::from_millis(2));
        }
        running.kill().expect("it can be killed");
        assert!(!running.wait().expect("it ends").success(), "killed before it was done");
        assert!(!killed.join("critters.onnx").exists(), "no model before the end");
        stopped_at.push(step(&checkpoint));
    }
    assert!(0 < stopped_at[0] && stopped_at[0] < stopped_at[1] && stopped_at[1] < 40, "{stopped_at:?}");
    assert!(train(&killed).status().expect("the command starts").success());
    assert!(model(&whole) == model(&killed), "the same bytes, stopped at {stopped_at:?}");
}

/// The step a checkpoint was made at; its first line is JSON.
fn step(checkpoint: &Path) -> u64 {
    let bytes = fs::read(checkpoint).expect("a checkpoint");
    let line = bytes.split(|&byte| byte == b'\n').next().expect("a first line");
    serde_json::from_slice::<serde_json::Value>(line).expect("is JSON")["step"].as_u64().expect("a step")
}

#[cfg(target_os = "linux")]
#[test]
fn a_table_that_cannot_be_written_is_a_failure_and_no_panic() {
    for form in [&[][..], &["--json"]] {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").expect("Linux has it");
        let arguments = [&["critters", "evaluate", "--count", "1"], form].concat();
        let mut command = Command::new(env!("CARGO_BIN_EXE_vanish"));
        let output = command.args(&arguments).stdout(full).output().expect("the command starts");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.code() == Some(1) && said.contains("standard output cannot be written"), "{said}");
    }
}
