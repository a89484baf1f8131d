//! Reads versions out of Cargo.lock. The file is written by cargo in one shape, so lines are enough.

use crate::Result;
use std::path::Path;

pub fn version_in_file(path: &Path, package: &str) -> Result<String> {
    let text = std::fs::read_to_string(path).map_err(|e| format!("{} cannot be read: {e}.", path.display()))?;
    version(&text, package).ok_or_else(|| format!("{} names no package {package}.", path.display()))
}

/// The version of the first package of exactly this name.
pub fn version(lock: &str, package: &str) -> Option<String> {
    let mut lines = lock.lines();
    lines.find(|line| value(line, "name") == Some(package))?;
    lines.take_while(|line| !line.is_empty()).find_map(|line| value(line, "version")).map(String::from)
}

/// The text of a `key = "text"` line.
fn value<'a>(line: &'a str, key: &str) -> Option<&'a str> {
    line.strip_prefix(key)?.strip_prefix(" = \"")?.strip_suffix('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = r#"version = 4

[[package]]
name = "wasm-bindgen-futures"
version = "0.4.55"
dependencies = [
 "wasm-bindgen",
]

[[package]]
name = "wasm-bindgen"
version = "0.2.130"
source = "registry"

[[package]]
name = "odd"

[[package]]
name = "last"
version = "1.0.0"
"#;

    #[test]
    fn finds_the_exact_name() {
        for (package, expected) in [
            ("wasm-bindgen", Some("0.2.130")),
            ("wasm-bindgen-futures", Some("0.4.55")),
            ("last", Some("1.0.0")),
            ("wasm", None),
            ("odd", None),
        ] {
            assert_eq!(version(LOCK, package).as_deref(), expected, "{package}");
        }
    }

    #[test]
    fn the_projects_own_lock_names_wasm_bindgen() {
        let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.lock");
        assert!(version_in_file(&lock, "wasm-bindgen").unwrap().starts_with("0.2."));
    }
}
