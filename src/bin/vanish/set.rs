//! The pictures of a SET: a folder, or the built-in world.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use vanish::picture::RgbImage;
use vanish::{Error, ErrorKind, Result, critters};

use super::files;

/// A picture with what is known about it.
pub struct Item {
    /// File name, or `critter:SEED`.
    pub name: String,
    /// Its pixels.
    pub pixels: RgbImage,
    /// Position of its true class in the model's output, if known.
    pub label: Option<usize>,
    /// Boxes of the true object, `[left, top, right, bottom]` in pixels of the picture.
    pub boxes: Vec<[f32; 4]>,
    /// Which pixels tell its class, row by row at the picture's size, if known.
    pub evidence: Option<Vec<bool>>,
}

/// An entry of `boxes.json` or `labels.json`; what else it holds is not needed here.
#[derive(Deserialize)]
pub struct Entry {
    file: String,
    #[serde(default)]
    index: Option<usize>,
    #[serde(default)]
    boxes: Vec<[f32; 4]>,
}

/// Where the pictures of a set come from; each is read when it is asked for.
pub enum Set {
    Critters { first: u64 },
    Folder { folder: PathBuf, entries: Vec<Entry> },
}

impl Set {
    /// Opens `critters` (held-out pictures, from the seed on) or a folder.
    pub fn open(name: &str, seed: u64) -> Result<Self> {
        if name == "critters" {
            return Ok(Self::Critters { first: critters::HELD_OUT_SEEDS + seed });
        }
        let folder = PathBuf::from(name);
        let entries = entries(&folder)?;
        if entries.is_empty() {
            return Err(Error::new(ErrorKind::Io, format!("the folder {name} holds no PNG or JPEG picture")));
        }
        Ok(Self::Folder { folder, entries })
    }

    /// How many pictures there are; the built-in world has no end.
    pub fn len(&self) -> usize {
        match self {
            Self::Critters { .. } => usize::MAX,
            Self::Folder { entries, .. } => entries.len(),
        }
    }

    /// The picture of a number below [`Set::len`].
    pub fn item(&self, number: usize) -> Result<Item> {
        match self {
            Self::Critters { first } => Ok(critter(first + number as u64)),
            Self::Folder { folder, entries } => from_file(folder, &entries[number]),
        }
    }
}

fn critter(seed: u64) -> Item {
    let drawn = critters::draw(seed, &critters::World::clean());
    let boxes = drawn.main().whole().bounds().map(|b| b.map(|v| v as f32));
    Item {
        name: format!("critter:{seed}"),
        label: Some(drawn.kind as usize),
        boxes: boxes.into_iter().collect(),
        evidence: Some(drawn.evidence().pixels()),
        pixels: drawn.picture,
    }
}

fn from_file(folder: &Path, entry: &Entry) -> Result<Item> {
    let pixels =
        vanish::picture::decode(&files::read(&folder.join(&entry.file))?).map_err(|e| e.context(&entry.file))?.pixels;
    Ok(Item { name: entry.file.clone(), pixels, label: entry.index, boxes: entry.boxes.clone(), evidence: None })
}

/// What `boxes.json`, else `labels.json`, else the folder itself lists.
fn entries(folder: &Path) -> Result<Vec<Entry>> {
    for table in ["boxes.json", "labels.json"].map(|name| folder.join(name)) {
        if table.exists() {
            let text = files::read(&table)?;
            let wrong = |e: serde_json::Error| {
                Error::new(ErrorKind::Io, format!("{} is not a list of pictures ({e})", table.display()))
            };
            return serde_json::from_slice(&text).map_err(wrong);
        }
    }
    let unreadable =
        |e: std::io::Error| Error::new(ErrorKind::Io, format!("the folder {} cannot be read ({e})", folder.display()));
    let names =
        std::fs::read_dir(folder).map_err(unreadable)?.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let is_picture = |name: &String| {
        let name = name.to_lowercase();
        [".png", ".jpg", ".jpeg"].iter().any(|end| name.ends_with(end))
    };
    let mut names: Vec<String> = names.filter(is_picture).collect();
    names.sort();
    Ok(names.into_iter().map(|file| Entry { file, index: None, boxes: vec![] }).collect())
}
