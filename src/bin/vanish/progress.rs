//! Drives any job, with a progress bar on a terminal and an orderly end at an interrupt.

use std::io::IsTerminal;
use std::sync::atomic::{AtomicBool, Ordering};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use vanish::Result;
use vanish::job::{self, Job};

/// Number of steps between two updates of the bar.
const AT_ONCE: usize = 10;

static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// Runs a job to its end or to the first interrupt, and returns what it has found by then. A second interrupt ends the
/// program.
///
/// # Errors
/// Fails as the job's steps do.
pub fn drive<J: Job>(job: &mut J) -> Result<J::Outcome> {
    listen();
    let bar = bar();
    let outcome = pollster::block_on(job::run(job, AT_ONCE, |progress| {
        bar.set_length(progress.total as u64);
        bar.set_position(progress.iteration as u64);
        bar.set_message(format!("{}: {}", progress.stage, progress.detail));
        !interrupted()
    }));
    bar.finish_and_clear();
    if interrupted() {
        eprintln!("vanish: interrupted; what was found until then follows");
    }
    outcome
}

/// Returns whether the user has asked to stop.
pub fn interrupted() -> bool {
    INTERRUPTED.load(Ordering::SeqCst)
}

fn listen() {
    let handler = || {
        if INTERRUPTED.swap(true, Ordering::SeqCst) {
            std::process::exit(130);
        }
    };
    // For a second job the handler is already set, which is no failure.
    let _ = ctrlc::set_handler(handler);
}

fn bar() -> ProgressBar {
    let hidden = !std::io::stderr().is_terminal();
    let target = if hidden { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
    let bar = ProgressBar::with_draw_target(None, target);
    match ProgressStyle::with_template("{bar:30} {pos}/{len} {eta} {msg}") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
