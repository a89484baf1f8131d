//! Makes the published page: a folder with the page's modules bundled and minified, with one chunk for each view.

use crate::package::SOURCES;
use crate::workspace::Workspace;
use crate::{pkg, sizes, tools};
use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use xshell::cmd;

/// What a web host needs. Of the package, only the two builds of the engine are needed.
const PUBLISHED: &[&str] = &["index.html", "www", "pkg/vanish_bg.wasm", "pkg/vanish_cpu_bg.wasm"];
/// The page itself.
const HTML: &str = "index.html";
/// The script that the browser fetches by name. It keeps its path.
const PAGE: &str = "www/main.js";
/// The script that requests the engine before the page's script has arrived.
const EARLY: &str = "www/early.js";
/// The worker with the glue of each build, and the reader of pictures. Each is one text, because the page fetches them
/// and the worker fetches nothing.
const WORKERS: [&str; 3] = ["www/worker/vanish.js", "www/worker/vanish_cpu.js", "www/worker/reader.js"];
/// The script that stores the page for visits without a connection. It is at the site's root, so that it covers all of
/// it.
pub const SERVICE_WORKER: &str = "service-worker.js";
/// Chunks that the browser fetches because other files import them.
const CHUNKS: &str = "www/chunks/";

/// esbuild's description of a bundle.
#[derive(Deserialize)]
pub struct Bundle {
    /// The outputs, by their paths from the repository's root.
    pub outputs: BTreeMap<String, Module>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Module {
    /// The source file of an output's entry. Shared chunks have none.
    pub entry_point: Option<String>,
    pub imports: Vec<Import>,
}

#[derive(Deserialize)]
pub struct Import {
    pub path: String,
    pub kind: String,
    #[serde(default)]
    pub external: bool,
}

/// Makes a folder that any static host can serve under any path, for `cargo xtask build`.
pub fn publish(workspace: &Workspace, out: &Path, no_build: bool) -> Result<()> {
    refuse_foreign(workspace, out)?;
    if no_build {
        pkg::require(workspace)?
    } else {
        pkg::build(workspace)?
    }
    make(workspace, out)?;
    println!("{} is ready: serve that folder from anywhere.", out.display());
    println!("To look at it here: cargo xtask serve --dir {}", out.display());
    Ok(())
}

/// Bundles the page, copies the rest, and checks the sizes.
pub fn make(workspace: &Workspace, out: &Path) -> Result<()> {
    workspace.shell.remove_path(out)?;
    let mut entries = vec![PAGE.to_owned(), EARLY.to_owned()];
    let (code, other): (Vec<_>, Vec<_>) =
        published(workspace)?.into_iter().partition(|name| name.ends_with(".js") || name.ends_with(".css"));
    entries.extend(code.into_iter().filter(|name| name.ends_with(".css")));
    let mut bundle = bundle(workspace, &entries, &["--splitting"], out)?;
    bundle.outputs.extend(self::bundle(workspace, &WORKERS.map(String::from), &[], out)?.outputs);
    for name in other {
        let target = out.join(&name);
        workspace.shell.create_dir(target.parent().unwrap_or(out))?;
        workspace.shell.copy_file(workspace.root.join(&name), target)?;
    }
    let html = workspace.shell.read_file(workspace.root.join(HTML))?;
    workspace.shell.write_file(out.join(HTML), preloading(&html, &bundle)?)?;
    refuse_moved_addresses(workspace, &bundle)?;
    let (list, source) =
        (workspace.root.join("xtask/web/offline.mjs"), workspace.root.join("www").join(SERVICE_WORKER));
    cmd!(workspace.shell, "node {list} {source} {out}").run()?;
    sizes::check(workspace, &bundle)
}

/// Bundles and minifies. Entries keep their paths. With `--splitting`, what they share or load later becomes chunks.
fn bundle(workspace: &Workspace, entries: &[String], how: &[&str], out: &Path) -> Result<Bundle> {
    let facts = workspace.site().join("bundle.json");
    let esbuild = tools::web_program(workspace, "esbuild")?.args(entries).args(how).args(["--bundle", "--minify"]);
    let esbuild = esbuild.args(["--format=esm", "--target=es2022", "--charset=utf8", "--log-level=warning"]);
    let esbuild = esbuild.arg("--define:globalThis.PUBLISHED=true");
    let esbuild = esbuild.args(["--outbase=.".into(), format!("--chunk-names={CHUNKS}[name]-[hash]")]);
    let places = [("outdir", out), ("metafile", &facts)];
    esbuild.args(places.map(|(name, path)| format!("--{name}={}", path.display()))).run()?;
    serde_json::from_str(&workspace.shell.read_file(&facts)?).context("esbuild's metafile cannot be read")
}

/// Names in the page's head what its script imports, so that the browser can fetch it without reading the script first.
fn preloading(html: &str, bundle: &Bundle) -> Result<String> {
    let link = |name: &str| format!(r#"<link rel="modulepreload" href="{name}" />"#);
    let (path, main) =
        bundle.outputs.iter().find(|(name, _)| name.ends_with(PAGE)).context("the page has no script")?;
    let site = path.strip_suffix(PAGE).unwrap_or_default();
    let imports = main.imports.iter().filter(|import| import.kind == "import-statement");
    let names = imports.filter_map(|import| import.path.strip_prefix(site));
    ensure!(html.contains(&link(PAGE)), "{HTML} does not preload {PAGE}");
    let links: Vec<String> = [PAGE].into_iter().chain(names).map(link).collect();
    Ok(html.replace(&link(PAGE), &links.join("\n    ")))
}

/// Returns the page's files in the repository. Type declarations are only for the type check, and the sources of the
/// npm package are not part of the page.
fn published(workspace: &Workspace) -> Result<Vec<String>> {
    let files = PUBLISHED.iter().map(|name| workspace.files(&workspace.root.join(name)));
    let files = files.collect::<Result<Vec<_>>>()?.concat();
    let of_page = |name: &String| !name.ends_with(".d.ts") && !name.starts_with(&format!("{SOURCES}/"));
    Ok(files.iter().map(|file| workspace.name(file)).filter(of_page).collect())
}

/// Refuses addresses relative to `import.meta.url` in chunks, because they are right only in a file that keeps its
/// place.
fn refuse_moved_addresses(workspace: &Workspace, bundle: &Bundle) -> Result<()> {
    for name in bundle.outputs.keys().filter(|name| name.contains(CHUNKS)) {
        let source = workspace.shell.read_file(workspace.root.join(name))?;
        ensure!(
            !source.contains("import.meta"),
            "{name} uses import.meta, but is not where its source was. Use document.baseURI, or let the worker's entry \
             hand the address on."
        );
    }
    Ok(())
}

/// Refuses a folder that is neither an earlier build, nor empty, nor missing, because the folder is emptied first.
fn refuse_foreign(workspace: &Workspace, out: &Path) -> Result<()> {
    let holds = |name: &str| out.join(name).exists();
    let empty = fs::read_dir(out).map_or(true, |mut entries| entries.next().is_none());
    let earlier = holds("index.html") && holds("pkg") && !holds("Cargo.toml") && out != workspace.root;
    ensure!(
        (empty && !out.is_file()) || earlier,
        "{} holds something that is not an earlier build; name an empty or a new folder.",
        out.display()
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tools::WASM_TARGET;
    use crate::workspace::scratch;
    use std::collections::BTreeSet;

    #[test]
    fn publishes_the_page_and_nothing_else() {
        let page = ["index.html", "www/a/b.js", "pkg/vanish_bg.wasm"];
        let other = ["www/.hidden", "www/package/README.md", "www/a.d.ts", "pkg/package.json", "Cargo.toml"];
        let names = page.into_iter().chain(other).map(|name| (name, "")).collect::<Vec<_>>();
        let workspace = scratch("publish", &names);
        assert_eq!(published(&workspace).unwrap(), page);
        fs::remove_dir_all(workspace.root).unwrap();
    }

    /// `docs/building.md` says how the notices are written again.
    #[test]
    fn the_notices_name_every_library_of_the_engine() {
        let workspace = Workspace::find().unwrap();
        let notices = fs::read_to_string(workspace.root.join("www/licences.txt")).unwrap();
        let features = ["--no-default-features", "--features", "gpu"];
        let tree =
            cmd!(workspace.shell, "cargo tree --edges normal,no-proc-macro --target {WASM_TARGET} {features...}");
        let tree = tree.args(["--prefix", "none", "--format", "{p}"]).quiet().read().unwrap();
        let linked: BTreeSet<_> = tree.lines().filter_map(|line| line.split_once(" v")).collect();
        assert!(linked.len() > 100, "{tree}");
        let named = |name: &str, version: &str| notices.contains(&format!("* {name} {version}"));
        let version = |rest: &str| rest.split(' ').next().unwrap_or_default().to_owned();
        let missing: Vec<_> = linked.iter().filter(|(name, rest)| !named(name, &version(rest))).collect();
        assert!(missing.is_empty(), "not in www/licences.txt: {missing:?}");
    }

    #[test]
    fn the_page_names_at_once_what_its_script_imports() {
        let import = |path: &str, kind: &str| Import { path: path.into(), kind: kind.into(), external: false };
        let imports = vec![
            import("dist/www/chunks/a.js", "import-statement"),
            import("dist/www/chunks/b.js", "import-statement"),
            import("dist/www/chunks/later.js", "dynamic-import"),
        ];
        let main = Module { entry_point: Some(PAGE.into()), imports };
        let bundle = Bundle { outputs: [("dist/www/main.js".to_owned(), main)].into() };
        let link = |name: &str| format!("<link rel=\"modulepreload\" href=\"{name}\" />");
        let html = preloading(&format!("<head>{}</head>", link(PAGE)), &bundle).unwrap();
        let all = [PAGE, "www/chunks/a.js", "www/chunks/b.js"].map(link).join("\n    ");
        assert_eq!(html, format!("<head>{all}</head>"));
        assert!(preloading("<head></head>", &bundle).is_err());
    }

    #[test]
    fn refuses_to_empty_a_folder_of_someone_else() {
        let workspace = scratch("refuse", &[]);
        let out = workspace.root.join("out");
        let steps = [(None, true), (Some("thesis.txt"), false), (Some("index.html"), false), (Some("pkg/a"), true)];
        for (file, allowed) in steps.into_iter().chain([(Some("Cargo.toml"), false)]) {
            if let Some(name) = file {
                workspace.shell.write_file(out.join(name), "").unwrap();
            }
            assert_eq!(refuse_foreign(&workspace, &out).is_ok(), allowed, "{file:?}");
        }
        fs::remove_dir_all(workspace.root).unwrap();
    }
}
