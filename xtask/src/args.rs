//! The command line of `cargo xtask`, parsed by hand: three commands do not need a library.

use crate::Result;
use crate::checks::STAGES;
use std::path::PathBuf;

pub const USAGE: &str = "\
cargo xtask serve [--port N] [--no-build] [--base /PATH/] [--dir DIR]
    builds the page (minutes the first time) and serves it on localhost
    --port N      port to use; 0 takes any free one (default: 8080, or the next free one)
    --no-build    serves the pkg/ that is there
    --base PATH   serves under this path, as a project page on a static host would
    --dir DIR     serves this folder and builds nothing

cargo xtask build [--out DIR]
    makes a folder for any static host, under any path (default: dist)

cargo xtask test [--only STAGE]... [--skip STAGE]...
    runs every check: format, clippy, clippy-wasm, native, docs, wasm, types, browser";

#[derive(Debug, PartialEq)]
pub enum Command {
    Help,
    Serve(Serve),
    Build { out: PathBuf },
    Test(Selection),
}

#[derive(Debug, PartialEq)]
pub struct Serve {
    /// `None`: the default port, or the next free one.
    pub port: Option<u16>,
    pub build: bool,
    pub base: String,
    pub dir: Option<PathBuf>,
}

/// Which stages of `cargo xtask test` to run.
#[derive(Debug, Default, PartialEq)]
pub struct Selection {
    pub only: Vec<String>,
    pub skip: Vec<String>,
}

impl Selection {
    pub fn includes(&self, stage: &str) -> bool {
        let named = |list: &[String]| list.iter().any(|name| name == stage);
        (self.only.is_empty() || named(&self.only)) && !named(&self.skip)
    }
}

pub fn parse(mut words: impl Iterator<Item = String>) -> Result<Command> {
    match words.next().as_deref() {
        None | Some("help" | "--help" | "-h") => Ok(Command::Help),
        Some("serve") => parse_serve(words),
        Some("build") => parse_build(words),
        Some("test") => parse_test(words),
        Some(other) => Err(format!("There is no command {other:?}.")),
    }
}

fn parse_serve(mut words: impl Iterator<Item = String>) -> Result<Command> {
    let mut serve = Serve { port: None, build: true, base: "/".into(), dir: None };
    while let Some(word) = words.next() {
        match word.as_str() {
            "--port" => serve.port = Some(parse_port(&value(&word, &mut words)?)?),
            "--no-build" => serve.build = false,
            "--base" => serve.base = value(&word, &mut words)?,
            "--dir" => serve.dir = Some(value(&word, &mut words)?.into()),
            "--help" | "-h" => return Ok(Command::Help),
            _ => return Err(unknown("serve", &word)),
        }
    }
    Ok(Command::Serve(serve))
}

fn parse_build(mut words: impl Iterator<Item = String>) -> Result<Command> {
    let mut out = PathBuf::from("dist");
    while let Some(word) = words.next() {
        match word.as_str() {
            "--out" => out = value(&word, &mut words)?.into(),
            "--help" | "-h" => return Ok(Command::Help),
            _ => return Err(unknown("build", &word)),
        }
    }
    Ok(Command::Build { out })
}

fn parse_test(mut words: impl Iterator<Item = String>) -> Result<Command> {
    let mut selection = Selection::default();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--only" => selection.only.push(stage(&value(&word, &mut words)?)?),
            "--skip" => selection.skip.push(stage(&value(&word, &mut words)?)?),
            "--help" | "-h" => return Ok(Command::Help),
            _ => return Err(unknown("test", &word)),
        }
    }
    Ok(Command::Test(selection))
}

fn value(option: &str, words: &mut impl Iterator<Item = String>) -> Result<String> {
    words.next().ok_or_else(|| format!("{option} needs a value."))
}

fn parse_port(text: &str) -> Result<u16> {
    text.parse().map_err(|_| format!("{text:?} is not a port; a port is a number from 0 to 65535."))
}

fn stage(name: &str) -> Result<String> {
    match STAGES.iter().find(|stage| stage.name == name) {
        Some(stage) => Ok(stage.name.into()),
        None => {
            let names: Vec<_> = STAGES.iter().map(|stage| stage.name).collect();
            Err(format!("There is no stage {name:?}; the stages are {}.", names.join(", ")))
        }
    }
}

fn unknown(command: &str, word: &str) -> String {
    format!("`cargo xtask {command}` does not know {word:?}.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse_line(line: &str) -> Result<Command> {
        parse(line.split_whitespace().map(String::from))
    }

    #[test]
    fn serve_has_defaults_and_takes_options() {
        let defaults = Serve { port: None, build: true, base: "/".into(), dir: None };
        assert_eq!(parse_line("serve").unwrap(), Command::Serve(defaults));
        let given = Serve { port: Some(0), build: false, base: "/a/".into(), dir: Some("dist".into()) };
        assert_eq!(parse_line("serve --port 0 --no-build --base /a/ --dir dist").unwrap(), Command::Serve(given));
    }

    #[test]
    fn wrong_words_are_named() {
        for (line, part) in [
            ("sevre", "sevre"),
            ("serve --prot 1", "--prot"),
            ("serve --port", "needs a value"),
            ("serve --port 70000", "70000"),
            ("test --only fromat", "fromat"),
        ] {
            let message = parse_line(line).unwrap_err();
            assert!(message.contains(part), "{line}: {message}");
        }
    }

    #[test]
    fn usage_names_every_stage() {
        for stage in STAGES {
            assert!(USAGE.contains(stage.name), "{}", stage.name);
        }
    }

    #[test]
    fn selection_keeps_only_and_drops_skipped() {
        let all = Selection::default();
        assert!(all.includes("native"));
        let some = Selection { only: vec!["native".into(), "docs".into()], skip: vec!["docs".into()] };
        assert!(some.includes("native") && !some.includes("docs") && !some.includes("format"));
    }
}
