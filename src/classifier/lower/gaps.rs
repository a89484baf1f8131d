//! What of a file is not supported, gathered over the whole graph, so that one message names all of it.

use crate::classifier::refusal::{ADVICE, unsupported};
use crate::error::{Error, ErrorKind};

/// How many nodes are named for each gap.
const NAMED: usize = 3;

/// What is missing, and at which nodes.
#[derive(Default)]
pub(super) struct Gaps(Vec<(String, Vec<String>)>);

impl Gaps {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// An operator that nobody knows.
    pub fn operator(&mut self, name: &str, node: &str) {
        self.add(format!("the operator {name}"), node);
    }

    /// A form of one, as [`unsupported`] said it.
    pub fn form(&mut self, error: &Error, node: &str) {
        let sentence = error.to_string();
        let what = sentence.strip_suffix(ADVICE).map_or(sentence.as_str(), |rest| rest.trim_end_matches(" is "));
        self.add(what.to_owned(), node);
    }

    fn add(&mut self, what: String, node: &str) {
        match self.0.iter_mut().find(|(known, _)| *known == what) {
            Some((_, nodes)) => nodes.push(node.to_owned()),
            None => self.0.push((what, vec![node.to_owned()])),
        }
    }

    /// All of it in one sentence.
    pub fn into_error(self) -> Error {
        let parts: Vec<String> = self.0.iter().map(|(what, nodes)| format!("{what} ({})", places(nodes))).collect();
        match parts.as_slice() {
            [] => unsupported("nothing"),
            [one] => unsupported(one),
            [first @ .., last] => {
                let sentence = format!("{} and {last} are {ADVICE}", first.join(", "));
                Error::new(ErrorKind::Unsupported, sentence)
            }
        }
    }
}

/// At the node "a"; at the nodes "a", "b", "c" and 4 more.
fn places(nodes: &[String]) -> String {
    let named: Vec<String> = nodes.iter().take(NAMED).map(|name| format!("\"{name}\"")).collect();
    let more = nodes.len().saturating_sub(NAMED);
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("at the node{} {}{rest}", if nodes.len() == 1 { "" } else { "s" }, named.join(", "))
}
