//! Where things are: the clone, and the folder for everything that is built or fetched.

use crate::Result;
use crate::process::Program;
use std::env;
use std::path::{Path, PathBuf};

pub struct Workspace {
    /// The clone.
    pub root: PathBuf,
    /// Cargo's target folder; fetched tools live in it too, so that one cached folder holds all.
    pub target: PathBuf,
}

impl Workspace {
    pub fn find() -> Result<Self> {
        // What cargo says when it runs this: what was compiled in is another clone's where clones share a target folder.
        let helper = env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        let root = Path::new(&helper).parent().ok_or("The helper's folder has no parent.")?;
        if !root.join("Cargo.lock").is_file() {
            return Err(format!("{} holds no Cargo.lock. Run this by `cargo xtask` inside a clone.", root.display()));
        }
        let here = env::current_dir().map_err(|e| format!("The current folder cannot be read: {e}."))?;
        let target = match env::var_os("CARGO_TARGET_DIR") {
            Some(dir) if !dir.is_empty() => here.join(dir),
            _ => root.join("target"),
        };
        Ok(Self { root: root.to_owned(), target })
    }

    /// Cargo in the clone, with this target folder wherever the helper was started.
    pub fn cargo(&self) -> Program {
        Program::cargo().within(&self.root, "").quiet_env("CARGO_TARGET_DIR", &self.target)
    }

    /// Tools of pinned versions that the build fetches for itself.
    pub fn tools(&self) -> PathBuf {
        self.target.join("tools")
    }

    /// The page's intermediate files.
    pub fn site(&self) -> PathBuf {
        self.target.join("site")
    }

    /// Where the page finds the built wasm.
    pub fn pkg(&self) -> PathBuf {
        self.root.join("pkg")
    }

    /// A path from the command line, which is relative to the clone: cargo runs from anywhere inside it.
    pub fn resolve(&self, path: &Path) -> PathBuf {
        self.root.join(path)
    }
}
