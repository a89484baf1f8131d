//! Builds the page: cargo → wasm-bindgen → wasm-opt → sizes, then `pkg/` or a folder to host.
//!
//! Every stage says what it does and how long that takes; one whose inputs are unchanged is skipped.

use crate::Result;
use crate::process::Program;
use crate::sizes;
use crate::stamp::{self, Inputs};
use crate::tools::{self, WASM_TARGET, WasmOpt};
use crate::workspace::Workspace;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// What a web host needs, and all that the local server shows.
pub const PUBLISHED: &[&str] = &["index.html", "www", "pkg"];

/// `-O1`, because what counts is the compressed size: `-Oz` makes the file a quarter smaller, but *bigger* once
/// compressed than no optimisation at all, and takes four times as long. Functions that are called most get the smallest
/// numbers, which takes 5 % off what is compressed. The features are those that rustc turns on for
/// this target, and SIMD.
const OPTIMISE: &str = "-O1 --reorder-functions --enable-simd --enable-bulk-memory --enable-bulk-memory-opt \
    --enable-nontrapping-float-to-int --enable-sign-ext --enable-mutable-globals --enable-reference-types \
    --enable-multivalue";

/// For a wasm-opt that does not know the newest feature names.
const OPTIMISE_OLD: &str = "-O1 --reorder-functions --all-features";

/// Builds `pkg/` and checks the sizes.
pub fn build_pkg(workspace: &Workspace) -> Result<()> {
    let stages: [(&str, &str, Stage); 4] = [
        ("compile", "about ten minutes on two cores the first time, then only what changed", compile),
        ("bindings", "seconds; two minutes more where wasm-bindgen has to be built", bindings),
        ("optimise", "one to three minutes when the wasm changed", optimise),
        ("sizes", "seconds", check_sizes),
    ];
    let mut times = Vec::new();
    for (at, (name, expected, stage)) in stages.iter().enumerate() {
        println!("[{}/{}] {name} ({expected})", at + 1, stages.len());
        let start = Instant::now();
        stage(workspace)?;
        times.push(format!("{name} {:.1} s", start.elapsed().as_secs_f64()));
    }
    println!("Built pkg/: {}.", times.join(", "));
    Ok(())
}

type Stage = fn(&Workspace) -> Result<()>;

fn compile(workspace: &Workspace) -> Result<()> {
    tools::ensure_wasm_target(workspace)?;
    let cargo = workspace.cargo().words("build --lib --profile wasm --target").arg(WASM_TARGET);
    cargo.words("--no-default-features --features gpu").run()
}

fn compiled_wasm(workspace: &Workspace) -> PathBuf {
    workspace.target.join(WASM_TARGET).join("wasm/vanish.wasm")
}

/// Where wasm-bindgen writes; `pkg/` is made from it.
fn bound_folder(workspace: &Workspace) -> PathBuf {
    workspace.site().join("bound")
}

fn bindings(workspace: &Workspace) -> Result<()> {
    let tool = tools::wasm_bindgen(workspace)?;
    let version = Program::new(&tool).arg("--version").output().unwrap_or_default();
    let wasm = compiled_wasm(workspace);
    let stamp = Inputs::new().text(&version).bytes(&read(&wasm)?).stamp();
    let folder = bound_folder(workspace);
    let output = folder.join("vanish_bg.wasm");
    if !stamp::is_fresh(&output, &stamp) {
        remake(&folder)?;
        let program = Program::new(&tool).words("--target web --out-name vanish --out-dir").arg(&folder);
        program.arg(&wasm).run()?;
        stamp::mark(&output, &stamp);
    } else {
        println!("    unchanged");
    }
    copy_bindings(&folder, &workspace.pkg())
}

/// Everything but the wasm itself, which comes from the next stage.
fn copy_bindings(from: &Path, pkg: &Path) -> Result<()> {
    make(pkg)?;
    for name in ["vanish.js", "vanish.d.ts", "vanish_bg.wasm.d.ts"] {
        copy(&from.join(name), &pkg.join(name))?;
    }
    let snippets = from.join("snippets");
    if snippets.is_dir() { copy_tree(&snippets, &pkg.join("snippets")) } else { Ok(()) }
}

fn optimise(workspace: &Workspace) -> Result<()> {
    let input = bound_folder(workspace).join("vanish_bg.wasm");
    let bytes = read(&input)?;
    let optimised = workspace.site().join("optimised.wasm");
    let pkg = workspace.pkg().join("vanish_bg.wasm");
    let tools = tools::wasm_opts(workspace);
    for tool in &tools {
        let stamp = Inputs::new().text(OPTIMISE).text(&tool.name).bytes(&bytes).stamp();
        if stamp::is_fresh(&optimised, &stamp) {
            println!("    unchanged");
            return copy(&optimised, &pkg);
        }
        match run_wasm_opt(tool, &input, &optimised) {
            Ok(()) => {
                stamp::mark(&optimised, &stamp);
                return copy(&optimised, &pkg);
            }
            Err(reason) => println!("    note: {} could not be used: {reason}", tool.name),
        }
    }
    println!("    note: the wasm is not optimised for size; Node with npm, or a current Binaryen, would do it");
    copy(&input, &pkg)
}

fn run_wasm_opt(tool: &WasmOpt, input: &Path, output: &Path) -> Result<()> {
    println!("    with {}", tool.name);
    let run = |flags: &str| tool.program().words(flags).arg(input).arg("-o").arg(output).run();
    let knows_newest =
        tool.program().arg("--help").output().is_some_and(|text| text.contains("--enable-bulk-memory-opt"));
    run(if knows_newest { OPTIMISE } else { OPTIMISE_OLD })
}

fn check_sizes(workspace: &Workspace) -> Result<()> {
    sizes::check(&published_files(workspace)?)
}

/// The files that a web host gets. Type declarations are for the type check only.
fn published_files(workspace: &Workspace) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for name in PUBLISHED {
        collect(&workspace.root.join(name), &mut files)?;
    }
    files.retain(|path| !path.to_string_lossy().ends_with(".d.ts"));
    files.sort();
    Ok(files)
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
    if hidden || !path.exists() {
        return Ok(());
    }
    if path.is_file() {
        files.push(path.to_owned());
        return Ok(());
    }
    let entries = fs::read_dir(path).map_err(|e| format!("{} cannot be read: {e}.", path.display()))?;
    for entry in entries {
        let entry = entry.map_err(|e| format!("{} cannot be read: {e}.", path.display()))?;
        collect(&entry.path(), files)?;
    }
    Ok(())
}

/// `cargo xtask build`: a folder that any static host can serve under any path.
pub fn build_into(workspace: &Workspace, out: &Path) -> Result<()> {
    refuse_foreign(workspace, out)?;
    build_pkg(workspace)?;
    remake(out)?;
    let files = published_files(workspace)?;
    for file in &files {
        let below = file.strip_prefix(&workspace.root).map_err(|_| "A published file lies outside the clone.")?;
        write(&sizes::sent(file)?, &out.join(below))?;
    }
    println!("{} files in {}: serve that folder from anywhere.", files.len(), out.display());
    println!("To look at it here: cargo xtask serve --dir {}", out.display());
    Ok(())
}

/// The folder is emptied first, so it has to be an earlier build, or empty, or not there yet.
fn refuse_foreign(workspace: &Workspace, out: &Path) -> Result<()> {
    let holds = |name: &str| out.join(name).exists();
    let empty = fs::read_dir(out).map_or(true, |mut entries| entries.next().is_none());
    let earlier = holds("index.html") && holds("pkg") && !holds("Cargo.toml") && out != workspace.root;
    if (empty && !out.is_file()) || earlier {
        return Ok(());
    }
    Err(format!("{} holds something that is not an earlier build; name an empty or a new folder.", out.display()))
}

/// For `--no-build`, which trusts what is there.
pub fn require_pkg(workspace: &Workspace) -> Result<()> {
    if workspace.pkg().join("vanish_bg.wasm").is_file() {
        return Ok(());
    }
    Err("pkg/ is not built yet: run `cargo xtask serve` without --no-build.".into())
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).map_err(|e| format!("{} cannot be read: {e}.", path.display()))
}

fn make(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).map_err(|e| format!("{} cannot be made: {e}.", folder.display()))
}

fn remake(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(|e| format!("{} cannot be emptied: {e}.", folder.display()))?;
    }
    make(folder)
}

/// Leaves an equal file alone, so that a server's answer and a watcher do not see a change.
fn copy(from: &Path, to: &Path) -> Result<()> {
    write(&read(from)?, to)
}

fn write(bytes: &[u8], to: &Path) -> Result<()> {
    if fs::read(to).is_ok_and(|old| old == bytes) {
        return Ok(());
    }
    if let Some(folder) = to.parent() {
        make(folder)?;
    }
    fs::write(to, bytes).map_err(|e| format!("{} cannot be written: {e}.", to.display()))
}

fn copy_tree(from: &Path, to: &Path) -> Result<()> {
    let mut files = Vec::new();
    collect(from, &mut files)?;
    for file in files {
        let below = file.strip_prefix(from).map_err(|_| "A copied file lies outside its folder.")?;
        copy(&file, &to.join(below))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scratch(name: &str) -> Workspace {
        let root = std::env::temp_dir().join(format!("vanish-site-{name}-{}", std::process::id()));
        remake(&root).unwrap();
        Workspace { target: root.join("target"), root }
    }

    #[test]
    fn publishes_the_page_and_nothing_else() {
        let workspace = scratch("publish");
        for name in ["index.html", "www/a/b.js", "www/.hidden", "pkg/vanish.js", "pkg/vanish.d.ts", "Cargo.toml"] {
            let path = workspace.root.join(name);
            make(path.parent().unwrap()).unwrap();
            fs::write(path, name).unwrap();
        }
        let files = published_files(&workspace).unwrap();
        let names: Vec<_> = files.iter().map(|f| f.strip_prefix(&workspace.root).unwrap().to_str().unwrap()).collect();
        assert_eq!(names, ["index.html", "pkg/vanish.js", "www/a/b.js"]);
        fs::remove_dir_all(workspace.root).unwrap();
    }

    #[test]
    fn refuses_to_empty_a_folder_of_someone_else() {
        let workspace = scratch("refuse");
        let out = workspace.root.join("out");
        assert!(refuse_foreign(&workspace, &out).is_ok(), "not there yet");
        make(&out).unwrap();
        assert!(refuse_foreign(&workspace, &out).is_ok(), "empty");
        fs::write(out.join("thesis.txt"), "").unwrap();
        assert!(refuse_foreign(&workspace, &out).is_err(), "foreign");
        fs::write(out.join("index.html"), "").unwrap();
        make(&out.join("pkg")).unwrap();
        assert!(refuse_foreign(&workspace, &out).is_ok(), "an earlier build");
        fs::write(out.join("Cargo.toml"), "").unwrap();
        assert!(refuse_foreign(&workspace, &out).is_err(), "a clone");
        fs::remove_dir_all(workspace.root).unwrap();
    }
}
