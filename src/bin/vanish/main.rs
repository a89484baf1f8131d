//! The `vanish` command. Each subcommand has its own file; this one parses and dispatches.

mod attack;
mod class;
mod classify;
mod critters;
mod cues;
mod device;
mod each;
mod evaluate;
mod evaluate_table;
mod explain;
mod files;
mod first;
mod methods;
mod model;
mod npy;
mod options;
mod parts;
mod progress;
mod report;
mod results;
mod rules;
mod run;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Shows why an image classifier said what it said.
#[derive(Parser)]
#[command(name = "vanish", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Shows the most probable classes of pictures.
    Classify(classify::Args),
    /// Finds the smallest region whose deletion makes the answer vanish.
    Explain(Box<explain::Args>),
    /// Lists the methods, with every setting, its preset and its limits.
    Methods(methods::Args),
    /// Judges methods on a set of pictures.
    Evaluate(Box<evaluate::Args>),
    /// Combines the logs of evaluations into the table and the report of a single run.
    Report(report::Args),
    /// Tests explanations as rules, on what they were not learned on.
    Rules(Box<rules::Args>),
    /// Finds what the model leans on, without labels, and confirms it on unseen pictures.
    Cues(Box<cues::Args>),
    /// Measures which annotated part of an object carries the answer, class by class.
    Parts(Box<parts::Args>),
    /// Studies attacks on a picture or a set: what detects them, and what restores the answer.
    Attack(Box<attack::Args>),
    /// Runs raw tensors through a model, and computes the gradient of one of its outputs.
    Run(run::Args),
    /// The built-in world: renders it, trains its models and evaluates them.
    Critters(critters::CrittersArgs),
}

fn main() -> ExitCode {
    // clap itself exits with 2 on wrong usage.
    let result = match Cli::parse().command {
        Command::Classify(args) => classify::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::Methods(args) => methods::run(&args),
        Command::Evaluate(args) => evaluate::run(&args),
        Command::Report(args) => report::run(&args),
        Command::Rules(args) => rules::run(&args),
        Command::Cues(args) => cues::run(&args),
        Command::Parts(args) => parts::run(&args),
        Command::Attack(args) => attack::run(&args),
        Command::Run(args) => run::run(&args),
        Command::Critters(args) => critters::run(args),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("vanish: {error}");
            ExitCode::from(1)
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::Cli;

    #[test]
    fn no_option_of_a_subcommand_has_two_meanings() {
        // clap checks names, aliases and values of every subcommand, and fails with the first that occurs twice.
        Cli::command().debug_assert();
        let mut all = Cli::command();
        for command in all.get_subcommands_mut() {
            let help = command.render_long_help().to_string();
            let options: Vec<&str> = help.lines().map(str::trim).filter(|line| line.starts_with("--")).collect();
            let names: Vec<&str> = options.iter().map(|line| line.split([' ', '[']).next().unwrap_or(line)).collect();
            let twice = names.iter().find(|name| names.iter().filter(|other| other == name).count() > 1);
            assert_eq!(twice, None, "{}", command.get_name());
        }
    }
}
