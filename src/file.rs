//! Writing files.

use std::io::Result;
use std::path::Path;

/// Writes a file so that it is either complete or unchanged: it is written beside its final name and then moved into
/// place. A special file, such as a device, is written directly, and so is the target of a symbolic link.
///
/// # Errors
/// Fails if the file system does, as on a full disk. The unfinished copy is removed.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<()> {
    let is_special = std::fs::metadata(path).is_ok_and(|of| !of.is_file()) || path.is_symlink();
    let Some(name) = path.file_name().filter(|_| !is_special) else { return std::fs::write(path, bytes) };
    let mut draft = name.to_owned();
    draft.push(".part");
    let draft = path.with_file_name(draft);
    let written = std::fs::write(&draft, bytes).and_then(|()| std::fs::rename(&draft, path));
    if written.is_err() {
        // The unfinished copy may not exist. The first failure is the one reported.
        let _ = std::fs::remove_file(&draft);
    }
    written
}
