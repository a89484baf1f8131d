//! The registry as the page and `vanish methods --json` read it.

use serde::Serialize;
use serde_json::Value;

use super::catalogue::{DEFAULT, METHODS};
use super::form::{Choice, Setting};
use super::game::Game;
use super::meaningful;
use super::method::{Kind, Method};
use super::settings::{SETTINGS, Settings};

/// The registry.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Registry {
    /// The name of the default method.
    default: &'static str,
    /// Every method, in the order of lists.
    methods: Vec<MethodInfo>,
    /// Every setting, in the order of forms.
    settings: Vec<SettingInfo>,
}

/// A method of the registry.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct MethodInfo {
    /// Its name in the command, the reports and links.
    name: &'static str,
    /// Its name for people.
    title: &'static str,
    /// What it does, in one sentence.
    summary: &'static str,
    /// How the method makes its map.
    kind: Kind,
    /// The games that the method plays; empty if it plays none.
    games: &'static [Game],
    /// The names of the settings it takes.
    settings: Vec<&'static str>,
    /// The method's default value of every setting.
    #[cfg_attr(test, ts(type = "Record<string, unknown>"))]
    preset: Settings,
}

/// A setting of the registry.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SettingInfo {
    /// Its name in the command, the reports and links.
    name: &'static str,
    /// Its title in a form.
    title: &'static str,
    /// What it does, in one sentence.
    hint: &'static str,
    /// The kind of its field.
    #[cfg_attr(
        test,
        ts(type = r#""number" | "integer" | "flag" | "choice" | "numbers" | "words" | "text" | "classes""#)
    )]
    kind: &'static str,
    /// The least value, if the setting has one.
    low: Option<f64>,
    /// The largest value, if the setting has one.
    high: Option<f64>,
    /// The words of a choice; empty for other kinds.
    choices: &'static [Choice],
    /// The unit of the values; empty if they have none.
    unit: &'static str,
    /// The value of meaningful perturbation in its paper; null if that method does not take the setting.
    #[cfg_attr(test, ts(type = "unknown"))]
    paper: Value,
}

/// Describes the registry: the methods with their settings, games and presets; the settings with their forms, limits
/// and hints; and the default method.
pub fn describe() -> Registry {
    let paper = Settings::default().to_object();
    let of = |setting: &Setting| {
        let published = paper.get(setting.name).filter(|_| meaningful::METHOD.takes(setting.name));
        setting_info(setting, published.cloned().unwrap_or_default())
    };
    Registry {
        default: DEFAULT.name(),
        methods: METHODS.iter().map(|&method| method_info(method)).collect(),
        settings: SETTINGS.iter().map(of).collect(),
    }
}

fn method_info(method: Method) -> MethodInfo {
    MethodInfo {
        name: method.name(),
        title: method.title(),
        summary: method.summary(),
        kind: method.kind(),
        games: method.games(),
        settings: method.settings().collect(),
        preset: method.preset(),
    }
}

fn setting_info(setting: &Setting, paper: Value) -> SettingInfo {
    let limits = setting.form.limits();
    SettingInfo {
        name: setting.name,
        title: setting.title,
        hint: setting.hint,
        kind: setting.form.kind(),
        low: limits.map(|(low, _)| low),
        high: limits.map(|(_, high)| high),
        choices: setting.form.choices(),
        unit: setting.unit,
        paper,
    }
}
