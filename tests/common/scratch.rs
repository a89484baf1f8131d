//! Files and folders of a test's own.

use std::path::PathBuf;

/// A place among the system's temporary files, which is emptied before and after.
pub struct Scratch(pub PathBuf);

impl Scratch {
    /// A place for a file, where nothing stands yet.
    pub fn file(name: &str) -> Self {
        let scratch = Self(std::env::temp_dir().join(format!("vanish-{name}-{}", std::process::id())));
        scratch.clear();
        scratch
    }

    /// A folder with nothing in it.
    pub fn folder(name: &str) -> Self {
        let scratch = Self::file(name);
        std::fs::create_dir_all(&scratch.0).expect("a new folder");
        scratch
    }

    fn clear(&self) {
        // What is not there need not be removed.
        let _ = if self.0.is_dir() { std::fs::remove_dir_all(&self.0) } else { std::fs::remove_file(&self.0) };
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        self.clear();
    }
}
