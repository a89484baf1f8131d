//! An open picture.

use std::rc::Rc;

use sha2::{Digest, Sha256};
use wasm_bindgen::prelude::wasm_bindgen;

use super::convert::{json, rgba};
use crate::classifier::hex;
use crate::critters::{self, KnownEvidence};
use crate::error::{Error, ErrorKind, Result};
use crate::explain::ImageUsed;
use crate::picture::{RgbImage, check_size, from_rgba};

/// A picture and its origin.
pub struct Photo {
    pub pixels: RgbImage,
    pub used: ImageUsed,
    /// What is known about a picture of the built-in world.
    pub known: Option<KnownEvidence>,
}

/// An open picture.
#[wasm_bindgen]
pub struct Picture(Rc<Photo>);

impl Picture {
    pub(super) fn of_rgba(name: String, rgba: &[u8], width: u32, height: u32) -> Result<Self> {
        check_size(width, height)?;
        if rgba.len() as u64 != 4 * u64::from(width) * u64::from(height) {
            let sentence = format!("{} bytes are no {width} × {height} picture", rgba.len());
            return Err(Error::new(ErrorKind::Image, sentence));
        }
        let used = ImageUsed { name, sha256: hex(&Sha256::digest(rgba)), width, height };
        Ok(Self(Rc::new(Photo { pixels: from_rgba(rgba, width, height), used, known: None })))
    }

    pub(super) fn of_critter(seed: u64) -> Self {
        let drawn = critters::draw(seed, &critters::World::clean());
        let (width, height) = drawn.picture.dimensions();
        let sha256 = hex(&Sha256::digest(drawn.picture.as_raw()));
        let used = ImageUsed { name: format!("critter:{seed}"), sha256, width, height };
        let known = Some(KnownEvidence::of(&drawn));
        Self(Rc::new(Photo { pixels: drawn.picture, used, known }))
    }

    /// Makes a picture that belongs to a figure of a task.
    pub(super) fn of_task(name: &str, pixels: RgbImage) -> Self {
        let (width, height) = pixels.dimensions();
        let used = ImageUsed { name: name.to_owned(), sha256: String::new(), width, height };
        Self(Rc::new(Photo { pixels, used, known: None }))
    }

    pub(super) fn photo(&self) -> &Rc<Photo> {
        &self.0
    }
}

#[wasm_bindgen]
impl Picture {
    /// Returns the picture's name, SHA-256 and size, as JSON.
    pub fn info(&self) -> Result<String> {
        json(&self.0.used)
    }

    /// Returns the picture's RGBA bytes at its own size, row by row.
    pub fn rgba(&self) -> Vec<u8> {
        rgba(&self.0.pixels)
    }
}
