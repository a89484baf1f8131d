//! A running search for cues: look, explain, cluster, rank, confirm.

use std::collections::BTreeMap;
use std::rc::Rc;

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::cluster::Clusters;
use super::descriptor::Space;
use super::everywhere::{Look, everywhere};
use super::pictures::Pictures;
use super::shared::{Asked, Explained, Line, Looked, Part};
use super::stage::{Stage, Standing};
use super::trials::{Trials, Try};
use super::verdict::{Candidate, Counts, Exemplar, Findings, Tried, cues};
use super::work::{LOOKED_AT, TOGETHER, Work, looked_at};
use crate::classifier::Classifier;
use crate::error::Result;
use crate::job::{Divisible, Job, Later, Progress, Share, take_steps};
use crate::methods::Settings;
use crate::picture::RgbImage;
use crate::rules::split::{Half, Split};

/// Most parts with interventions that are offered at a time, because each carries its regions. Four workers can have
/// one each and one in reserve.
const NAMED: usize = 8;

/// A running search for cues.
pub struct Cues<P> {
    pub(super) classifier: Rc<dyn Classifier>,
    pub(super) set: P,
    pub(super) settings: Settings,
    /// The evidence of the explained pictures; `None` for pictures that cannot be explained.
    pub(super) explained: BTreeMap<usize, Option<Explained>>,
    pub(super) candidates: Vec<Candidate>,
    pub(super) random: ChaCha8Rng,
    /// Interventions that were planned.
    pub(super) planned: usize,
    pub(super) seed: u64,
    stage: Stage,
    pub(super) looked: BTreeMap<usize, Looked>,
    halves: Vec<Half>,
    /// Pictures that look like an earlier one.
    alike: usize,
    /// The pictures to explain in the current stage, or those of the last stage that explained.
    to_explain: Vec<usize>,
    /// The groups of each class, and the space in which they lie.
    pub(super) classes: BTreeMap<usize, (Space, Clusters)>,
    pub(super) ranking: Vec<Trials>,
    /// Necessity plus sufficiency of the chosen candidates on the discovery half, strongest first.
    pub(super) ranks: Vec<f64>,
    pub(super) trials: Vec<Trials>,
    work: Option<Work>,
    share: Share<Part, Line>,
}

impl<P: Pictures> Cues<P> {
    /// Prepares a search in a set, with a method's settings. The seed decides the starts of the groups, and which
    /// pictures lend and receive patches.
    pub fn new(classifier: Rc<dyn Classifier>, set: P, settings: Settings, seed: u64) -> Self {
        let mut new = Self {
            classifier,
            set,
            // The search uses only the mask, not the order of its pixels.
            settings: Settings { refine: false, ..settings },
            explained: BTreeMap::new(),
            candidates: vec![],
            random: ChaCha8Rng::seed_from_u64(seed),
            planned: 0,
            seed,
            stage: Stage::Look,
            looked: BTreeMap::new(),
            halves: vec![],
            alike: 0,
            to_explain: vec![],
            classes: BTreeMap::new(),
            ranking: vec![],
            ranks: vec![],
            trials: vec![],
            work: None,
            share: Share::default(),
        };
        new.settle();
        new
    }

    /// Returns the part of the model's input around an exemplar.
    ///
    /// # Errors
    /// Fails as [`Pictures::pixels`] does.
    pub fn crop(&self, exemplar: &Exemplar) -> Result<RgbImage> {
        let seen = self.classifier.framing().frame(&self.set.pixels(exemplar.picture)?).to_picture();
        let place = exemplar.place;
        let (width, height) = (place.right - place.left, place.bottom - place.top);
        let [left, top, width, height] = [place.left, place.top, width, height].map(|v| v as u32);
        Ok(image::imageops::crop_imm(&seen, left, top, width, height).to_image())
    }

    /// The pictures of the discovery half whose answer meets the condition.
    pub(super) fn discovery(&self, answer: impl Fn(usize) -> bool) -> Vec<usize> {
        self.of_half(Half::Discovery, answer)
    }

    pub(super) fn of_half(&self, half: Half, answer: impl Fn(usize) -> bool) -> Vec<usize> {
        (0..self.halves.len()).filter(|&i| self.halves[i] == half && answer(self.looked[&i].look.answer)).collect()
    }

    /// The evidence of a picture, if it was explained.
    pub(super) fn evidence(&self, number: usize) -> Option<&Explained> {
        self.explained.get(&number)?.as_ref()
    }

    /// Takes a step of the current part, and begins the next part first if there is none.
    async fn advance(&mut self) -> Result<()> {
        let Some(work) = self.work.take().or_else(|| self.next()) else { return Ok(()) };
        let (line, rest) = self.go_on(work).await?;
        self.work = rest;
        if let Some(line) = line {
            self.tell(line);
        }
        Ok(())
    }

    fn next(&mut self) -> Option<Work> {
        Some(Work::of(self.take_part()?, self.set.size()))
    }

    fn is_done(&self) -> bool {
        self.work.is_none() && self.share.is_over(|| self.stage == Stage::Done)
    }

    /// Goes on to the next stage that has work.
    fn settle(&mut self) {
        while self.stage != Stage::Done && !self.is_open() {
            self.stage = self.next_stage();
        }
    }

    /// Whether the stage still has open work.
    fn is_open(&self) -> bool {
        match self.stage {
            Stage::Look => self.looked.len() < self.set.size(),
            Stage::Explain | Stage::ExplainUnseen => self.unexplained().next().is_some(),
            Stage::Rank | Stage::Confirm => self.tries().any(|(_, tried)| tried.flip.is_none()),
            Stage::Done => false,
        }
    }

    /// Prepares the next stage.
    fn next_stage(&mut self) -> Stage {
        match self.stage {
            Stage::Look => {
                self.halve();
                self.explain_next(self.discovery(|_| true));
                Stage::Explain
            }
            Stage::Explain => {
                self.cluster();
                Stage::Rank
            }
            Stage::Rank => {
                self.choose();
                Stage::ExplainUnseen
            }
            Stage::ExplainUnseen => {
                self.plan();
                Stage::Confirm
            }
            Stage::Confirm | Stage::Done => Stage::Done,
        }
    }

    fn halve(&mut self) {
        let mut split = Split::default();
        self.looked.values().for_each(|looked| split.add_print(looked.print.clone()));
        (self.halves, self.alike) = (split.halves(), split.alike());
    }

    /// Requests explanations of these pictures, except those whose answer stays when everything is deleted.
    pub(super) fn explain_next(&mut self, numbers: Vec<usize>) {
        for &number in &numbers {
            let Look { answer, deleted } = self.looked[&number].look;
            if answer == deleted {
                self.explained.insert(number, None);
            }
        }
        self.to_explain = numbers;
    }

    /// The pictures that are still to be explained.
    fn unexplained(&self) -> impl Iterator<Item = usize> {
        self.to_explain.iter().copied().filter(|number| !self.explained.contains_key(number))
    }

    /// The interventions of the current stage.
    fn tries(&self) -> impl Iterator<Item = (&Trials, &Try)> {
        let trials = if self.stage == Stage::Rank { &self.ranking } else { &self.trials };
        trials.iter().flat_map(|trials| trials.tries.iter().map(move |tried| (trials, tried)))
    }

    /// The batches of interventions with at least one open result. A batch keeps its interventions, so that its part
    /// keeps its name.
    fn batches(&self) -> impl Iterator<Item = Vec<Asked>> {
        let tries: Vec<(&Trials, &Try)> = self.tries().collect();
        let open = |batch: &&[(&Trials, &Try)]| batch.iter().any(|(_, tried)| tried.flip.is_none());
        let batches: Vec<Vec<_>> = tries.chunks(TOGETHER).filter(open).take(NAMED).map(<[_]>::to_vec).collect();
        batches.into_iter().map(|batch| batch.iter().filter_map(|(trials, tried)| self.asked(trials, tried)).collect())
    }

    fn findings(&self) -> Findings {
        let looks: Vec<Look> = self.of_half(Half::Confirmation, |_| true).iter().map(|i| self.looked[i].look).collect();
        let tried = self.trials.iter().zip(&self.ranks).map(|(trials, rank)| {
            let (called, shown) = self.unseen(trials.candidate);
            let candidate = &self.candidates[trials.candidate];
            Tried { candidate, rank: *rank, trials, called, shown: shown.len() }
        });
        Findings {
            pictures: Counts {
                looked: self.looked.len(),
                discovery: self.discovery(|_| true).len(),
                alike: self.alike,
                explained: self.found_evidence(),
                refused: self.explained.len() - self.found_evidence(),
            },
            candidates: self.candidates.len(),
            cues: cues(&tried.collect::<Vec<_>>()),
            everywhere: everywhere(&looks, self.classifier.classes()),
        }
    }

    /// How many pictures were explained.
    fn found_evidence(&self) -> usize {
        self.explained.values().flatten().count()
    }
}

impl<P: Pictures> Job for Cues<P> {
    type Detail = Standing;
    type Outcome = Findings;

    fn step(&mut self, count: usize) -> Later<'_, Progress<Standing>> {
        Box::pin(take_steps(self, count, Self::is_done, Self::advance))
    }

    fn finish(&mut self) -> Later<'_, Findings> {
        let findings = self.findings();
        Box::pin(std::future::ready(Ok(findings)))
    }
}

impl<P: Pictures> Divisible for Cues<P> {
    type Part = Part;
    type Line = Line;

    fn parts(&self) -> Vec<Part> {
        match self.stage {
            Stage::Look => {
                let unknown =
                    |&at: &usize| looked_at(at, self.set.size()).any(|number| !self.looked.contains_key(&number));
                (0..self.set.size()).step_by(LOOKED_AT).filter(unknown).map(Part::Look).collect()
            }
            Stage::Explain | Stage::ExplainUnseen => {
                self.unexplained().map(|number| Part::Explain(number, self.looked[&number].look.answer)).collect()
            }
            Stage::Rank | Stage::Confirm => self.batches().map(Part::Try).collect(),
            Stage::Done => vec![],
        }
    }

    fn share(&mut self) -> &mut Share<Part, Line> {
        &mut self.share
    }

    /// Begins a part, and drops the rest of the current one.
    fn begin_part(&mut self, part: Part) {
        self.work = None;
        self.share.begin(part);
    }

    fn add_line(&mut self, line: Line) {
        match line {
            Line::Looked(number, looked) => {
                self.looked.entry(number).or_insert(looked);
            }
            Line::Explained(number, explained) => {
                self.explained.entry(number).or_insert(explained);
            }
            Line::Tried(number, flip) => {
                let tries = self.ranking.iter_mut().chain(&mut self.trials).flat_map(|trials| &mut trials.tries);
                tries.filter(|tried| tried.number == number).for_each(|tried| tried.flip = Some(flip));
            }
        }
        self.settle();
    }

    fn stand(&self) -> Progress<Standing> {
        let tries = || self.ranking.iter().chain(&self.trials).flat_map(|trials| &trials.tries);
        let seen = self.looked.len() + self.explained.len();
        Progress {
            iteration: seen + tries().filter(|tried| tried.flip.is_some()).count(),
            total: seen + self.set.size() - self.looked.len() + self.unexplained().count() + tries().count(),
            done: self.stage == Stage::Done,
            stage: self.stage.name(),
            detail: Standing { explained: self.found_evidence(), candidates: self.candidates.len() },
        }
    }
}
