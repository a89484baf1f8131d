//! `cargo xtask test` runs every check, one stage after the other.
//!
//! A failing stage does not stop the later ones, unless they need its results. At the end it prints a table with the
//! time of each stage. The last line gives the number of checks that passed and failed: each test counts as one, and so
//! does a stage without tests.

use crate::tools::{self, NPM, WASM_TARGET};
use crate::workspace::Workspace;
use crate::{page, pkg};
use anyhow::{Result, anyhow, ensure};
use clap::builder::PossibleValuesParser;
use std::time::{Duration, Instant};
use xshell::{Shell, cmd};

struct Stage {
    name: &'static str,
    what: &'static str,
    /// Stages whose results this one uses.
    needs: &'static [&'static str],
    run: fn(&Workspace, &mut Tally) -> Result<()>,
}

#[rustfmt::skip]
const STAGES: &[Stage] = &[
    Stage { name: "format", what: "rustfmt", needs: &[], run: format },
    Stage { name: "imports", what: "who imports whom, src/ and www/", needs: &[], run: imports },
    Stage { name: "clippy", what: "clippy, native", needs: &[], run: clippy },
    Stage { name: "native", what: "native tests", needs: &[], run: native },
    Stage { name: "docs", what: "rustdoc", needs: &[], run: docs },
    Stage { name: "clippy-wasm", what: "clippy, for the web", needs: &[], run: clippy_wasm },
    Stage { name: "wasm", what: "pkg/, the published page, its sizes", needs: &[], run: wasm },
    Stage { name: "types", what: "JavaScript types", needs: &["wasm"], run: |place, tally| npm(place, "check", tally) },
    Stage { name: "unit", what: "JavaScript unit tests", needs: &[], run: |place, tally| npm(place, "unit", tally) },
    Stage { name: "browser", what: "browser tests", needs: &["wasm"], run: browser },
    Stage { name: "bundlers", what: "the package in Vite and webpack", needs: &["wasm"], run: bundlers },
];

/// The stages to run.
#[derive(clap::Args)]
pub struct Selection {
    /// Runs only this stage. May be repeated.
    #[arg(long, value_name = "STAGE", value_parser = names())]
    only: Vec<String>,
    /// Leaves this stage out. May be repeated.
    #[arg(long, value_name = "STAGE", value_parser = names())]
    skip: Vec<String>,
}

fn names() -> PossibleValuesParser {
    PossibleValuesParser::new(STAGES.iter().map(|stage| stage.name))
}

impl Selection {
    fn includes(&self, stage: &str) -> bool {
        let named = |list: &[String]| list.iter().any(|name| name == stage);
        (self.only.is_empty() || named(&self.only)) && !named(&self.skip)
    }
}

/// The counts that the test runners of a stage reported.
#[derive(Debug, Default, PartialEq)]
struct Tally {
    passed: u64,
    failed: u64,
    ignored: u64,
}

impl Tally {
    /// Reads the closing lines of cargo's test runner (`test result: ok. 12 passed; …`) and of Node's (`# pass 12`).
    /// Other lines are skipped.
    fn see(&mut self, line: &str) {
        if let Some(counts) = line.strip_prefix("test result: ") {
            let counts = counts.split(['.', ';']).filter_map(|count| count.trim().split_once(' '));
            counts.for_each(|(number, word)| self.add(word, number));
        } else if let Some(count) = ["# ", "ℹ "].iter().find_map(|mark| line.strip_prefix(mark))
            && let Some((word, number)) = count.split_once(' ')
        {
            self.add(word, number);
        }
    }

    fn add(&mut self, word: &str, number: &str) {
        let Ok(number) = number.parse::<u64>() else { return };
        match word {
            "passed" | "pass" => self.passed += number,
            "failed" | "fail" | "cancelled" => self.failed += number,
            "ignored" | "skipped" | "todo" => self.ignored += number,
            _ => {}
        }
    }

    /// Counts a stage without tests as one check, and likewise a failure that belongs to no test.
    fn settle(&mut self, ok: bool) {
        let count = if ok { &mut self.passed } else { &mut self.failed };
        *count = (*count).max(1);
    }
}

struct Outcome {
    stage: &'static Stage,
    tally: Tally,
    time: Duration,
    ok: bool,
}

/// Returns whether every check passed.
pub fn run(workspace: &Workspace, selection: &Selection) -> Result<bool> {
    let chosen: Vec<_> = STAGES.iter().filter(|stage| selection.includes(stage.name)).collect();
    ensure!(!chosen.is_empty(), "No stage is left to run.");
    let mut outcomes: Vec<Outcome> = Vec::new();
    for (at, stage) in chosen.iter().enumerate() {
        println!("\n== [{}/{}] {}: {}", at + 1, chosen.len(), stage.name, stage.what);
        outcomes.push(run_stage(workspace, stage, &outcomes));
    }
    summarise(&outcomes);
    Ok(outcomes.iter().all(|outcome| outcome.ok))
}

fn run_stage(workspace: &Workspace, stage: &'static Stage, earlier: &[Outcome]) -> Outcome {
    let start = Instant::now();
    let mut tally = Tally::default();
    let missing = earlier.iter().find(|outcome| !outcome.ok && stage.needs.contains(&outcome.stage.name));
    let result = match missing {
        Some(outcome) => Err(anyhow!("not run, because it needs {}, which failed.", outcome.stage.name)),
        None => (stage.run)(workspace, &mut tally),
    };
    if let Err(fault) = &result {
        println!("FAILED {}: {fault:#}\n    again: cargo xtask test --only {}", stage.name, stage.name);
    }
    let ok = result.is_ok() && tally.failed == 0;
    tally.settle(ok);
    let time = start.elapsed();
    println!("{}: {:.1} s", stage.name, time.as_secs_f64());
    Outcome { stage, tally, time, ok }
}

/// Prints the table and the closing line.
fn summarise(outcomes: &[Outcome]) {
    println!("\n{:<14}{:<36}{:>8}{:>8}{:>9}{:>10}", "stage", "", "passed", "failed", "ignored", "seconds");
    for Outcome { stage, tally, time, ok } in outcomes {
        let Tally { passed, failed, ignored } = tally;
        let (seconds, mark) = (time.as_secs_f64(), if *ok { "" } else { "  FAILED" });
        println!("{:<14}{:<36}{passed:>8}{failed:>8}{ignored:>9}{seconds:>10.1}{mark}", stage.name, stage.what);
    }
    let sum = |count: fn(&Tally) -> u64| outcomes.iter().map(|outcome| count(&outcome.tally)).sum::<u64>();
    println!("{} passed, {} failed", sum(|tally| tally.passed), sum(|tally| tally.failed));
}

fn format(workspace: &Workspace, _: &mut Tally) -> Result<()> {
    tools::ensure_component(&workspace.shell, "fmt", "rustfmt")?;
    cargo(&workspace.shell, "fmt --all --check")
}

fn imports(workspace: &Workspace, tally: &mut Tally) -> Result<()> {
    let rust = tools::watch(cmd!(workspace.shell, "cargo test --release --test imports"), |line| tally.see(line));
    tools::install_packages(workspace, tools::WEB)?;
    npm(workspace, "imports", tally).and(rust)
}

/// Runs clippy in the release profile, like everything native here, so that build scripts and macros are built once.
fn clippy(workspace: &Workspace, _: &mut Tally) -> Result<()> {
    tools::ensure_component(&workspace.shell, "clippy", "clippy")?;
    cargo(&workspace.shell, "clippy --release --workspace --all-targets -- -D warnings")
}

fn clippy_wasm(workspace: &Workspace, _: &mut Tally) -> Result<()> {
    tools::ensure_component(&workspace.shell, "clippy", "clippy")?;
    tools::ensure_wasm_target(&workspace.shell)?;
    let target = format!("clippy --lib --profile wasm --target {WASM_TARGET} --no-default-features --features gpu");
    cargo(&workspace.shell, &format!("{target} -- -D warnings"))
}

fn native(workspace: &Workspace, tally: &mut Tally) -> Result<()> {
    let tests = cmd!(workspace.shell, "cargo test --release --workspace --no-fail-fast");
    tools::watch(tests, |line| tally.see(line))
}

fn docs(workspace: &Workspace, _: &mut Tally) -> Result<()> {
    let _strict = workspace.shell.push_env("RUSTDOCFLAGS", "-Dwarnings");
    cargo(&workspace.shell, "doc --release --workspace --no-deps")
}

fn cargo(shell: &Shell, words: &str) -> Result<()> {
    Ok(shell.cmd("cargo").args(words.split_whitespace()).run()?)
}

fn wasm(workspace: &Workspace, _: &mut Tally) -> Result<()> {
    pkg::build(workspace)?;
    page::make(workspace, &published(workspace))
}

/// Returns the folder of the page in the form that a web host gets, for the tests.
fn published(workspace: &Workspace) -> std::path::PathBuf {
    workspace.site().join("page")
}

const E2E: &str = "tests/e2e";

fn browser(workspace: &Workspace, tally: &mut Tally) -> Result<()> {
    let _chromium = workspace.shell.push_env("CHROMIUM", tools::chromium(&workspace.shell)?);
    let _published = workspace.shell.push_env("PUBLISHED", published(workspace));
    npm(workspace, "browser", tally)
}

fn bundlers(workspace: &Workspace, tally: &mut Tally) -> Result<()> {
    let _chromium = workspace.shell.push_env("CHROMIUM", tools::chromium(&workspace.shell)?);
    npm(workspace, "bundlers", tally)
}

/// Runs a script of the tests' package.
fn npm(workspace: &Workspace, script: &str, tally: &mut Tally) -> Result<()> {
    tools::install_packages(workspace, E2E)?;
    let _inside = workspace.shell.push_dir(E2E);
    tools::watch(cmd!(workspace.shell, "{NPM} run {script}"), |line| tally.see(line))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_what_the_runners_close_with() {
        let mut tally = Tally::default();
        for line in [
            "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 3 filtered out; finished in 0.10s",
            "test result: FAILED. 2 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.10s",
            "ℹ pass 7",
            "ℹ fail 1",
            "ℹ skipped 1",
            "# pass 4",
            "# passing remarks 5 6",
            "5 passed",
        ] {
            tally.see(line);
        }
        assert_eq!(tally, Tally { passed: 12 + 2 + 7 + 4, failed: 2, ignored: 2 });
    }

    #[test]
    fn a_stage_counts_at_least_once() {
        for (ok, before, after) in [(true, (0, 0), (1, 0)), (false, (0, 0), (0, 1)), (false, (5, 2), (5, 2))] {
            let mut tally = Tally { passed: before.0, failed: before.1, ignored: 0 };
            tally.settle(ok);
            assert_eq!((tally.passed, tally.failed), after, "{ok} {before:?}");
        }
    }

    #[test]
    fn needs_name_earlier_stages() {
        for (at, stage) in STAGES.iter().enumerate() {
            for need in stage.needs {
                assert!(STAGES[..at].iter().any(|earlier| earlier.name == *need), "{} needs {need}", stage.name);
            }
        }
    }
}
