//! The `vanish` command. Each subcommand has its own file; this one parses and dispatches.
fn main() {}
