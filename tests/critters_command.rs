//! `vanish critters` as a person runs it: what it writes, and what it says to bad input.

#![cfg(all(feature = "cli", feature = "train"))]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

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
    let cases: [(&[&str], i32, &str); 9] = [
        (&["render", "--count", "0", "--out", &out], 1, "--count must be between 1 and"),
        (&["render", "--count", "99999999", "--out", &out], 1, "--count must be between 1 and"),
        (&["render", "--count=-3", "--out", &out], 2, "--count"),
        (&["render", "--seed", "rabbit", "--out", &out], 2, "--seed"),
        (&["render", "--seed", "18446744073709551615", "--count", "8", "--out", &out], 1, "--seed is too large"),
        (&["render", "--out", &under], 1, "cannot make the folder"),
        (&["train", "--steps", "0", "--out", &out], 1, "--steps must be"),
        (&["train", "--minutes=-1", "--out", &out], 1, "--minutes must be"),
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
