//! The folders of the project: the repository, and the folder for everything that is built or fetched.

use anyhow::{Context, Result, ensure};
use std::env;
use std::path::{Path, PathBuf};
use xshell::Shell;

pub struct Workspace {
    /// The root of the repository.
    pub root: PathBuf,
    /// Cargo's target folder. Fetched tools are in it too, so that a single cached folder holds everything.
    pub target: PathBuf,
    /// Runs programs in the repository, with this target folder.
    pub shell: Shell,
}

impl Workspace {
    pub fn find() -> Result<Self> {
        // Cargo says where the helper is. The path that was compiled in belongs to another clone if clones share a
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

    /// Returns the folder for tools of pinned versions that the build fetches.
    pub fn tools(&self) -> PathBuf {
        self.target.join("tools")
    }

    /// Returns the folder for intermediate files of the page, and for the page that the tests visit.
    pub fn site(&self) -> PathBuf {
        self.target.join("site")
    }

    /// Returns the folder where the page finds the built wasm.
    pub fn pkg(&self) -> PathBuf {
        self.root.join("pkg")
    }

    /// Returns all files below a folder, or the file itself. Hidden ones are left out.
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

    /// Returns a path relative to the repository, with slashes.
    pub fn name(&self, path: &Path) -> String {
        let below = path.strip_prefix(&self.root).unwrap_or(path);
        below.to_string_lossy().replace('\\', "/")
    }
}

/// Makes a folder with these files for a test, as a repository.
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
