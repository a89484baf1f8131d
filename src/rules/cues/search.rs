//! Cues in the making: look, explain, cluster, rank, confirm.

use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::cluster::Clusters;
use super::descriptor::{Descriptor, Space};
use super::everywhere::{Look, everywhere};
use super::pictures::Pictures;
use super::trials::Trials;
use super::verdict::{Candidate, Counts, Exemplar, Findings, Tried, cues, strength};
use crate::classifier::Classifier;
use crate::error::{ErrorKind, Result};
use crate::explain::{Explanation, Run};
use crate::job::{Job, Later, Progress};
use crate::map::Map;
use crate::methods::Settings;
use crate::picture::{RgbImage, Scene};
use crate::question::{Edit, Question, Subject};
use crate::rules::ask::answers;
use crate::rules::split::{Half, Split};

/// The candidates that are tested on unseen pictures, at most.
pub const MOST_CONFIRMED: usize = 10;
/// Pictures of each effect while candidates are ranked, at most.
const RANKED_ON: usize = 12;
/// Pictures of each effect on the confirmation half, at most.
const CONFIRMED_ON: usize = 40;
/// Steps of an explanation between two looks.
const AT_ONCE: usize = 8;
/// Exemplars of a cue.
const EXEMPLARS: usize = 6;

/// The evidence of a picture.
pub(super) struct Explained {
    /// 1 where it is evidence by more than half of its range, else 0.
    pub(super) region: Map,
    descriptor: Descriptor,
}

/// What is done next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Look,
    Explain,
    Rank,
    ExplainUnseen,
    Confirm,
    Done,
}

/// Cues in the making.
pub struct Cues<P> {
    pub(super) classifier: Rc<dyn Classifier>,
    pub(super) set: P,
    pub(super) settings: Settings,
    pub(super) explained: BTreeMap<usize, Explained>,
    pub(super) candidates: Vec<Candidate>,
    pub(super) random: ChaCha8Rng,
    seed: u64,
    stage: Stage,
    split: Split,
    halves: Vec<Half>,
    looks: Vec<Look>,
    to_explain: VecDeque<usize>,
    run: Option<(usize, Run)>,
    refused: usize,
    /// The groups of each class, and the space in which they lie.
    classes: BTreeMap<usize, (Space, Clusters)>,
    ranking: Vec<Trials>,
    /// Necessity plus sufficiency of the chosen candidates on discovery, the strongest first, and their trials.
    ranks: Vec<f64>,
    trials: Vec<Trials>,
}

/// How far a search for cues has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Standing {
    /// Pictures that were explained.
    pub explained: usize,
    /// Candidates that were found.
    pub candidates: usize,
}

impl std::fmt::Display for Standing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} explained, {} candidates", self.explained, self.candidates)
    }
}

impl<P: Pictures> Cues<P> {
    /// Prepares a search in a set, with a method's settings. The seed decides how groups start and which pictures lend
    /// and receive patches.
    pub fn new(classifier: Rc<dyn Classifier>, set: P, settings: Settings, seed: u64) -> Self {
        Self {
            classifier,
            set,
            // Only the mask is looked at, not the order of its pixels.
            settings: Settings { refine: false, ..settings },
            explained: BTreeMap::new(),
            candidates: vec![],
            random: ChaCha8Rng::seed_from_u64(seed),
            seed,
            stage: Stage::Look,
            split: Split::default(),
            halves: vec![],
            looks: vec![],
            to_explain: VecDeque::new(),
            run: None,
            refused: 0,
            classes: BTreeMap::new(),
            ranking: vec![],
            ranks: vec![],
            trials: vec![],
        }
    }

    /// Returns what the model sees around the place of an exemplar.
    ///
    /// # Errors
    /// Fails as [`Pictures::pixels`] does.
    pub fn crop(&self, exemplar: &Exemplar) -> Result<RgbImage> {
        let seen = self.seen(exemplar.picture)?;
        let place = exemplar.place;
        let (width, height) = (place.right - place.left, place.bottom - place.top);
        let [left, top, width, height] = [place.left, place.top, width, height].map(|v| v as u32);
        Ok(image::imageops::crop_imm(&seen, left, top, width, height).to_image())
    }

    /// Returns what the model sees of a picture.
    ///
    /// # Errors
    /// Fails as [`Pictures::pixels`] does.
    pub fn seen(&self, number: usize) -> Result<RgbImage> {
        Ok(self.classifier.framing().frame(&self.set.pixels(number)?).to_picture())
    }

    /// The pictures of discovery whose answer is so.
    pub(super) fn discovery(&self, answer: impl Fn(usize) -> bool) -> Vec<usize> {
        self.of_half(Half::Discovery, answer)
    }

    fn of_half(&self, half: Half, answer: impl Fn(usize) -> bool) -> Vec<usize> {
        (0..self.halves.len()).filter(|&i| self.halves[i] == half && answer(self.looks[i].answer)).collect()
    }

    async fn advance(&mut self) -> Result<()> {
        match self.stage {
            Stage::Look if self.looks.len() < self.set.size() => self.look().await,
            Stage::Explain | Stage::ExplainUnseen if self.run.is_some() || !self.to_explain.is_empty() => {
                self.explain().await
            }
            Stage::Rank if open(&self.ranking).is_some() => self.try_next().await,
            Stage::Confirm if open(&self.trials).is_some() => self.try_next().await,
            _ => {
                self.stage = self.next_stage();
                Ok(())
            }
        }
    }

    /// Prepares what follows.
    fn next_stage(&mut self) -> Stage {
        match self.stage {
            Stage::Look => {
                self.halves = self.split.halves();
                self.to_explain = self.discovery(|_| true).into();
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

    /// Classifies the next picture, as it is and with everything deleted.
    async fn look(&mut self) -> Result<()> {
        let picture = self.set.pixels(self.looks.len())?;
        self.split.add(&picture);
        let scene = Scene::new(&picture, self.classifier.framing(), &self.settings.null_image());
        let question = Question::of_class(self.classifier.clone(), scene, 0);
        let answers = answers(&question, &[Edit::Nothing, Edit::DeleteAll]).await?;
        self.looks.push(Look { answer: answers[0], deleted: answers[1] });
        Ok(())
    }

    /// Takes some steps of an explanation. What cannot be explained is counted; a lost device ends the search.
    async fn explain(&mut self) -> Result<()> {
        match self.explain_some().await {
            Err(error) if error.kind() != ErrorKind::Device => {
                self.run = None;
                self.refused += 1;
                Ok(())
            }
            other => other,
        }
    }

    async fn explain_some(&mut self) -> Result<()> {
        let Some((number, mut run)) = self.run.take() else { return self.begin().await };
        if !run.step(AT_ONCE).await?.done {
            self.run = Some((number, run));
            return Ok(());
        }
        self.keep(number, &run.finish().await?).await
    }

    /// Begins the next explanation; an answer that stays when everything is deleted has none.
    async fn begin(&mut self) -> Result<()> {
        let Some(number) = self.to_explain.pop_front() else { return Ok(()) };
        let Look { answer, deleted } = self.looks[number];
        if answer == deleted {
            self.refused += 1;
            return Ok(());
        }
        let subject = Subject { picture: self.set.pixels(number)?, target: answer, label: String::new() };
        self.run = Some((number, Run::new(self.classifier.clone(), subject, self.settings.clone()).await?));
        Ok(())
    }

    async fn keep(&mut self, number: usize, explanation: &Explanation) -> Result<()> {
        let evidence = explanation.evidence();
        let region = evidence.cut(evidence.threshold(0.5));
        let descriptor = Descriptor::of(self.classifier.as_ref(), explanation).await?;
        self.explained.insert(number, Explained { region, descriptor });
        Ok(())
    }

    /// Groups the evidence of each answer, and plans how the groups are ranked.
    fn cluster(&mut self) {
        for class in 0..self.classifier.classes() {
            let numbers: Vec<usize> = self
                .discovery(|answer| answer == class)
                .into_iter()
                .filter(|i| self.explained.contains_key(i))
                .collect();
            let descriptors: Vec<&Descriptor> = numbers.iter().map(|i| &self.explained[i].descriptor).collect();
            let space = Space::of(&descriptors);
            let points: Vec<Vec<f64>> = descriptors.iter().map(|descriptor| space.place(descriptor)).collect();
            let clusters = Clusters::of(&points.iter().map(Vec::as_slice).collect::<Vec<_>>(), self.seed);
            for (number, cluster) in clusters.kept.iter().enumerate() {
                let members = cluster.members.iter().map(|&at| numbers[at]).collect();
                self.candidates.push(self.candidate(class, number, members, cluster.stability));
            }
            self.classes.insert(class, (space, clusters));
        }
        self.ranking = (0..self.candidates.len()).map(|at| self.ranked_on(at)).collect();
    }

    fn candidate(&self, class: usize, cluster: usize, members: Vec<usize>, stability: f64) -> Candidate {
        let regions: Vec<(usize, &Map)> = members.iter().map(|&i| (i, &self.explained[&i].region)).collect();
        let areas: f64 = regions.iter().map(|(_, region)| f64::from(region.mean())).sum();
        let exemplar = |&(picture, region): &(usize, &Map)| Some(Exemplar { picture, place: region.tight_box(1.0)? });
        let exemplars = regions.iter().filter_map(exemplar).take(EXEMPLARS).collect();
        let outside = self.outside(&regions);
        Candidate { class, cluster, stability, area: areas / members.len() as f64, outside, exemplars, members }
    }

    /// The share of some regions outside of annotated objects; `None` where none are annotated.
    fn outside(&self, regions: &[(usize, &Map)]) -> Option<f64> {
        let framing = self.classifier.framing();
        let (mut outside, mut all) = (0.0, 0.0);
        for (number, region) in regions {
            let Some(object) = self.set.object(*number) else { continue };
            let object = framing.frame(&object).values;
            outside += region.values.iter().zip(&object).map(|(r, o)| f64::from(r * (1.0 - o))).sum::<f64>();
            all += region.values.iter().map(|&r| f64::from(r)).sum::<f64>();
        }
        (all > 0.0).then(|| outside / all)
    }

    fn ranked_on(&mut self, at: usize) -> Trials {
        let class = self.candidates[at].class;
        let others = self.discovery(|answer| answer != class);
        Trials::new(at, &self.candidates[at].members, &others, RANKED_ON, &mut self.random)
    }

    /// Chooses the strongest candidates, and the unseen pictures of their answers to be explained.
    fn choose(&mut self) {
        let mut ranked: Vec<(f64, usize)> = self.ranking.iter().map(|t| (strength(t), t.candidate)).collect();
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
        ranked.truncate(MOST_CONFIRMED);
        self.ranks = ranked.iter().map(|&(rank, _)| rank).collect();
        self.trials = ranked.iter().map(|&(_, candidate)| Trials::of(candidate)).collect();
        let chosen = |class| ranked.iter().any(|&(_, candidate)| self.candidates[candidate].class == class);
        self.to_explain = self.of_half(Half::Confirmation, chosen).into();
    }

    /// Plans how the chosen candidates are confirmed.
    fn plan(&mut self) {
        for at in 0..self.trials.len() {
            let candidate = self.trials[at].candidate;
            let class = self.candidates[candidate].class;
            let (_, showing) = self.unseen(candidate);
            let others = self.of_half(Half::Confirmation, |answer| answer != class);
            self.trials[at] = Trials::new(candidate, &showing, &others, CONFIRMED_ON, &mut self.random);
        }
    }

    /// How many unseen pictures of a candidate's answer were explained, and those of them that show the cue.
    fn unseen(&self, candidate: usize) -> (usize, Vec<usize>) {
        let Candidate { class, cluster, .. } = self.candidates[candidate];
        let all = self.of_half(Half::Confirmation, |answer| answer == class);
        let all: Vec<usize> = all.into_iter().filter(|i| self.explained.contains_key(i)).collect();
        let (space, clusters) = &self.classes[&class];
        let shows = |i: &usize| clusters.place(&space.place(&self.explained[i].descriptor)) == Some(cluster);
        (all.len(), all.iter().copied().filter(shows).collect())
    }

    /// The trials of the stage that is under way.
    fn stage_trials(&mut self) -> &mut Vec<Trials> {
        if self.stage == Stage::Rank { &mut self.ranking } else { &mut self.trials }
    }

    /// Tries the next picture of the first trials that are not done.
    async fn try_next(&mut self) -> Result<()> {
        let Some(at) = open(self.stage_trials()) else { return Ok(()) };
        let mut trials = std::mem::take(&mut self.stage_trials()[at]);
        let tried = self.intervene(&mut trials).await;
        self.stage_trials()[at] = trials;
        tried
    }

    fn findings(&self) -> Findings {
        let looks: Vec<Look> = self.of_half(Half::Confirmation, |_| true).iter().map(|&i| self.looks[i]).collect();
        let tried = self.trials.iter().zip(&self.ranks).map(|(trials, rank)| {
            let (called, shown) = self.unseen(trials.candidate);
            let candidate = &self.candidates[trials.candidate];
            Tried { candidate, rank: *rank, trials, called, shown: shown.len() }
        });
        Findings {
            pictures: Counts {
                looked: self.looks.len(),
                discovery: self.discovery(|_| true).len(),
                alike: self.split.alike(),
                explained: self.explained.len(),
                refused: self.refused,
            },
            candidates: self.candidates.len(),
            cues: cues(&tried.collect::<Vec<_>>()),
            everywhere: everywhere(&looks, self.classifier.classes()),
        }
    }

    fn progress(&self) -> Progress<Standing> {
        let trials = || self.ranking.iter().chain(&self.trials);
        let (taken, total) =
            (trials().map(|t| t.queue.taken()).sum::<usize>(), trials().map(|t| t.queue.total()).sum::<usize>());
        let seen = self.looks.len() + self.explained.len() + self.refused;
        let waiting = self.set.size() - self.looks.len() + self.to_explain.len() + usize::from(self.run.is_some());
        Progress {
            iteration: seen + taken,
            total: seen + waiting + total,
            done: self.stage == Stage::Done,
            stage: self.stage.name(),
            detail: Standing { explained: self.explained.len(), candidates: self.candidates.len() },
        }
    }
}

/// The first trials that are not done.
fn open(trials: &[Trials]) -> Option<usize> {
    trials.iter().position(|trials| !trials.queue.is_done())
}

impl Stage {
    fn name(self) -> &'static str {
        match self {
            Stage::Look => "look",
            Stage::Explain | Stage::ExplainUnseen => "explain",
            Stage::Rank => "rank",
            Stage::Confirm | Stage::Done => "confirm",
        }
    }
}

impl<P: Pictures> Job for Cues<P> {
    type Detail = Standing;
    type Outcome = Findings;

    fn step(&mut self, count: usize) -> Later<'_, Progress<Standing>> {
        Box::pin(async move {
            for _ in 0..count {
                if self.stage == Stage::Done {
                    break;
                }
                self.advance().await?;
            }
            Ok(self.progress())
        })
    }

    fn finish(&mut self) -> Later<'_, Findings> {
        let findings = self.findings();
        Box::pin(std::future::ready(Ok(findings)))
    }
}
