//! The `vanish` command. Each subcommand has its own file; this one parses and dispatches.
mod critters;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Critters(critters::CrittersArgs),
}

fn main() -> std::process::ExitCode {
    let Command::Critters(args) = Cli::parse().command;
    match critters::run(args) {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("vanish: {error}");
            std::process::ExitCode::FAILURE
        }
    }
}
