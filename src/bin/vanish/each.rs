//! The same for each of several pictures.

use std::collections::HashSet;
use std::path::Path;

use vanish::{Error, ErrorKind, Result};

use super::progress::interrupted;

/// Does the same with each picture. One that fails is said and leaves the others; a lost device ends the whole.
///
/// # Errors
/// As `one` where there is one picture; else with how many failed.
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
                // What reads a picture names it itself.
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

/// Names for the folders of several pictures: their files' names, numbered where that is taken.
#[derive(Default)]
pub struct Folders(HashSet<String>);

impl Folders {
    /// The name of the next picture's folder.
    pub fn name(&mut self, picture: &str) -> String {
        let stem = Path::new(picture).file_stem().map_or_else(|| picture.into(), |stem| stem.to_string_lossy());
        // A critter's name has a colon, which no file's name has on some systems.
        let stem = stem.replace(':', "-");
        let numbered = (2..).map(|number| format!("{stem}-{number}"));
        let free = std::iter::once(stem.clone()).chain(numbered).find(|name| !self.0.contains(name));
        let name = free.unwrap_or(stem);
        self.0.insert(name.clone());
        name
    }
}
