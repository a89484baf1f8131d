//! The options for the model that is asked, which are the same in all subcommands.

use std::path::PathBuf;

use burn::tensor::Device;
use vanish::Result;
use vanish::classifier::OnnxClassifier;

use super::files;

/// The model that a subcommand asks.
#[derive(clap::Args)]
pub struct AskedModel {
    /// An ONNX file, critters or critters-biased.
    #[arg(long, default_value = "critters")]
    model: String,
    /// A preprocessing profile. Without it, M.json beside the model M.onnx is used.
    #[arg(long)]
    profile: Option<PathBuf>,
}

impl AskedModel {
    /// Opens the model on a device.
    pub fn open(&self, device: &Device) -> Result<OnnxClassifier> {
        self.choosing(None, device)
    }

    /// Opens the model on a device, with the output of this name as its scores.
    pub fn choosing(&self, output: Option<&str>, device: &Device) -> Result<OnnxClassifier> {
        files::model(&self.model, self.profile.as_deref(), output, device)
    }

    /// Returns the model's name as it was given.
    pub fn given(&self) -> &str {
        &self.model
    }

    /// Returns the file from which the model's profile is read, if there is one.
    pub fn profile_file(&self) -> Option<PathBuf> {
        files::profile_path(&self.model, self.profile.as_deref())
    }
}
