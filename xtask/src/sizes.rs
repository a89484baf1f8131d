//! What the page costs to load, compressed as a web host sends it, and the limits the build holds it to.

use crate::Result;
use crate::strip::strip;
use flate2::{Compression, write::GzEncoder};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

/// What is weighed together. Models and samples are not among them: they are fetched when they are asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Class {
    Wasm,
    /// JavaScript and styles, the wasm's glue included.
    Code,
    /// Markup, icons and other files of the page.
    Other,
    Data,
}

/// A limit in bytes on the compressed size of some classes.
struct Limit {
    what: &'static str,
    classes: &'static [Class],
    gzip: u64,
}

const LIMITS: &[Limit] = &[
    Limit { what: "wasm", classes: &[Class::Wasm], gzip: 3_000_000 },
    Limit { what: "JavaScript and CSS", classes: &[Class::Code], gzip: 60_000 },
    Limit { what: "page without wasm", classes: &[Class::Code, Class::Other], gzip: 100_000 },
];

pub struct Weighed {
    pub class: Class,
    pub raw: u64,
    pub gzip: u64,
}

pub fn classify(path: &Path) -> Class {
    match path.extension().and_then(|e| e.to_str()).unwrap_or("") {
        "wasm" => Class::Wasm,
        "js" | "mjs" | "css" => Class::Code,
        "onnx" | "bin" | "jpg" | "jpeg" => Class::Data,
        _ => Class::Other,
    }
}

/// A file's bytes as the built folder holds them.
pub fn sent(path: &Path) -> Result<Vec<u8>> {
    let bytes = fs::read(path).map_err(|e| format!("{} cannot be read: {e}.", path.display()))?;
    match (classify(path), String::from_utf8(bytes)) {
        (Class::Code, Ok(source)) => Ok(strip(&source).into_bytes()),
        (_, Ok(text)) => Ok(text.into_bytes()),
        (_, Err(binary)) => Ok(binary.into_bytes()),
    }
}

pub fn weigh(path: &Path) -> Result<Weighed> {
    let bytes = sent(path)?;
    let class = classify(path);
    Ok(Weighed { class, raw: bytes.len() as u64, gzip: gzip_length(&bytes) })
}

fn gzip_length(bytes: &[u8]) -> u64 {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("writing to memory does not fail").len() as u64
}

/// Weighs the files and prints a table; fails when a limit is passed.
pub fn check(files: &[PathBuf]) -> Result<()> {
    let weighed = files.iter().map(|path| weigh(path)).collect::<Result<Vec<_>>>()?;
    println!("    {:<22}{:>13}{:>13}{:>13}", "bytes", "raw", "gzip", "limit");
    for limit in LIMITS {
        let (raw, gzip) = limit.sum(&weighed);
        println!("    {:<22}{:>13}{:>13}{:>13}", limit.what, grouped(raw), grouped(gzip), grouped(limit.gzip));
    }
    let data: u64 = weighed.iter().filter(|file| file.class == Class::Data).map(|file| file.raw).sum();
    println!("    {:<22}{:>13}", "models and samples", grouped(data));
    let faults = faults(&weighed);
    if faults.is_empty() { Ok(()) } else { Err(faults.join("\n")) }
}

impl Limit {
    /// Raw and compressed bytes of what this limit is about.
    fn sum(&self, weighed: &[Weighed]) -> (u64, u64) {
        let counted = weighed.iter().filter(|file| self.classes.contains(&file.class));
        counted.fold((0, 0), |(raw, gzip), file| (raw + file.raw, gzip + file.gzip))
    }
}

/// One sentence for each limit that is passed.
fn faults(weighed: &[Weighed]) -> Vec<String> {
    let over = LIMITS.iter().filter_map(|limit| {
        let (_, gzip) = limit.sum(weighed);
        (gzip > limit.gzip).then(|| {
            format!("Too big: {} is {} bytes gzip; the limit is {}.", limit.what, grouped(gzip), grouped(limit.gzip))
        })
    });
    over.collect()
}

/// 1234567 as `1,234,567`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(class: Class, gzip: u64) -> Weighed {
        Weighed { class, raw: gzip * 2, gzip }
    }

    #[test]
    fn at_the_limit_passes_and_over_it_fails() {
        assert!(
            faults(&[file(Class::Wasm, 3_000_000), file(Class::Code, 60_000), file(Class::Other, 40_000)]).is_empty()
        );
        for (files, part) in [
            (vec![file(Class::Wasm, 3_000_001)], "wasm is 3,000,001"),
            (vec![file(Class::Code, 60_000), file(Class::Code, 1)], "JavaScript and CSS is 60,001"),
            (vec![file(Class::Code, 50_000), file(Class::Other, 50_001)], "page without wasm is 100,001"),
        ] {
            let faults = faults(&files);
            assert!(faults.len() == 1 && faults[0].contains(part), "{part}: {faults:?}");
        }
    }

    #[test]
    fn data_is_free() {
        assert!(faults(&[file(Class::Data, 50_000_000)]).is_empty());
    }

    #[test]
    fn classes_by_extension() {
        for (name, class) in [
            ("pkg/vanish_bg.wasm", Class::Wasm),
            ("www/main.js", Class::Code),
            ("www/style.css", Class::Code),
            ("index.html", Class::Other),
            ("www/icon.svg", Class::Other),
            ("www/models/critters.onnx", Class::Data),
        ] {
            assert_eq!(classify(Path::new(name)), class, "{name}");
        }
    }

    #[test]
    fn gzip_shrinks_repetition() {
        assert!(gzip_length(&[7; 100_000]) < 500);
    }

    #[test]
    fn numbers_are_grouped() {
        for (number, text) in [(0, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(grouped(number), text);
        }
    }
}
