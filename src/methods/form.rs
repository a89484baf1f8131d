//! The form of a setting: the values that it can have, checked in one place for the command, the page and the reports.

use serde::Serialize;
use serde_json::Value;

/// A value that a choice offers, and its title.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Choice {
    /// The value in the command, the reports and links.
    pub value: &'static str,
    /// The value's title in a form.
    pub title: &'static str,
}

/// Returns a value of a choice.
pub(super) const fn choice(value: &'static str, title: &'static str) -> Choice {
    Choice { value, title }
}

/// Which values a setting can have.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Form {
    /// A whole number between two limits.
    Whole(f64, f64),
    /// A number between two limits.
    Number(f64, f64),
    /// A list of numbers, each between two limits.
    Numbers(f64, f64),
    /// Yes or no.
    Flag,
    /// One of several words.
    Choice(&'static [Choice]),
    /// A list of starts: `disc`, `direction` or a number from 0 to 1.
    Starts,
    /// A list of classes, by position.
    Classes,
    /// A word, or nothing.
    Text,
}

/// A setting as the registry describes it.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// The setting's name in the command, the reports and links.
    pub name: &'static str,
    /// Which values it can have.
    pub form: Form,
    /// The setting's title in a form.
    pub title: &'static str,
    /// The unit of the values; empty if they have none.
    pub unit: &'static str,
    /// What the setting does, in one sentence.
    pub hint: &'static str,
}

impl Form {
    /// Refuses a value that is out of range or not a number, in one sentence that names the setting. Words are checked
    /// when they are parsed.
    pub(super) fn check(self, name: &str, value: &Value) -> Result<(), String> {
        match self {
            Form::Whole(low, high) => within(name, value, low, high).and_then(|()| whole(name, value)),
            Form::Number(low, high) => within(name, value, low, high),
            Form::Numbers(low, high) => list(value).try_for_each(|each| within(name, each, low, high)),
            Form::Starts => list(value).filter(|each| !each.is_string()).try_for_each(|v| within(name, v, 0.0, 1.0)),
            Form::Flag if !value.is_boolean() => Err(format!("{name} is neither true nor false")),
            Form::Flag | Form::Choice(_) | Form::Classes | Form::Text => Ok(()),
        }
    }

    /// Returns the kind of field that a page needs for it.
    pub fn kind(self) -> &'static str {
        match self {
            Form::Whole(..) => "integer",
            Form::Number(..) => "number",
            Form::Numbers(..) => "numbers",
            Form::Flag => "flag",
            Form::Choice(_) => "choice",
            Form::Starts => "words",
            Form::Classes => "classes",
            Form::Text => "text",
        }
    }

    /// Returns the least and the largest value, if the form has limits.
    pub fn limits(self) -> Option<(f64, f64)> {
        match self {
            Form::Whole(low, high) | Form::Number(low, high) | Form::Numbers(low, high) => Some((low, high)),
            Form::Starts => Some((0.0, 1.0)),
            Form::Flag | Form::Choice(_) | Form::Classes | Form::Text => None,
        }
    }

    /// Returns the words of a choice; empty for other forms.
    pub fn choices(self) -> &'static [Choice] {
        if let Form::Choice(choices) = self { choices } else { &[] }
    }

    /// Parses a value from the text of a command line or a link: as JSON if it is valid JSON, as a comma-separated list
    /// if the setting is a list, and otherwise as a word.
    pub fn parse(self, text: &str) -> Value {
        match self {
            Form::Numbers(..) | Form::Starts | Form::Classes if !text.trim_start().starts_with('[') => {
                text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(number_or_word).collect()
            }
            Form::Choice(_) | Form::Text => Value::String(text.to_owned()),
            // 1e3 is a whole number, though JSON reads it as a real one.
            Form::Whole(..) => match number_or_word(text) {
                Value::Number(number) if !is_whole(&number) => whole_of(&number).unwrap_or(Value::Number(number)),
                value => value,
            },
            _ => number_or_word(text),
        }
    }
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// JSON forbids a number that begins with a point; people write it.
fn number_or_word(text: &str) -> Value {
    let number = || text.parse::<f64>().ok().and_then(serde_json::Number::from_f64).map(Value::Number);
    serde_json::from_str(text).ok().or_else(number).unwrap_or_else(|| Value::String(text.to_owned()))
}

fn is_whole(number: &serde_json::Number) -> bool {
    number.is_u64() || number.is_i64()
}

/// Returns a real number as a whole number, if that needs no rounding.
fn whole_of(number: &serde_json::Number) -> Option<Value> {
    let number = number.as_f64().filter(|number| number.fract() == 0.0 && number.abs() < 1e15)?;
    Some((number as i64).into())
}

fn whole(name: &str, value: &Value) -> Result<(), String> {
    match value {
        Value::Number(number) if !is_whole(number) => Err(format!("{name} is {number}, and must be a whole number")),
        _ => Ok(()),
    }
}

fn within(name: &str, value: &Value, low: f64, high: f64) -> Result<(), String> {
    match value.as_f64() {
        // Single precision rounds a limit such as 0.001 up or down a little.
        Some(number) if number >= low * (1.0 - 1e-6) && number <= high * (1.0 + 1e-6) => Ok(()),
        Some(number) => Err(format!("{name} is {number}, and must lie between {low} and {high}")),
        None => Err(format!("{name} is not a number, and must lie between {low} and {high}")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn texts_become_the_values_of_their_form() {
        for (form, text, value) in [
            (Form::Number(0.0, 1.0), "1e-3", json!(1e-3)),
            (Form::Number(0.0, 1.0), ".5", json!(0.5)),
            (Form::Whole(0.0, 9.0), "7", json!(7)),
            (Form::Whole(0.0, 9000.0), "1e3", json!(1000)),
            (Form::Whole(0.0, 9.0), "2.5", json!(2.5)),
            (Form::Numbers(0.0, 1.0), ".05,.1", json!([0.05, 0.1])),
            (Form::Numbers(0.0, 1.0), "[0.05]", json!([0.05])),
            (Form::Starts, "disc,.2", json!(["disc", 0.2])),
            (Form::Flag, "true", json!(true)),
            (Form::Text, "12", json!("12")),
            (Form::Classes, "3", json!([3])),
        ] {
            assert_eq!(form.parse(text), value, "{form:?} {text}");
        }
    }

    #[test]
    fn values_beyond_the_limits_are_named() {
        let refused = |form: Form, value: Value| form.check("area", &value).expect_err("out of range");
        assert!(refused(Form::Whole(1.0, 3.0), json!(4)).contains("area is 4, and must lie between 1 and 3"));
        assert!(refused(Form::Numbers(0.0, 1.0), json!([0.5, 2])).contains("area is 2"));
        assert!(refused(Form::Number(0.0, 1.0), Value::Null).contains("not a number"));
        assert!(refused(Form::Number(0.0, 1.0), json!("nan")).contains("area is not a number, and must lie between"));
        assert!(refused(Form::Numbers(0.0, 1.0), json!(["1;2"])).contains("area is not a number"));
        assert!(refused(Form::Whole(1.0, 3.0), json!(2.5)).contains("area is 2.5, and must be a whole number"));
        assert!(refused(Form::Flag, json!("maybe")).contains("area is neither true nor false"));
        assert!(Form::Starts.check("starts", &json!(["disc", 0.2])).is_ok());
    }
}
