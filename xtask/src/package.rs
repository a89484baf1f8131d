//! Makes an npm package of `pkg/`: beside the two builds of the engine come the API, the element, the worker as one
//! script and as a text, the built-in models, and the types.
//!
//! The worker is a text as well because it then starts from a blob: whatever a bundler does with files, and on pages
//! whose script comes from another origin.

use crate::tools::{self, NPM};
use crate::workspace::Workspace;
use anyhow::{Context, Result};
use std::path::Path;
use xshell::cmd;

/// What is written by hand.
pub const SOURCES: &str = "www/package";
/// Files that others import by name, with what each leaves to be found beside it.
const SCRIPTS: [(&str, &[&str]); 3] =
    [("worker.js", &["--minify"]), ("index.js", &["./worker-text.js"]), ("element.js", &["./index.js"])];
/// Copied as they are, files and folders, with their place in the package.
const COPIED: [(&str, &str); 7] = [
    ("www/models", "models"),
    ("www/licences.txt", "licences.txt"),
    ("www/payloads.d.ts", "types/payloads.d.ts"),
    ("www/pictures.d.ts", "types/pictures.d.ts"),
    ("LICENSE-APACHE", "LICENSE-APACHE"),
    ("LICENSE-MIT", "LICENSE-MIT"),
    ("www/package/README.md", "README.md"),
];
/// The types of what is imported; others only help to check the sources.
const TYPES: [&str; 4] = ["api.d.ts", "element-api.d.ts", "worker-api.d.ts", "wasm.d.ts"];
/// The version in the manifest's source, in place of which Cargo's is written.
const UNVERSIONED: &str = "\"version\": \"0.0.0\"";

/// Adds to the `pkg/` that is there what makes it a package.
pub fn make(workspace: &Workspace) -> Result<()> {
    SCRIPTS.iter().try_for_each(|(name, how)| bundle(workspace, name, how))?;
    write_worker_text(workspace)?;
    COPIED.iter().try_for_each(|(from, to)| copy(workspace, from, to))?;
    for name in TYPES {
        copy(workspace, &format!("{SOURCES}/{name}"), &format!("types/package/{name}"))?;
    }
    write_manifest(workspace)
}

/// `cargo xtask pack`: the archive that `npm install` takes.
pub fn pack(workspace: &Workspace, out: &Path) -> Result<()> {
    let shell = &workspace.shell;
    shell.create_dir(out)?;
    let _inside = shell.push_dir(workspace.pkg());
    let name = cmd!(shell, "{NPM} pack --silent --pack-destination {out}").read()?;
    println!("{} is ready: npm install that file.", out.join(name.trim()).display());
    Ok(())
}

/// One script without imports, except for those beside it that are named.
fn bundle(workspace: &Workspace, name: &str, how: &[&str]) -> Result<()> {
    let external = |word: &&str| format!("{}{word}", if word.starts_with("./") { "--external:" } else { "" });
    let out = format!("--outfile={}", workspace.pkg().join(name).display());
    let esbuild = tools::web_program(workspace, "esbuild")?.args([format!("{SOURCES}/{name}"), out]);
    let esbuild = esbuild.args(how.iter().map(external)).args(["--bundle", "--format=esm", "--target=es2022"]);
    Ok(esbuild.args(["--charset=utf8", "--log-level=warning"]).run()?)
}

fn write_worker_text(workspace: &Workspace) -> Result<()> {
    let pkg = workspace.pkg();
    let text = serde_json::to_string(&workspace.shell.read_file(pkg.join("worker.js"))?)?;
    Ok(workspace.shell.write_file(pkg.join("worker-text.js"), format!("export default {text};\n"))?)
}

fn copy(workspace: &Workspace, from: &str, to: &str) -> Result<()> {
    let from = workspace.root.join(from);
    for file in workspace.files(&from)? {
        // A file itself is nothing below itself, and joining nothing would make a folder of it.
        let below = file.strip_prefix(&from)?;
        let place = workspace.pkg().join(to);
        let target = if below.as_os_str().is_empty() { place } else { place.join(below) };
        workspace.shell.create_dir(target.parent().unwrap_or(&target))?;
        workspace.shell.copy_file(&file, target)?;
    }
    Ok(())
}

/// The manifest, with the version of Cargo.toml: as a text, because the order of `exports` counts.
fn write_manifest(workspace: &Workspace) -> Result<()> {
    let shell = &workspace.shell;
    let source = shell.read_file(workspace.root.join(SOURCES).join("manifest.json"))?;
    let id = cmd!(shell, "cargo pkgid vanish").quiet().read()?;
    let version = id.rsplit(['@', '#']).next().context("Cargo names no version of vanish.")?;
    let manifest = source.replacen(UNVERSIONED, &format!("\"version\": \"{version}\""), 1);
    Ok(shell.write_file(workspace.pkg().join("package.json"), manifest)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manifest_names_what_is_made() {
        let workspace = Workspace::find().unwrap();
        let text = workspace.shell.read_file(workspace.root.join(SOURCES).join("manifest.json")).unwrap();
        assert!(text.contains(UNVERSIONED));
        let manifest: serde_json::Value = serde_json::from_str(&text).unwrap();
        let made = SCRIPTS.map(|(name, _)| format!("./{name}")).into_iter();
        let made: Vec<_> = made.chain(TYPES.map(|name| format!("./types/package/{name}"))).collect();
        for entry in manifest["exports"].as_object().unwrap().values().filter_map(|entry| entry.as_object()) {
            for path in entry.values().filter_map(|path| path.as_str()).filter(|path| !path.ends_with(".wasm")) {
                assert!(made.iter().any(|name| name == path), "{path}");
            }
        }
    }
}
