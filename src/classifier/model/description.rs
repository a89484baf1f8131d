//! The facts shown about a model, and the warnings that a reader needs.

use super::OnnxClassifier;
use crate::classifier::Classifier;
use crate::classifier::info::{Memory, ModelInfo};
use crate::classifier::onnx::{Port, dimensions};
use crate::classifier::profile::{Output, end_of};

impl OnnxClassifier {
    /// Returns the facts about the model.
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
