//! The files beside a model: weights that it keeps separately (external data), and files that say how it was trained.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use onnx_ir::TensorProto;

use crate::classifier::refusal::misfit;
use crate::error::Result;

/// Returns the bytes of a file, if the file exists.
type Read<'a> = dyn Fn(&str) -> Option<Vec<u8>> + 'a;

/// Reads files by name, each only once.
pub struct Beside<'a> {
    read: Box<Read<'a>>,
    found: RefCell<BTreeMap<String, Option<Rc<Vec<u8>>>>>,
    /// Names of the files that hold weights.
    weights: RefCell<BTreeSet<String>>,
}

impl<'a> Beside<'a> {
    /// Takes files that `read` finds by a name relative to the model's folder. The name never leads out of that folder.
    pub fn reading(read: impl Fn(&str) -> Option<Vec<u8>> + 'a) -> Self {
        Self { read: Box::new(read), found: RefCell::default(), weights: RefCell::default() }
    }

    /// Takes files that are listed by name.
    pub fn listed(files: Vec<(String, Vec<u8>)>) -> Self {
        Self::reading(move |name| {
            let last = name.rsplit('/').next().unwrap_or(name);
            let found = |wanted: &str| files.iter().find(|(name, _)| name == wanted);
            found(name).or_else(|| found(last)).map(|(_, bytes)| bytes.clone())
        })
    }

    /// Takes no files.
    pub fn nothing() -> Self {
        Self::reading(|_| None)
    }

    /// Returns the bytes of a file, if the file exists.
    pub fn get(&self, name: &str) -> Option<Rc<Vec<u8>>> {
        let mut found = self.found.borrow_mut();
        found.entry(name.to_owned()).or_insert_with(|| (self.read)(name).map(Rc::new)).clone()
    }

    /// Returns a file as text, without the byte-order mark that some editors write first.
    pub fn text(&self, name: &str) -> Option<String> {
        let bytes = self.get(name)?;
        Some(String::from_utf8_lossy(&bytes).trim_start_matches('\u{feff}').to_owned())
    }

    /// Returns the files from which weights were read, ordered by name.
    pub fn weights(&self) -> Vec<Rc<Vec<u8>>> {
        self.weights.borrow().iter().filter_map(|name| self.get(name)).collect()
    }

    /// Fills a tensor with the values that it keeps in another file.
    ///
    /// # Errors
    /// Fails with [`ErrorKind::Model`](crate::ErrorKind::Model) if that file is missing, is too short, or lies outside
    /// the folder.
    pub(super) fn fill(&self, tensor: &mut TensorProto) -> Result<()> {
        if tensor.external_data.is_empty() {
            return Ok(());
        }
        let entry = |key: &str| tensor.external_data.iter().find(|e| e.key == key).map(|e| e.value.as_str());
        let name = inside_folder(entry("location").unwrap_or(""))?;
        let file = self.get(&name).ok_or_else(|| {
            misfit(format!(
                "its values lie in a second file, \"{name}\", which is missing; put it beside the model (on the page, \
                 open both files together, or that one now)"
            ))
        })?;
        self.weights.borrow_mut().insert(name.clone());
        let number = |key: &str, default: usize| match entry(key) {
            Some(text) => text.parse().map_err(|_| misfit(format!("the {key} of its values, {text}, is no number"))),
            None => Ok(default),
        };
        let start = number("offset", 0)?;
        let length = number("length", file.len().saturating_sub(start))?;
        let range = start..start.saturating_add(length);
        let values = file.get(range.clone()).ok_or_else(|| {
            misfit(format!(
                "its values should lie at {} to {} of \"{name}\", which has {} bytes; the two files do not belong \
                    together, or one is cut short",
                range.start,
                range.end,
                file.len()
            ))
        })?;
        tensor.raw_data = values.to_vec().into();
        tensor.external_data.clear();
        Ok(())
    }
}

/// Returns a relative path inside the model's folder, with `/` between its parts. Fails if it leads out of the folder.
fn inside_folder(location: &str) -> Result<String> {
    let path = location.replace('\\', "/");
    let parts: Vec<&str> = path.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
    let outside = path.starts_with('/') || parts.is_empty() || parts.iter().any(|p| *p == ".." || p.contains(':'));
    if outside {
        return Err(misfit(format!(
            "its values lie at \"{location}\", outside the model's folder, where nothing is read"
        )));
    }
    Ok(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_lies_inside_the_folder_is_read() {
        for (location, read) in [("m.data", "m.data"), ("./m.data", "m.data"), ("w\\a.bin", "w/a.bin")] {
            assert_eq!(inside_folder(location).expect(location), read);
        }
        for location in ["", "/etc/passwd", "../m.data", "w/../../m.data", "C:\\m.data", "."] {
            assert!(inside_folder(location).is_err(), "{location}");
        }
    }

    #[test]
    fn a_file_is_read_once_and_loses_its_byte_order_mark() {
        let reads = std::cell::Cell::new(0);
        let beside = Beside::reading(|name| {
            reads.set(reads.get() + 1);
            (name == "a.txt").then(|| b"\xef\xbb\xbfred".to_vec())
        });
        assert_eq!(beside.text("a.txt").as_deref(), Some("red"));
        assert_eq!(beside.text("a.txt").as_deref(), Some("red"));
        assert!(beside.get("b.txt").is_none());
        assert_eq!(reads.get(), 2);
    }
}
