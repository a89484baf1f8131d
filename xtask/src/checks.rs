//! `cargo xtask test`: everything that must hold, one stage after the other.
//!
//! A failing stage does not stop the later ones, unless they need what it makes. At the end stands a table,
//! and as the last line the number of checks that passed and failed: tests count one each, and so does a
//! stage that has none.

use crate::args::Selection;
use crate::process::Program;
use crate::tools::{self, WASM_TARGET};
use crate::workspace::Workspace;
use crate::{Result, site};
use std::time::{Duration, Instant};

pub struct Stage {
    pub name: &'static str,
    what: &'static str,
    expected: &'static str,
    /// Stages whose results this one uses.
    needs: &'static [&'static str],
    run: fn(&Workspace, &mut Tally) -> Result<()>,
}

pub const STAGES: &[Stage] = &[
    Stage { name: "format", what: "rustfmt", expected: "a second", needs: &[], run: format },
    Stage { name: "clippy", what: "clippy, native", expected: "two minutes the first time", needs: &[], run: clippy },
    Stage { name: "native", what: "native tests", expected: "five minutes the first time", needs: &[], run: native },
    Stage { name: "docs", what: "rustdoc", expected: "half a minute", needs: &[], run: docs },
    Stage {
        name: "clippy-wasm",
        what: "clippy, for the web",
        expected: "three minutes the first time",
        needs: &[],
        run: clippy_wasm,
    },
    Stage {
        name: "wasm",
        what: "the page: wasm, pkg/ and sizes",
        expected: "ten minutes the first time",
        needs: &[],
        run: wasm,
    },
    Stage { name: "types", what: "JavaScript types", expected: "seconds", needs: &["wasm"], run: types },
    Stage { name: "browser", what: "browser tests", expected: "minutes", needs: &["wasm"], run: browser },
];

/// What the test runners of a stage reported.
#[derive(Debug, Default, PartialEq)]
pub struct Tally {
    passed: u64,
    failed: u64,
    ignored: u64,
}

impl Tally {
    /// Takes the closing lines of cargo's test runner and of Node's; other lines are passed over.
    fn see(&mut self, line: &str) {
        if let Some(counts) = line.strip_prefix("test result: ") {
            for count in counts.split(['.', ';']) {
                self.see_count(count);
            }
        } else if let Some(count) = ["# ", "ℹ "].iter().find_map(|mark| line.strip_prefix(mark)) {
            let mut words = count.split_whitespace();
            if let (Some(word), Some(number), None) = (words.next(), words.next(), words.next()) {
                self.add(word, number);
            }
        }
    }

    /// From cargo's line: `12 passed`.
    fn see_count(&mut self, count: &str) {
        if let Some((number, word)) = count.trim().split_once(' ') {
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

    /// A stage without tests is one check; a failure that no test owns up to is one as well.
    fn settle(&mut self, ok: bool) {
        if ok && self.passed == 0 {
            self.passed = 1;
        }
        if !ok && self.failed == 0 {
            self.failed = 1;
        }
    }
}

struct Outcome {
    stage: &'static Stage,
    tally: Tally,
    time: Duration,
    fault: Option<String>,
}

/// Whether every check passed.
pub fn run_all(workspace: &Workspace, selection: &Selection) -> Result<bool> {
    let chosen: Vec<&'static Stage> = STAGES.iter().filter(|stage| selection.includes(stage.name)).collect();
    if chosen.is_empty() {
        return Err("No stage is left to run.".into());
    }
    let mut outcomes: Vec<Outcome> = Vec::new();
    for (at, &stage) in chosen.iter().enumerate() {
        println!("\n== [{}/{}] {}: {} ({})", at + 1, chosen.len(), stage.name, stage.what, stage.expected);
        let outcome = run_stage(workspace, stage, &outcomes);
        if let Some(fault) = &outcome.fault {
            println!("FAILED {}: {fault}\n    again: cargo xtask test --only {}", stage.name, stage.name);
        }
        outcomes.push(outcome);
    }
    Ok(summarise(&outcomes))
}

fn run_stage(workspace: &Workspace, stage: &'static Stage, earlier: &[Outcome]) -> Outcome {
    let start = Instant::now();
    let mut tally = Tally::default();
    let missing = earlier.iter().find(|o| o.fault.is_some() && stage.needs.contains(&o.stage.name));
    let result = match missing {
        Some(outcome) => Err(format!("not run, for it needs {}, which failed.", outcome.stage.name)),
        None => (stage.run)(workspace, &mut tally),
    };
    let fault = result.err().or_else(|| (tally.failed > 0).then(|| "A test failed.".to_owned()));
    tally.settle(fault.is_none());
    Outcome { stage, tally, time: start.elapsed(), fault }
}

/// Prints the table and the closing line.
fn summarise(outcomes: &[Outcome]) -> bool {
    println!("\n{:<14}{:<34}{:>8}{:>8}{:>9}{:>10}", "stage", "", "passed", "failed", "ignored", "seconds");
    for Outcome { stage, tally, time, fault } in outcomes {
        println!(
            "{:<14}{:<34}{:>8}{:>8}{:>9}{:>10.1}{}",
            stage.name,
            stage.what,
            tally.passed,
            tally.failed,
            tally.ignored,
            time.as_secs_f64(),
            if fault.is_some() { "  FAILED" } else { "" }
        );
    }
    let sum = |count: fn(&Tally) -> u64| outcomes.iter().map(|outcome| count(&outcome.tally)).sum::<u64>();
    println!("{} passed, {} failed", sum(|t| t.passed), sum(|t| t.failed));
    outcomes.iter().all(|outcome| outcome.fault.is_none())
}

fn format(workspace: &Workspace, _: &mut Tally) -> Result<()> {
    tools::ensure_component("fmt", "rustfmt")?;
    workspace.cargo().words("fmt --all --check").run()
}

/// In the release profile, as everything native here, so that build scripts and macros are built once.
fn clippy(workspace: &Workspace, _: &mut Tally) -> Result<()> {
    tools::ensure_component("clippy", "clippy")?;
    workspace.cargo().words("clippy --release --workspace --all-targets -- -D warnings").run()
}

fn clippy_wasm(workspace: &Workspace, _: &mut Tally) -> Result<()> {
    tools::ensure_component("clippy", "clippy")?;
    tools::ensure_wasm_target(workspace)?;
    let cargo = workspace.cargo().words("clippy --lib --profile wasm --target").arg(WASM_TARGET);
    cargo.words("--no-default-features --features gpu -- -D warnings").run()
}

fn native(workspace: &Workspace, tally: &mut Tally) -> Result<()> {
    workspace.cargo().words("test --release --workspace --no-fail-fast").run_watched(|line| tally.see(line))
}

fn docs(workspace: &Workspace, _: &mut Tally) -> Result<()> {
    workspace.cargo().words("doc --release --workspace --no-deps").env("RUSTDOCFLAGS", "-Dwarnings").run()
}

fn wasm(workspace: &Workspace, _: &mut Tally) -> Result<()> {
    site::build_pkg(workspace)
}

const E2E: &str = "tests/e2e";

fn types(workspace: &Workspace, _: &mut Tally) -> Result<()> {
    install_packages(workspace)?;
    Program::node("npx").words("--no-install tsc -p .").within(&workspace.root, E2E).run()
}

fn browser(workspace: &Workspace, tally: &mut Tally) -> Result<()> {
    install_packages(workspace)?;
    let npm = Program::node("npm").arg("test").within(&workspace.root, E2E);
    npm.env("CHROMIUM", tools::chromium()?).run_watched(|line| tally.see(line))
}

/// Installs exactly what the lock file names, unless that is there already.
fn install_packages(workspace: &Workspace) -> Result<()> {
    let folder = workspace.root.join(E2E);
    let modified = |path: &str| folder.join(path).metadata().and_then(|data| data.modified());
    let installed = modified("node_modules/.package-lock.json");
    let wanted = modified("package-lock.json").map_err(|e| format!("{E2E}/package-lock.json cannot be read: {e}."))?;
    if installed.is_ok_and(|time| time >= wanted) {
        return Ok(());
    }
    if Program::node("npm").arg("--version").output().is_none() {
        return Err(
            "npm was not found. Install Node 20 or newer, which brings it (nodejs.org, or your distribution).".into()
        );
    }
    Program::node("npm").words("ci --no-audit --no-fund --loglevel=error").within(&workspace.root, E2E).run()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_what_the_runners_close_with() {
        let mut tally = Tally::default();
        for line in [
            "running 3 tests",
            "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 3 filtered out; finished in 0.10s",
            "test result: FAILED. 2 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.10s",
            "ℹ tests 9",
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
