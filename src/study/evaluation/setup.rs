//! What an evaluation was asked to do, as its log and its report state it.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::plan::Plan;
use super::shard::Shard;
use crate::classifier::OnnxClassifier;
use crate::error::{Error, ErrorKind, Result};
use crate::judge::Control;
use crate::study::metric::Measures;

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
    /// Kind and name of the device.
    pub device: [String; 2],
    /// The settings of each method, its name and seed among them.
    pub settings: Vec<Value>,
    /// Whether maps that ask no model were judged beside the methods.
    pub controls: bool,
    /// Whether finer orders were judged, too.
    pub orders: bool,
    /// Whether the true class was explained where it is known.
    pub true_class: bool,
    /// What is measured.
    pub measures: Measures,
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
            device,
            settings: plan.methods.iter().filter_map(written).collect(),
            controls: plan.controls,
            orders: plan.orders,
            true_class: plan.true_class,
            measures: plan.measures.clone(),
            limit: plan.limit,
            shard: plan.shard,
        }
    }

    /// The names of the methods and controls, in the order of the table.
    pub fn entrants(&self) -> Vec<String> {
        let methods = self.settings.iter().filter_map(method_of).map(str::to_owned);
        let controls = Control::ALL.iter().filter(|_| self.controls).map(|control| control.name().to_owned());
        methods.chain(controls).collect()
    }

    /// Checks that results of both belong into one table: the same model, pictures and measures, and where both have a
    /// method, the same settings of it.
    ///
    /// # Errors
    /// [`ErrorKind::Settings`] with what differs.
    pub fn check(&self, other: &Self) -> Result<()> {
        let differs = [
            ("model", self.sha256 != other.sha256),
            ("set", self.set != other.set || self.first != other.first),
            ("choice of the class", self.true_class != other.true_class),
            ("metrics or nulls", self.measures != other.measures),
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

    fn contradicts(&self, settings: &Value) -> bool {
        self.settings.iter().any(|own| method_of(own) == method_of(settings) && own != settings)
    }

    /// Takes over what another setup has beside, so that one setup stands for both.
    pub fn merge(&mut self, other: &Self) {
        for settings in &other.settings {
            if !self.settings.iter().any(|own| method_of(own) == method_of(settings)) {
                self.settings.push(settings.clone());
            }
        }
        (self.controls, self.orders) = (self.controls || other.controls, self.orders || other.orders);
        self.limit = self.limit.max(other.limit);
    }

    /// The call that gives these results as a whole, without the options that only say how and where.
    pub fn command(&self) -> String {
        let names = |text: Vec<&str>| text.join(",");
        let methods = names(self.settings.iter().filter_map(method_of).collect());
        let metrics: Vec<String> = self.measures.metrics.iter().filter_map(name_of).collect();
        let mut command = format!(
            "vanish evaluate {} --model {} --methods {methods} --metrics {} --limit {}",
            self.set,
            self.model,
            metrics.join(","),
            self.limit
        );
        if !self.measures.nulls.is_empty() {
            let nulls = self.measures.nulls.iter().map(|null| null.name()).collect();
            command += &format!(" --null {}", names(nulls));
        }
        for (given, option) in [(self.orders, " --orders"), (self.true_class, " --true-class")] {
            command += if given { option } else { "" };
        }
        if self.first > 0 {
            command += &format!(" --first {}", self.first);
        }
        command
    }
}

/// Settings as a report has them: numbers as they are written, not widened.
fn written(settings: &crate::methods::Settings) -> Option<Value> {
    serde_json::from_str(&serde_json::to_string(settings).ok()?).ok()
}

fn method_of(settings: &Value) -> Option<&str> {
    settings.get("method")?.as_str()
}

fn name_of<T: Serialize>(value: &T) -> Option<String> {
    serde_json::to_value(value).ok()?.as_str().map(str::to_owned)
}

fn unlike(what: &str) -> Error {
    Error::new(ErrorKind::Settings, format!("these results do not belong together: the log was made with {what}"))
}
