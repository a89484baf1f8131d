//! Where things are: the clone, and the folder for everything that is built or fetched.

use anyhow::{Context, Result, ensure};
use std::env;
use std::path::{Path, PathBuf};
use xshell::Shell;

pub struct Workspace {
    /// The clone.
    pub root: PathBuf,
    /// Cargo's target folder. Fetched tools live in it too, so that one cached folder holds all.
    pub target: PathBuf,
    /// Runs programs in the clone, with this target folder.
    pub shell: Shell,
}

impl Workspace {
    pub fn find() -> Result<Self> {
        // Cargo says where the helper is. The path that was compiled in belongs to another clone where clones share a
        // target folder.
        let helper = env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        let root = Path::new(&helper).parent().context("The helper's folder has no parent.")?.to_owned();
        ensure!(root.join("Cargo.lock").is_file(), "{} is no clone: run `cargo xtask` inside one.", root.display());
        let target = match env::var_os("CARGO_TARGET_DIR") {
            Some(dir) if !dir.is_empty() => env::current_dir().context("The current folder cannot be read.")?.join(dir),
            _ => root.join("target"),
        };
        Self::at(root, target)
    }

    pub fn at(root: PathBuf, target: PathBuf) -> Result<Self> {
        let shell = Shell::new()?;
        shell.change_dir(&root);
        shell.set_var("CARGO_TARGET_DIR", &target);
        Ok(Self { root, target, shell })
    }

    /// Tools of pinned versions that the build fetches for itself.
    pub fn tools(&self) -> PathBuf {
        self.target.join("tools")
    }

    /// Intermediate files of the page, and the page as the tests visit it.
    pub fn site(&self) -> PathBuf {
        self.target.join("site")
    }

    /// Where the page finds the built wasm.
    pub fn pkg(&self) -> PathBuf {
        self.root.join("pkg")
    }

    /// All files below a folder of the clone, or the file itself; hidden ones are left out.
    pub fn files(&self, path: &Path) -> Result<Vec<PathBuf>> {
        let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        if hidden || !path.exists() {
            return Ok(Vec::new());
        }
        if path.is_file() {
            return Ok(vec![path.to_owned()]);
        }
        let below = self.shell.read_dir(path)?.into_iter().map(|entry| self.files(&entry));
        Ok(below.collect::<Result<Vec<_>>>()?.concat())
    }

    /// A path as it reads from the clone, with slashes.
    pub fn name(&self, path: &Path) -> String {
        let below = path.strip_prefix(&self.root).unwrap_or(path);
        below.to_string_lossy().replace('\\', "/")
    }
}

/// An empty folder for a test, as a clone.
#[cfg(test)]
pub fn scratch(name: &str, files: &[(&str, &str)]) -> Workspace {
    let root = env::temp_dir().join(format!("vanish-xtask-{name}-{}", std::process::id()));
    let workspace = Workspace::at(root.clone(), root.join("target")).unwrap();
    workspace.shell.remove_path(&root).unwrap();
    for (name, text) in files {
        workspace.shell.write_file(root.join(name), text).unwrap();
    }
    workspace
}
