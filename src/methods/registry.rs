//! What the registry knows of a method, and what is told of it to the command and the page.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::form::Setting;
use super::optimise::{Beginning, Problem};
use super::settings::{Game, SETTINGS, Settings};
use super::{DEFAULT, METHODS};

/// How a method comes to its map.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// It learns a mask by asking the model about edited pictures.
    Learned,
    /// It attributes the answer to pixels.
    Attribution,
}

/// The entry of a method in the registry.
pub struct Definition {
    /// Its name in the command, the reports and links.
    pub name: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// What it does, in one sentence.
    pub summary: &'static str,
    /// How it comes to its map.
    pub kind: Kind,
    /// The games it plays; none where it plays no game.
    pub games: &'static [Game],
    /// The names of the settings it takes, in groups.
    pub settings: &'static [&'static [&'static str]],
    /// Its own values of the settings.
    pub preset: fn() -> Settings,
    /// Prepares its search.
    pub(crate) begin: for<'a> fn(&'a mut Problem) -> Beginning<'a>,
}

/// Settings that every method takes: the answer, the null image by which a finding is scored, the seed.
pub(super) const COMMON: &[&str] = &["score", "with", "against", "null", "null_sigma_px", "sigma_at", "seed"];
/// Settings of the methods that descend an energy over a grid.
pub(super) const ENERGY: &[&str] = &[
    "l1",
    "l2",
    "beta",
    "jitter",
    "iterations",
    "edge_aware",
    "cell_px",
    "smoothing_px",
    "straight_through",
    "random_null",
];
/// Settings of those that descend by Adam.
pub(super) const ADAM: &[&str] = &["learning_rate", "views"];
/// Settings of every learned mask: it may be ordered afterwards.
pub(super) const ORDER: &[&str] = &["game", "refine"];
/// Settings of those that average over many pictures.
pub(super) const SAMPLED: &[&str] = &["samples", "batch"];

/// A method of the registry.
#[derive(Clone, Copy)]
pub struct Method(pub(super) &'static Definition);

impl Method {
    /// The method of this name.
    pub fn named(name: &str) -> Option<Self> {
        METHODS.iter().copied().find(|method| method.name() == name)
    }

    /// Its name in the command, the reports and links.
    pub fn name(self) -> &'static str {
        self.0.name
    }

    /// Its name for people.
    pub fn title(self) -> &'static str {
        self.0.title
    }

    /// What it does, in one sentence.
    pub fn summary(self) -> &'static str {
        self.0.summary
    }

    /// How it comes to its map.
    pub fn kind(self) -> Kind {
        self.0.kind
    }

    /// Whether it learns a mask.
    pub fn is_learned(self) -> bool {
        self.0.kind == Kind::Learned
    }

    /// The games it plays; none where it plays no game.
    pub fn games(self) -> &'static [Game] {
        self.0.games
    }

    /// The names of the settings it takes.
    pub fn settings(self) -> impl Iterator<Item = &'static str> {
        self.0.settings.iter().flat_map(|group| group.iter().copied())
    }

    /// Whether it takes a setting.
    pub fn takes(self, name: &str) -> bool {
        self.settings().any(|own| own == name)
    }

    /// Its own values of the settings.
    pub fn preset(self) -> Settings {
        (self.0.preset)()
    }

    /// Prepares its search.
    pub(crate) fn begin(self, problem: &mut Problem) -> Beginning<'_> {
        (self.0.begin)(problem)
    }

    /// The sentence that refuses a setting which the method does not take.
    pub(super) fn refusal(self, setting: &Setting) -> String {
        let takers: Vec<&str> = METHODS.iter().filter(|m| m.takes(setting.name)).map(|m| m.name()).collect();
        let takers = if takers.is_empty() { "no method does".to_owned() } else { format!("{} do", takers.join(", ")) };
        format!("{} does not take {}; {takers}", self.name(), setting.name)
    }
}

impl PartialEq for Method {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

impl Eq for Method {}

impl std::fmt::Debug for Method {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

impl std::str::FromStr for Method {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let names = || METHODS.iter().map(|m| m.name()).collect::<Vec<_>>().join(", ");
        Self::named(name).ok_or_else(|| format!("no method is called \"{name}\"; there are {}", names()))
    }
}

impl Serialize for Method {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Method {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// The registry as JSON: `methods` with the settings, games and preset of each, `settings` with form, limits and hints, and
/// the name of the `default` method.
pub fn describe() -> serde_json::Value {
    let methods: Vec<_> = METHODS.iter().map(|&method| described(method)).collect();
    let paper = Settings::default().to_object();
    let settings: Vec<_> = SETTINGS.iter().map(|setting| described_setting(setting, &paper)).collect();
    serde_json::json!({ "default": DEFAULT, "methods": methods, "settings": settings })
}

fn described(method: Method) -> serde_json::Value {
    serde_json::json!({
        "name": method.name(), "title": method.title(), "summary": method.summary(), "kind": method.kind(),
        "games": method.games(), "settings": method.settings().collect::<Vec<_>>(), "preset": method.preset(),
    })
}

fn described_setting(setting: &Setting, paper: &serde_json::Map<String, serde_json::Value>) -> serde_json::Value {
    let choices: Vec<_> =
        setting.form.choices().iter().map(|c| serde_json::json!({ "value": c.0, "title": c.1 })).collect();
    serde_json::json!({
        "name": setting.name, "title": setting.title, "unit": setting.unit, "hint": setting.hint,
        "kind": setting.form.kind(), "low": setting.form.limits().map(|l| l.0), "high": setting.form.limits().map(|l| l.1),
        "choices": choices, "paper": paper.get(setting.name),
    })
}
