//! Some eighty odd pictures, each read as an independent decoder reads it or refused in one sentence.
//!
//! `tests/reference/odd_pictures.py` makes them; its head says what `cases.json` holds.

mod common;

use std::path::PathBuf;

use common::golden_dir;
use image::RgbImage;
use serde::Deserialize;
use vanish::ErrorKind;
use vanish::picture::{Decoded, decode};

#[derive(Deserialize)]
struct Case {
    file: String,
    /// The PNG of what must be seen.
    pixels: Option<String>,
    #[serde(default)]
    within: u8,
    /// A word of the refusal.
    says: Option<String>,
}

fn folder() -> PathBuf {
    golden_dir().join("pictures")
}

fn bytes(file: &str) -> Vec<u8> {
    let path = folder().join(file);
    std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// What is wrong with how a case is read, if anything is.
fn fault(case: &Case) -> Option<String> {
    let read = decode(&bytes(&case.file));
    let wrong = match (&case.pixels, &case.says, read) {
        (Some(golden), None, Ok(Decoded { pixels, .. })) => differs(&pixels, golden, case.within)?,
        (None, Some(word), Err(error)) => unsaid(&error, word)?,
        (_, _, Ok(_)) => "was read, although it must be refused".into(),
        (_, _, Err(error)) => format!("was refused ({error})"),
    };
    Some(format!("{}: {wrong}", case.file))
}

fn differs(pixels: &RgbImage, golden: &str, within: u8) -> Option<String> {
    let right = image::load_from_memory(&bytes(golden)).expect("a golden is a PNG").into_rgb8();
    if pixels.dimensions() != right.dimensions() {
        return Some(format!("has the size {:?}, not {:?}", pixels.dimensions(), right.dimensions()));
    }
    let apart = pixels.as_raw().iter().zip(right.as_raw()).map(|(a, b)| a.abs_diff(*b)).max().unwrap_or(0);
    (apart > within).then(|| format!("lies {apart} of 255 off, more than {within}"))
}

fn unsaid(error: &vanish::Error, word: &str) -> Option<String> {
    let sentence = error.to_string();
    let one_sentence = !sentence.contains('\n') && sentence.len() < 300;
    let said = error.kind() == ErrorKind::Image && sentence.contains(word) && one_sentence;
    (!said).then(|| format!("is refused without \"{word}\": {sentence}"))
}

#[test]
fn odd_pictures_are_read_as_others_read_them_or_refused_by_name() {
    let cases: Vec<Case> = serde_json::from_slice(&bytes("cases.json")).expect("cases.json lists cases");
    let faults: Vec<String> = cases.iter().filter_map(fault).collect();
    assert!(cases.len() > 80 && faults.is_empty(), "{} of {}:\n{}", faults.len(), cases.len(), faults.join("\n"));
}
