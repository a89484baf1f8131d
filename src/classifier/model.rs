//! A classifier from an ONNX file and its profile.

use std::sync::Arc;

use burn::tensor::Device;

use super::Classifier;
use super::answers::{Answers, Prediction, top};
use super::graph::{Graph, Rectifier};
use super::hash::sha256;
use super::info::{Memory, ModelInfo};
use super::layers;
use super::lowered::{Lowered, lower_classifier};
use super::onnx::{Beside, Model, Port, dimensions};
use super::profile::known::{self, Known};
use super::profile::{HuggingFace, LabelSource, Labels, Layout, Output, Profile, Source, end_of, metadata};
use crate::array::{Array, is_cpu};
use crate::error::{Error, ErrorKind, Result};
use crate::picture::{Framing, RgbImage};

/// An ONNX image classifier on a device. A clone shares the weights, and may go to another thread.
#[derive(Clone)]
pub struct OnnxClassifier {
    lowered: Arc<Lowered>,
    file: Arc<Model>,
    profile: Profile,
    source: Source,
    known: Option<Known>,
    labels: Labels,
    labelled: bool,
    classes: usize,
    sha256: String,
    bytes: usize,
}

impl OnnxClassifier {
    /// Reads a file and puts it on a device. Without a profile that of the known public files is used; for another
    /// file, what the file says and its own shape, with ImageNet's usual values where it says nothing. Without
    /// labels, the file's own are used if it has some, else the classes are numbered.
    ///
    /// # Errors
    /// [`ErrorKind::Model`], [`ErrorKind::Unsupported`] or [`ErrorKind::Profile`] with what is wrong.
    pub fn from_bytes(
        name: &str,
        bytes: &[u8],
        profile: Option<Profile>,
        labels: Option<Labels>,
        device: &Device,
    ) -> Result<Self> {
        Self::from_files(name, bytes, &Beside::nothing(), profile, labels, device)
    }

    /// As [`OnnxClassifier::from_bytes`], with the files that lie beside the model: weights that it keeps apart, and
    /// what says how it was trained (`preprocessor_config.json`, `config.json`).
    ///
    /// # Errors
    /// As [`OnnxClassifier::from_bytes`]; a file that is missing is named.
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

    /// As [`OnnxClassifier::from_files`], explaining the output of this name, whichever the profile says. The model may
    /// be none by the output that would be taken otherwise.
    ///
    /// # Errors
    /// As [`OnnxClassifier::from_files`]; [`ErrorKind::Profile`] if there is no such output.
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

    /// As [`OnnxClassifier::from_bytes`], explaining another output than the profile says.
    ///
    /// # Errors
    /// As [`OnnxClassifier::from_bytes`]; [`ErrorKind::Profile`] if there is no such output.
    pub fn with_output(&self, name: &str) -> Result<Self> {
        let mut profile = self.profile.clone();
        profile.choose_output(name, &self.file)?;
        let chosen = self.with_profile(profile, None)?;
        Ok(Self { source: self.source, ..chosen })
    }

    /// The same file with another profile; without labels, and unless the profile lists some, the present ones stay.
    /// The weights are put on the device again only where the profile changes what is computed.
    ///
    /// # Errors
    /// As [`OnnxClassifier::from_bytes`].
    pub fn with_profile(&self, profile: Profile, labels: Option<Labels>) -> Result<Self> {
        let same = profile.computes_as(&self.profile);
        let mut profile = profile;
        let lowered = if same {
            self.lowered.clone()
        } else {
            Arc::new(lower_classifier(&self.file, &mut profile, self.lowered.graph.device())?)
        };
        let names = fitting(labels, &profile, &lowered)?;
        let labelled = names.is_some() || self.labelled;
        let kept = || if lowered.classes == self.classes { self.labels.clone() } else { lowered.default_names() };
        let labels = names.unwrap_or_else(kept);
        let framed_alike = profile.framing() == self.profile.framing();
        let source = if same && framed_alike { self.source } else { Source::Given };
        let (file, sha256, classes) = (self.file.clone(), self.sha256.clone(), lowered.classes);
        let (known, bytes) = (self.known, self.bytes);
        Ok(Self { lowered, file, profile, source, known, labels, labelled, classes, sha256, bytes })
    }

    /// The same model with the weights of its upper layers shuffled, a share of them in [0, 1] and one at least.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`] if the file has no weights that can be told from other constants.
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

    /// The logits of a picture as it comes, framed as the profile says: one a class.
    ///
    /// # Errors
    /// As [`Classifier::logits`]; [`ErrorKind::Device`] if the device failed; [`ErrorKind::Model`] if a score is no
    /// number.
    pub async fn logits_of(&self, picture: &RgbImage) -> Result<Vec<f32>> {
        let side = self.size();
        let planes = self.framing().frame(picture);
        let logits = self.logits(Array::new(planes.values, &[1, 3, side, side], self.device()))?.read().await?;
        match logits.iter().filter(|logit| !logit.is_finite()).count() {
            0 => Ok(logits),
            wrong => Err(Error::new(
                ErrorKind::Model,
                format!(
                    "{wrong} of the model's {} scores for this picture are infinite or no numbers, so they say \
                        nothing; check its preprocessing and its weights",
                    logits.len()
                ),
            )),
        }
    }

    /// The `count` most probable classes of one picture's logits.
    pub fn top(&self, logits: &[f32], count: usize) -> Vec<Prediction> {
        top(logits, self.answers(), &self.labels, count)
    }

    /// The profile in use.
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// Whether the profile was assumed, not given.
    pub fn profile_assumed(&self) -> bool {
        self.source == Source::Assumed
    }

    /// Whether the classes have names, or numbers only.
    pub fn labelled(&self) -> bool {
        self.labelled
    }

    /// The public file this is, if it is a known one.
    pub fn known(&self) -> Option<Known> {
        self.known
    }

    /// The names of the classes.
    pub fn labels(&self) -> &Labels {
        &self.labels
    }

    /// SHA-256 of the file, in hexadecimal.
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// The graph, for methods that look inside.
    pub fn graph(&self) -> &Graph {
        &self.lowered.graph
    }

    /// What there is to show of it.
    pub fn info(&self) -> ModelInfo {
        let describe = |port: &Port| format!("{} {}", port.name, dimensions(&port.shape));
        let operators = self.file.operators().into_iter().map(|(op, n)| (op, n.into())).collect();
        ModelInfo {
            name: self.profile.name.clone(),
            sha256: self.sha256.clone(),
            size: self.bytes,
            classes: self.classes,
            parameters: self.file.parameters,
            operators,
            input: self.file.inputs.iter().map(describe).collect(),
            output: self.file.outputs.iter().map(describe).collect(),
            output_name: self.output_name().to_owned(),
            memory: Memory {
                weights: self.lowered.graph.constant_bytes(),
                activations: 4 * self.lowered.graph.cost().activations,
            },
            opset: self.file.opset,
            producer: self.file.producer.clone(),
            rectifiers: self.lowered.graph.rectifiers(),
            simplified: self.lowered.graph.simplified(),
            batchable: self.lowered.graph.batchable(),
            answers: self.answers(),
            channels: self.lowered.channels,
            profile: self.profile.clone(),
            profile_assumed: self.profile_assumed(),
            profile_source: self.source,
            known: self.known.map(|known| known.name),
            labelled: self.labelled,
            warnings: self.warnings(),
        }
    }

    fn warnings(&self) -> Vec<String> {
        let mut warnings = vec![];
        if self.profile_assumed() {
            warnings.push("No profile was given: ImageNet's usual preprocessing is assumed. If the answers look wrong, set the right one.".to_owned());
        }
        if self.profile.output == Some(Output::Logits)
            && end_of(&self.file, self.output_name()).output != Output::Logits
        {
            warnings.push("The profile's output is logits, and the file ends in probabilities. If the answers look wrong, leave output out.".to_owned());
        }
        if self.lowered.channels == 4 {
            warnings.push("The model takes four channels: the fourth, alpha, is opaque everywhere.".to_owned());
        }
        if self.lowered.repeated > 1 {
            warnings.push(format!(
                "The model takes {} pictures at a time, so each is put in as often; export it with a batch of 1, which \
                 is faster.",
                self.lowered.repeated
            ));
        }
        let names: Vec<String> =
            self.file.outputs.iter().filter(|port| !port.text).map(|port| format!("\"{}\"", port.name)).collect();
        if names.len() > 1 {
            warnings.push(format!(
                "The model has {} outputs ({}); \"{}\" is explained. The profile's output_name chooses another.",
                names.len(),
                names.join(", "),
                self.output_name()
            ));
        }
        warnings
    }

    fn output_name(&self) -> &str {
        self.profile.chosen_output(&self.file).map_or("", |port| &port.name)
    }
}

impl Classifier for OnnxClassifier {
    fn framing(&self) -> Framing {
        self.profile.framing()
    }

    fn answers(&self) -> Answers {
        self.lowered.answers
    }

    fn classes(&self) -> usize {
        self.classes
    }

    fn device(&self) -> &Device {
        self.lowered.graph.device()
    }

    fn rectifiers(&self) -> Option<usize> {
        Some(self.lowered.graph.rectifiers())
    }

    fn sees_patches_only(&self) -> bool {
        layers::sees_patches_only(&self.lowered.graph)
    }

    fn logits(&self, pictures: Array) -> Result<Array> {
        let pass = |pictures: Array| Ok(self.lowered.graph.run(vec![pictures])?.swap_remove(0));
        let count = pictures.shape()[0];
        if count == 1 || !is_cpu(self.device()) {
            return pass(pictures);
        }
        let each = (0..count).map(|at| pictures.clone().part(at..at + 1)).collect();
        let logits: Result<Vec<Array>> = vanish_kernels::map_each(each, pass).into_iter().collect();
        Ok(Array::concat(logits?, 0))
    }

    fn logits_and_gradient(&self, pictures: Array, objective: &dyn Fn(Array) -> Array) -> Result<(Array, Array)> {
        self.gradient_through(pictures, objective, Rectifier::True)
    }

    fn guided_gradient(&self, pictures: Array, objective: &dyn Fn(Array) -> Array) -> Result<(Array, Array)> {
        self.gradient_through(pictures, objective, Rectifier::Guided)
    }

    fn activation_and_gradient(
        &self,
        pictures: Array,
        layer: Option<&str>,
        objective: &dyn Fn(Array) -> Array,
    ) -> Result<(Array, Array)> {
        let layer = layers::find(&self.lowered.graph, layer)?;
        let at = layer.value;
        let (outputs, tape) = self.lowered.graph.run_taped(vec![pictures], Some(at))?;
        let logits = outputs.into_iter().next().ok_or_else(no_output)?;
        let activation = tape.kept().ok_or_else(no_output)?;
        let gradient = self
            .lowered
            .graph
            .gradients_at(tape, objective(logits), Rectifier::True, &[at])
            .into_iter()
            .next()
            .flatten();
        let gradient = gradient.unwrap_or_else(|| Array::full(&activation.shape(), 0.0, self.lowered.graph.device()));
        let of_picture = |array: Array| {
            let map = layer.grid.map(array);
            if self.lowered.repeated == 1 { map } else { map.part(0..1) }
        };
        Ok((of_picture(activation), of_picture(gradient)))
    }
}

impl OnnxClassifier {
    fn gradient_through(
        &self,
        pictures: Array,
        objective: &dyn Fn(Array) -> Array,
        rectifier: Rectifier,
    ) -> Result<(Array, Array)> {
        let shape = pictures.shape();
        let (outputs, tape) = self.lowered.graph.run_taped(vec![pictures], None)?;
        let logits = outputs.into_iter().next().ok_or_else(no_output)?;
        let gradient =
            self.lowered.graph.gradient(tape, objective(logits.clone()), rectifier).into_iter().next().flatten();
        let none = || Array::full(&shape, 0.0, self.lowered.graph.device());
        Ok((logits, gradient.unwrap_or_else(none)))
    }

    /// The names of the layers that Grad-CAM can look at, in order.
    pub fn layers(&self) -> Vec<&str> {
        layers::names(&self.lowered.graph)
    }
}

/// A panic while a file is read is a bug; but a file must not end the command. (In the page it ends the worker, which
/// is replaced.)
fn guarded<T>(work: impl FnOnce() -> Result<T>) -> Result<T> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)).unwrap_or_else(|_| {
        Err(Error::new(
            ErrorKind::Model,
            "reading this model failed in a way that was not foreseen; please report the file",
        ))
    })
}

fn no_output() -> Error {
    Error::new(ErrorKind::Model, "the model has no output")
}

/// The profile of a file that came without one.
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

/// A model with NaN weights answers nothing; better to say so at load.
fn reject_nan(file: &Model) -> Result<()> {
    // Masks legitimately hold −∞; NaN never is.
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

/// The labels given, else those the profile lists; refused where they are not one a class.
fn fitting(labels: Option<Labels>, profile: &Profile, lowered: &Lowered) -> Result<Option<Labels>> {
    let listed = match &profile.labels {
        Some(LabelSource::List(names)) => Some(Labels::new(names.clone())),
        _ => None,
    };
    labels.or(listed).map(|labels| lowered.names(labels)).transpose()
}
