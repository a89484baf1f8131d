//! The call that gives the results of an evaluation again.

use serde_json::Value;

use super::setup::{Setup, method_of, written};
use crate::methods::form::Form;
use crate::methods::{Method, SETTINGS};

impl Setup {
    /// Writes the call that gives all of these results, without the options that only say how and where. If no single
    /// call gives the settings of all methods, it writes several calls, one a line.
    pub fn command(&self) -> String {
        let mut groups: Vec<Vec<&Value>> = vec![];
        for settings in &self.settings {
            match groups.iter_mut().find(|group| options(&[&group[..], &[settings]].concat()).is_some()) {
                Some(group) => group.push(settings),
                None => groups.push(vec![settings]),
            }
        }
        if groups.len() < 2 {
            return call(self, groups.first().map_or(&[], Vec::as_slice), self.controls);
        }
        let log = |number: usize| format!("part{}.jsonl", number + 1);
        // Controls are judged once, beside the first methods.
        let of_group = |(number, group): (usize, &Vec<&Value>)| {
            format!("{} --resume {}", call(self, group, self.controls && number == 0), log(number))
        };
        let calls = groups.iter().enumerate().map(of_group);
        let logs: Vec<String> = (0..groups.len()).map(log).collect();
        calls.chain([format!("vanish report {}", logs.join(" "))]).collect::<Vec<_>>().join("\n")
    }
}

fn call(setup: &Setup, group: &[&Value], controls: bool) -> String {
    let listed = |option: &str, names: Vec<String>| {
        if names.is_empty() { vec![] } else { vec![option.to_owned(), names.join(",")] }
    };
    let methods = group.iter().filter_map(|settings| method_of(settings)).map(str::to_owned).collect();
    let file = if setup.model_file.is_empty() { &setup.model } else { &setup.model_file };
    let mut words: Vec<String> = ["vanish", "evaluate", &setup.set, "--model", file].map(str::to_owned).into();
    if let Some(file) = setup.profile.as_ref().and_then(|profile| profile.file.clone()) {
        words.extend(["--profile".to_owned(), file]);
    }
    words.extend(listed("--methods", methods));
    words.extend(listed("--metrics", setup.measures.metrics.iter().map(|metric| metric.name().to_owned()).collect()));
    words.extend(["--limit".to_owned(), setup.limit.to_string()]);
    words.extend(listed("--null", setup.measures.nulls.iter().map(|null| null.name().to_owned()).collect()));
    let flags = [
        (setup.orders, "--orders"),
        (setup.true_class, "--true-class"),
        (!controls, "--no-controls"),
        (!setup.measures.pictures, "--no-pictures"),
    ];
    words.extend(flags.into_iter().filter(|(given, _)| *given).map(|(_, option)| option.to_owned()));
    if setup.first > 0 {
        words.extend(["--first".to_owned(), setup.first.to_string()]);
    }
    words.extend(options(group).unwrap_or_default());
    words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ")
}

/// Finds the settings to give so that each method gets its own; `None` if one call cannot give them, because every
/// method takes all settings that it knows.
fn options(group: &[&Value]) -> Option<Vec<String>> {
    let mut words = vec![];
    for setting in SETTINGS {
        let takers = group.iter().filter_map(|settings| Some((method(settings)?, *settings)));
        let takers: Vec<(Method, &Value)> = takers.filter(|(method, _)| method.takes(setting.name)).collect();
        let differs =
            |(method, settings): &(Method, &Value)| settings.get(setting.name) != preset(*method).get(setting.name);
        if !takers.iter().any(differs) {
            continue;
        }
        let value = takers[0].1.get(setting.name);
        if takers.iter().any(|(_, settings)| settings.get(setting.name) != value) {
            return None;
        }
        let given = texts(setting.form, value?).into_iter().map(|text| format!("{}={text}", setting.name));
        words.extend(given.flat_map(|text| ["--set".to_owned(), text]));
    }
    Some(words)
}

fn method(settings: &Value) -> Option<Method> {
    method_of(settings)?.parse().ok()
}

fn preset(method: Method) -> Value {
    written(&method.preset()).unwrap_or_default()
}

/// Writes a value as the option takes it, with each class separately.
fn texts(form: Form, value: &Value) -> Vec<String> {
    match value {
        Value::Array(classes) if form == Form::Classes => {
            classes.iter().map(|class| format!("index:{class}")).collect()
        }
        Value::String(text) => vec![text.clone()],
        other => vec![other.to_string()],
    }
}

/// Quotes a word that a shell would split or interpret.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./,=:+%@".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_with_a_space_is_one_word_for_the_shell() {
        assert_eq!(quoted("models/a.onnx"), "models/a.onnx");
        assert_eq!(quoted("my pictures"), "'my pictures'");
        assert_eq!(quoted("it's"), r"'it'\''s'");
    }
}
