//! No import runs upwards in the house of `src/`, and none in a circle. The page's modules have the same test in
//! `tests/e2e/imports.test.mjs`.

mod graph;
mod modules;

use std::fs;
use std::path::{Path, PathBuf};

/// The house of `src/`, from the bottom up; docs/architecture.md says what each is.
const LAYERS: &[&[&str]] = &[
    &["error", "file", "job"],
    &["array"],
    &["map", "number", "pixel_box"],
    &["picture"],
    &["critters"],
    &["classifier"],
    &["question"],
    &["learn"],
    &["mask"],
    &["methods"],
    &["explain"],
    &["judge"],
    &["rules"],
    &["attack"],
    &["study"],
    &["render"],
    &["web"],
    &["bin"],
];

#[test]
fn imports_run_downwards_and_in_no_circle() {
    let faults = modules::graph(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src")).faults(LAYERS);
    assert!(faults.is_empty(), "{} faults:\n    {}", faults.len(), faults.join("\n    "));
}

/// Writes a small crate and removes it when dropped.
struct Scratch(PathBuf);

impl Scratch {
    fn new(files: &[(&str, &str)]) -> Self {
        let source = std::env::temp_dir().join(format!("vanish-imports-{}", std::process::id()));
        for (name, text) in files {
            let file = source.join(name);
            fs::create_dir_all(file.parent().expect("a folder")).expect("a new folder");
            fs::write(file, text).expect("a new file");
        }
        Self(source)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).expect("it was made here");
    }
}

#[test]
fn imports_are_followed_to_where_a_thing_is_written() {
    let source = Scratch::new(&[
        ("lib.rs", "pub mod array; pub mod error; pub mod mask; pub use error::{Error, Result as R};"),
        ("error.rs", "// crate::mask::disc\npub struct Error; const A: &str = \"crate::mask\";"),
        ("array.rs", "fn f() -> crate::Error { vec![crate::mask::size::<u8>()] } #[cfg(test)] use crate::mask;"),
        (
            "mask/mod.rs",
            "mod disc; mod grid; pub use disc::{disc as round, disc}; pub use grid::Grid; use std::fs; fn f() { Grid }",
        ),
        ("mask/disc.rs", "use super::{fs, grid::{self, Grid}}; use crate::R; fn f() { super::super::array::g() }"),
        ("mask/grid.rs", "use super::round;"),
        ("bin/vanish/main.rs", "mod set; fn main() { set::f() }"),
        ("bin/vanish/set.rs", "use vanish::mask;"),
    ]);
    assert_eq!(
        modules::graph(&source.0).edges(),
        [
            "array.rs error.rs",
            "array.rs mask/mod.rs",
            "bin/vanish/main.rs bin/vanish/set.rs",
            "mask/disc.rs array.rs",
            "mask/disc.rs error.rs",
            "mask/disc.rs mask/grid.rs",
            "mask/grid.rs mask/disc.rs",
            "mask/mod.rs mask/grid.rs",
        ]
    );
}
