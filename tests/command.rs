//! The command as a person runs it: what it says to what it cannot use, and how it ends.

#![cfg(feature = "cli")]

#[path = "common/scratch.rs"]
#[allow(dead_code)]
mod scratch;
#[path = "common/tiny.rs"]
mod tiny;

use std::process::{Command, Output};

use image::RgbImage;
use scratch::Scratch;
use tiny::{FLOAT, classifier, node, port};
use vanish::picture::to_png;

impl Scratch {
    fn write(&self, file: &str, bytes: impl AsRef<[u8]>) -> String {
        let path = self.0.join(file);
        std::fs::write(&path, bytes).expect("a file");
        path.to_str().expect("the path is text").to_owned()
    }

    fn picture(&self, file: &str) -> String {
        self.write(file, to_png(&RgbImage::new(16, 16)).expect("a PNG"))
    }
}

fn vanish(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_vanish")).args(arguments).output().expect("the command starts")
}

/// What was written to standard error, where the command ended with this code.
fn said(output: &Output, code: i32) -> String {
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(code), "{said}");
    said
}

#[test]
fn a_set_of_which_every_picture_is_left_out_is_an_error() {
    let folder = Scratch::folder("run-left-out");
    folder.write("a.png", "no picture");
    let set = folder.0.to_str().expect("the path is text");
    for arguments in [&["evaluate", set, "--methods", "gradient", "--json"][..], &["rules", set], &["attack", set]] {
        let output = vanish(arguments);
        assert!(said(&output, 1).contains("every picture of the set was left out"), "{arguments:?}: {output:?}");
        assert!(output.stdout.is_empty(), "{arguments:?}");
    }
}

#[test]
fn one_picture_of_several_that_cannot_be_read_leaves_the_others() {
    let folder = Scratch::folder("run-several");
    let bad = folder.write("bad.png", "no picture");
    let output = vanish(&["classify", "critter:1", &bad, "critter:2", "--json"]);
    let said = said(&output, 1);
    assert!(said.contains("bad.png") && said.contains("1 of 3 pictures failed"), "{said}");
    let lines = String::from_utf8_lossy(&output.stdout).into_owned();
    let images: Vec<serde_json::Value> = lines
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON")["image"].take())
        .collect();
    assert_eq!(images, ["critter:1", "critter:2"]);
    let out = folder.0.join("out");
    let out = out.to_str().expect("the path is text");
    let arguments = ["explain", "critter:1", "critter:1", &folder.picture("black.png"), "--method", "gradient"];
    let output = vanish(&[&arguments[..], &["--out", out]].concat());
    assert_eq!(
        String::from_utf8_lossy(&output.stdout).lines().filter(|line| line.starts_with("critter:1: ")).count(),
        2
    );
    for name in ["critter-1", "critter-1-2"] {
        assert!(folder.0.join("out").join(name).join("report.json").is_file(), "{name}");
    }
}

#[test]
fn a_profile_for_a_built_in_model_is_not_left_aside() {
    let scratch = Scratch::folder("run-profile");
    let profile = scratch.write("p.json", "{}");
    let told = said(&vanish(&["classify", "critter:1", "--profile", &profile]), 1);
    assert!(told.contains("has its own profile"), "{told}");
}

#[test]
fn no_seeds_is_a_wrong_usage() {
    said(&vanish(&["explain", "critter:1", "--seeds", "0"]), 2);
}

/// An array of ones in NumPy's form.
fn ones(shape: &[usize]) -> Vec<u8> {
    let header = format!("{{'descr': '<f4', 'fortran_order': False, 'shape': {shape:?}, }}").replace(['[', ']'], "|");
    let header = header.replacen('|', "(", 1).replacen('|', ")", 1);
    let values = vec![1.0f32; shape.iter().product()];
    let values: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
    [b"\x93NUMPY\x01\0", &(header.len() as u16).to_le_bytes()[..], header.as_bytes(), &values].concat()
}

#[test]
fn a_model_of_several_inputs_takes_each_by_its_name() {
    let folder = Scratch::folder("run-inputs");
    let head = vec![node("Flatten", &["pooled"], &["flat"], &[]), node("Add", &["flat", "extra"], &["scores"], &[])];
    let mut graph = classifier(head, vec![port("scores", FLOAT, &[1, 4])]);
    graph.input.push(port("extra", FLOAT, &[1, 4]));
    let model = folder.write("two.onnx", tiny::bytes(&tiny::model(graph, 17)));
    let (picture, extra) = (folder.write("x.npy", ones(&[1, 3, 16, 16])), folder.write("e.npy", ones(&[1, 4])));
    let out = folder.0.join("y.npy");
    let out = out.to_str().expect("the path is text");
    let [picture, extra] = [format!("picture={picture}"), format!("extra={extra}")];
    for inputs in [vec![&picture[8..]], vec![&picture], vec![&picture, &picture], vec![&picture, &extra, &extra]] {
        let given: Vec<&str> = inputs.iter().flat_map(|input| ["--input", input]).collect();
        let output = vanish(&[&["run", &model, "--output", out][..], &given].concat());
        let said = said(&output, 1);
        assert!(said.contains("\"picture\" [1, 3, 16, 16], \"extra\" [1, 4]"), "{inputs:?}: {said}");
    }
    let both = ["run", &model, "--output", out, "--input", &extra, "--input", &picture];
    said(&vanish(&both), 0);
    for (name, shape) in [("w.npy", [1, 16, 16, 3]), ("s.npy", [1, 3, 16, 8])] {
        let wrong = format!("picture={}", folder.write(name, ones(&shape)));
        let refused = said(&vanish(&["run", &model, "--output", out, "--input", &extra, "--input", &wrong]), 1);
        let wanted = "the model's input is \"picture\" [1, 3, 16, 16], and ";
        assert!(
            refused.contains(wanted) && refused.trim_end().ends_with(&format!("{name} holds {shape:?}")),
            "{refused}"
        );
    }
    let gradient = folder.0.join("g.npy");
    let gradient = gradient.to_str().expect("the path is text");
    said(&vanish(&[&both[..], &["--gradient-of", "2", "--gradient", gradient]].concat()), 0);
    let bytes = std::fs::read(gradient).expect("the gradient by the input given first");
    let values: Vec<u8> = [0.0f32, 0.0, 1.0, 0.0].iter().flat_map(|value| value.to_le_bytes()).collect();
    assert!(bytes.ends_with(&values) && bytes.len() < 200);
    let output = vanish(&[&both[..], &["--output-name", "nope"]].concat());
    assert!(said(&output, 1).contains("no output \"nope\"; it has \"scores\" [1, 4]"));
}

#[test]
fn the_output_that_classify_is_told_is_the_one_it_reads() {
    let folder = Scratch::folder("run-output");
    let outputs = vec![port("relu", FLOAT, &[1, 4, 16, 16]), port("scores", FLOAT, &[1, 4])];
    let graph = classifier(vec![node("Flatten", &["pooled"], &["scores"], &[])], outputs);
    let model = folder.write("maps.onnx", tiny::bytes(&tiny::model(graph, 17)));
    let picture = folder.picture("a.png");
    let arguments = ["classify", &picture, "--model", &model];
    assert!(said(&vanish(&arguments), 1).contains("output_name"));
    said(&vanish(&[&arguments[..], &["--output-name", "scores"]].concat()), 0);
}

#[cfg(target_os = "linux")]
#[test]
fn an_output_that_cannot_be_written_is_a_failure_and_no_panic() {
    for arguments in [&["methods"][..], &["classify", "critter:1"]] {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("Linux has it");
        let mut command = Command::new(env!("CARGO_BIN_EXE_vanish"));
        let output = command.args(arguments).stdout(full).output().expect("the command starts");
        assert!(said(&output, 1).contains("standard output cannot be written"), "{arguments:?}");
    }
}

#[test]
fn a_method_that_is_named_twice_is_judged_once() {
    let output = vanish(&[
        "evaluate",
        "critters",
        "--methods",
        "gradient,gradient",
        "--metrics",
        "insertion,insertion",
        "--limit",
        "1",
        "--no-controls",
        "--json",
    ]);
    assert!(output.status.success(), "{output:?}");
    let found: serde_json::Value = serde_json::from_slice(&output.stdout).expect("one JSON object");
    let counts = ["rows", "records"].map(|list| found[list].as_array().map(Vec::len));
    assert_eq!(counts, [Some(1), Some(1)]);
    assert_eq!(found["setup"]["measures"]["metrics"], serde_json::json!(["insertion"]));
}

#[test]
fn results_of_every_kind_say_what_they_came_from() {
    for arguments in [
        &["parts", "critters", "--limit", "1"][..],
        &["cues", "critters", "--limit", "1"],
        &["rules", "critter:1", "--method", "gradient", "--families", "mean"],
        &["attack", "critter:1", "--attack", "fgsm"],
    ] {
        let output = vanish(&[arguments, &["--json"]].concat());
        assert!(output.status.success(), "{output:?}");
        let found: serde_json::Value = serde_json::from_slice(&output.stdout).expect("one JSON object");
        let version = format!("vanish {}", env!("CARGO_PKG_VERSION"));
        assert_eq!((&found["tool"], &found["interrupted"]), (&version.into(), &false.into()), "{arguments:?}");
        assert!(found["model"]["name"].is_string() && found["model"]["sha256"].is_string(), "{arguments:?}");
    }
}

#[test]
fn a_folder_is_no_model_and_critters_have_an_end() {
    let folder = Scratch::folder("run-no-model");
    let path = folder.0.to_str().expect("UTF-8");
    for (arguments, says) in [
        (&["classify", "critter:1", "--model", path][..], "is a folder, not a model; choose the .onnx file"),
        // Behind the last seed come those of the training.
        (&["parts", "critters", "--first", "18446744073709551615"], "'--first <NUMBER>'"),
        (&["attack", "critters", "--first", "18446744073709551615"], "'--first <NUMBER>'"),
    ] {
        let output = vanish(arguments);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && said.contains(says), "{arguments:?}: {said}");
    }
}

#[test]
fn an_evaluation_of_no_picture_and_a_first_critter_of_a_folder_are_refused() {
    let folder = Scratch::folder("run-refused");
    folder.picture("a.png");
    let set = folder.0.to_str().expect("the path is text");
    let none = vanish(&["evaluate", set, "--methods", "gradient", "--limit", "0"]);
    assert!(said(&none, 2).contains("a limit is a whole number from 1 on"));
    let first = vanish(&["evaluate", set, "--methods", "gradient", "--first", "3"]);
    assert!(said(&first, 1).contains("--first is for the set critters"));
}
