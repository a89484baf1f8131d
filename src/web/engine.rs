//! The engine: a device, and what can be opened on it.

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

/// A device, and what can be opened on it.
#[wasm_bindgen]
pub struct Engine {
    device: Device,
    used: Rc<DeviceUsed>,
    incoming: Incoming,
    /// Files that lie beside the model.
    beside: Vec<(String, Vec<u8>)>,
}

#[wasm_bindgen]
impl Engine {
    /// Opens a device: `auto`, `cpu` or `gpu`. `no_adapter` says why there is no graphics card to try, where the page
    /// knows that already.
    ///
    /// # Errors
    /// [`ErrorKind::Device`](crate::ErrorKind::Device) if the GPU was asked for by name and cannot be used.
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

    /// Makes room for a model of this many bytes, which [`Engine::append_model`] then takes piece by piece: a large
    /// file is never whole in JavaScript's memory.
    ///
    /// # Errors
    /// [`ErrorKind::Model`](crate::ErrorKind::Model) if there is not enough memory, with both figures.
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

    /// Takes a file that lies beside the model: weights that it keeps apart, `config.json` or
    /// `preprocessor_config.json`.
    #[wasm_bindgen(js_name = addBeside)]
    pub fn add_beside(&mut self, name: String, bytes: Vec<u8>) {
        self.beside.push((name, bytes));
    }

    /// Opens the model that was read, with the files beside it.
    ///
    /// # Errors
    /// [`ErrorKind::Model`](crate::ErrorKind::Model) if the file is broken or no classifier of pictures;
    /// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) if it needs an operator that is missing;
    /// [`ErrorKind::Profile`](crate::ErrorKind::Profile) if the profile or the labels do not fit it.
    #[wasm_bindgen(js_name = openModel)]
    pub fn open_model(&mut self, name: String, profile: Option<String>, labels: Option<String>) -> Result<Model> {
        let bytes = self.incoming.take();
        let beside = Beside::listed(std::mem::take(&mut self.beside));
        let profile = profile.map(|text| Profile::from_json(&text)).transpose()?;
        let labels = labels.map(|text| Labels::parse(&text)).transpose()?;
        let classifier = OnnxClassifier::from_files(&name, &bytes, &beside, profile, labels, &self.device)?;
        Ok(Model::new(classifier, self.used.clone()))
    }

    /// Opens a picture of RGBA bytes, row by row.
    ///
    /// # Errors
    /// [`ErrorKind::Image`](crate::ErrorKind::Image) if its size is out of bounds, or is not that of the bytes.
    #[wasm_bindgen(js_name = openPicture)]
    pub fn open_picture(&self, name: String, rgba: &[u8], width: u32, height: u32) -> Result<Picture> {
        Picture::of_rgba(name, rgba, width, height)
    }

    /// Draws a picture of the built-in world.
    pub fn critter(&self, seed: f64) -> Picture {
        Picture::of_critter(seed as u64)
    }
}
