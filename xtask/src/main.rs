//! The project's helper: `cargo xtask serve | build | pack | test`.
//!
//! 1. [`pkg`] compiles the library for the web into `pkg/`.
//! 2. [`package`] makes an npm package of that folder.
//! 3. [`page`] bundles and minifies the page into a folder for any static host, and [`sizes`] checks its size limits.
//! 4. [`checks`] runs every check, as the stages of `cargo xtask test`.
//!
//! [`workspace`] says where things are, and [`tools`] finds or fetches the programs that all of this needs.

mod checks;
mod package;
mod page;
mod pkg;
mod sizes;
mod tools;
mod workspace;

use anyhow::Result;
use clap::{Args, Parser};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use workspace::Workspace;

/// Builds, serves and checks vanish.
#[derive(Parser)]
#[command(bin_name = "cargo xtask")]
enum Task {
    /// Builds the page (minutes the first time) and serves it on localhost.
    Serve(Serve),
    /// Makes a folder for any static host, under any path.
    Build {
        /// The folder to make: a new one, an empty one or an earlier build.
        #[arg(long, default_value = "dist")]
        out: PathBuf,
        /// Uses the pkg/ that has been built already.
        #[arg(long)]
        no_build: bool,
    },
    /// Makes the archive of the npm package, for `npm install FILE`.
    Pack {
        /// The folder for the archive.
        #[arg(long, default_value = "target")]
        out: PathBuf,
        /// Uses the engine in pkg/ as it is.
        #[arg(long)]
        no_build: bool,
    },
    /// Runs every check, one stage after the other.
    Test(checks::Selection),
}

#[derive(Args)]
struct Serve {
    /// The port to use; 0 takes any free one [default: 8080, or any free one].
    #[arg(long)]
    port: Option<u16>,
    /// Uses the pkg/ that has been built already.
    #[arg(long)]
    no_build: bool,
    /// Serves under this path, as a project page on a static host would.
    #[arg(long, default_value = "/")]
    base: String,
    /// Serves this folder, and builds nothing.
    #[arg(long)]
    dir: Option<PathBuf>,
}

fn main() -> ExitCode {
    let all_well = run(Task::parse()).unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        false
    });
    if all_well { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Returns whether all went well; `false` has already been explained on the terminal.
fn run(task: Task) -> Result<bool> {
    let workspace = Workspace::find()?;
    match task {
        Task::Serve(options) => serve(&workspace, &options)?,
        Task::Build { out, no_build } => page::publish(&workspace, &workspace.root.join(out), no_build)?,
        Task::Pack { out, no_build } => pack(&workspace, &workspace.root.join(out), no_build)?,
        Task::Test(selection) => return checks::run(&workspace, &selection),
    }
    Ok(true)
}

fn serve(workspace: &Workspace, options: &Serve) -> Result<()> {
    let mut server = Command::new("node");
    server.arg(workspace.root.join("xtask/web/serve.mjs")).args(["--base", &options.base]);
    server.args(options.port.map(|port| format!("--port={port}")));
    match &options.dir {
        Some(dir) => mount(&mut server, "", &workspace.root.join(dir)),
        None => {
            if !options.no_build {
                pkg::build(workspace)?;
            }
            pkg::require(workspace)?;
            for name in ["index.html", "www/", "pkg/"] {
                mount(&mut server, name, &workspace.root.join(name));
            }
            // Without its list, the service worker removes itself if a published page was served here before.
            mount(&mut server, page::SERVICE_WORKER, &workspace.root.join("www").join(page::SERVICE_WORKER));
        }
    }
    tools::become_program(server)
}

fn pack(workspace: &Workspace, out: &Path, no_build: bool) -> Result<()> {
    if no_build {
        pkg::require(workspace)?;
        package::make(workspace)?;
    } else {
        pkg::build(workspace)?;
    }
    package::pack(workspace, out)
}

fn mount(server: &mut Command, name: &str, path: &Path) {
    server.arg(format!("--mount={name}={}", path.display()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound_and_names_mistakes() {
        use clap::CommandFactory;
        Task::command().debug_assert();
        for (line, named) in [("sevre", "sevre"), ("serve --prot 1", "--prot"), ("test --only fromat", "fromat")] {
            let words = std::iter::once("xtask").chain(line.split(' '));
            let message = Task::try_parse_from(words).err().expect(line).to_string();
            assert!(message.contains(named), "{line}: {message}");
        }
    }
}
