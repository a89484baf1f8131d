//! `vanish critters render`: draws pictures of the built-in world.

use crate::files::folder;
use clap::Args;
use std::path::PathBuf;
use vanish::critters::{World, contact_sheet, files};
use vanish::{Error, ErrorKind, Result};

#[derive(Debug, Args)]
pub struct RenderArgs {
    /// Seed of the first picture.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Number of pictures.
    #[arg(long, default_value_t = 8)]
    count: usize,
    /// The folder to write to. It is made if it does not exist.
    #[arg(long)]
    out: PathBuf,
    /// Draws from the world with the planted mistake.
    #[arg(long)]
    biased: bool,
    /// Writes two sheets instead of single pictures: each kind in each of `count` scenes, and the parts.
    #[arg(long)]
    contact_sheet: bool,
}

/// Draws the pictures and writes them.
pub fn run(args: &RenderArgs) -> Result<()> {
    let most = if args.contact_sheet { 64 } else { 100_000 };
    if !(1..=most).contains(&args.count) {
        return Err(Error::new(
            ErrorKind::Settings,
            format!("--count must be between 1 and {most}, not {}", args.count),
        ));
    }
    if args.seed.checked_add(args.count as u64).is_none() {
        return Err(Error::new(ErrorKind::Settings, "--seed is too large for this many pictures"));
    }
    folder(&args.out)?;
    let world = if args.biased { World::biased() } else { World::clean() };
    if args.contact_sheet {
        contact_sheet::write(&args.out, args.seed, args.count, &world)?;
    } else {
        files::write(&args.out, args.seed, args.count, &world)?;
    }
    eprintln!("wrote {} to {}", if args.contact_sheet { "three sheets" } else { "the pictures" }, args.out.display());
    Ok(())
}
