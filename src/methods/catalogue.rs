//! The list of methods, and the lookups in it.

use serde::{Deserialize, Deserializer};

use super::entry::Entry;
use super::game::Game;
use super::method::Method;
use super::optimise::{Beginning, Problem};
use super::settings::{SETTINGS, Settings};
use crate::error::{Error, ErrorKind, Result};

/// Every method, in the order in which lists show them. This is the only list of methods.
const ENTRIES: &[Entry] = &[
    super::fast::ENTRY,
    super::meaningful::ENTRY,
    super::localisation::ENTRY,
    super::extremal::ENTRY,
    super::igos::ENTRY,
    super::igos_plus::ENTRY,
    super::gradient::ENTRY,
    super::smoothgrad::ENTRY,
    super::gradient_input::ENTRY,
    super::integrated::ENTRY,
    super::guided::ENTRY,
    super::gradcam::ENTRY,
    super::occlusion::ENTRY,
    super::rise::ENTRY,
];

/// Every method, in the order in which lists show them.
pub const METHODS: [Method; ENTRIES.len()] = methods();

/// The method of the command and of the page unless another is named.
pub const DEFAULT: Method = super::fast::METHOD;

const fn methods() -> [Method; ENTRIES.len()] {
    let mut all = [DEFAULT; ENTRIES.len()];
    let mut number = 0;
    while number < ENTRIES.len() {
        all[number] = ENTRIES[number].method;
        number += 1;
    }
    all
}

/// The names of the methods for which the condition holds.
fn names(holds: impl Fn(Method) -> bool) -> Vec<&'static str> {
    METHODS.iter().filter(|method| holds(**method)).map(|method| method.name()).collect()
}

impl Method {
    /// Returns the method of this name.
    pub fn named(name: &str) -> Option<Self> {
        METHODS.into_iter().find(|method| method.name() == name)
    }

    /// Returns the method's own values of the settings.
    pub fn preset(self) -> Settings {
        self.entry().map_or_else(|| Settings::paper(self), |entry| (entry.preset)())
    }

    /// Prepares the method's search for a problem.
    ///
    /// # Errors
    /// Fails as [`crate::question::Question::scores`] does, if the search begins by asking the model.
    pub(crate) fn begin(self, problem: &mut Problem) -> Beginning<'_> {
        match self.entry() {
            Some(entry) => (entry.begin)(problem),
            None => Box::pin(std::future::ready(Err(settings_error(format!("{} is not in the list", self.name()))))),
        }
    }

    /// Returns a warning for the reader if the model does not suit the method.
    pub(crate) fn warning(self, problem: &Problem) -> Option<&'static str> {
        self.entry().and_then(|entry| (entry.warning)(problem))
    }

    fn entry(self) -> Option<&'static Entry> {
        ENTRIES.iter().find(|entry| entry.method == self)
    }
}

impl std::str::FromStr for Method {
    type Err = String;

    fn from_str(name: &str) -> std::result::Result<Self, String> {
        Self::named(name)
            .ok_or_else(|| format!("no method is called \"{name}\"; there are {}", names(|_| true).join(", ")))
    }
}

impl<'de> Deserialize<'de> for Method {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl Default for Settings {
    /// The paper's own values.
    fn default() -> Self {
        Self::paper(super::meaningful::METHOD)
    }
}

impl Settings {
    /// Reads settings from JSON. A missing setting takes its value from the preset of the method that `method` names,
    /// or else from that of the default method.
    ///
    /// # Errors
    /// Fails with [`ErrorKind::Settings`] and names the setting, if it is unknown, out of range, or not taken by the
    /// method.
    pub fn from_json(text: &str) -> Result<Self> {
        Self::from_object(serde_json::from_str(text).map_err(unreadable)?)
    }

    /// Reads settings from a parsed JSON object, as [`Settings::from_json`] does.
    ///
    /// # Errors
    /// Fails as [`Settings::from_json`] does.
    pub fn from_object(given: serde_json::Map<String, serde_json::Value>) -> Result<Self> {
        let method = match given.get("method") {
            Some(name) => serde_json::from_value(name.clone()).map_err(unreadable)?,
            None => DEFAULT,
        };
        let mut merged = method.preset().to_object();
        for setting in SETTINGS.iter().filter(|setting| !method.takes(setting.name)) {
            if given.get(setting.name).is_some_and(|value| merged.get(setting.name) != Some(value)) {
                let takers = names(|method| method.takes(setting.name));
                return Err(settings_error(method.refusal(setting, &takers)));
            }
        }
        // Checked before parsing, because the parser's errors do not name the setting.
        for setting in SETTINGS {
            if let Some(value) = given.get(setting.name).filter(|value| !value.is_null()) {
                setting.form.check(setting.name, value).map_err(settings_error)?;
            }
        }
        merged.extend(given);
        let settings: Self = serde_json::from_value(serde_json::Value::Object(merged)).map_err(unreadable)?;
        settings.check()?;
        Ok(settings)
    }

    /// Refuses values that no run can use, and games that the method does not play.
    ///
    /// # Errors
    /// Fails with [`ErrorKind::Settings`] and names the first setting that is out of range.
    pub fn check(&self) -> Result<()> {
        let own = self.to_object();
        for setting in SETTINGS {
            if let Some(value) = own.get(setting.name) {
                setting.form.check(setting.name, value).map_err(settings_error)?;
            }
        }
        self.check_method()
    }

    fn check_method(&self) -> Result<()> {
        let name = self.method.name();
        if self.method.takes("areas") && self.areas.is_empty() {
            return Err(settings_error(format!("{name} needs at least one area")));
        }
        if self.method.games().contains(&self.game) {
            return Ok(());
        }
        if self.method.games().is_empty() {
            let plays_none = self.game == Game::Delete;
            let sentence = format!("{name} learns no mask, so it plays no game; leave the game away");
            return if plays_none { Ok(()) } else { Err(settings_error(sentence)) };
        }
        let games: Vec<&str> = self.method.games().iter().map(|game| game.name()).collect();
        let others = names(|method| method.games().contains(&self.game));
        Err(settings_error(format!(
            "{name} plays {}, not {}; {} can play that",
            games.join(" or "),
            self.game.name(),
            others.join(", ")
        )))
    }
}

fn unreadable(cause: serde_json::Error) -> Error {
    settings_error(format!("the settings cannot be read: {cause}"))
}

fn settings_error(sentence: String) -> Error {
    Error::new(ErrorKind::Settings, sentence)
}

#[cfg(test)]
mod tests {
    use super::super::{Start, gradient, localisation};
    use super::*;

    #[test]
    fn what_is_left_out_takes_the_preset() {
        let settings = Settings::from_json(r#"{"method": "localisation", "seed": 5}"#).expect("valid");
        assert_eq!((settings.l1, settings.beta, settings.top_classes, settings.seed), (1e-3, 2.0, 5, 5));
        assert_eq!(settings.method, localisation::METHOD);
        assert_eq!(Settings::from_json("{}").expect("valid"), DEFAULT.preset());
    }

    #[test]
    fn a_value_of_the_wrong_type_is_refused_by_the_name_of_its_setting() {
        for (given, says) in [
            (r#"{"l1": "nan"}"#, "l1 is not a number"),
            (r#"{"iterations": 1e9}"#, "iterations is 1000000000"),
            (r#"{"iterations": 30.5}"#, "iterations is 30.5, and must be a whole number"),
            (r#"{"refine": "perhaps"}"#, "refine is neither true nor false"),
        ] {
            let error = Settings::from_json(given).expect_err(given).to_string();
            assert!(error.contains(says), "{given}: {error}");
        }
    }

    #[test]
    fn starts_have_names_or_are_numbers() {
        let settings =
            Settings::from_json(r#"{"method": "fast", "starts": ["direction", "disc", 0.2]}"#).expect("valid");
        assert_eq!(settings.starts, [Start::Direction, Start::Disc, Start::Value(0.2)]);
        assert_eq!(serde_json::to_string(&settings.starts).expect("JSON"), r#"["direction","disc",0.2]"#);
        assert_eq!(".2".parse(), Ok(Start::Value(0.2)));
        assert!("ring".parse::<Start>().expect_err("no start").contains("disc, direction or a number"));
    }

    #[test]
    fn unknown_and_absurd_settings_are_named() {
        for (text, named) in [
            (r#"{"lambda": 1}"#, "lambda"),
            (r#"{"iterations": 0}"#, "iterations"),
            (r#"{"l1": -1}"#, "l1"),
            (r#"{"starts": ["disc", 1.5]}"#, "start"),
            (r#"{"starts": ["ring"]}"#, "disc, direction or a number"),
            (r#"{"game": "destroy"}"#, "destroy"),
            (r#"{"method": "magic"}"#, "magic"),
            (r#"{"method": "gradient", "l1": 1}"#, "gradient does not take l1"),
            (r#"{"method": "fast", "areas": [0.1]}"#, "fast does not take areas; extremal does"),
            (r#"{"method": "gradient", "game": "dual"}"#, "gradient does not take game"),
            (r#"{"method": "igos", "game": "dual"}"#, "fast"),
            ("nonsense", "settings"),
        ] {
            let error = Settings::from_json(text).expect_err(text);
            assert!(error.to_string().contains(named), "{text}: {error}");
        }
    }

    #[test]
    fn a_value_that_is_not_a_number_is_refused() {
        let error = Settings { l1: f32::NAN, ..Settings::default() }.check().expect_err("refused");
        assert!(error.to_string().contains("l1"), "{error}");
    }

    #[test]
    fn every_preset_passes_its_own_check_and_every_name_exists() {
        for method in &METHODS {
            method.preset().check().unwrap_or_else(|error| panic!("{}: {error}", method.name()));
            assert_eq!(method.preset().method, *method);
            for name in method.settings() {
                assert!(SETTINGS.iter().any(|setting| setting.name == name), "{} takes {name}", method.name());
            }
        }
        assert!(!gradient::METHOD.takes("l1"));
    }
}
