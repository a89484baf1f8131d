//! The pictures of a set, each read on demand.
//!
//! A set is one of these:
//!
//! - a folder with `boxes.json` or `labels.json`: a list of `{"file": …, "index": …, "boxes": [[l, t, r, b], …]}`,
//!   where `parts` may list `{"name": …, "box": [l, t, r, b]}` and `{"name": …, "point": [x, y]}`;
//! - a folder with `labels.csv`, or such a file: a table with the columns `file` and `label`, separated by commas,
//!   semicolons or tabs;
//! - a folder with an annotation file in COCO's format, or such a file;
//! - a folder whose sub-folders are classes, with pictures at any depth below them, or a folder of pictures alone;
//! - a text file that lists one picture a line;
//! - `critters`, held-out pictures of the built-in world, which are endless;
//! - pictures that are in memory already, as the page has them.
//!
//! A picture that cannot be read is an error of its own, so that the caller can leave it out and count it.

#[cfg(feature = "cli")]
mod files;
mod world;

#[cfg(feature = "cli")]
use files::Files;
use world::HeldOut;

use super::item::Item;
use crate::error::Result;

/// Pictures with their annotations.
pub struct Set(Source);

enum Source {
    Critters(HeldOut),
    Given(Vec<Item>),
    #[cfg(feature = "cli")]
    Files(Files),
}

impl Set {
    /// Takes held-out pictures of the built-in world, from the `first` on.
    pub fn critters(first: u64) -> Self {
        Self(Source::Critters(HeldOut::from(first)))
    }

    /// Takes pictures that are in memory.
    pub fn given(items: Vec<Item>) -> Self {
        Self(Source::Given(items))
    }

    /// Opens `critters` (held-out pictures from the `first` on), a folder, or a file that lists pictures.
    ///
    /// # Errors
    /// Fails with [`crate::ErrorKind::Io`] if it cannot be read, has no known format, or holds no picture.
    #[cfg(feature = "cli")]
    pub fn open(name: impl AsRef<std::ffi::OsStr>, first: u64) -> Result<Self> {
        Ok(Self(match name.as_ref() {
            name if name == "critters" => Source::Critters(HeldOut::from(first)),
            name => Source::Files(Files::open(name.as_ref())?),
        }))
    }

    /// Names the files of the folder that are skipped because they are not named like pictures, if there are any.
    #[cfg(feature = "cli")]
    pub fn overlooked(&self) -> Option<String> {
        match &self.0 {
            Source::Files(files) => files.overlooked(),
            Source::Critters(_) | Source::Given(_) => None,
        }
    }

    /// How many pictures there are; the built-in world has no end.
    #[expect(clippy::len_without_is_empty, reason = "a set that holds no picture does not open")]
    pub fn len(&self) -> usize {
        match &self.0 {
            Source::Critters(_) => usize::MAX,
            Source::Given(items) => items.len(),
            #[cfg(feature = "cli")]
            Source::Files(files) => files.len(),
        }
    }

    /// The name of a picture below [`Set::len`], known without reading it.
    pub fn name(&self, number: usize) -> String {
        match &self.0 {
            Source::Critters(world) => world.name(number),
            Source::Given(items) => items[number].name.clone(),
            #[cfg(feature = "cli")]
            Source::Files(files) => files.name(number),
        }
    }

    /// The picture of a number below [`Set::len`].
    ///
    /// # Errors
    /// Fails, with the picture's name, if it cannot be read ([`crate::ErrorKind::Io`]) or decoded
    /// ([`crate::ErrorKind::Image`]).
    pub fn item(&self, number: usize) -> Result<Item> {
        match &self.0 {
            Source::Critters(world) => Ok(world.item(number)),
            Source::Given(items) => Ok(items[number].clone()),
            #[cfg(feature = "cli")]
            Source::Files(files) => files.item(number),
        }
    }
}
