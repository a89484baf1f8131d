//! Pictures attacked one after the other.
//!
//! A picture whose clean answer is unsure is left out, because a change of that answer says little. A picture that
//! cannot be read is left out, too. Both are counted.

use std::collections::VecDeque;
use std::rc::Rc;

use serde::Serialize;

use super::kept::{Asked, Kept, Stated};
use super::record::{Pictured, Record};
use crate::attack::reading::best;
use crate::attack::recover::Recipe;
use crate::attack::{AsIs, Attack, Attacked, Trial};
use crate::classifier::{Classifier, OnnxClassifier, sha256};
use crate::error::{Error, ErrorKind, Result};
use crate::job::{Job, Later, Progress};
use crate::picture::RgbImage;
use crate::study::case::LEAST_SCORE;
use crate::study::{Item, Set};

/// Most pictures left out in a row before an endless set is given up.
const PATIENCE: usize = 1000;

/// The plan of a bench for each picture.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The attacks. The clean picture is recorded, too.
    pub attacks: Vec<Attack>,
    /// The recipes of the masks learned for each picture; empty for the cheap detectors and votes alone.
    pub recipes: Vec<Recipe>,
    /// Attacks whose pictures get masks; empty for all of them.
    pub masked: Vec<Attack>,
    /// The most pictures attacked.
    pub limit: usize,
}

/// The findings of a bench.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Findings {
    /// Pictures attacked.
    pub attacked: usize,
    /// Pictures whose clean answer was unsure.
    pub left_out: usize,
    /// Pictures that could not be read, each with the reason.
    pub unreadable: Vec<String>,
    /// The number of records that were already in the log; their pictures were not made again.
    pub reused: usize,
    /// Every picture, clean and attacked.
    pub records: Vec<Record>,
}

/// The progress of a bench, beside the number of its trials.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Standing {
    /// The current picture and attack.
    pub doing: String,
    /// Pictures left out so far.
    pub left_out: usize,
}

impl std::fmt::Display for Standing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.doing)
    }
}

/// A receiver of each attacked picture, with the clean picture's name.
pub type Sink = Box<dyn FnMut(&str, &Attacked) -> Result<()>>;

/// The current picture, at the model's size.
struct Subject {
    of: Pictured,
    pixels: RgbImage,
}

/// A running bench.
pub struct Bench {
    model: Rc<OnnxClassifier>,
    set: Set,
    plan: Plan,
    kept: Kept,
    next: usize,
    subject: Option<Subject>,
    pending: VecDeque<Option<Attack>>,
    trial: Option<Trial>,
    doing: String,
    /// Pictures left out since the last one that counted.
    in_vain: usize,
    sink: Option<Sink>,
    found: Findings,
}

impl Bench {
    /// Prepares a bench. Records of this model in the log are not made again.
    pub fn new(model: Rc<OnnxClassifier>, set: Set, plan: Plan, kept: Kept) -> Self {
        let (found, doing) = (Findings::default(), String::new());
        let (subject, trial, pending) = (None, None, VecDeque::new());
        Self { model, set, plan, kept, next: 0, subject, pending, trial, doing, in_vain: 0, sink: None, found }
    }

    /// Also gives every picture that is attacked from here on to `sink`, because records hold no pictures.
    #[must_use]
    pub fn with_sink(self, sink: Sink) -> Self {
        Self { sink: Some(sink), ..self }
    }

    async fn advance(&mut self, count: usize) -> Result<()> {
        if let Some(mut trial) = self.trial.take() {
            if !trial.step(count).await?.done {
                self.trial = Some(trial);
                return Ok(());
            }
            return self.keep(&mut trial).await;
        }
        match self.pending.pop_front() {
            Some(attack) => self.begin(attack),
            None => self.next_picture().await,
        }
    }

    async fn next_picture(&mut self) -> Result<()> {
        self.subject = None;
        let item = self.set.item(self.next);
        self.next += 1;
        match item {
            Ok(item) => self.consider(item).await,
            Err(error) => {
                self.found.unreadable.push(error.to_string());
                Ok(())
            }
        }
    }

    /// Accepts a picture if the model is sure of its answer.
    async fn consider(&mut self, item: Item) -> Result<()> {
        let pixels = AsIs::frame(self.model.as_ref(), &item.pixels);
        let as_is = AsIs::new(self.model.clone());
        let question = as_is.question(&as_is.planes(&pixels), 0);
        let logits = question.logits(question.centre_view().photo())?.read().await?;
        if best(&logits, as_is.answers()).is_none_or(|answer| answer.probability <= LEAST_SCORE) {
            self.found.left_out += 1;
            return self.lose_patience();
        }
        let sha256 = sha256([item.pixels.as_raw().as_slice()]);
        self.kept.check(&item.name, &sha256)?;
        self.in_vain = 0;
        self.found.attacked += 1;
        let label = item.label.as_ref().and_then(|label| label.class(self.model.labels()));
        self.subject = Some(Subject { of: Pictured { name: item.name, sha256, label }, pixels });
        self.pending = std::iter::once(None).chain(self.plan.attacks.iter().cloned().map(Some)).collect();
        Ok(())
    }

    fn lose_patience(&mut self) -> Result<()> {
        self.in_vain += 1;
        if self.in_vain < PATIENCE {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::NotExplainable,
            "the model is unsure of a thousand pictures in a row; choose another model or set",
        ))
    }

    fn begin(&mut self, attack: Option<Attack>) -> Result<()> {
        let Some(subject) = &self.subject else { return Ok(()) };
        let name = attack.as_ref().map_or_else(|| "clean".to_owned(), Attack::name);
        self.doing = format!("{} {name}", subject.of.name);
        let recipes = self.recipes(attack.as_ref());
        let Pictured { name: picture, sha256, label } = &subject.of;
        let asked = Asked { picture, sha256, attack: attack.as_ref(), recipes: &recipes };
        if let Some(record) = self.kept.find(&Stated::of(&self.model), &asked) {
            self.found.reused += 1;
            self.found.records.push(Record { label: *label, ..record });
            return Ok(());
        }
        self.trial = Some(Trial::new(self.model.clone(), &subject.pixels, attack, &recipes));
        Ok(())
    }

    fn recipes(&self, attack: Option<&Attack>) -> Vec<Recipe> {
        let masked = attack.is_none_or(|attack| self.plan.masked.is_empty() || self.plan.masked.contains(attack));
        if masked { self.plan.recipes.clone() } else { vec![] }
    }

    async fn keep(&mut self, trial: &mut Trial) -> Result<()> {
        let found = trial.finish().await?;
        let Some(subject) = &self.subject else { return Ok(()) };
        if let (Some(sink), Some(attacked)) = (&mut self.sink, &found.attacked) {
            sink(&subject.of.name, attacked)?;
        }
        if let Some(record) = Record::of(&self.model.profile().name, &subject.of, &found) {
            self.kept.add(&record)?;
            self.found.records.push(record);
        }
        Ok(())
    }

    fn is_done(&self) -> bool {
        let exhausted = self.found.attacked >= self.plan.limit || self.next >= self.set.len();
        exhausted && self.pending.is_empty() && self.trial.is_none()
    }
}

impl Job for Bench {
    type Detail = Standing;
    type Outcome = Findings;

    /// Takes up to `count` steps of the current trial, or does one piece of work between trials.
    fn step(&mut self, count: usize) -> Later<'_, Progress<Standing>> {
        Box::pin(async move {
            if !self.is_done() {
                self.advance(count).await?;
            }
            Ok(Progress {
                iteration: self.found.records.len(),
                total: self.plan.limit.min(self.set.len()) * (1 + self.plan.attacks.len()),
                done: self.is_done(),
                stage: "attack",
                detail: Standing { doing: self.doing.clone(), left_out: self.found.left_out },
            })
        })
    }

    fn finish(&mut self) -> Later<'_, Findings> {
        let found = self.found.clone();
        Box::pin(std::future::ready(Ok(found)))
    }
}
