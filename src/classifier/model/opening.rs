//! Opens a classifier from a file, the files beside it, and a profile. Also derives a classifier with another profile,
//! or with other weights.

use std::sync::Arc;

use burn::tensor::Device;

use super::OnnxClassifier;
use crate::classifier::hash::sha256;
use crate::classifier::lowered::{Lowered, lower_classifier};
use crate::classifier::onnx::{Beside, Model};
use crate::classifier::profile::known::{self, Known};
use crate::classifier::profile::{HuggingFace, LabelSource, Labels, Layout, Profile, Source, metadata};
use crate::error::{Error, ErrorKind, Result};

impl OnnxClassifier {
    /// Reads a file and puts it on a device. Without a profile, a known public file gets its own. Any other file gets
    /// one from what it says and from its shape, with ImageNet's usual values for the rest. Without labels, the file's
    /// own are used if there are any; otherwise the classes are numbered.
    ///
    /// # Errors
    /// Fails with [`ErrorKind::Model`], [`ErrorKind::Unsupported`] or [`ErrorKind::Profile`], and says what is wrong.
    pub fn from_bytes(
        name: &str,
        bytes: &[u8],
        profile: Option<Profile>,
        labels: Option<Labels>,
        device: &Device,
    ) -> Result<Self> {
        Self::from_files(name, bytes, &Beside::nothing(), profile, labels, device)
    }

    /// As [`OnnxClassifier::from_bytes`], with the files beside the model: weights that it keeps separately, and how it
    /// was trained (`preprocessor_config.json`, `config.json`).
    ///
    /// # Errors
    /// Fails as [`OnnxClassifier::from_bytes`] does. A file that is missing is named.
    pub fn from_files(
        name: &str,
        bytes: &[u8],
        beside: &Beside,
        profile: Option<Profile>,
        labels: Option<Labels>,
        device: &Device,
    ) -> Result<Self> {
        Self::choosing(name, bytes, beside, profile, labels, None, device)
    }

    /// As [`OnnxClassifier::from_files`], but explains the output of this name, whatever the profile says. With the
    /// output that would be taken otherwise, the model need not be a classifier.
    ///
    /// # Errors
    /// Fails as [`OnnxClassifier::from_files`] does, and with [`ErrorKind::Profile`] if there is no such output.
    pub fn choosing(
        name: &str,
        bytes: &[u8],
        beside: &Beside,
        profile: Option<Profile>,
        labels: Option<Labels>,
        output: Option<&str>,
        device: &Device,
    ) -> Result<Self> {
        guarded(|| {
            let file = Model::from_files(bytes, beside)?;
            reject_nan(&file)?;
            let weights = beside.weights();
            let parts = || std::iter::once(bytes).chain(weights.iter().map(|file| file.as_slice()));
            let (sha256, bytes) = (sha256(parts()), parts().map(<[u8]>::len).sum());
            let known = known::recognise(&sha256);
            let hub = HuggingFace::read(beside);
            let (mut profile, source) = match profile {
                Some(profile) => (profile, Source::Given),
                None => guess(name, &file, known, &hub),
            };
            if profile.name.is_empty() {
                name.clone_into(&mut profile.name);
            }
            if let Some(output) = output {
                profile.choose_output(output, &file)?;
            }
            let lowered = lower_classifier(&file, &mut profile, device)?;
            let classes = lowered.classes;
            let own = || hub.labels().or_else(|| metadata::labels(&file)).and_then(|own| lowered.names(own).ok());
            let names = fitting(labels, &profile, &lowered)?.or_else(own);
            let labelled = names.is_some() || lowered.one_score;
            let labels = names.unwrap_or_else(|| lowered.default_names());
            let (lowered, file) = (Arc::new(lowered), Arc::new(file));
            Ok(Self { lowered, file, profile, source, known, labels, labelled, classes, sha256, bytes })
        })
    }

    /// Returns the same model, explaining another output than the profile says.
    ///
    /// # Errors
    /// Fails as [`OnnxClassifier::from_bytes`] does, and with [`ErrorKind::Profile`] if there is no such output.
    pub fn with_output(&self, name: &str) -> Result<Self> {
        let mut profile = self.profile.clone();
        profile.choose_output(name, &self.file)?;
        let chosen = self.with_profile(profile, None)?;
        Ok(Self { source: self.source, ..chosen })
    }

    /// Returns the same file with another profile. If no labels are given and the profile lists none, the present ones
    /// are kept. The weights are put on the device again only if the profile changes what is computed.
    ///
    /// # Errors
    /// Fails as [`OnnxClassifier::from_bytes`] does.
    pub fn with_profile(&self, profile: Profile, labels: Option<Labels>) -> Result<Self> {
        let same = profile.computes_as(&self.profile);
        let mut profile = profile;
        let lowered = if same {
            self.lowered.clone()
        } else {
            Arc::new(lower_classifier(&self.file, &mut profile, self.lowered.graph.device())?)
        };
        let names = fitting(labels, &profile, &lowered)?;
        // The names of one output's classes are not those of another's.
        let alike = lowered.classes == self.classes;
        let labelled = names.is_some() || if alike { self.labelled } else { lowered.one_score };
        let kept = || if alike { self.labels.clone() } else { lowered.default_names() };
        let labels = names.unwrap_or_else(kept);
        let framed_alike = profile.framing() == self.profile.framing();
        let source = if same && framed_alike { self.source } else { Source::Given };
        let (file, sha256, classes) = (self.file.clone(), self.sha256.clone(), lowered.classes);
        let (known, bytes) = (self.known, self.bytes);
        Ok(Self { lowered, file, profile, source, known, labels, labelled, classes, sha256, bytes })
    }

    /// Returns the same model with the weights of its upper layers shuffled. `share` in [0, 1] is the share of layers,
    /// and at least one layer is shuffled.
    ///
    /// # Errors
    /// Fails with [`ErrorKind::Unsupported`] if the file has no weights that can be told from other constants.
    pub fn shuffled(&self, share: f32, seed: u64) -> Result<Self> {
        let names = self.file.weights();
        let upper = ((share * names.len() as f32).round() as usize).max(1);
        let Some(first) = names.len().checked_sub(upper) else {
            let none = "this file keeps no weights apart from its nodes, so they cannot be shuffled";
            return Err(Error::new(ErrorKind::Unsupported, none));
        };
        let upper: Vec<String> = names[first..].iter().map(|&name| name.to_owned()).collect();
        let (file, mut profile) = (self.file.shuffled(&upper, seed), self.profile.clone());
        let lowered = Arc::new(lower_classifier(&file, &mut profile, self.lowered.graph.device())?);
        Ok(Self { lowered, file: Arc::new(file), profile, ..self.clone() })
    }
}

/// Turns a panic while a file is read into an error. It is a bug, but a file must not end the command. (In the page it
/// ends the worker, which is replaced.)
fn guarded<T>(work: impl FnOnce() -> Result<T>) -> Result<T> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)).unwrap_or_else(|_| {
        Err(Error::new(
            ErrorKind::Model,
            "reading this model failed in a way that was not foreseen; please report the file",
        ))
    })
}

/// Returns the profile of a file that came without one.
fn guess(name: &str, file: &Model, known: Option<Known>, hub: &HuggingFace) -> (Profile, Source) {
    let mut profile = Profile::assumed(name, file);
    if let Some(known) = known {
        known.family.apply(&mut profile);
        return (profile, Source::Known);
    }
    let layout = Layout::find(file).ok().map(|(_, layout)| layout);
    let file_says_size = layout.as_ref().is_some_and(|layout| layout.height.or(layout.width).is_some());
    let said = hub.apply(&mut profile, file_says_size) || metadata::apply(file, &mut profile);
    let bytes = layout.is_some_and(|layout| layout.bytes);
    (profile, if said || bytes { Source::File } else { Source::Assumed })
}

/// Refuses a model with NaN weights, which could not answer anything.
fn reject_nan(file: &Model) -> Result<()> {
    // Masks legitimately hold −∞, but nothing legitimately holds NaN.
    let unsound = file.constants.iter().filter(|(_, host)| host.values.iter().any(|v| v.is_nan()));
    match unsound.map(|(name, _)| name).min() {
        None => Ok(()),
        Some(name) => Err(Error::new(
            ErrorKind::Model,
            format!(
                "the weights \"{name}\" hold NaN (not a number), so the model cannot answer; export it again from a \
                    sound checkpoint"
            ),
        )),
    }
}

/// Returns the given labels, or else those that the profile lists. Fails if their number is not that of the classes.
fn fitting(labels: Option<Labels>, profile: &Profile, lowered: &Lowered) -> Result<Option<Labels>> {
    let listed = match &profile.labels {
        Some(LabelSource::List(names)) => Some(Labels::new(names.clone())),
        _ => None,
    };
    labels.or(listed).map(|labels| lowered.names(labels)).transpose()
}
