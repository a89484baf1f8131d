//! Concept rules in the making: look, discover, confirm, judge.

use std::rc::Rc;

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::labelled::{Annotated, Seen};
use super::screen::{self, Candidate};
use super::trials::Trials;
use super::verdict::{self, Findings};
use crate::classifier::Classifier;
use crate::error::{Error, ErrorKind, Result};
use crate::job::{Doing, Job, Later, Progress};
use crate::picture::{NullImage, RgbImage, Scene};
use crate::question::{Edit, Question};
use crate::rules::ask::answers;
use crate::rules::split::{Half, Split};

/// Rules that are tested after discovery, unless another number is asked for.
pub const TESTED: usize = 12;
/// Pictures of each trial of a rule, at most.
pub const PICTURES: usize = 60;
/// Pictures that are looked at in one step.
const AT_ONCE: usize = 16;

/// Concept rules in the making.
pub struct ConceptRules<A> {
    pub(super) classifier: Rc<dyn Classifier>,
    pub(super) set: A,
    tested: usize,
    pub(super) seen: Vec<Seen>,
    candidates: Option<Vec<Candidate>>,
    pub(super) trials: Vec<Trials>,
    pub(super) random: ChaCha8Rng,
    split: Split,
    pub(super) halves: Vec<Half>,
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
            seen: vec![],
            candidates: None,
            trials: vec![],
            random,
            split: Split::default(),
            halves: vec![],
        }
    }

    async fn advance(&mut self) -> Result<()> {
        if self.seen.len() < self.set.count() {
            return self.look().await;
        }
        if self.candidates.is_none() {
            return self.discover();
        }
        self.confirm().await
    }

    /// Classifies the next pictures.
    async fn look(&mut self) -> Result<()> {
        let end = (self.seen.len() + AT_ONCE).min(self.set.count());
        for number in self.seen.len()..end {
            let labelled = self.set.picture(number)?;
            self.split.add(&labelled.picture);
            let question = self.question(&labelled.picture);
            let answer = answers(&question, &[Edit::Nothing]).await?[0];
            self.seen.push(Seen { truth: labelled.truth, answer, shown: labelled.shown });
        }
        Ok(())
    }

    fn discover(&mut self) -> Result<()> {
        let classes = self.classifier.classes();
        if let Some(seen) = self.seen.iter().find(|seen| seen.truth >= classes) {
            let sentence = format!(
                "the set knows a class {}, but the model has only {classes}; choose a model of this set",
                seen.truth
            );
            return Err(Error::new(ErrorKind::Settings, sentence));
        }
        self.halves = self.split.halves();
        let half = self.of_half(Half::Discovery);
        let all = screen::candidates(&half, self.set.concepts().len(), classes);
        self.trials = all.iter().take(self.tested).map(|c| self.plan(c)).collect();
        self.candidates = Some(all);
        Ok(())
    }

    fn of_half(&self, half: Half) -> Vec<&Seen> {
        self.seen.iter().zip(&self.halves).filter(|(_, own)| **own == half).map(|(seen, _)| seen).collect()
    }

    /// What the model is asked about a picture, whose deleted pixels are blurred.
    pub(super) fn question(&self, picture: &RgbImage) -> Question {
        let scene = Scene::new(picture, self.classifier.framing(), &NullImage::default());
        Question::of_class(self.classifier.clone(), scene, 0)
    }

    fn is_done(&self) -> bool {
        self.candidates.is_some() && self.trials.iter().all(|trials| trials.queue.is_done())
    }

    /// What is known so far.
    fn findings(&self) -> Findings {
        let other_half = self.of_half(Half::Confirmation);
        let screened = self.candidates.as_ref().map_or(0, Vec::len);
        verdict::findings(screened, &self.trials, self.set.concepts(), &other_half)
    }
}

impl<A: Annotated> Job for ConceptRules<A> {
    type Detail = Doing;
    type Outcome = Findings;

    fn step(&mut self, count: usize) -> Later<'_, Progress<Doing>> {
        Box::pin(async move {
            for _ in 0..count {
                if self.is_done() {
                    break;
                }
                self.advance().await?;
            }
            let doing = self.trials.iter().find(|t| !t.queue.is_done());
            let looked = self.set.count().div_ceil(AT_ONCE);
            Ok(Progress {
                iteration: self.seen.len().div_ceil(AT_ONCE)
                    + self.trials.iter().map(|t| t.queue.taken()).sum::<usize>(),
                total: looked + self.trials.iter().map(|t| t.queue.total()).sum::<usize>(),
                done: self.is_done(),
                stage: if self.candidates.is_some() { "confirm" } else { "look" },
                detail: Doing {
                    doing: doing.map_or_else(String::new, |t| self.set.concepts()[t.candidate.concept].name.clone()),
                },
            })
        })
    }

    fn finish(&mut self) -> Later<'_, Findings> {
        let findings = self.findings();
        Box::pin(std::future::ready(Ok(findings)))
    }
}
