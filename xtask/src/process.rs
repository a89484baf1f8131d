//! Running other programs: always shown, never fed, and their closing lines kept where they count.

use crate::Result;
use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

/// A program to run, with what it needs to be shown so that it can be pasted into a shell.
pub struct Program {
    command: Command,
    shown: String,
}

impl Program {
    pub fn new(name: impl AsRef<OsStr>) -> Self {
        let name = name.as_ref();
        let mut command = Command::new(name);
        // Nobody may be there to answer a question.
        command.stdin(Stdio::null());
        Self { command, shown: quote(&name.to_string_lossy()) }
    }

    /// The cargo that runs this helper.
    pub fn cargo() -> Self {
        let mut program = Self::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        program.shown = "cargo".into();
        program
    }

    /// A program of Node's, whose launchers are batch files on Windows.
    pub fn node(name: &str) -> Self {
        if cfg!(windows) { Self::new(format!("{name}.cmd")) } else { Self::new(name) }
    }

    pub fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.shown.push(' ');
        self.shown.push_str(&quote(&arg.as_ref().to_string_lossy()));
        self.command.arg(arg);
        self
    }

    /// Several arguments, separated by spaces.
    pub fn words(self, words: &str) -> Self {
        words.split_whitespace().fold(self, |program, word| program.arg(word))
    }

    pub fn within(mut self, root: &Path, folder: &str) -> Self {
        self.command.current_dir(root.join(folder));
        if !folder.is_empty() {
            self.shown = format!("(cd {} && {})", quote(folder), self.shown);
        }
        self
    }

    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.shown = format!("{name}={} {}", quote(&value.as_ref().to_string_lossy()), self.shown);
        self.command.env(name, value);
        self
    }

    /// Settings of the surroundings that are not worth showing.
    pub fn quiet_env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Runs with its output on the terminal.
    pub fn run(mut self) -> Result<()> {
        println!("    $ {}", self.shown);
        let status = self.command.status().map_err(|e| cannot_start(&self.shown, &e))?;
        if status.success() { Ok(()) } else { Err(format!("`{}` failed ({status}).", self.shown)) }
    }

    /// Runs with its output on the terminal, and hands every line of its standard output to `see`.
    pub fn run_watched(mut self, mut see: impl FnMut(&str)) -> Result<()> {
        println!("    $ {}", self.shown);
        let mut child = self.command.stdout(Stdio::piped()).spawn().map_err(|e| cannot_start(&self.shown, &e))?;
        let output = child.stdout.take().ok_or("The program's output cannot be read.")?;
        for line in BufReader::new(output).split(b'\n').map_while(std::result::Result::ok) {
            let line = String::from_utf8_lossy(&line);
            println!("{line}");
            see(line.trim_end());
        }
        let status = child.wait().map_err(|e| format!("`{}` cannot be awaited: {e}.", self.shown))?;
        if status.success() { Ok(()) } else { Err(format!("`{}` failed ({status}).", self.shown)) }
    }

    /// Its standard output, or `None` where it is missing or fails. Nothing is shown.
    pub fn output(mut self) -> Option<String> {
        let output = self.command.stderr(Stdio::null()).output().ok()?;
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }
}

fn cannot_start(shown: &str, error: &std::io::Error) -> String {
    format!("`{shown}` cannot be started: {error}.")
}

/// Quotes for a POSIX shell where needed.
fn quote(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:,@+^".contains(c);
    if !text.is_empty() && text.chars().all(plain) { text.into() } else { format!("'{}'", text.replace('\'', "'\\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_can_be_pasted() {
        let program = Program::new("npm").words("run test").arg("a b").env("X", "-D warnings");
        let program = program.within(Path::new("/"), "tests/e2e");
        assert_eq!(program.shown, "(cd tests/e2e && X='-D warnings' npm run test 'a b')");
    }

    #[test]
    fn quotes_survive() {
        assert_eq!(quote("it's"), r"'it'\''s'");
        assert_eq!(quote(""), "''");
    }

    #[test]
    fn a_missing_program_is_named() {
        let message = Program::new("no-such-program-anywhere").run().unwrap_err();
        assert!(message.contains("no-such-program-anywhere"), "{message}");
    }
}
