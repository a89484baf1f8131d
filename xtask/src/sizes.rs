//! Computes the compressed size of what the page loads, as a web host sends it, and checks the build's limits.
//!
//! The first load is everything that is fetched before the user asks for more: the page's modules with their imports,
//! the larger of the two workers (each with the glue of its wasm), of which a browser fetches one, and every style that
//! does not belong to a later view. A later view is what its `import()` adds to that, with the styles in its folder.
//! Models and samples are not counted, because they are fetched on request.

use crate::page::Bundle;
use crate::workspace::Workspace;
use anyhow::{Result, bail};
use flate2::{Compression, write::GzEncoder};
use std::collections::BTreeSet;
use std::io::Write;

/// Limits in bytes, compressed.
const WASM: usize = 3_000_000;
const WASM_CPU: usize = 900_000;
const FIRST_LOAD: usize = 45_000;
const VIEW: usize = 25_000;

/// The view that everybody sees first, however it is loaded.
const FIRST_VIEW: &str = "www/views/explain/";

/// The smaller worker, which no browser fetches in addition to the other, and the reader of pictures, which a sample
/// does not need.
const OTHER_WORKERS: [&str; 2] = ["www/worker/vanish_cpu.js", "www/worker/reader.js"];

/// Files that are loaded together, by their names in [`Bundle::outputs`].
#[derive(Debug, PartialEq)]
struct Load {
    what: String,
    files: BTreeSet<String>,
    limit: usize,
}

/// Prints a table, and fails if a limit is exceeded.
pub fn check(workspace: &Workspace, bundle: &Bundle) -> Result<()> {
    let mut loads = loads(bundle);
    for (what, limit) in [("vanish_bg.wasm", WASM), ("vanish_cpu_bg.wasm", WASM_CPU)] {
        let file = workspace.name(&workspace.pkg().join(what));
        loads.push(Load { what: what.into(), files: [file].into(), limit });
    }
    println!("{:<40}{:>12}{:>12}{:>12}", "bytes", "raw", "gzip", "limit");
    let mut faults = Vec::new();
    for Load { what, files, limit } in loads {
        let (raw, gzip) = weigh(workspace, &files)?;
        println!("{what:<40}{raw:>12}{gzip:>12}{limit:>12}");
        if gzip > limit {
            faults.push(format!("{what} is too big: {gzip} bytes gzip; the limit is {limit}."));
        }
    }
    if faults.is_empty() { Ok(()) } else { bail!(faults.join("\n")) }
}

/// Returns the first load, and a load for each view that comes later.
fn loads(bundle: &Bundle) -> Vec<Load> {
    let lazy = lazy(bundle);
    let owns = |view: &str, style: &str| style.ends_with(".css") && folder(bundle, view) == folder(bundle, style);
    let mut first = BTreeSet::new();
    for name in bundle.outputs.keys().filter(|name| !entry(bundle, name).is_empty() && !lazy.contains(*name)) {
        if !OTHER_WORKERS.contains(&entry(bundle, name)) && !lazy.iter().any(|view| owns(view, name)) {
            reach(bundle, name, &mut first);
        }
    }
    let mut loads = vec![Load { what: "first load".into(), files: first.clone(), limit: FIRST_LOAD }];
    for view in lazy.difference(&first) {
        let mut files = BTreeSet::new();
        reach(bundle, view, &mut files);
        files.extend(bundle.outputs.keys().filter(|style| owns(view, style)).cloned());
        let files = files.difference(&first).cloned().collect();
        loads.push(Load { what: entry(bundle, view).into(), files, limit: VIEW });
    }
    loads
}

/// Returns the outputs that an `import()` fetches when the user asks for them.
fn lazy(bundle: &Bundle) -> BTreeSet<String> {
    let imports = bundle.outputs.values().flat_map(|module| &module.imports);
    let later = imports.filter(|import| import.kind == "dynamic-import" && !import.external).map(|import| &import.path);
    later.filter(|path| !entry(bundle, path).starts_with(FIRST_VIEW)).cloned().collect()
}

/// Adds an output and everything that it imports statically.
fn reach(bundle: &Bundle, name: &str, seen: &mut BTreeSet<String>) {
    if !seen.insert(name.into()) {
        return;
    }
    let imports = bundle.outputs.get(name).map_or(&[][..], |module| &module.imports);
    for import in imports.iter().filter(|import| import.kind == "import-statement" && !import.external) {
        reach(bundle, &import.path, seen);
    }
}

/// Returns the source of an output's entry, or an empty string.
fn entry<'a>(bundle: &'a Bundle, name: &str) -> &'a str {
    bundle.outputs.get(name).and_then(|module| module.entry_point.as_deref()).unwrap_or_default()
}

/// Returns the folder of that source.
fn folder<'a>(bundle: &'a Bundle, name: &str) -> &'a str {
    entry(bundle, name).rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Returns raw and compressed bytes. Each file is compressed by itself.
fn weigh(workspace: &Workspace, files: &BTreeSet<String>) -> Result<(usize, usize)> {
    let mut sum = (0, 0);
    for name in files {
        let bytes = workspace.shell.read_binary_file(workspace.root.join(name))?;
        sum = (sum.0 + bytes.len(), sum.1 + gzip_length(&bytes)?);
    }
    Ok(sum)
}

fn gzip_length(bytes: &[u8]) -> Result<usize> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::{Import, Module};
    use crate::workspace::scratch;

    /// Makes outputs with their entry and imports. A `?` marks an `import()`.
    fn bundle(outputs: &[(&str, Option<&str>, &[&str])]) -> Bundle {
        let import = |path: &&str| match path.strip_prefix('?') {
            Some(path) => Import { path: path.into(), kind: "dynamic-import".into(), external: false },
            None => Import { path: (*path).into(), kind: "import-statement".into(), external: false },
        };
        let module = |(name, entry, imports): &(&str, Option<&str>, &[&str])| {
            let imports = imports.iter().map(import).collect();
            (name.to_string(), Module { entry_point: entry.map(String::from), imports })
        };
        Bundle { outputs: outputs.iter().map(module).collect() }
    }

    #[test]
    fn a_view_that_comes_later_is_weighed_by_itself() {
        let bundle = bundle(&[
            ("d/main.js", Some("www/main.js"), &["d/shared.js", "?d/view-1.js", "?d/view-2.js"]),
            ("d/worker.js", Some("www/worker.js"), &["d/shared.js"]),
            ("d/vanish_cpu.js", Some("www/worker/vanish_cpu.js"), &[]),
            ("d/shared.js", None, &[]),
            ("d/view-1.js", Some("www/views/a/view.js"), &["d/shared.js", "d/chart.js"]),
            ("d/view-2.js", Some("www/views/explain/view.js"), &[]),
            ("d/chart.js", None, &[]),
            ("d/base.css", Some("www/style/base.css"), &[]),
            ("d/a.css", Some("www/views/a/view.css"), &[]),
        ]);
        let files = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let first = files(&["d/base.css", "d/main.js", "d/shared.js", "d/view-2.js", "d/worker.js"]);
        let later = files(&["d/a.css", "d/chart.js", "d/view-1.js"]);
        assert_eq!(
            loads(&bundle),
            [
                Load { what: "first load".into(), files: first, limit: FIRST_LOAD },
                Load { what: "www/views/a/view.js".into(), files: later, limit: VIEW },
            ]
        );
    }

    #[test]
    fn over_a_limit_fails_and_says_so() {
        let noise = std::iter::successors(Some(1_u32), |x| Some(x.wrapping_mul(48_271) % 0x7fff_ffff));
        let noise: String = noise.map(|x| (x >> 8) as u8 as char).take(60_000).collect();
        for (script, passes) in [(&noise[..noise.len() / 2], true), (&noise, false)] {
            let workspace =
                scratch("sizes", &[("main.js", script), ("pkg/vanish_bg.wasm", ""), ("pkg/vanish_cpu_bg.wasm", "")]);
            let checked = check(&workspace, &bundle(&[("main.js", Some("www/main.js"), &[])]));
            assert_eq!(checked.is_ok(), passes);
            assert!(checked.err().is_none_or(|error| error.to_string().contains("first load is too big")));
            std::fs::remove_dir_all(workspace.root).unwrap();
        }
    }
}
