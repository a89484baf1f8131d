//! A classifier from an ONNX file and its profile.

use std::rc::Rc;

use burn::tensor::Device;

use super::graph::builder::Builder;
use super::graph::ir::{Step, ValueId};
use super::graph::op::Op;
use super::graph::{Graph, Rectifier};
use super::hash::sha256;
use super::host::Kind;
use super::info::{Memory, ModelInfo};
use super::input::{check_size, picture_port, preprocess};
use super::lower;
use super::onnx::{Model, Port, dimensions};
use super::output::class_scores;
use super::profile::known::{self, Known};
use super::profile::{LabelSource, Labels, Profile, Source, metadata};
use super::refusal::not_a_classifier;
use super::{Classifier, at_once};
use crate::array::Array;
use crate::error::{Error, ErrorKind, Result};
use crate::picture::{Framing, RgbImage};

/// An ONNX image classifier on a device.
pub struct OnnxClassifier {
    graph: Rc<Graph>,
    file: Rc<Model>,
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
        guarded(|| {
            let file = Model::from_bytes(bytes)?;
            reject_nan(&file)?;
            Self::from_file(file, name, bytes, profile, labels, device)
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

    fn from_file(
        file: Model,
        name: &str,
        bytes: &[u8],
        profile: Option<Profile>,
        labels: Option<Labels>,
        device: &Device,
    ) -> Result<Self> {
        let sha256 = sha256(bytes);
        let known = known::recognise(&sha256);
        let (mut profile, source) = match profile {
            Some(profile) => (profile, Source::Given),
            None => guess(name, &file, known),
        };
        if profile.name.is_empty() {
            name.clone_into(&mut profile.name);
        }
        let (graph, classes) = lower_classifier(&file, &profile, device)?;
        let own = || metadata::labels(&file).filter(|own| own.len() == classes);
        let names = fitting(labels, &profile, classes)?.or_else(own);
        let labelled = names.is_some();
        let labels = names.unwrap_or_else(|| Labels::numbered(classes));
        let (graph, file, bytes) = (Rc::new(graph), Rc::new(file), bytes.len());
        Ok(Self { graph, file, profile, source, known, labels, labelled, classes, sha256, bytes })
    }

    /// The same file with another profile; without labels, and unless the profile lists some, the present ones stay.
    /// The weights are put on the device again only where the profile changes what is computed.
    ///
    /// # Errors
    /// As [`OnnxClassifier::from_bytes`].
    pub fn with_profile(&self, profile: Profile, labels: Option<Labels>) -> Result<Self> {
        let same = profile.computes_as(&self.profile);
        let (graph, classes) = if same {
            (self.graph.clone(), self.classes)
        } else {
            let (graph, classes) = lower_classifier(&self.file, &profile, self.graph.device())?;
            (Rc::new(graph), classes)
        };
        let names = fitting(labels, &profile, classes)?;
        let labelled = names.is_some() || self.labelled;
        let labels = names.unwrap_or_else(|| self.labels.clone());
        let source = if same && profile.resize == self.profile.resize { self.source } else { Source::Given };
        let (file, sha256) = (self.file.clone(), self.sha256.clone());
        Ok(Self {
            graph,
            file,
            profile,
            source,
            known: self.known,
            labels,
            labelled,
            classes,
            sha256,
            bytes: self.bytes,
        })
    }

    /// The logits of a picture as it comes, resized and cropped as the profile says: one a class.
    ///
    /// # Errors
    /// As [`Classifier::logits`], and [`ErrorKind::Device`] if the device failed.
    pub async fn logits_of(&self, picture: &RgbImage) -> Result<Vec<f32>> {
        let side = self.size();
        let planes = self.framing().frame(picture);
        self.logits(Array::new(planes.values, &[1, 3, side, side], self.device()))?.read().await
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
        &self.graph
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
            memory: Memory { weights: self.graph.constant_bytes(), activations: 4 * self.graph.cost().activations },
            opset: self.file.opset,
            producer: self.file.producer.clone(),
            rectifiers: self.graph.rectifiers(),
            simplified: self.graph.simplified(),
            batchable: self.graph.batchable(),
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
        if self.file.outputs.len() > 1 {
            let names: Vec<String> = self.file.outputs.iter().map(|port| format!("\"{}\"", port.name)).collect();
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
        Framing { resize: self.profile.resize, side: self.profile.size }
    }

    fn classes(&self) -> usize {
        self.classes
    }

    fn device(&self) -> &Device {
        self.graph.device()
    }

    fn logits(&self, pictures: Array) -> Result<Array> {
        let count = pictures.shape()[0];
        let at_once = at_once(self.device(), count);
        if count <= at_once {
            return Ok(self.graph.run(vec![pictures])?.swap_remove(0));
        }
        let of_part = |first: usize| self.logits(pictures.clone().part(first..count.min(first + at_once)));
        let logits: Result<Vec<Array>> = (0..count).step_by(at_once).map(of_part).collect();
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
        let at = self.layer(layer)?;
        let (outputs, tape) = self.graph.run_taped(vec![pictures], Some(at))?;
        let logits = outputs.into_iter().next().ok_or_else(no_output)?;
        let activation = tape.kept().ok_or_else(no_output)?;
        let gradient =
            self.graph.gradients_at(tape, objective(logits), Rectifier::True, &[at]).into_iter().next().flatten();
        let gradient = gradient.unwrap_or_else(|| Array::full(&activation.shape(), 0.0, self.graph.device()));
        Ok((activation, gradient))
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
        let (outputs, tape) = self.graph.run_taped(vec![pictures], None)?;
        let logits = outputs.into_iter().next().ok_or_else(no_output)?;
        let gradient = self.graph.gradient(tape, objective(logits.clone()), rectifier).into_iter().next().flatten();
        let none = || Array::full(&shape, 0.0, self.graph.device());
        Ok((logits, gradient.unwrap_or_else(none)))
    }

    /// The names of the layers whose output is a map `[N, C, h, w]`, in order.
    pub fn layers(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.maps().map(|step| step.node.as_str()).collect();
        names.dedup();
        names
    }

    /// The output of the last step of the layer of this name; without one, of the last convolution.
    fn layer(&self, name: Option<&str>) -> Result<ValueId> {
        let found = match name {
            Some(name) => self.maps().filter(|step| step.node == name).last(),
            None => self.maps().filter(|step| matches!(step.op, Op::Conv(_))).last(),
        };
        found.map(|step| step.output).ok_or_else(|| match name {
            Some(name) => Error::new(
                ErrorKind::Settings,
                format!(
                    "no layer with a map is called \"{name}\"; the last ones are {}",
                    self.last_layers().join(", ")
                ),
            ),
            None => Error::new(
                ErrorKind::Unsupported,
                "the model has no convolution with a map; name a layer, or choose a method that needs none",
            ),
        })
    }

    fn last_layers(&self) -> Vec<&str> {
        let all = self.layers();
        all[all.len().saturating_sub(5)..].to_vec()
    }

    fn maps(&self) -> impl Iterator<Item = &Step> {
        let is_map = |step: &&Step| matches!(self.graph.shape(step.output), [_, _, h, w] if h * w > 1);
        self.graph.steps().iter().filter(is_map)
    }
}

/// A panic while a file is read is a bug; but a file must not end the command. (In the page it ends the worker, which is
/// replaced.)
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
fn guess(name: &str, file: &Model, known: Option<Known>) -> (Profile, Source) {
    let mut profile = Profile::assumed(name, file);
    if let Some(known) = known {
        known.family.apply(&mut profile);
        return (profile, Source::Known);
    }
    let source = if metadata::apply(file, &mut profile) { Source::File } else { Source::Assumed };
    (profile, source)
}

/// Pictures in, logits out: preprocessing before the file's graph, `[N, K]` after it.
fn lower_classifier(file: &Model, profile: &Profile, device: &Device) -> Result<(Graph, usize)> {
    let port = picture_port(file)?;
    let chosen = profile.chosen_output(file)?;
    let nhwc = port.shape[3] == Some(3) && port.shape[1] != Some(3);
    let unit = port.shape[0].unwrap_or(1);
    check_size(port, nhwc, profile)?;
    let mut builder = Builder::new();
    let pictures = builder
        .input(&[unit, 3, profile.size, profile.size], Kind::Float)
        .map_err(|e| e.context(format!("the model's input \"{}\" {}", port.name, dimensions(&port.shape))))?;
    if let Some(other) = file.inputs.iter().find(|p| p.name != port.name && file.reads(&p.name)) {
        return Err(not_a_classifier(&format!(
            "besides a picture it takes \"{}\" {}",
            other.name,
            dimensions(&other.shape)
        )));
    }
    let input = preprocess(&mut builder, pictures.clone(), profile, nhwc)?;
    let outputs = lower::lower_into(file, &mut builder, &[(port.name.clone(), input)], &[&chosen.name])?;
    let output = outputs.into_iter().next().ok_or_else(|| not_a_classifier("it has no output"))?;
    let logits = class_scores(&mut builder, output, unit, profile.output)?;
    let classes = builder.shape(&logits)[1];
    Ok((Graph::new(builder, &[pictures], &[logits], device)?, classes))
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
                "the weights \"{name}\" hold NaN (not a number), so the model cannot answer; export it again from a sound checkpoint"
            ),
        )),
    }
}

/// The labels given, else those the profile lists; refused where they are not one a class.
fn fitting(labels: Option<Labels>, profile: &Profile, classes: usize) -> Result<Option<Labels>> {
    let listed = match &profile.labels {
        Some(LabelSource::List(names)) => Some(Labels::new(names.clone())),
        _ => None,
    };
    match labels.or(listed) {
        None => Ok(None),
        Some(labels) if labels.len() == classes => Ok(Some(labels)),
        Some(labels) => Err(Error::new(
            ErrorKind::Profile,
            format!("there are {} labels and the model has {classes} classes; give one label a class", labels.len()),
        )),
    }
}
