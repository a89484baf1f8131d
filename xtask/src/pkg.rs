//! Makes `pkg/`: cargo compiles the library for the web, wasm-bindgen writes the glue, and wasm-opt makes it smaller.
//! Then [`package`] makes an npm package of it.
//!
//! All of this is done twice. Most of the engine's bytes are the shader compiler and WebGPU, so the page fetches a
//! build without them if a browser has no adapter.

use crate::package;
use crate::tools::{self, WASM_TARGET};
use crate::workspace::Workspace;
use anyhow::{Result, ensure};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::time::Instant;
use xshell::cmd;

/// `-O1`, because the compressed size counts. `-Oz` makes the file a quarter smaller, but once compressed it is
/// *larger* than without optimisation, and takes four times as long. The functions that are called most get the
/// smallest numbers, which saves 5 % of the compressed size. Merging identical functions takes two seconds and saves
/// half a kilobyte of the processor's engine. The features are those that rustc enables for this target, and SIMD.
const OPTIMISE: &str = "-O1 --duplicate-function-elimination --reorder-functions --enable-simd --enable-bulk-memory \
    --enable-bulk-memory-opt --enable-nontrapping-float-to-int --enable-sign-ext --enable-mutable-globals \
    --enable-reference-types --enable-multivalue";

/// A build of the engine.
pub struct Build {
    /// Name of its glue, and with `_bg` of its wasm.
    pub name: &'static str,
    features: &'static str,
    /// Its own profile, and so its own folder. A library for the web is one file for all features, so two builds in one
    /// folder would replace each other and be compiled again each time.
    profile: &'static str,
}

/// The builds with the graphics card, and for the processor alone.
pub const BUILDS: [Build; 2] = [
    Build { name: "vanish", features: "gpu", profile: "wasm" },
    Build { name: "vanish_cpu", features: "", profile: "wasm-cpu" },
];

pub fn build(workspace: &Workspace) -> Result<()> {
    let made = BUILDS.iter().map(|build| make(workspace, build)).collect::<Result<Vec<_>>>()?;
    workspace.shell.remove_path(workspace.pkg())?;
    made.iter().try_for_each(|made| copy(workspace, made, &workspace.pkg()))?;
    package::make(workspace)
}

/// Makes one of the builds, unless nothing has changed, and returns its folder.
fn make(workspace: &Workspace, build: &Build) -> Result<PathBuf> {
    let (name, compiled) = (build.name, compiled(workspace, build));
    timed(&format!("compile {name}"), || compile(workspace, build))?;
    let made = workspace.site().join(name);
    let inputs = inputs(workspace, &compiled)?;
    let stamp = workspace.site().join(format!("{name}.stamp"));
    if workspace.shell.read_file(&stamp).is_ok_and(|old| old == inputs) {
        println!("bindings and optimise: unchanged");
    } else {
        workspace.shell.remove_path(&stamp)?;
        timed("bindings", || bind(workspace, name, &compiled, &made))?;
        timed("optimise", || optimise(workspace, &made.join(format!("{name}_bg.wasm"))))?;
        workspace.shell.write_file(&stamp, inputs)?;
    }
    Ok(made)
}

/// Checks for `--no-build` that both builds exist. Their content is trusted.
pub fn require(workspace: &Workspace) -> Result<()> {
    let there = BUILDS.iter().all(|build| workspace.pkg().join(format!("{}_bg.wasm", build.name)).is_file());
    ensure!(there, "pkg/ is not built yet: run `cargo xtask serve` without --no-build.");
    Ok(())
}

fn timed(name: &str, stage: impl FnOnce() -> Result<()>) -> Result<()> {
    let start = Instant::now();
    stage()?;
    println!("{name}: {:.1} s", start.elapsed().as_secs_f64());
    Ok(())
}

fn compile(workspace: &Workspace, build: &Build) -> Result<()> {
    let shell = &workspace.shell;
    tools::ensure_wasm_target(shell)?;
    let cargo = cmd!(shell, "cargo build --lib --target {WASM_TARGET} --no-default-features");
    Ok(cargo.args(["--profile", build.profile, "--features", build.features]).run()?)
}

/// Returns a hash of everything from which a build is made. The hasher may differ between Rust releases. The work is
/// then done once more, which is harmless.
fn inputs(workspace: &Workspace, compiled: &Path) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    workspace.shell.read_binary_file(compiled)?.hash(&mut hasher);
    workspace.shell.read_file(workspace.root.join(tools::WEB).join("package-lock.json"))?.hash(&mut hasher);
    OPTIMISE.hash(&mut hasher);
    Ok(format!("{:016x}", hasher.finish()))
}

fn compiled(workspace: &Workspace, build: &Build) -> PathBuf {
    workspace.target.join(WASM_TARGET).join(build.profile).join("vanish.wasm")
}

fn bind(workspace: &Workspace, name: &str, wasm: &Path, out: &Path) -> Result<()> {
    let shell = &workspace.shell;
    let program = tools::wasm_bindgen(workspace)?;
    shell.remove_path(out)?;
    Ok(cmd!(shell, "{program} --target web --out-name {name} --out-dir {out} {wasm}").run()?)
}

fn optimise(workspace: &Workspace, wasm: &Path) -> Result<()> {
    let program = tools::web_program(workspace, "wasm-opt")?;
    Ok(program.args(OPTIMISE.split_whitespace()).arg(wasm).arg("-o").arg(wasm).run()?)
}

fn copy(workspace: &Workspace, from: &Path, to: &Path) -> Result<()> {
    for file in workspace.files(from)? {
        let target = to.join(file.strip_prefix(from)?);
        workspace.shell.create_dir(target.parent().unwrap_or(to))?;
        workspace.shell.copy_file(&file, target)?;
    }
    Ok(())
}
