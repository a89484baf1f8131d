//! Does the map move with the picture? ρ(M(T x), T M(x)) for changes T that move it.

use std::collections::VecDeque;
use std::rc::Rc;

use serde::Serialize;

use super::square;
use crate::classifier::Classifier;
use crate::error::Result;
use crate::explain::Run;
use crate::job::{Job, Later, Progress};
use crate::map::Map;
use crate::methods::Settings;
use crate::picture::Transform;
use crate::question::Subject;

/// The changes that are tried: gentle ones, under which most answers stay.
fn changes(side: usize) -> Vec<Transform> {
    let shift = side as f32 / 16.0;
    vec![Transform::Mirror, Transform::Shift(0.0, shift), Transform::Rotation(10.0), Transform::Scale(1.15)]
}

/// How similar the map of a changed picture is to the changed map.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Moved {
    /// The change.
    pub change: Transform,
    /// Spearman's rank correlation of both maps, in [−1, 1].
    pub correlation: f64,
    /// The correlation with the unmoved map, which a map that ignores the change would have.
    pub unmoved: f64,
}

/// A running comparison of the maps of a picture and of its changes.
pub struct Equivariance {
    classifier: Rc<dyn Classifier>,
    subject: Subject,
    settings: Settings,
    pending: VecDeque<Option<Transform>>,
    run: Option<(Option<Transform>, Run)>,
    map: Option<Map>,
    found: Vec<Moved>,
}

impl Equivariance {
    /// Prepares the maps of one method. Orders are not compared, so they are not refined.
    pub fn new(classifier: Rc<dyn Classifier>, subject: Subject, settings: Settings) -> Self {
        let pending = std::iter::once(None).chain(changes(classifier.size()).into_iter().map(Some)).collect();
        let settings = Settings { refine: false, ..settings };
        Self { classifier, subject, settings, pending, run: None, map: None, found: vec![] }
    }

    async fn begin(&mut self, change: Option<Transform>) -> Result<()> {
        let frame = square(&self.subject.picture, self.classifier.framing());
        let planes = match change {
            Some(change) => change.apply(&frame, frame.side),
            None => frame,
        };
        let subject = Subject { picture: planes.to_picture(), ..self.subject.clone() };
        self.run = Some((change, Run::new(self.classifier.clone(), subject, self.settings.clone()).await?));
        Ok(())
    }

    async fn go_on(&mut self, count: usize) -> Result<()> {
        let Some((change, mut run)) = self.run.take() else { return Ok(()) };
        if !run.step(count).await?.done {
            self.run = Some((change, run));
            return Ok(());
        }
        let map = run.finish().await?.evidence();
        match (change, &self.map) {
            (Some(change), Some(original)) => {
                let moved = change.moved(original).unwrap_or_else(|| original.clone());
                let (correlation, unmoved) = (map.correlation(&moved), map.correlation(original));
                self.found.push(Moved { change, correlation, unmoved });
            }
            _ => self.map = Some(map),
        }
        Ok(())
    }
}

/// The number of maps so far.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Standing {
    /// Changes whose map is compared.
    pub compared: usize,
}

impl std::fmt::Display for Standing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} maps compared", self.compared)
    }
}

impl Job for Equivariance {
    type Detail = Standing;
    type Outcome = Vec<Moved>;

    fn step(&mut self, count: usize) -> Later<'_, Progress<Standing>> {
        Box::pin(async move {
            if self.run.is_some() {
                self.go_on(count).await?;
            } else if let Some(change) = self.pending.pop_front() {
                self.begin(change).await?;
            }
            let compared = self.found.len();
            Ok(Progress {
                iteration: compared,
                total: changes(self.classifier.size()).len(),
                done: self.run.is_none() && self.pending.is_empty(),
                stage: "move",
                detail: Standing { compared },
            })
        })
    }

    fn finish(&mut self) -> Later<'_, Vec<Moved>> {
        let found = self.found.clone();
        Box::pin(std::future::ready(Ok(found)))
    }
}
