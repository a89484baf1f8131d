//! Makes an npm package of `pkg/`. Besides the two builds of the engine it has the API, the element, the worker as one
//! script and as text, the built-in models, and the types.
//!
//! The worker is also a text, because it can then start from a blob, whatever a bundler does with files, and on pages
//! whose script comes from another origin.

use crate::tools::{self, NPM};
use crate::workspace::Workspace;
use anyhow::{Context, Result};
use std::path::Path;
use xshell::cmd;

/// The folder of the hand-written sources.
pub const SOURCES: &str = "www/package";
/// Files that others import by name, with the files that each imports from beside it.
const SCRIPTS: [(&str, &[&str]); 3] =
    [("worker.js", &["--minify"]), ("index.js", &["./worker-text.js"]), ("element.js", &["./index.js"])];
/// Files and folders that are copied unchanged, with their places in the package.
const COPIED: [(&str, &str); 7] = [
    ("www/models", "models"),
    ("www/licences.txt", "licences.txt"),
    ("www/payloads.d.ts", "types/payloads.d.ts"),
    ("www/pictures.d.ts", "types/pictures.d.ts"),
    ("LICENSE-APACHE", "LICENSE-APACHE"),
    ("LICENSE-MIT", "LICENSE-MIT"),
    ("www/package/README.md", "README.md"),
];
/// The types of what can be imported. Other declarations only help to check the sources.
const TYPES: [&str; 4] = ["api.d.ts", "element-api.d.ts", "worker-api.d.ts", "wasm.d.ts"];
/// The version in the source of the manifest, which is replaced by Cargo's.
const UNVERSIONED: &str = "\"version\": \"0.0.0\"";

/// Adds to an existing `pkg/` what makes it a package.
pub fn make(workspace: &Workspace) -> Result<()> {
    SCRIPTS.iter().try_for_each(|(name, how)| bundle(workspace, name, how))?;
    write_worker_text(workspace)?;
    COPIED.iter().try_for_each(|(from, to)| copy(workspace, from, to))?;
    for name in TYPES {
        copy(workspace, &format!("{SOURCES}/{name}"), &format!("types/package/{name}"))?;
    }
    write_manifest(workspace)
}

/// Makes the archive for `npm install`, for `cargo xtask pack`.
pub fn pack(workspace: &Workspace, out: &Path) -> Result<()> {
    let shell = &workspace.shell;
    shell.create_dir(out)?;
    let _inside = shell.push_dir(workspace.pkg());
    let name = cmd!(shell, "{NPM} pack --silent --pack-destination {out}").read()?;
    println!("{} is ready: npm install that file.", out.join(name.trim()).display());
    Ok(())
}

/// Bundles one script without imports, except for the named files beside it.
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
        // The path of a file relative to itself is empty, and joining an empty path would make a folder of it.
        let below = file.strip_prefix(&from)?;
        let place = workspace.pkg().join(to);
        let target = if below.as_os_str().is_empty() { place } else { place.join(below) };
        workspace.shell.create_dir(target.parent().unwrap_or(&target))?;
        workspace.shell.copy_file(&file, target)?;
    }
    Ok(())
}

/// Writes the manifest with the version of Cargo.toml. It is edited as text, because the order of `exports` matters.
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
