//! One graph of a file from preprocessing to logits.

use burn::tensor::Device;

use super::answers::Answers;
use super::graph::Graph;
use super::graph::builder::Builder;
use super::input::{check_size, fill_batch, pictures, preprocess};
use super::lower;
use super::onnx::{Model, Port, dimensions};
use super::output::class_scores;
use super::profile::{End, Labels, Layout, Output, Profile, end_of};
use super::refusal::not_a_classifier;
use crate::error::{Error, ErrorKind, Result};

/// A graph that takes pictures `[N, 3, S, S]` and returns logits `[N, K]`.
pub(super) struct Lowered {
    /// The graph.
    pub graph: Graph,
    /// The number of classes.
    pub classes: usize,
    /// How its logits become probabilities.
    pub answers: Answers,
    /// Whether the file gives one score, from which two classes were made.
    pub one_score: bool,
    /// Number of channels of the file's pictures.
    pub channels: usize,
    /// How often each picture is repeated to fill the file's batch, whose length is fixed.
    pub repeated: usize,
}

/// Lowers a file with preprocessing before its graph and logits after it. What the profile leaves open is filled in
/// with what the file says: its sides, and the meaning of its output.
///
/// # Errors
/// Fails with [`ErrorKind::Model`], [`ErrorKind::Unsupported`] or [`ErrorKind::Profile`], and says what is wrong.
pub(super) fn lower_classifier(file: &Model, profile: &mut Profile, device: &Device) -> Result<Lowered> {
    let (port, layout) = Layout::find(file)?;
    profile.take_sides(Some(&layout));
    check_size(&layout, profile)?;
    let chosen = profile.chosen_output(file)?.name.clone();
    only_a_picture(file, port)?;
    let end = end_of(file, &chosen);
    let meaning = meaning(profile.output, &end);
    // A sigmoid or softmax that is written out in several operators is skipped, just as one that is a single node is
    // undone.
    let before = end.before.filter(|_| meaning == end.output);
    let mut builder = Builder::new();
    let seen = pictures(&mut builder, port, profile)?;
    let repeated = layout.unit();
    let filled = fill_batch(&mut builder, seen.clone(), port, repeated)?;
    let input = preprocess(&mut builder, filled, profile, &layout)?;
    let wanted = before.as_deref().unwrap_or(&chosen);
    let outputs = lower::lower_into(file, &mut builder, &[(port.name.clone(), input)], &[wanted])?;
    let output = outputs.into_iter().next().ok_or_else(|| not_a_classifier("it has no output"))?;
    let kind = if before.is_some() { Output::Logits } else { meaning };
    let scores = class_scores(&mut builder, output, repeated, kind).map_err(|refusal| naming_outputs(refusal, file))?;
    let logits = if repeated == 1 { scores.logits } else { builder.gather(scores.logits, 0, &[0])? };
    profile.output = Some(match (meaning, scores.one) {
        (Output::Logits, true) => Output::BinaryLogit,
        (Output::Probabilities, true) => Output::Sigmoid,
        (meaning, _) => meaning,
    });
    let independent = meaning == Output::Sigmoid && !scores.one;
    let answers = if independent { Answers::Independent } else { Answers::Softmax };
    let classes = builder.shape(&logits)[1];
    let graph = Graph::new(builder, &[seen], &[logits], device)?;
    Ok(Lowered { graph, classes, answers, one_score: scores.one, channels: layout.channels, repeated })
}

/// Returns the output's meaning: what the profile says, or the end of the file's graph if the profile says nothing.
/// Probabilities that come from sigmoids belong each to its own label.
fn meaning(said: Option<Output>, end: &End) -> Output {
    match (said, end.output) {
        (None, ends) | (Some(Output::Probabilities), ends @ Output::Sigmoid) => ends,
        (Some(said), _) => said,
    }
}

/// Adds to the refusal of an output the names of the other outputs, which the profile may choose instead.
fn naming_outputs(refusal: Error, file: &Model) -> Error {
    if refusal.kind() != ErrorKind::Model || file.outputs.len() < 2 {
        return refusal;
    }
    let list: Vec<String> =
        file.outputs.iter().map(|port| format!("\"{}\" {}", port.name, dimensions(&port.shape))).collect();
    let list = list.join(", ");
    Error::new(ErrorKind::Model, format!("{refusal}; the profile's output_name chooses among its outputs {list}"))
}

fn only_a_picture(file: &Model, port: &Port) -> Result<()> {
    match file.inputs.iter().find(|other| other.name != port.name && file.reads(&other.name)) {
        None => Ok(()),
        Some(other) => Err(not_a_classifier(&format!(
            "besides a picture it takes \"{}\" {}",
            other.name,
            dimensions(&other.shape)
        ))),
    }
}

impl Lowered {
    /// Returns names for the model's classes. If the model gives one score, a single name is that of the answer for
    /// which the score stands.
    ///
    /// # Errors
    /// Fails with [`ErrorKind::Profile`] if their number is not that of the classes.
    pub fn names(&self, labels: Labels) -> Result<Labels> {
        match labels.all() {
            [yes] if self.one_score => Ok(Labels::new(vec![yes.clone(), format!("not {yes}")])),
            all if all.len() == self.classes => Ok(labels),
            all => Err(Error::new(
                ErrorKind::Profile,
                format!(
                    "there are {} labels and the model has {} classes; give one label a class",
                    all.len(),
                    self.classes
                ),
            )),
        }
    }

    /// Returns the names of the classes if none are given.
    pub fn default_names(&self) -> Labels {
        if self.one_score {
            return Labels::new(vec!["yes".to_owned(), "no".to_owned()]);
        }
        Labels::numbered(self.classes)
    }
}
