//! The programs that the build needs besides cargo. They are found on the machine, or fetched.

use crate::workspace::Workspace;
use anyhow::{Context, Result, ensure};
use std::env;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use xshell::{Cmd, Shell, cmd};

pub const WASM_TARGET: &str = "wasm32-unknown-unknown";
/// Folder of the build's npm packages, which are pinned in a lock file.
pub const WEB: &str = "xtask/web";
pub const NPM: &str = if cfg!(windows) { "npm.cmd" } else { "npm" };

/// Adds the wasm target to the Rust tool chain, if it is missing.
pub fn ensure_wasm_target(shell: &Shell) -> Result<()> {
    let lib = cmd!(shell, "rustc --print target-libdir --target {WASM_TARGET}").read()?;
    if Path::new(&lib).is_dir() {
        return Ok(());
    }
    cmd!(shell, "rustup target add {WASM_TARGET}").run().with_context(|| {
        format!("The target {WASM_TARGET} is missing: add it by rustup, or install your distribution's package of it")
    })
}

/// Adds a component of the Rust tool chain (rustfmt, clippy), if it is missing.
pub fn ensure_component(shell: &Shell, program: &str, component: &str) -> Result<()> {
    if cmd!(shell, "cargo {program} --version").quiet().ignore_stderr().read().is_ok() {
        return Ok(());
    }
    Ok(cmd!(shell, "rustup component add {component}").run()?)
}

/// Returns the `wasm-bindgen` of exactly the version in Cargo.lock, because its output must fit the library's.
pub fn wasm_bindgen(workspace: &Workspace) -> Result<PathBuf> {
    let shell = &workspace.shell;
    let id = cmd!(shell, "cargo pkgid wasm-bindgen").read()?;
    let version = id.rsplit(['@', '#']).next().unwrap_or_default();
    let root = workspace.tools().join(format!("wasm-bindgen-{version}"));
    let cached = root.join("bin").join(format!("wasm-bindgen{}", env::consts::EXE_SUFFIX));
    let fits = |program: &PathBuf| {
        let line = cmd!(shell, "{program} --version").quiet().ignore_stderr().read();
        line.is_ok_and(|line| line.split_whitespace().nth(1) == Some(version))
    };
    if let Some(found) = [cached.clone(), "wasm-bindgen".into()].into_iter().find(fits) {
        return Ok(found);
    }
    install_wasm_bindgen(workspace, version, &root)?;
    ensure!(fits(&cached), "wasm-bindgen {version} was installed, but {} does not run.", cached.display());
    Ok(cached)
}

fn install_wasm_bindgen(workspace: &Workspace, version: &str, root: &Path) -> Result<()> {
    let shell = &workspace.shell;
    // The usual temporary folder may be small, and this one is cached.
    let build = workspace.tools().join("build");
    let install =
        || cmd!(shell, "cargo install wasm-bindgen-cli --version {version} --root {root} --target-dir {build}");
    // A registry's mirror may lack the newest of the locked versions. Others work as well.
    install().arg("--locked").run().or_else(|_| install().run())?;
    Ok(shell.remove_path(build)?)
}

/// Installs exactly what the lock file of a folder names, unless that is installed already.
pub fn install_packages(workspace: &Workspace, folder: &str) -> Result<()> {
    let modified = |path: &str| workspace.root.join(folder).join(path).metadata().and_then(|data| data.modified());
    let wanted = modified("package-lock.json").with_context(|| format!("{folder} has no package-lock.json"))?;
    if modified("node_modules/.package-lock.json").is_ok_and(|installed| installed >= wanted) {
        return Ok(());
    }
    let _inside = workspace.shell.push_dir(folder);
    let npm = cmd!(workspace.shell, "{NPM} ci --no-audit --no-fund --loglevel=error");
    npm.run().context("npm did not install what is needed. Node 20 or newer brings it (nodejs.org)")
}

/// Returns a program of the build's packages, which are installed first.
pub fn web_program<'a>(workspace: &'a Workspace, name: &str) -> Result<Cmd<'a>> {
    install_packages(workspace, WEB)?;
    let suffix = if cfg!(windows) { ".cmd" } else { "" };
    Ok(workspace.shell.cmd(workspace.root.join(WEB).join(format!("node_modules/.bin/{name}{suffix}"))))
}

/// Returns a Chromium for the browser tests: `CHROMIUM`, one on the PATH, or Debian's package if it can be installed.
pub fn chromium(shell: &Shell) -> Result<PathBuf> {
    if let Some(path) = env::var_os("CHROMIUM").map(PathBuf::from) {
        ensure!(path.is_file(), "CHROMIUM names no file: {}.", path.display());
        return Ok(path);
    }
    let found = chromium_on_path();
    let debian = Path::new("/etc/debian_version").exists();
    if found.is_none() && debian && cmd!(shell, "id -u").quiet().read()? == "0" {
        cmd!(shell, "apt-get update -qq").run()?;
        let install = cmd!(shell, "apt-get install -y -qq --no-install-recommends chromium");
        install.env("DEBIAN_FRONTEND", "noninteractive").run()?;
    }
    found
        .or_else(chromium_on_path)
        .context("Install a Chromium (`sudo apt-get install chromium`), or name it in CHROMIUM")
}

fn chromium_on_path() -> Option<PathBuf> {
    let names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
    let folders: Vec<_> = env::split_paths(&env::var_os("PATH")?).collect();
    names.iter().find_map(|name| folders.iter().map(|folder| folder.join(name)).find(|file| file.is_file()))
}

/// Runs a command with its output on the terminal, and passes every line of it to `see`.
pub fn watch(command: Cmd, mut see: impl FnMut(&str)) -> Result<()> {
    eprintln!("$ {command}");
    let shown = command.to_string();
    let mut command = Command::from(command);
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().with_context(|| shown.clone())?;
    let output = child.stdout.take().context("The output of a program cannot be read.")?;
    for line in BufReader::new(output).split(b'\n') {
        let line = String::from_utf8_lossy(&line?).into_owned();
        println!("{line}");
        see(line.trim_end());
    }
    let status = child.wait()?;
    ensure!(status.success(), "`{shown}` failed ({status}).");
    Ok(())
}

/// Continues as another program, so that ending this process ends that one.
pub fn become_program(mut command: Command) -> Result<()> {
    let missing = "Node cannot be started; the local server needs version 20 or newer (nodejs.org)";
    #[cfg(unix)]
    return Err(std::os::unix::process::CommandExt::exec(&mut command)).context(missing);
    #[cfg(not(unix))]
    match command.status().context(missing)?.success() {
        true => Ok(()),
        false => anyhow::bail!("The server ended with an error."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn watching_hands_on_lines_and_the_failure() {
        let shell = Shell::new().unwrap();
        let mut lines = Vec::new();
        watch(cmd!(shell, "printf 'a\nb'"), |line| lines.push(line.to_owned())).unwrap();
        assert_eq!(lines, ["a", "b"]);
        let message = watch(cmd!(shell, "no-such-program-anywhere"), |_| {}).unwrap_err().to_string();
        assert!(message.contains("no-such-program-anywhere"), "{message}");
    }
}
