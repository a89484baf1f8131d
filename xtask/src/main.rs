//! The project's helper: `cargo xtask serve | build | test`.
//!
//! 1. [`args`]: the command line.
//! 2. [`site`]: wasm → `pkg/` → sizes → a folder to host, each stage skipped when its inputs are unchanged.
//! 3. [`server`]: the local web server.
//! 4. [`checks`]: everything that must hold, as the stages of `cargo xtask test`.
//!
//! [`tools`], [`lockfile`], [`sizes`], [`stamp`] and [`process`] serve these.

mod args;
mod checks;
mod lockfile;
mod process;
mod server;
mod site;
mod sizes;
mod stamp;
mod strip;
mod tools;
mod workspace;

use args::Command;
use std::process::ExitCode;
use workspace::Workspace;

/// Errors are sentences for the person at the terminal; nothing here is handled by kind.
pub type Result<T> = std::result::Result<T, String>;

fn main() -> ExitCode {
    let command = match args::parse(std::env::args().skip(1)) {
        Ok(command) => command,
        Err(message) => {
            eprintln!("{message}\n\n{}", args::USAGE);
            return ExitCode::from(2);
        }
    };
    match run(command) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}

/// Whether all went well; `false` has already been explained on the terminal.
fn run(command: Command) -> Result<bool> {
    let workspace = Workspace::find()?;
    match command {
        Command::Help => println!("{}", args::USAGE),
        Command::Serve(options) => serve(&workspace, options)?,
        Command::Build { out } => site::build_into(&workspace, &workspace.resolve(&out))?,
        Command::Test(selection) => return checks::run_all(&workspace, &selection),
    }
    Ok(true)
}

fn serve(workspace: &Workspace, options: args::Serve) -> Result<()> {
    let site = match options.dir {
        Some(dir) => server::Site::folder(&workspace.resolve(&dir), &options.base)?,
        None => {
            if options.build {
                site::build_pkg(workspace)?;
            }
            site::require_pkg(workspace)?;
            server::Site::only(&workspace.root, site::PUBLISHED, &options.base)?
        }
    };
    server::serve(site, options.port)
}
