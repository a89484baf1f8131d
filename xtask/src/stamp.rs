//! Skips work whose inputs are unchanged: beside each output lies a stamp, the hash of what it was made from.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

/// Collects the inputs of one piece of work.
pub struct Inputs(DefaultHasher);

impl Inputs {
    pub fn new() -> Self {
        Self(DefaultHasher::new())
    }

    pub fn text(mut self, text: &str) -> Self {
        text.hash(&mut self.0);
        self
    }

    pub fn bytes(mut self, bytes: &[u8]) -> Self {
        bytes.hash(&mut self.0);
        self
    }

    /// The hasher may differ between Rust releases; then the work is done once more, which is harmless.
    pub fn stamp(self) -> String {
        format!("{:016x}", self.0.finish())
    }
}

fn stamp_path(output: &Path) -> PathBuf {
    output.with_extension("stamp")
}

/// Whether `output` is there and was made from these inputs.
pub fn is_fresh(output: &Path, stamp: &str) -> bool {
    output.exists() && fs::read_to_string(stamp_path(output)).is_ok_and(|old| old == stamp)
}

/// Says that `output` was made from these inputs. A stamp that cannot be written only costs a repetition.
pub fn mark(output: &Path, stamp: &str) {
    let _ = fs::write(stamp_path(output), stamp);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inputs_decide() {
        let one = || Inputs::new().text("a").bytes(b"b");
        assert_eq!(one().stamp(), one().stamp());
        assert_ne!(one().stamp(), Inputs::new().text("ab").bytes(b"").stamp());
    }

    #[test]
    fn fresh_only_with_output_and_equal_stamp() {
        let dir = std::env::temp_dir().join(format!("vanish-stamp-{}", std::process::id()));
        fs::create_dir_all(&dir).unwrap();
        let output = dir.join("out.wasm");
        mark(&output, "1");
        assert!(!is_fresh(&output, "1"), "no output");
        fs::write(&output, "x").unwrap();
        assert!(is_fresh(&output, "1"));
        assert!(!is_fresh(&output, "2"));
        fs::remove_dir_all(dir).unwrap();
    }
}
