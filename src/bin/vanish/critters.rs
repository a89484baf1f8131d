//! `vanish critters`: draws the built-in world, trains its two models, and judges them.

#[cfg(feature = "train")]
mod evaluate;
mod render;
#[cfg(feature = "train")]
mod train;

use clap::{Args, Subcommand};
use vanish::Result;

/// The built-in world of animals whose true evidence is known to the pixel.
#[derive(Debug, Args)]
pub struct CrittersArgs {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Draw pictures with parts, boxes.json and labels.json.
    Render(render::RenderArgs),
    /// Train a built-in model and write it as ONNX with its profile.
    #[cfg(feature = "train")]
    Train(train::TrainArgs),
    /// Judge the two models on held-out pictures, with and without the planted cue.
    #[cfg(feature = "train")]
    Evaluate(evaluate::EvaluateArgs),
}

/// Runs the subcommand.
pub fn run(args: CrittersArgs) -> Result<()> {
    match args.command {
        Command::Render(args) => render::run(&args),
        #[cfg(feature = "train")]
        Command::Train(args) => train::run(&args),
        #[cfg(feature = "train")]
        Command::Evaluate(args) => evaluate::run(&args),
    }
}
