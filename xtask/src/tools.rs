//! The programs that the build needs beside cargo: found where they are, fetched where they are not.

use crate::Result;
use crate::lockfile;
use crate::process::Program;
use crate::workspace::Workspace;
use std::fs;
use std::path::{Path, PathBuf};

pub const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// From npm, which carries a current one; distributions' can be too old to read what rustc writes.
const BINARYEN: &str = "132.0.0";
/// The oldest wasm-opt on the PATH that is preferred to npm's (which is slower, being wasm itself).
const OLDEST_GOOD_WASM_OPT: u32 = 123;

/// Adds the wasm target to the Rust tool chain, if it is not there.
pub fn ensure_wasm_target(workspace: &Workspace) -> Result<()> {
    let Some(lib) = Program::new("rustc").words("--print target-libdir --target").arg(WASM_TARGET).output() else {
        return Err("`rustc` cannot be run; Rust comes from rustup.rs.".into());
    };
    if Path::new(&lib).is_dir() {
        return Ok(());
    }
    Program::new("rustup").words("target add").arg(WASM_TARGET).within(&workspace.root, "").run().map_err(|e| {
        format!("{e} The {WASM_TARGET} target is needed: `rustup target add {WASM_TARGET}`, or your distribution's package of it.")
    })
}

/// Adds a component of the Rust tool chain (rustfmt, clippy), if it is not there.
pub fn ensure_component(program: &str, component: &str) -> Result<()> {
    if Program::cargo().arg(program).arg("--version").output().is_some() {
        return Ok(());
    }
    Program::new("rustup").words("component add").arg(component).run()
}

/// The `wasm-bindgen` of exactly the version that Cargo.lock names: its output has to fit the library's.
pub fn wasm_bindgen(workspace: &Workspace) -> Result<PathBuf> {
    let version = lockfile::version_in_file(&workspace.root.join("Cargo.lock"), "wasm-bindgen")?;
    let root = workspace.tools().join(format!("wasm-bindgen-{version}"));
    let cached = root.join("bin").join(format!("wasm-bindgen{}", std::env::consts::EXE_SUFFIX));
    for candidate in [cached.clone(), PathBuf::from("wasm-bindgen")] {
        if has_version(&candidate, &version) {
            return Ok(candidate);
        }
    }
    install_wasm_bindgen(workspace, &version, &root)?;
    if has_version(&cached, &version) {
        return Ok(cached);
    }
    Err(format!("wasm-bindgen {version} was installed, but {} does not run.", cached.display()))
}

fn has_version(program: &Path, version: &str) -> bool {
    Program::new(program).arg("--version").output().is_some_and(|line| line.split_whitespace().nth(1) == Some(version))
}

fn install_wasm_bindgen(workspace: &Workspace, version: &str, root: &Path) -> Result<()> {
    println!("    wasm-bindgen {version} is not here: building it, about two minutes, once");
    let install = |locked: bool| {
        let program = Program::cargo().words("install wasm-bindgen-cli --version").arg(version).arg("--root").arg(root);
        // Not cargo's usual temporary folder: that one may be small, and this one is cached.
        let program = program.arg("--target-dir").arg(workspace.tools().join("build"));
        if locked { program.arg("--locked").run() } else { program.run() }
    };
    // A registry mirror can lack the newest of the versions it is locked to; others do as well.
    let installed = install(true).or_else(|_| install(false));
    let _ = fs::remove_dir_all(workspace.tools().join("build"));
    installed
}

/// A wasm-opt, and how to name it in a stamp.
pub struct WasmOpt {
    program: PathBuf,
    pub name: String,
}

impl WasmOpt {
    pub fn program(&self) -> Program {
        // npm's is a script for Node, which Windows does not start by itself.
        if cfg!(windows) && self.program.extension().is_none() && self.program.is_absolute() {
            return Program::new("node").arg(&self.program);
        }
        Program::new(&self.program)
    }
}

/// Every wasm-opt that can be had, best first.
pub fn wasm_opts(workspace: &Workspace) -> Vec<WasmOpt> {
    let on_path = wasm_opt_on_path();
    let good = on_path.as_ref().is_some_and(|(_, version)| *version >= OLDEST_GOOD_WASM_OPT);
    let mut found = Vec::new();
    if !good {
        match npm_wasm_opt(workspace) {
            Ok(tool) => found.push(tool),
            Err(reason) => println!("    note: npm's wasm-opt cannot be had: {reason}"),
        }
    }
    found.extend(on_path.map(|(tool, _)| tool));
    found
}

fn wasm_opt_on_path() -> Option<(WasmOpt, u32)> {
    let line = Program::new("wasm-opt").arg("--version").output()?;
    let version = wasm_opt_version(&line)?;
    Some((WasmOpt { program: "wasm-opt".into(), name: line }, version))
}

/// From a line such as `wasm-opt version 108` or `wasm-opt version 123 (version_123)`.
fn wasm_opt_version(line: &str) -> Option<u32> {
    line.strip_prefix("wasm-opt version ")?.split_whitespace().next()?.parse().ok()
}

fn npm_wasm_opt(workspace: &Workspace) -> Result<WasmOpt> {
    let prefix = workspace.tools().join(format!("binaryen-{BINARYEN}"));
    let program = prefix.join("node_modules/binaryen/bin/wasm-opt");
    if !program.is_file() {
        fs::create_dir_all(&prefix).map_err(|e| format!("{} cannot be made: {e}.", prefix.display()))?;
        let npm = Program::node("npm").words("install --no-audit --no-fund --loglevel=error --prefix").arg(&prefix);
        npm.arg(format!("binaryen@{BINARYEN}")).run()?;
    }
    Ok(WasmOpt { program, name: format!("binaryen {BINARYEN} of npm") })
}

/// A Chromium for the browser tests: `CHROMIUM`, or one on the PATH, or Debian's package where it may be installed.
pub fn chromium() -> Result<PathBuf> {
    if let Some(path) = std::env::var_os("CHROMIUM").map(PathBuf::from) {
        return if path.is_file() { Ok(path) } else { Err(format!("CHROMIUM names no file: {}.", path.display())) };
    }
    if let Some(path) = chromium_on_path() {
        return Ok(path);
    }
    if Path::new("/etc/debian_version").exists() && Program::new("id").arg("-u").output().as_deref() == Some("0") {
        Program::new("apt-get").words("update -qq").run()?;
        let install = Program::new("apt-get").words("install -y -qq --no-install-recommends chromium");
        install.env("DEBIAN_FRONTEND", "noninteractive").run()?;
    }
    chromium_on_path().ok_or_else(|| {
        "No Chromium was found. Install one (Debian: `sudo apt-get install chromium`), or set CHROMIUM to its path."
            .into()
    })
}

fn chromium_on_path() -> Option<PathBuf> {
    let names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
    let path = std::env::var_os("PATH")?;
    let folders: Vec<_> = std::env::split_paths(&path).collect();
    names.iter().find_map(|name| folders.iter().map(|folder| folder.join(name)).find(|file| file.is_file()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_wasm_opt_versions() {
        for (line, version) in [
            ("wasm-opt version 108", Some(108)),
            ("wasm-opt version 123 (version_123)", Some(123)),
            ("wasm-opt version 119 (version_119-18-gabcdef)", Some(119)),
            ("something else", None),
        ] {
            assert_eq!(wasm_opt_version(line), version, "{line}");
        }
    }
}
