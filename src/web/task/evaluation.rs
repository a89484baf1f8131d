//! Methods judged on a set of pictures: those of the built-in world, or the user's own.

use std::rc::Rc;

use serde::Deserialize;

use super::driven::{Driven, asked_for, numbers};
use crate::classifier::{Classifier, Labels};
use crate::error::{Error, ErrorKind, Result};
use crate::job::{Job, Later};
use crate::map::Map;
use crate::methods::Method;
use crate::picture::RgbImage;
use crate::study::evaluation::{Findings, Setup, Shard};
use crate::study::metric::{Measures, Metric};
use crate::study::summary::Told;
use crate::study::{Item, Label, Plan, Serial, Set, thumbnail};
use crate::web::Picture;
use crate::web::asked::Asked;
use crate::web::convert::{json, unknown};

/// The settings of an evaluation.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    methods: Vec<String>,
    metrics: Vec<Metric>,
    /// Whether maps that ask no model are judged too.
    controls: bool,
    /// Largest number of pictures that are judged.
    pictures: usize,
}

/// An evaluation in progress. Its pictures are `photo:N`, by their number in the set. Its maps are `map:N:METHOD`.
pub struct EvaluationTask {
    job: Serial,
    asked: Asked,
    /// The result that was returned last, whose maps can be drawn.
    told: Option<Findings>,
}

impl EvaluationTask {
    /// Begins an evaluation. Without given pictures, held-out ones of the built-in world are taken.
    pub fn new(asked: &Asked, settings: &str, given: &[Picture]) -> Result<Self> {
        let Settings { methods, metrics, controls, pictures } = asked_for(settings)?;
        let named = |name: &String| {
            name.parse::<Method>().map(|method| method.preset()).map_err(|e| Error::new(ErrorKind::Settings, e))
        };
        let plan = Plan {
            methods: methods.iter().map(named).collect::<Result<_>>()?,
            controls,
            measures: Measures { metrics, nulls: vec![], pictures: true },
            orders: false,
            limit: pictures,
            true_class: false,
            shard: Shard::WHOLE,
        };
        let (set, name) = if given.is_empty() {
            (Set::critters(0), "critters")
        } else {
            let labels = asked.classifier.labels();
            (Set::given(given.iter().map(|picture| item(picture, labels)).collect()), "pictures of one's own")
        };
        let device = [asked.device.kind.clone(), asked.device.name.clone()];
        let setup = Setup::new(&plan, &asked.classifier, name, 0, device);
        Ok(Self { job: Serial::new(Rc::clone(&asked.classifier), set, plan, setup), asked: asked.clone(), told: None })
    }
}

/// Returns a picture as an item of a set. If it lay in a folder, the folder names its class.
fn item(picture: &Picture, labels: &Labels) -> Item {
    let photo = picture.photo();
    let name = photo.used.name.clone();
    let label = Label::of_path(&name, labels);
    Item { name, pixels: photo.pixels.clone(), label, boxes: vec![], parts: vec![], evidence: None, notes: vec![] }
}

impl Driven for EvaluationTask {
    fn step(&mut self, count: usize) -> Later<'_, String> {
        super::driven::step(&mut self.job, count)
    }

    fn found(&mut self) -> Later<'_, String> {
        Box::pin(async move {
            let found = self.job.finish().await?;
            let told = json(&Told::new(&found));
            self.told = Some(found);
            told
        })
    }

    fn ask<'a>(&'a mut self, question: &'a str) -> Later<'a, String> {
        super::driven::share(&mut self.job, question)
    }

    fn picture(&self, id: &str) -> Result<RgbImage> {
        let [number] = numbers(id, "photo")?;
        Ok(self.asked.classifier.framing().frame(&self.job.item(number)?.pixels).to_picture())
    }

    fn map(&self, id: &str) -> Result<Map> {
        let none = || unknown("map", id);
        let (number, method) = id.strip_prefix("map:").and_then(|rest| rest.split_once(':')).ok_or_else(none)?;
        let number: usize = number.parse().map_err(|_| none())?;
        let records = self.told.as_ref().map_or(&[][..], |told| &told.records);
        let record = records.iter().find(|record| record.number == number && record.method == method);
        record.and_then(|record| record.map.as_deref()).and_then(thumbnail::to_map).ok_or_else(none)
    }
}
