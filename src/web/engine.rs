//! The engine: a device, and the models and pictures that can be opened on it.

use std::rc::Rc;

use burn::tensor::Device;
use wasm_bindgen::prelude::wasm_bindgen;

use super::convert::json;
use super::{Model, Picture, device};
use crate::classifier::{Beside, Incoming, Labels, OnnxClassifier, Profile};
use crate::critters;
use crate::error::Result;
use crate::explain::DeviceUsed;
use crate::methods;

/// A device, on which models and pictures can be opened.
#[wasm_bindgen]
pub struct Engine {
    device: Device,
    used: Rc<DeviceUsed>,
    incoming: Incoming,
    /// The files beside the model.
    beside: Vec<(String, Vec<u8>)>,
}

#[wasm_bindgen]
impl Engine {
    /// Opens a device: `auto`, `cpu` or `gpu`. If the page knows already that there is no graphics card to try,
    /// `no_adapter` says why.
    ///
    /// # Errors
    /// Fails with [`ErrorKind::Device`](crate::ErrorKind::Device) if the GPU was asked for by name and cannot be used.
    pub async fn create(preference: String, no_adapter: Option<String>) -> Result<Engine> {
        let (device, used) = device::open(&preference, no_adapter).await?;
        Ok(Self { device, used: Rc::new(used), incoming: Incoming::default(), beside: vec![] })
    }

    /// Returns the device in use, as JSON.
    pub fn device(&self) -> Result<String> {
        json(&*self.used)
    }

    /// Returns the registry of methods and settings, as JSON.
    pub fn methods(&self) -> Result<String> {
        json(&methods::describe())
    }

    /// Returns the built-in samples, as JSON.
    pub fn gallery(&self) -> Result<String> {
        json(&critters::gallery())
    }

    /// Makes room for a model of this many bytes. [`Engine::append_model`] then takes it piece by piece, so that a
    /// large file is never complete in JavaScript's memory.
    ///
    /// # Errors
    /// Fails with [`ErrorKind::Model`](crate::ErrorKind::Model) and both figures if there is not enough memory.
    #[wasm_bindgen(js_name = reserveModel)]
    pub fn reserve_model(&mut self, length: f64) -> Result<()> {
        self.incoming = Incoming::default();
        self.incoming = Incoming::of_length(length as usize)?;
        Ok(())
    }

    /// Takes the next bytes of the model.
    #[wasm_bindgen(js_name = appendModel)]
    pub fn append_model(&mut self, piece: &[u8]) {
        self.incoming.append(piece);
    }

    /// Takes a file beside the model: weights that it keeps separately, `config.json` or `preprocessor_config.json`.
    #[wasm_bindgen(js_name = addBeside)]
    pub fn add_beside(&mut self, name: String, bytes: Vec<u8>) {
        self.beside.push((name, bytes));
    }

    /// Opens the model whose bytes were appended, with the files beside it.
    ///
    /// # Errors
    /// Fails with [`ErrorKind::Model`](crate::ErrorKind::Model) if the file is broken or not an image classifier, with
    /// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) if it needs an operator that is not supported, and
    /// with [`ErrorKind::Profile`](crate::ErrorKind::Profile) if the profile or the labels do not fit it.
    #[wasm_bindgen(js_name = openModel)]
    pub fn open_model(&mut self, name: String, profile: Option<String>, labels: Option<String>) -> Result<Model> {
        let bytes = self.incoming.take();
        let beside = Beside::listed(std::mem::take(&mut self.beside));
        let profile = profile.map(|text| Profile::from_json(&text)).transpose()?;
        let labels = labels.map(|text| Labels::parse(&text)).transpose()?;
        let classifier = OnnxClassifier::from_files(&name, &bytes, &beside, profile, labels, &self.device)?;
        Ok(Model::new(classifier, self.used.clone()))
    }

    /// Opens a picture from RGBA bytes, row by row.
    ///
    /// # Errors
    /// Fails with [`ErrorKind::Image`](crate::ErrorKind::Image) if its size is out of bounds or does not match the
    /// bytes.
    #[wasm_bindgen(js_name = openPicture)]
    pub fn open_picture(&self, name: String, rgba: &[u8], width: u32, height: u32) -> Result<Picture> {
        Picture::of_rgba(name, rgba, width, height)
    }

    /// Draws a picture of the built-in world.
    pub fn critter(&self, seed: f64) -> Picture {
        Picture::of_critter(seed as u64)
    }
}
