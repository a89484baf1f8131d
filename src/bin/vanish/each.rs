//! Does the same with each of several pictures.

use std::collections::HashSet;
use std::path::Path;

use vanish::{Error, ErrorKind, Result};

use super::progress::interrupted;

/// Does the same with each picture. A failure is printed and the others continue, but a lost device ends everything.
///
/// # Errors
/// Fails as `one` does if there is only one picture, and otherwise with the number of failures.
pub fn each(names: &[String], mut one: impl FnMut(&str) -> Result<()>) -> Result<()> {
    if let [name] = names {
        return one(name);
    }
    let mut failed = 0;
    for name in names {
        match one(name) {
            Err(error) if error.kind() == ErrorKind::Device => return Err(error),
            Err(error) => {
                failed += 1;
                let said = error.to_string();
                // An error in reading a picture names the picture itself.
                eprintln!("vanish: {}", if said.starts_with(name) { said } else { format!("{name}: {said}") });
            }
            Ok(()) => {}
        }
        if interrupted() {
            break;
        }
    }
    match failed {
        0 => Ok(()),
        _ => Err(Error::new(ErrorKind::Image, format!("{failed} of {} pictures failed, as said above", names.len()))),
    }
}

/// Names for the folders of several pictures. They are the names of their files, with a number if a name is taken.
#[derive(Default)]
pub struct Folders(HashSet<String>);

impl Folders {
    /// Returns the name of the next picture's folder.
    pub fn name(&mut self, picture: &str) -> String {
        let stem = Path::new(picture).file_stem().map_or_else(|| picture.into(), |stem| stem.to_string_lossy());
        // A critter's name has a colon, which some systems do not allow in file names.
        let stem = stem.replace(':', "-");
        let numbered = (2..).map(|number| format!("{stem}-{number}"));
        let free = std::iter::once(stem.clone()).chain(numbered).find(|name| !self.0.contains(name));
        let name = free.unwrap_or(stem);
        self.0.insert(name.clone());
        name
    }
}
