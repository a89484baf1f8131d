//! The names of the classes.

use crate::error::{Error, ErrorKind, Result};

/// One name a class, in the order of the model's output. A name may list synonyms after commas;
/// the first is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Labels(Vec<String>);

impl Labels {
    /// Names as listed.
    pub fn new(names: Vec<String>) -> Self {
        Self(names)
    }

    /// "class 0", "class 1" … for a model without names.
    pub fn numbered(classes: usize) -> Self {
        Self((0..classes).map(|i| format!("class {i}")).collect())
    }

    /// Reads names from text: one a line (a WordNet id before the name is dropped), a JSON list, or
    /// a JSON object by index.
    ///
    /// # Errors
    /// [`ErrorKind::Profile`] if the text is JSON of another form, or empty.
    pub fn parse(text: &str) -> Result<Self> {
        let names = if text.trim_start().starts_with(['[', '{']) { json_names(text)? } else { line_names(text) };
        if names.is_empty() {
            return Err(Error::new(ErrorKind::Profile, "the labels are empty; give one class name a line"));
        }
        Ok(Self(names))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All names, synonyms included.
    pub fn all(&self) -> &[String] {
        &self.0
    }

    /// The first name of a class.
    pub fn short(&self, index: usize) -> String {
        match self.0.get(index) {
            Some(name) => name.split(',').next().unwrap_or(name).trim().to_owned(),
            None => format!("class {index}"),
        }
    }

    /// The class with this name or synonym, whatever its case.
    pub fn find(&self, name: &str) -> Option<usize> {
        let wanted = name.trim().to_lowercase();
        let is = |label: &String| label.to_lowercase() == wanted;
        let has = |label: &String| label.to_lowercase().split(',').any(|part| part.trim() == wanted);
        self.0.iter().position(is).or_else(|| self.0.iter().position(has))
    }
}

fn line_names(text: &str) -> Vec<String> {
    text.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(|line| without_wordnet_id(line).to_owned())
        .collect()
}

/// `n01443537 goldfish, Carassius auratus` → `goldfish, Carassius auratus`.
fn without_wordnet_id(line: &str) -> &str {
    match line.split_once([' ', '\t']) {
        Some((id, name)) if id.len() == 9 && id.starts_with('n') && id[1..].bytes().all(|b| b.is_ascii_digit()) => {
            name.trim()
        }
        _ => line,
    }
}

fn json_names(text: &str) -> Result<Vec<String>> {
    let wrong = || {
        Error::new(
            ErrorKind::Profile,
            "the labels are JSON of an unknown form; give a list of names, or an object from index to name",
        )
    };
    let name = |value: &serde_json::Value| match value {
        serde_json::Value::String(name) => Some(name.clone()),
        // Keras's imagenet_class_index.json: ["n01440764", "tench"]
        serde_json::Value::Array(parts) => parts.last().and_then(|p| p.as_str()).map(str::to_owned),
        _ => None,
    };
    match serde_json::from_str(text).map_err(|_| wrong())? {
        serde_json::Value::Array(list) => list.iter().map(name).collect::<Option<_>>().ok_or_else(wrong),
        serde_json::Value::Object(map) => {
            (0..map.len()).map(|i| map.get(&i.to_string()).and_then(name)).collect::<Option<_>>().ok_or_else(wrong)
        }
        _ => Err(wrong()),
    }
}
