//! Writing files.

use std::io::Result;
use std::path::Path;

/// Writes a file so that it is either whole or as it was: beside its final name first, and then in its place. What
/// cannot be replaced, such as a device, is written as it is; behind a link the file that it leads to is.
///
/// # Errors
/// Fails where the file system does, as on a full disk; what was begun is taken away again.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<()> {
    let is_special = std::fs::metadata(path).is_ok_and(|of| !of.is_file()) || path.is_symlink();
    let Some(name) = path.file_name().filter(|_| !is_special) else { return std::fs::write(path, bytes) };
    let mut draft = name.to_owned();
    draft.push(".part");
    let draft = path.with_file_name(draft);
    let written = std::fs::write(&draft, bytes).and_then(|()| std::fs::rename(&draft, path));
    if written.is_err() {
        // It may not be there, and the failure that is told is the first one.
        let _ = std::fs::remove_file(&draft);
    }
    written
}
