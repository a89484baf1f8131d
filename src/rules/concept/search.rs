//! Concept rules in the making: look, discover, confirm, judge.

use std::collections::BTreeMap;
use std::ops::Range;
use std::rc::Rc;

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::labelled::{Annotated, Seen};
use super::screen::{self, Candidate};
use super::shared::{Batch, Line, Looked, Part};
use super::trials::Trials;
use super::verdict::{self, Findings};
use crate::classifier::Classifier;
use crate::error::{Error, ErrorKind, Result};
use crate::job::{Divisible, Doing, Job, Later, Progress, Share, take_steps};
use crate::picture::{NullImage, RgbImage, Scene};
use crate::question::{Edit, Question};
use crate::rules::ask::answers;
use crate::rules::split::{Half, Print, Split};

/// Default number of rules that are tested after discovery.
pub const TESTED: usize = 12;
/// Most pictures on which each effect of a rule is tried.
pub const PICTURES: usize = 60;
/// Pictures that are classified in one step.
const AT_ONCE: usize = 16;

/// Number of batches that are planned ahead, as long as there are that many.
const AHEAD: usize = 4;

/// Concept rules in the making.
pub struct ConceptRules<A> {
    pub(super) classifier: Rc<dyn Classifier>,
    pub(super) set: A,
    tested: usize,
    /// The classified pictures, until all are classified.
    looks: BTreeMap<usize, Looked>,
    pub(super) seen: Vec<Seen>,
    candidates: Option<Vec<Candidate>>,
    pub(super) trials: Vec<Trials>,
    pub(super) random: ChaCha8Rng,
    pub(super) halves: Vec<Half>,
    /// What is tried next.
    planned: Vec<Batch>,
    batches: usize,
    share: Share<Part, Line>,
}

impl<A: Annotated> ConceptRules<A> {
    /// Prepares rules about the pictures of a set; the `tested` strongest associations are tested. The seed decides
    /// which pictures lend and receive patches.
    pub fn new(classifier: Rc<dyn Classifier>, set: A, tested: usize, seed: u64) -> Self {
        let random = ChaCha8Rng::seed_from_u64(seed);
        Self {
            classifier,
            set,
            tested,
            looks: BTreeMap::new(),
            seen: vec![],
            candidates: None,
            trials: vec![],
            random,
            halves: vec![],
            planned: vec![],
            batches: 0,
            share: Share::default(),
        }
    }

    /// Does the next piece of work, of the whole search or of the given part.
    async fn advance(&mut self) -> Result<()> {
        let Some(part) = self.take_part() else { return Ok(()) };
        self.done(part).await?.into_iter().for_each(|line| self.tell(line));
        Ok(())
    }

    fn next(&self) -> Option<Part> {
        match self.candidates {
            None => self.unseen().next(),
            Some(_) => self.planned.first().cloned().map(Part::Try),
        }
    }

    /// The pictures that are still to be classified.
    fn unseen(&self) -> impl Iterator<Item = Part> {
        let unknown = |start: &usize| self.looks_from(*start).any(|number| !self.looks.contains_key(&number));
        (0..self.set.count()).step_by(AT_ONCE).filter(unknown).map(Part::Look)
    }

    fn looks_from(&self, start: usize) -> Range<usize> {
        start..(start + AT_ONCE).min(self.set.count())
    }

    async fn done(&mut self, part: Part) -> Result<Vec<Line>> {
        match part {
            Part::Look(start) => {
                let mut lines = vec![];
                for number in self.looks_from(start) {
                    lines.push(Line::Looked(number, self.look(number).await?));
                }
                Ok(lines)
            }
            Part::Try(batch) => Ok(vec![self.try_batch(&batch).await?]),
        }
    }

    /// Classifies a picture.
    async fn look(&self, number: usize) -> Result<Looked> {
        let labelled = self.set.picture(number)?;
        let (truth, classes) = (labelled.truth, self.classifier.classes());
        if truth >= classes {
            let sentence =
                format!("the set knows a class {truth}, but the model has only {classes}; choose a model of this set");
            return Err(Error::new(ErrorKind::Settings, sentence));
        }
        let answer = answers(&self.question(&labelled.picture), &[Edit::Nothing]).await?[0];
        Ok(Looked { seen: Seen { truth, answer, shown: labelled.shown }, print: Print::of(&labelled.picture) })
    }

    fn discover(&mut self) {
        let mut split = Split::default();
        for looked in std::mem::take(&mut self.looks).into_values() {
            split.add_print(looked.print);
            self.seen.push(looked.seen);
        }
        self.halves = split.halves();
        let half = self.of_half(Half::Discovery);
        let all = screen::candidates(&half, self.set.concepts().len(), self.classifier.classes());
        self.trials = all.iter().take(self.tested).map(|c| self.plan(c)).collect();
        self.candidates = Some(all);
        self.plan_ahead();
    }

    /// Makes the random choices of the next interventions, always in the same order.
    fn plan_ahead(&mut self) {
        while self.planned.len() < AHEAD {
            let Some(batch) = self.plan_batch(self.batches) else { return };
            self.planned.push(batch);
            self.batches += 1;
        }
    }

    fn of_half(&self, half: Half) -> Vec<&Seen> {
        self.seen.iter().zip(&self.halves).filter(|(_, own)| **own == half).map(|(seen, _)| seen).collect()
    }

    /// Returns the question about a picture, with blur as the null image.
    pub(super) fn question(&self, picture: &RgbImage) -> Question {
        let scene = Scene::new(picture, self.classifier.framing(), &NullImage::default());
        Question::of_class(self.classifier.clone(), scene, 0)
    }

    /// Whether all of its work is done.
    fn is_done(&self) -> bool {
        self.share.is_over(|| self.next().is_none())
    }

    /// What is known so far.
    fn findings(&self) -> Findings {
        let other_half = self.of_half(Half::Confirmation);
        let screened = self.candidates.as_ref().map(Vec::len);
        verdict::findings(screened, &self.trials, self.set.concepts(), &other_half)
    }
}

impl<A: Annotated> Job for ConceptRules<A> {
    type Detail = Doing;
    type Outcome = Findings;

    fn step(&mut self, count: usize) -> Later<'_, Progress<Doing>> {
        Box::pin(take_steps(self, count, Self::is_done, Self::advance))
    }

    fn finish(&mut self) -> Later<'_, Findings> {
        let findings = self.findings();
        Box::pin(std::future::ready(Ok(findings)))
    }
}

impl<A: Annotated> Divisible for ConceptRules<A> {
    type Part = Part;
    type Line = Line;

    fn parts(&self) -> Vec<Part> {
        match self.candidates {
            None => self.unseen().collect(),
            Some(_) => self.planned.iter().cloned().map(Part::Try).collect(),
        }
    }

    fn share(&mut self) -> &mut Share<Part, Line> {
        &mut self.share
    }

    fn add_line(&mut self, line: Line) {
        match line {
            Line::Looked(number, looked) if self.candidates.is_none() => {
                self.looks.insert(number, looked);
                if self.looks.len() == self.set.count() {
                    self.discover();
                }
            }
            Line::Looked(..) => {}
            Line::Tried(number, flips) => {
                if let Some(at) = self.planned.iter().position(|batch| batch.number == number) {
                    let batch = self.planned.remove(at);
                    self.take(batch, flips);
                    self.plan_ahead();
                }
            }
        }
    }

    fn stand(&self) -> Progress<Doing> {
        let looked = (self.seen.len() + self.looks.len()).div_ceil(AT_ONCE);
        let waiting: usize = self.planned.iter().map(|batch| batch.of.len()).sum();
        let taken: usize = self.trials.iter().map(|t| t.queue.taken()).sum();
        let doing = self.planned.first().map(|batch| self.set.concepts()[batch.of[0].concept].name.clone());
        Progress {
            iteration: looked + taken - waiting,
            total: self.set.count().div_ceil(AT_ONCE) + self.trials.iter().map(|t| t.queue.total()).sum::<usize>(),
            done: self.next().is_none(),
            stage: if self.candidates.is_some() { "confirm" } else { "look" },
            detail: Doing { doing: doing.unwrap_or_default() },
        }
    }
}
