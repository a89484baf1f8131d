//! The setup of an evaluation, as its log and its report state it.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::plan::Plan;
use super::shard::Shard;
use crate::classifier::OnnxClassifier;
use crate::error::{Error, ErrorKind, Result};
use crate::judge::Control;
use crate::rules::generalise::Family;
use crate::study::metric::{Measures, Metric};

/// The profile that was used for a model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProfileUsed {
    /// Its file, if it was read from one.
    pub file: Option<String>,
    /// The SHA-256 of its content, including the names of the classes ([`crate::classifier::Profile::sha256`]).
    pub sha256: String,
}

/// The first line of a log: everything on which its results depend.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Setup {
    /// The program and its version.
    pub tool: String,
    /// The set, as it was named.
    pub set: String,
    /// The first critter's number.
    pub first: u64,
    /// The model's name.
    pub model: String,
    /// The SHA-256 of its file.
    pub sha256: String,
    /// The model as given by the user: its file, or the name of a built-in model. Empty if not stated.
    #[serde(default)]
    pub model_file: String,
    /// The model's profile; empty in logs of versions that did not state it.
    #[serde(default)]
    pub profile: Option<ProfileUsed>,
    /// Kind and name of the device.
    pub device: [String; 2],
    /// The settings of each method, its name and seed among them.
    pub settings: Vec<Value>,
    /// Whether control maps were judged beside the methods.
    pub controls: bool,
    /// Whether finer orders were judged, too.
    pub orders: bool,
    /// Whether the true class was explained instead of the most probable one.
    pub true_class: bool,
    /// What is measured.
    pub measures: Measures,
    /// The families of deletions on which every row is tested as a rule.
    #[serde(default)]
    pub families: Vec<Family>,
    /// The most pictures judged.
    pub limit: usize,
    /// Which part of the set this is.
    pub shard: Shard,
}

impl Setup {
    /// States a plan. The set, its first picture and the device are the caller's to name.
    pub fn new(plan: &Plan, model: &OnnxClassifier, set: &str, first: u64, device: [String; 2]) -> Self {
        Self {
            tool: format!("vanish {}", env!("CARGO_PKG_VERSION")),
            set: set.to_owned(),
            first,
            model: model.profile().name.clone(),
            sha256: model.sha256().to_owned(),
            model_file: String::new(),
            profile: Some(ProfileUsed { file: None, sha256: model.profile().sha256(model.labels()) }),
            device,
            settings: plan.methods.iter().filter_map(written).collect(),
            controls: plan.controls,
            orders: plan.orders,
            true_class: plan.true_class,
            measures: plan.measures.clone(),
            families: plan.families(),
            limit: plan.limit,
            shard: plan.shard,
        }
    }

    /// Records the model's name as the user gave it, and the file of its profile.
    pub fn of_files(mut self, model: &str, profile: Option<String>) -> Self {
        model.clone_into(&mut self.model_file);
        if let Some(used) = &mut self.profile {
            used.file = profile;
        }
        self
    }

    /// The names of the methods and controls, in the order of the table.
    pub fn entrants(&self) -> Vec<String> {
        let methods = self.settings.iter().filter_map(method_of).map(str::to_owned);
        let controls = Control::ALL.iter().filter(|_| self.controls).map(|control| control.name().to_owned());
        methods.chain(controls).collect()
    }

    /// Checks that the results of both belong into one table: the same model with the same profile, the same pictures
    /// and measures, and the same settings for every method that both have.
    ///
    /// # Errors
    /// Fails with [`ErrorKind::Settings`] and names what differs.
    pub fn check(&self, other: &Self) -> Result<()> {
        let (Some(profile), Some(others)) = (&self.profile, &other.profile) else {
            return Err(Error::new(
                ErrorKind::Settings,
                "an older version wrote this log and did not state the model's profile, so that nothing can be added to \
                 it; name another file by --resume and measure again",
            ));
        };
        let rule = self.measures.has(Metric::Rule);
        let differs = [
            ("model", self.sha256 != other.sha256),
            ("profile of the model", profile.sha256 != others.sha256),
            ("set", self.set != other.set || self.first != other.first),
            ("choice of the class", self.true_class != other.true_class),
            ("metrics or nulls", self.measures != other.measures),
            ("choice of deletions for the rule", rule && self.families != other.families),
            ("number of parts", self.shard.of != other.shard.of),
        ];
        if let Some((what, _)) = differs.iter().find(|(_, differs)| *differs) {
            return Err(unlike(&format!("another {what}")));
        }
        match self.settings.iter().find(|ours| other.contradicts(ours)) {
            Some(ours) => Err(unlike(&format!("other settings of {}", method_of(ours).unwrap_or("a method")))),
            None => Ok(()),
        }
    }

    /// Whether a finished call with this setup did all the work of a call with the other setup.
    pub(super) fn covers(&self, other: &Self) -> bool {
        let entrants = self.entrants();
        self.shard == other.shard
            && self.limit >= other.limit
            && self.orders >= other.orders
            && other.entrants().iter().all(|entrant| entrants.contains(entrant))
    }

    fn contradicts(&self, settings: &Value) -> bool {
        self.settings.iter().any(|own| method_of(own) == method_of(settings) && own != settings)
    }

    /// Adds what only the other setup has, so that one setup stands for both.
    pub fn merge(&mut self, other: &Self) {
        for settings in &other.settings {
            if !self.settings.iter().any(|own| method_of(own) == method_of(settings)) {
                self.settings.push(settings.clone());
            }
        }
        (self.controls, self.orders) = (self.controls || other.controls, self.orders || other.orders);
        self.limit = self.limit.max(other.limit);
    }
}

/// Returns settings as in a report, with numbers in the digits of their type.
pub(super) fn written(settings: &crate::methods::Settings) -> Option<Value> {
    serde_json::from_str(&serde_json::to_string(settings).ok()?).ok()
}

pub(super) fn method_of(settings: &Value) -> Option<&str> {
    settings.get("method")?.as_str()
}

fn unlike(what: &str) -> Error {
    Error::new(ErrorKind::Settings, format!("these results do not belong together: the log was made with {what}"))
}
