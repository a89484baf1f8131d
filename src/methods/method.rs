//! The definition of a method: its names, its kind, its games and its settings.

use serde::{Serialize, Serializer};

use super::form::Setting;
use super::game::Game;

/// How a method makes its map.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// It learns a mask by asking the model about edited pictures.
    Learned,
    /// It attributes the answer to pixels.
    Attribution,
}

/// The definition of a method.
pub struct Definition {
    /// The method's name in the command, the reports and links.
    pub name: &'static str,
    /// The method's name for people.
    pub title: &'static str,
    /// What the method does, in one sentence.
    pub summary: &'static str,
    /// How the method makes its map.
    pub kind: Kind,
    /// Whether the map depends on the null image. For other methods the null image only scores the finding.
    pub needs_null: bool,
    /// The games that the method plays; empty if it plays none.
    pub games: &'static [Game],
    /// The names of the settings it takes, in groups.
    pub settings: &'static [&'static [&'static str]],
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
/// Settings of the methods that descend by Adam.
pub(super) const ADAM: &[&str] = &["learning_rate", "views"];
/// Settings of every learned mask, whose order may be refined afterwards.
pub(super) const ORDER: &[&str] = &["game", "refine"];
/// Settings of the methods that average over many pictures.
pub(super) const SAMPLED: &[&str] = &["samples", "batch"];

/// A method of the registry.
#[derive(Clone, Copy)]
pub struct Method(pub(super) &'static Definition);

impl Method {
    /// Returns its name in the command, the reports and links.
    pub fn name(self) -> &'static str {
        self.0.name
    }

    /// Returns its name for people.
    pub fn title(self) -> &'static str {
        self.0.title
    }

    /// Returns what it does, in one sentence.
    pub fn summary(self) -> &'static str {
        self.0.summary
    }

    /// Returns how the method makes its map.
    pub fn kind(self) -> Kind {
        self.0.kind
    }

    /// Returns whether it learns a mask.
    pub fn is_learned(self) -> bool {
        self.0.kind == Kind::Learned
    }

    /// Returns whether its map depends on the null image.
    pub fn needs_null(self) -> bool {
        self.0.needs_null
    }

    /// Returns the games that the method plays; empty if it plays none.
    pub fn games(self) -> &'static [Game] {
        self.0.games
    }

    /// Returns the names of the settings it takes.
    pub fn settings(self) -> impl Iterator<Item = &'static str> {
        self.0.settings.iter().flat_map(|group| group.iter().copied())
    }

    /// Returns whether it takes a setting.
    pub fn takes(self, name: &str) -> bool {
        self.settings().any(|own| own == name)
    }

    /// Returns the sentence that refuses a setting of other methods (`takers`), which this method does not take.
    pub(super) fn refusal(self, setting: &Setting, takers: &[&str]) -> String {
        let takers = match takers {
            [] => "no method does".to_owned(),
            [one] => format!("{one} does"),
            several => format!("{} do", several.join(", ")),
        };
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

impl Serialize for Method {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}
