//! Collects what is not supported over the whole graph, so that one message names all of it.

use crate::classifier::refusal::{ADVICE, unsupported};
use crate::error::{Error, ErrorKind};

/// Number of nodes that are named for each gap.
const NAMED: usize = 3;
/// Domains of the operators that onnxruntime's optimiser puts into a file.
const OPTIMISER: [&str; 3] = ["com.microsoft", "com.ms.internal", "ai.onnx.contrib"];
/// Advice for a file that holds these operators.
const BEFORE_OPTIMISER: &str =
    "onnxruntime's optimiser wrote this file: use the one from before it, as it was exported";

/// Prefix of the operators that onnxruntime's quantiser puts into a file in its format `QOperator`.
const QUANTISER: &str = "com.microsoft.QLinear";
/// Advice for a file that holds these operators.
const AS_QDQ: &str = "onnxruntime's quantiser wrote this file: quantise the model in its format QDQ";

/// Something missing, advice on it, and the nodes that need it.
struct Gap {
    what: String,
    advice: String,
    nodes: Vec<String>,
}

/// All gaps found so far.
#[derive(Default)]
pub(super) struct Gaps(Vec<Gap>);

impl Gaps {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Records an unknown operator.
    pub fn operator(&mut self, name: &str, node: &str) {
        let from = |domain: &str| name.starts_with(domain);
        let advice = if from(QUANTISER) {
            AS_QDQ
        } else if OPTIMISER.into_iter().any(from) {
            BEFORE_OPTIMISER
        } else {
            ADVICE
        };
        self.add(format!("the operator {name}"), advice, node);
    }

    /// Records a form of an operator that is not supported, from the error made by [`unsupported`].
    pub fn form(&mut self, error: &Error, node: &str) {
        let sentence = error.to_string();
        let (what, advice) = sentence.split_once(" is not supported; ").unwrap_or((&sentence, ADVICE));
        self.add(what.to_owned(), advice, node);
    }

    fn add(&mut self, what: String, advice: &str, node: &str) {
        match self.0.iter_mut().find(|known| known.what == what) {
            Some(known) => known.nodes.push(node.to_owned()),
            None => self.0.push(Gap { what, advice: advice.to_owned(), nodes: vec![node.to_owned()] }),
        }
    }

    /// Returns one error that names all gaps, with the most helpful advice.
    pub fn into_error(self) -> Error {
        let parts: Vec<String> = self.0.iter().map(|gap| format!("{} ({})", gap.what, places(&gap.nodes))).collect();
        let better = self.0.iter().find(|gap| gap.advice != ADVICE);
        let advice = better.map_or(ADVICE, |gap| gap.advice.as_str());
        let sentence = match parts.as_slice() {
            [] => return unsupported("nothing"),
            [one] => format!("{one} is not supported; {advice}"),
            [first @ .., last] => format!("{} and {last} are not supported; {advice}", first.join(", ")),
        };
        Error::new(ErrorKind::Unsupported, sentence)
    }
}

/// Returns "at the node "a"", or "at the nodes "a", "b", "c" and 4 more".
fn places(nodes: &[String]) -> String {
    let named: Vec<String> = nodes.iter().take(NAMED).map(|name| format!("\"{name}\"")).collect();
    let more = nodes.len().saturating_sub(NAMED);
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("at the node{} {}{rest}", if nodes.len() == 1 { "" } else { "s" }, named.join(", "))
}
