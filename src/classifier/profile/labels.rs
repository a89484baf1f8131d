//! The names of the classes.

use crate::error::{Error, ErrorKind, Result};

/// One name for each class, in the order of the model's output. A name may list synonyms, separated by commas. The
/// first is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Labels(Vec<String>);

impl Labels {
    /// Takes the names as listed.
    pub fn new(names: Vec<String>) -> Self {
        Self(names)
    }

    /// Returns "class 0", "class 1" and so on, for a model without names.
    pub fn numbered(classes: usize) -> Self {
        Self((0..classes).map(|i| format!("class {i}")).collect())
    }

    /// Reads names from text: one on each line (a WordNet id before the name is dropped), a JSON list, or a JSON object
    /// by index.
    ///
    /// # Errors
    /// Fails with [`ErrorKind::Profile`] if the text is JSON of another form, is empty, or is not UTF-8.
    pub fn parse(text: &str) -> Result<Self> {
        // Some editors write a byte-order mark before the text.
        let text = text.trim_start_matches('\u{feff}');
        // Bytes of Latin-1 and UTF-16 that were read as UTF-8 become these.
        if text.contains(['\u{fffd}', '\0']) {
            return Err(Error::new(ErrorKind::Profile, "the labels are not UTF-8 text; save them as UTF-8"));
        }
        let names = if text.trim_start().starts_with(['[', '{']) {
            from_json(&serde_json::from_str(text).map_err(|_| unknown_form())?)?
        } else {
            line_names(text)
        };
        if names.is_empty() {
            return Err(Error::new(ErrorKind::Profile, "the labels are empty; give one class name a line"));
        }
        Ok(Self(names))
    }

    /// Returns the number of names.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns whether there are no names.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns all names, including synonyms.
    pub fn all(&self) -> &[String] {
        &self.0
    }

    /// Returns the first name of a class, followed by the class's number if another class has the same first name.
    pub fn short(&self, index: usize) -> String {
        let Some(name) = self.0.get(index).map(|name| first_of(name)) else { return format!("class {index}") };
        let twice = self.0.iter().filter(|other| first_of(other) == name).nth(1).is_some();
        if twice { format!("{name} (class {index})") } else { name.to_owned() }
    }

    /// Returns the class that is meant by its number or by its name. A synonym counts as well, and case does not
    /// matter. The prefixes `index:` and `label:` say which of the two is given.
    ///
    /// # Errors
    /// Fails with [`ErrorKind::Settings`] if there is no such class. It also fails if there are several, and then names
    /// them.
    pub fn resolve(&self, given: &str) -> Result<usize> {
        let given = given.trim();
        if let Some(number) = given.strip_prefix("index:") {
            return self.numbered_class(number).ok_or_else(|| self.no_class(number));
        }
        let name = given.strip_prefix("label:").unwrap_or(given);
        let mut found = self.named(name);
        if name.len() == given.len() {
            found.extend(
                self.numbered_class(given).filter(|number| !found.contains(number)).into_iter().collect::<Vec<_>>(),
            );
        }
        match found.as_slice() {
            [one] => Ok(*one),
            [] => Err(self.no_class(name)),
            several => Err(self.ambiguous(given, several)),
        }
    }

    fn numbered_class(&self, number: &str) -> Option<usize> {
        number.trim().parse::<usize>().ok().filter(|&index| index < self.0.len())
    }

    /// Returns the classes of this name. The whole name is compared first, then its synonyms.
    fn named(&self, name: &str) -> Vec<usize> {
        let wanted = name.trim().to_lowercase();
        let classes = |is: &dyn Fn(&str) -> bool| -> Vec<usize> {
            (0..self.0.len()).filter(|&class| is(&self.0[class].to_lowercase())).collect()
        };
        let whole = classes(&|label| label.trim() == wanted);
        if whole.is_empty() { classes(&|label| label.split(',').any(|part| part.trim() == wanted)) } else { whole }
    }

    fn no_class(&self, given: &str) -> Error {
        Error::new(
            ErrorKind::Settings,
            format!(
                "no class is called \"{given}\" (there are {}, counted from 0); `vanish classify` shows the likely \
                    ones",
                self.0.len()
            ),
        )
    }

    fn ambiguous(&self, given: &str, classes: &[usize]) -> Error {
        let named: Vec<String> =
            classes.iter().take(5).map(|&class| format!("index:{class} ({})", self.0[class])).collect();
        let more = if classes.len() > 5 { " and more" } else { "" };
        Error::new(
            ErrorKind::Settings,
            format!(
                "\"{given}\" may mean {}{more}; give one of these numbers, or label:{given} for the only class of \
                    that name",
                named.join(" or ")
            ),
        )
    }
}

fn first_of(name: &str) -> &str {
    name.split(',').next().unwrap_or(name).trim()
}

fn line_names(text: &str) -> Vec<String> {
    text.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(|line| without_wordnet_id(line).to_owned())
        .collect()
}

/// Turns `n01443537 goldfish, Carassius auratus` into `goldfish, Carassius auratus`.
fn without_wordnet_id(line: &str) -> &str {
    match line.split_once([' ', '\t']) {
        Some((id, name)) if id.len() == 9 && id.starts_with('n') && id[1..].bytes().all(|b| b.is_ascii_digit()) => {
            name.trim()
        }
        _ => line,
    }
}

fn unknown_form() -> Error {
    Error::new(
        ErrorKind::Profile,
        "the labels are JSON of an unknown form; give a list of names, or an object from index to name",
    )
}

/// Returns the names of a JSON list, or of an object by index.
///
/// # Errors
/// Fails with [`ErrorKind::Profile`] if it is neither.
pub(super) fn from_json(names: &serde_json::Value) -> Result<Vec<String>> {
    let name = |value: &serde_json::Value| match value {
        serde_json::Value::String(name) => Some(name.clone()),
        // The form of Keras's imagenet_class_index.json: ["n01440764", "tench"].
        serde_json::Value::Array(parts) => parts.last().and_then(|p| p.as_str()).map(str::to_owned),
        _ => None,
    };
    let names = match names {
        serde_json::Value::Array(list) => list.iter().map(name).collect(),
        serde_json::Value::Object(map) => {
            (0..map.len()).map(|i| map.get(&i.to_string()).and_then(name)).collect::<Option<_>>()
        }
        _ => None,
    };
    names.ok_or_else(unknown_form)
}

#[cfg(test)]
mod tests {
    use super::super::{LabelSource, Profile};
    use super::*;

    fn labels(names: &[&str]) -> Labels {
        Labels::new(names.iter().map(|&name| name.to_owned()).collect())
    }

    #[test]
    fn a_class_is_found_by_number_name_or_synonym() {
        let labels = labels(&["tench, Tinca tinca", "crane", "Crane, bird", "3"]);
        for (given, class) in
            [("tench", 0), ("TINCA TINCA", 0), ("1", 1), ("index:2", 2), ("label:3", 3), ("bird", 2), ("3", 3)]
        {
            assert_eq!(labels.resolve(given).expect(given), class, "{given}");
        }
        for given in ["", "gull", "4", "index:4", "index:x", "label:1"] {
            assert_eq!(labels.resolve(given).expect_err(given).kind(), ErrorKind::Settings);
        }
    }

    #[test]
    fn what_may_mean_two_classes_names_both() {
        for (names, given, candidates) in [
            (["crane", "bird", "crane", "disc"], "crane", ["index:0 (crane)", "index:2 (crane)"]),
            (["3", "2", "1", "0"], "3", ["index:0 (3)", "index:3 (0)"]),
        ] {
            let error = labels(&names).resolve(given).expect_err("ambiguous").to_string();
            assert!(candidates.iter().all(|candidate| error.contains(candidate)), "{error}");
        }
        assert_eq!(labels(&["3", "2", "1", "0"]).resolve("label:3").expect("one of that name"), 0);
    }

    #[test]
    fn a_name_given_twice_is_two_classes() {
        let labels = labels(&["crane", "bird", "crane, machine"]);
        assert_eq!([0, 1, 2].map(|class| labels.short(class)), ["crane (class 0)", "bird", "crane (class 2)"]);
    }

    #[test]
    fn a_profile_takes_labels_by_index_as_a_labels_file_does() {
        let profile = |labels: &str| {
            let text = format!(r#"{{"size": 8, "resize": 8, "mean": [0.0], "std": [1.0], "labels": {labels}}}"#);
            Profile::from_json(&text).map(|profile| profile.labels)
        };
        let listed = Some(LabelSource::List(vec!["red".into(), "green".into()]));
        assert_eq!(profile(r#"{"1": "green", "0": "red"}"#).expect("an object by index"), listed);
        assert_eq!(profile(r#"["red", "green"]"#).expect("a list"), listed);
        assert_eq!(profile(r#""names.txt""#).expect("a file"), Some(LabelSource::File("names.txt".into())));
        let error = profile(r#"{"1": "green"}"#).expect_err("no class 0").to_string();
        assert!(error.contains("an object from index to name"), "{error}");
    }

    #[test]
    fn labels_in_another_encoding_are_refused() {
        let latin: &[u8] = b"caf\xe9\ntea";
        let wide: Vec<u8> = "red\r\ngreen".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let marked = [b"\xff\xfe", wide.as_slice()].concat();
        for bytes in [latin, &wide, &marked] {
            let error = Labels::parse(&String::from_utf8_lossy(bytes)).expect_err("not UTF-8").to_string();
            assert_eq!(error, "the labels are not UTF-8 text; save them as UTF-8");
        }
    }

    #[test]
    fn a_byte_order_mark_is_no_part_of_a_name() {
        assert_eq!(Labels::parse("\u{feff}red\r\ngreen\r\n").expect("two names").all(), ["red", "green"]);
        assert_eq!(Labels::parse("\u{feff}[\"red\"]").expect("a list").all(), ["red"]);
    }
}
