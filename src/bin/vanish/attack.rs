//! `vanish attack`: attacks a picture or a set, and studies what detects the attacks and what restores the answer.

mod arguments;
mod files;
mod models;
mod picture;
mod set;
mod table;

use vanish::Result;

pub use arguments::Args;

pub fn run(args: &Args) -> Result<()> {
    args.check()?;
    if args.is_picture() {
        return picture::run(args);
    }
    set::run(args)
}
